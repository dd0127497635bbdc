/* Framing: COBS (Cheshire and Baker, 1999) and CRC-16/MCRF4XX. */
#include "codec.h"

/* Byte by byte: shifting 16 bits by a few costs an 8-bit part a loop. */
static inline uint16_t crc_step(uint16_t crc, uint8_t byte)
{
    byte ^= (uint8_t)crc;
    byte ^= (uint8_t)(byte << 4);
    uint8_t low = (uint8_t)((uint8_t)(crc >> 8) ^ (uint8_t)(byte >> 4) ^ (uint8_t)(byte << 3));
    uint8_t high = (uint8_t)(byte ^ (uint8_t)(byte >> 5));
    return (uint16_t)((uint16_t)high << 8 | low);
}

uint16_t crc_update(uint16_t crc, uint8_t byte)
{
    return crc_step(crc, byte);
}

uint16_t tag_update(uint16_t tag, uint8_t byte)
{
    tag ^= byte;
    for (uint8_t i = 0; i < 8; i++)
        tag = (uint16_t)(tag & 1 ? tag >> 1 ^ 0xA6BC : tag >> 1);
    return tag;
}

/* Decodes in place; returns the length, 0 when the code bytes contradict the length. Frames shorter than 254 bytes
 * never hold a 0xFF code, so every block but the last stands for a zero that follows it. */
static uint8_t cobs_decode(uint8_t *bytes, uint8_t length)
{
    uint8_t from = 0, to = 0;
    while (from < length) {
        uint8_t code = bytes[from++];
        if (code - 1 > length - from)
            return 0;
        for (uint8_t i = 1; i < code; i++)
            bytes[to++] = bytes[from++];
        if (from < length)
            bytes[to++] = 0;
    }
    return to;
}

static uint8_t finish(struct frame_reader *reader)
{
    uint8_t length = cobs_decode(reader->bytes, reader->length);
    if (length <= CRC_SIZE)
        return 0;
    uint16_t crc = CRC_INIT;
    for (uint8_t i = 0; i < length - CRC_SIZE; i++)
        crc = crc_step(crc, reader->bytes[i]);
    return crc == wire_get_u16(reader->bytes + length - CRC_SIZE) ? (uint8_t)(length - CRC_SIZE) : 0;
}

uint8_t frame_reader_push(struct frame_reader *reader, uint8_t byte)
{
    if (byte == 0) {
        uint8_t length = reader->overrun ? 0 : finish(reader);
        reader->length = 0;
        reader->overrun = false;
        return length;
    }
    if (reader->length == RX_FRAME_MAX)
        reader->overrun = true;
    else
        reader->bytes[reader->length++] = byte;
    return 0;
}

static uint16_t ring_next(uint16_t at)
{
    return (uint16_t)(at + 1u) % TX_RING_SIZE;
}

bool frame_writer_put(struct frame_writer *writer, uint8_t type, const uint8_t *payload, uint8_t length)
{
    _Static_assert(TX_FRAME_MAX < 254, "one COBS block must hold the largest frame");
    _Static_assert(TX_FRAME_MAX + 2 <= TX_RING_SIZE, "the largest frame must fit into the ring");
    uint8_t size = (uint8_t)(CONTROLLER_HEADER + length + CRC_SIZE), code = 1;
    uint16_t crc = CRC_INIT, code_at = writer->head, at = code_at;
    uint8_t seq = writer->seq++; /* a frame dropped for want of room leaves a gap that the host can see */
    if (writer->used + size + 2u > TX_RING_SIZE)
        return false;
    for (uint8_t i = 0; i < size; i++) {
        uint8_t byte;
        if (i < CONTROLLER_HEADER + length) {
            byte = i == 0 ? type : i == 1 ? seq : payload[i - CONTROLLER_HEADER];
            crc = crc_step(crc, byte);
        } else {
            byte = (uint8_t)(i == size - 1 ? crc >> 8 : crc);
        }
        at = ring_next(at);
        writer->bytes[at] = byte;
        if (byte == 0) {
            writer->bytes[code_at] = code;
            code_at = at;
            code = 0;
        }
        code++;
    }
    writer->bytes[code_at] = code;
    at = ring_next(at);
    writer->bytes[at] = 0;
    writer->head = ring_next(at);
    writer->used = (uint16_t)(writer->used + size + 2u);
    return true;
}

uint16_t frame_writer_take(struct frame_writer *writer, uint8_t *out, uint16_t room)
{
    uint16_t count = writer->used < room ? writer->used : room;
    uint16_t tail = (uint16_t)(writer->head + TX_RING_SIZE - writer->used) % TX_RING_SIZE;
    for (uint16_t i = 0; i < count; i++)
        out[i] = writer->bytes[(uint16_t)(tail + i) % TX_RING_SIZE];
    writer->used = (uint16_t)(writer->used - count);
    return count;
}
