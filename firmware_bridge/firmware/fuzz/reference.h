/* The wire once more, written from its description alone (schema.toml) and for clearness: what the core is compared with. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REFERENCE_FRAME 254

/* CRC-16/MCRF4XX, bit by bit. */
uint16_t reference_crc(const uint8_t *bytes, size_t length);

/* The tag of a host's frame: type, tag, request and payload without the CRC. */
uint16_t reference_tag(uint16_t session, const uint8_t *body, size_t length);

/* COBS. Decoding returns -1 where the code bytes contradict the length; `out` has room for what comes in. */
int reference_decode(const uint8_t *bytes, size_t length, uint8_t *out);
size_t reference_encode(const uint8_t *bytes, size_t length, uint8_t *out);

/* Body and CRC encoded with the delimiter; returns the bytes written, at most length + 5. `spoil` is xored onto the CRC. */
size_t reference_seal(const uint8_t *body, size_t length, uint16_t spoil, uint8_t *out);

/* Collects bytes until a delimiter. */
struct reference_reader {
    uint8_t bytes[REFERENCE_FRAME];
    size_t length;
    bool overrun;
};

/* Takes one byte. Returns the length of the body (CRC left off, in `body`) when the byte ends a frame of at most `longest`
 * encoded bytes with a right CRC, 0 otherwise. */
size_t reference_push(struct reference_reader *reader, uint8_t byte, size_t longest, uint8_t *body);

#endif
