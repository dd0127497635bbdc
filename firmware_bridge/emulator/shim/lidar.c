/* A lidar of the LD06 kind: ten turns a second, clockwise, as packets of twelve points on a serial line of 230400 baud.
 *
 * Packet (LDROBOT, LD06 development manual): 54 2C, speed in degrees/s, start angle in 0.01 degrees, 12 x (distance mm u16, intensity
 * u8), end angle, timestamp ms, CRC-8 with polynomial 4D. All little-endian. Distance 0: nothing seen. */
#include "emulator.h"

#define POINTS 12
#define PACKETS 36 /* a turn: 432 points, six for each of our beams and none on the border between two */
#define TURNS 10   /* a second */
#define NO_ECHO 65535
#define STRONG 200 /* intensity */

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static uint8_t crc8(const uint8_t *bytes, int count)
{
    uint8_t crc = 0;
    for (int i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (uint8_t)(crc & 0x80 ? crc << 1 ^ 0x4D : crc << 1);
    }
    return crc;
}

/* Clockwise from straight ahead, in 0.01 degrees, rounded. */
static unsigned angle(unsigned point) { return ((2 * point + 1) * 36000 / (PACKETS * POINTS) + 1) / 2 % 36000; }

static void compose(struct emulator *e)
{
    struct lidar *lidar = &e->lidar;
    uint8_t *bytes = lidar->bytes;
    unsigned first = (unsigned)(lidar->packet % PACKETS) * POINTS;
    bytes[0] = 0x54;
    bytes[1] = 0x2C;
    put16(bytes + 2, 360 * TURNS);
    put16(bytes + 4, angle(first));
    for (unsigned i = 0; i < POINTS; i++) {
        unsigned beam = (angle(first + i) + 250) / 500 % BEAMS;
        uint16_t range = lidar->ranges[(BEAMS - beam) % BEAMS]; /* ours go the other way round */
        bool seen = range != NO_ECHO;
        put16(bytes + 6 + 3 * i, !seen ? 0 : range == 0 ? 1 : range);
        bytes[8 + 3 * i] = seen ? STRONG : 0;
    }
    put16(bytes + 42, angle(first + POINTS - 1));
    put16(bytes + 44, (unsigned)(e->avr->cycle * 1000 / e->avr->frequency % 30000));
    bytes[46] = crc8(bytes, 46);
}

static cycles_t packet_begins(const struct emulator *e, uint64_t packet)
{
    return e->lidar.zero + packet * e->avr->frequency / (PACKETS * TURNS);
}

/* What the lidar sees from the next packet on. It begins to turn with the first of them. */
void lidar_take(struct emulator *e, const uint16_t *ranges)
{
    struct lidar *lidar = &e->lidar;
    for (int i = 0; i < BEAMS; i++)
        lidar->ranges[i] = ranges[i];
    if (lidar->running || lidar->unplugged || e->lines[LINE_LIDAR].uart == NULL)
        return;
    lidar->running = true;
    lidar->zero = lidar->next = e->avr->cycle;
}

static void other_byte(struct emulator *e)
{
    struct lidar *lidar = &e->lidar;
    line_deliver(e, &e->lines[LINE_LIDAR], lidar->other[lidar->other_tail++ % SPARE]);
    bool more = lidar->other_head != lidar->other_tail;
    lidar->next = more ? lidar->next + line_byte_cycles(e, &e->lines[LINE_LIDAR], 1) : NEVER;
}

/* Unplugs the lidar for good and sends these bytes in its place, one after another; how many there was room for. */
EXPORT uint32_t emulator_lidar_put(struct emulator *e, const uint8_t *bytes, uint32_t count)
{
    struct lidar *lidar = &e->lidar;
    if (!lidar->unplugged)
        lidar->next = NEVER;
    lidar->unplugged = true;
    lidar->running = lidar->sending = false;
    uint32_t room = SPARE - (lidar->other_head - lidar->other_tail);
    uint32_t taken = e->lines[LINE_LIDAR].uart == NULL ? 0 : count < room ? count : room;
    for (uint32_t i = 0; i < taken; i++)
        lidar->other[lidar->other_head++ % SPARE] = bytes[i];
    if (lidar->next == NEVER && taken != 0)
        lidar->next = e->avr->cycle + line_byte_cycles(e, &e->lines[LINE_LIDAR], 1);
    return taken;
}

/* Its next event is due: a packet's points begin to be measured, or a byte of the one measured before is through. */
void lidar_step(struct emulator *e)
{
    struct lidar *lidar = &e->lidar;
    if (lidar->unplugged) {
        other_byte(e);
        return;
    }
    if (lidar->sending) {
        line_deliver(e, &e->lines[LINE_LIDAR], lidar->bytes[lidar->sent++]);
        lidar->sending = lidar->sent < LIDAR_BYTES;
    } else {
        compose(e); /* it goes onto the line (for 2.0 of 2.8 ms) while it is measured, not after: the turn that ends is all of one scan */
        lidar->begun = packet_begins(e, lidar->packet++);
        lidar->sent = 0;
        lidar->sending = true;
    }
    lidar->next = lidar->sending
        ? lidar->begun + line_byte_cycles(e, &e->lines[LINE_LIDAR], (uint32_t)lidar->sent + 1)
        : packet_begins(e, lidar->packet);
}
