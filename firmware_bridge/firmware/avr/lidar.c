/* Packets of an LD06 or LD19 lidar, byte by byte, into one reading per beam. Knows no hardware.
 *
 * A turn in which some beam was not looked at (a packet was lost) is not handed over: what was not seen must never read as free. */
#include "lidar.h"

#include <string.h>

#ifdef __AVR__
#include <avr/pgmspace.h>
#else
#define PROGMEM
#define pgm_read_byte(at) (*(at))
#endif

#define TURN 36000u           /* 0.01 degrees */
#define WIDEST 6000u          /* between a packet's first and last point; a real one has 10 degrees */
#define UNSEEN 0              /* in building: no point fell into this beam */
#define CONFIDENCE_MIN 10     /* weaker readings are dust and sunlight */
#define NEAREST_MM 20         /* nearer is the lidar's own window */
#define FARTHEST_MM 12000     /* farther is beyond its range */

/* CRC-8, polynomial 0x4D, start 0. */
static const uint8_t CRC_TABLE[256] PROGMEM = {
    0x00, 0x4D, 0x9A, 0xD7, 0x79, 0x34, 0xE3, 0xAE, 0xF2, 0xBF, 0x68, 0x25, 0x8B, 0xC6, 0x11, 0x5C,
    0xA9, 0xE4, 0x33, 0x7E, 0xD0, 0x9D, 0x4A, 0x07, 0x5B, 0x16, 0xC1, 0x8C, 0x22, 0x6F, 0xB8, 0xF5,
    0x1F, 0x52, 0x85, 0xC8, 0x66, 0x2B, 0xFC, 0xB1, 0xED, 0xA0, 0x77, 0x3A, 0x94, 0xD9, 0x0E, 0x43,
    0xB6, 0xFB, 0x2C, 0x61, 0xCF, 0x82, 0x55, 0x18, 0x44, 0x09, 0xDE, 0x93, 0x3D, 0x70, 0xA7, 0xEA,
    0x3E, 0x73, 0xA4, 0xE9, 0x47, 0x0A, 0xDD, 0x90, 0xCC, 0x81, 0x56, 0x1B, 0xB5, 0xF8, 0x2F, 0x62,
    0x97, 0xDA, 0x0D, 0x40, 0xEE, 0xA3, 0x74, 0x39, 0x65, 0x28, 0xFF, 0xB2, 0x1C, 0x51, 0x86, 0xCB,
    0x21, 0x6C, 0xBB, 0xF6, 0x58, 0x15, 0xC2, 0x8F, 0xD3, 0x9E, 0x49, 0x04, 0xAA, 0xE7, 0x30, 0x7D,
    0x88, 0xC5, 0x12, 0x5F, 0xF1, 0xBC, 0x6B, 0x26, 0x7A, 0x37, 0xE0, 0xAD, 0x03, 0x4E, 0x99, 0xD4,
    0x7C, 0x31, 0xE6, 0xAB, 0x05, 0x48, 0x9F, 0xD2, 0x8E, 0xC3, 0x14, 0x59, 0xF7, 0xBA, 0x6D, 0x20,
    0xD5, 0x98, 0x4F, 0x02, 0xAC, 0xE1, 0x36, 0x7B, 0x27, 0x6A, 0xBD, 0xF0, 0x5E, 0x13, 0xC4, 0x89,
    0x63, 0x2E, 0xF9, 0xB4, 0x1A, 0x57, 0x80, 0xCD, 0x91, 0xDC, 0x0B, 0x46, 0xE8, 0xA5, 0x72, 0x3F,
    0xCA, 0x87, 0x50, 0x1D, 0xB3, 0xFE, 0x29, 0x64, 0x38, 0x75, 0xA2, 0xEF, 0x41, 0x0C, 0xDB, 0x96,
    0x42, 0x0F, 0xD8, 0x95, 0x3B, 0x76, 0xA1, 0xEC, 0xB0, 0xFD, 0x2A, 0x67, 0xC9, 0x84, 0x53, 0x1E,
    0xEB, 0xA6, 0x71, 0x3C, 0x92, 0xDF, 0x08, 0x45, 0x19, 0x54, 0x83, 0xCE, 0x60, 0x2D, 0xFA, 0xB7,
    0x5D, 0x10, 0xC7, 0x8A, 0x24, 0x69, 0xBE, 0xF3, 0xAF, 0xE2, 0x35, 0x78, 0xD6, 0x9B, 0x4C, 0x01,
    0xF4, 0xB9, 0x6E, 0x23, 0x8D, 0xC0, 0x17, 0x5A, 0x06, 0x4B, 0x9C, 0xD1, 0x7F, 0x32, 0xE5, 0xA8,
};

static uint8_t crc_of(const uint8_t *bytes, uint8_t length)
{
    uint8_t crc = 0;
    for (uint8_t i = 0; i < length; i++)
        crc = pgm_read_byte(&CRC_TABLE[crc ^ bytes[i]]);
    return crc;
}

/* The beam nearest to an angle below TURN. Beams are 500 apart and centred; * 33555 >> 24 is / 500 for these numbers, without
 * a division and without shifting bit by bit. */
static uint8_t beam_of(uint16_t clockwise)
{
    uint16_t angle = clockwise == 0 ? 0 : TURN - clockwise;
    uint8_t beam = (uint8_t)((uint32_t)(uint16_t)(angle + 250u) * 33555u >> 24);
    return beam == BEAMS ? 0 : beam;
}

static void begin_turn(struct lidar *lidar)
{
    memset(lidar->building, 0, sizeof lidar->building);
}

static void end_turn(struct lidar *lidar)
{
    bool whole = true;
    for (uint8_t i = 0; i < BEAMS; i++)
        whole = whole && lidar->building[i] != UNSEEN;
    if (whole) {
        memcpy(lidar->scan, lidar->building, sizeof lidar->scan);
        lidar->ready = true;
    } else {
        lidar->gaps++;
    }
    begin_turn(lidar);
}

static void take_point(struct lidar *lidar, uint16_t angle, const uint8_t *point)
{
    if (lidar->last_angle > angle && (uint16_t)(lidar->last_angle - angle) > TURN / 2)
        end_turn(lidar); /* past the front; a smaller step back is the motor's unsteadiness */
    lidar->last_angle = angle;
    uint16_t mm = wire_get_u16(point);
    if (mm < NEAREST_MM || mm > FARTHEST_MM || point[2] < CONFIDENCE_MIN)
        mm = NO_ECHO;
    uint16_t *seen = &lidar->building[beam_of(angle)];
    if (*seen == UNSEEN || mm < *seen)
        *seen = mm;
}

/* False if the packet cannot be true. Not inlined: what a whole packet needs in registers must not be saved for every byte. */
__attribute__((noinline)) static bool take_packet(struct lidar *lidar)
{
    const uint8_t *bytes = lidar->packet;
    uint16_t start = wire_get_u16(bytes + 4), end = wire_get_u16(bytes + 42);
    if (crc_of(bytes, LIDAR_PACKET - 1) != bytes[LIDAR_PACKET - 1] || start >= TURN || end >= TURN)
        return false;
    uint16_t span = (uint16_t)(end - start + (end < start ? TURN : 0));
    if (span > WIDEST)
        return false;
    if (!lidar->synced) {
        lidar->synced = true;
        lidar->last_angle = start;
    }
    uint32_t angle = (uint32_t)start << 8, step = ((uint32_t)span << 8) / (LIDAR_POINTS - 1);
    for (uint8_t i = 0; i < LIDAR_POINTS; i++, angle += step) {
        uint16_t whole = (uint16_t)(angle >> 8);
        take_point(lidar, whole >= TURN ? (uint16_t)(whole - TURN) : whole, bytes + 6 + 3 * i);
    }
    return true;
}

void lidar_reset(struct lidar *lidar)
{
    memset(lidar, 0, sizeof *lidar);
}

/* Whether what is there may be a packet's beginning. */
static bool plausible(const struct lidar *lidar)
{
    return lidar->packet[0] == 0x54 && (lidar->length < 2 || lidar->packet[1] == 0x2C);
}

/* Drops bytes from the front until a packet may begin there. */
__attribute__((noinline)) static void search(struct lidar *lidar)
{
    do {
        lidar->length--;
        memmove(lidar->packet, lidar->packet + 1, lidar->length);
    } while (lidar->length != 0 && !plausible(lidar));
}

void lidar_push(struct lidar *lidar, uint8_t byte)
{
    lidar->packet[lidar->length++] = byte;
    if (lidar->length <= 2) {
        if (!plausible(lidar))
            search(lidar);
    } else if (lidar->length == LIDAR_PACKET) {
        if (take_packet(lidar)) {
            lidar->length = 0;
        } else {
            lidar->bad++;
            search(lidar);
        }
    }
}

const uint16_t *lidar_take(struct lidar *lidar)
{
    if (!lidar->ready)
        return 0;
    lidar->ready = false;
    return lidar->scan;
}
