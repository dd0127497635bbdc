/* Framing: COBS and CRC-16/MCRF4XX, byte by byte, without a heap. */
#ifndef CODEC_H
#define CODEC_H

#include <stdbool.h>
#include <stdint.h>

#include "messages.h"

#define CRC_INIT 0xFFFFu
#define HOST_HEADER 5       /* type, tag, request */
#define CONTROLLER_HEADER 2 /* type, seq */
#define CRC_SIZE 2
#define RX_FRAME_MAX (1 + HOST_HEADER + MAX_HOST_PAYLOAD + CRC_SIZE) /* with one COBS code byte: frames are < 254 */
#define TX_FRAME_MAX (CONTROLLER_HEADER + MAX_CONTROLLER_PAYLOAD + CRC_SIZE)

/* Bytes that wait for the wire. A board with little RAM may lower it; the largest frame, encoded, must fit. */
#ifndef TX_RING_SIZE
#define TX_RING_SIZE 256
#endif

/* The next CRC (avr-libc's _crc_ccitt_update). Start with CRC_INIT; "123456789" gives 0x6F91. */
uint16_t crc_update(uint16_t crc, uint8_t byte);

/* The next tag (reflected polynomial of CRC-16/DNP). Start with the session's number. */
uint16_t tag_update(uint16_t tag, uint8_t byte);

/* Collects the bytes of one frame. */
struct frame_reader {
    uint8_t bytes[RX_FRAME_MAX];
    uint8_t length;
    bool overrun;
};

/* Takes one byte. Returns the length of a whole, decoded frame with a right CRC (CRC not counted), now in
 * reader->bytes and valid until the next call; 0 otherwise. Resynchronises at the next zero byte. */
uint8_t frame_reader_push(struct frame_reader *reader, uint8_t byte);

/* Encoded bytes on their way out. */
struct frame_writer {
    uint8_t bytes[TX_RING_SIZE];
    uint16_t head; /* next byte to write */
    uint16_t used;
    uint8_t seq;
};

/* Queues header, payload and CRC, encoded; false, with nothing queued, if there is no room. */
bool frame_writer_put(struct frame_writer *writer, uint8_t type, const uint8_t *payload, uint8_t length);

/* Takes up to `room` bytes out. */
uint16_t frame_writer_take(struct frame_writer *writer, uint8_t *out, uint16_t room);

#endif
