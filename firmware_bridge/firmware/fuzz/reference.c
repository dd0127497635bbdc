/* The wire once more, written from its description alone and for clearness: what the core is compared with. */
#include "reference.h"

#include <string.h>

static uint16_t crc_bits(uint16_t crc, const uint8_t *bytes, size_t length, uint16_t polynomial)
{
    for (size_t i = 0; i < length; i++)
        for (int bit = 0; bit < 8; bit++) {
            bool out = ((crc ^ (bytes[i] >> bit)) & 1) != 0;
            crc = (uint16_t)(crc >> 1);
            if (out)
                crc ^= polynomial;
        }
    return crc;
}

uint16_t reference_crc(const uint8_t *bytes, size_t length) { return crc_bits(0xFFFF, bytes, length, 0x8408); }

uint16_t reference_tag(uint16_t session, const uint8_t *body, size_t length)
{
    uint16_t tag = crc_bits(session, body, 1, 0xA6BC);
    return length > 3 ? crc_bits(tag, body + 3, length - 3, 0xA6BC) : tag;
}

int reference_decode(const uint8_t *bytes, size_t length, uint8_t *out)
{
    size_t from = 0;
    int to = 0;
    while (from < length) {
        size_t code = bytes[from];
        if (code == 0 || from + code > length)
            return -1;
        memcpy(out + to, bytes + from + 1, code - 1);
        to += (int)code - 1;
        from += code;
        if (code != 0xFF && from < length)
            out[to++] = 0;
    }
    return to;
}

size_t reference_encode(const uint8_t *bytes, size_t length, uint8_t *out)
{
    size_t to = 1, code_at = 0;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == 0) {
            out[code_at] = (uint8_t)(to - code_at);
            code_at = to++;
        } else {
            out[to++] = bytes[i];
        }
    }
    out[code_at] = (uint8_t)(to - code_at);
    return to;
}

size_t reference_seal(const uint8_t *body, size_t length, uint16_t spoil, uint8_t *out)
{
    uint8_t whole[REFERENCE_FRAME];
    uint16_t crc = reference_crc(body, length) ^ spoil;
    memcpy(whole, body, length);
    whole[length] = (uint8_t)crc;
    whole[length + 1] = (uint8_t)(crc >> 8);
    size_t size = reference_encode(whole, length + 2, out);
    out[size] = 0;
    return size + 1;
}

size_t reference_push(struct reference_reader *reader, uint8_t byte, size_t longest, uint8_t *body)
{
    if (byte != 0) {
        if (reader->length == longest)
            reader->overrun = true;
        else
            reader->bytes[reader->length++] = byte;
        return 0;
    }
    int length = reader->overrun ? -1 : reference_decode(reader->bytes, reader->length, body);
    reader->length = 0;
    reader->overrun = false;
    if (length <= 2)
        return 0;
    uint16_t crc = (uint16_t)(body[length - 2] | body[length - 1] << 8);
    return crc == reference_crc(body, (size_t)length - 2) ? (size_t)length - 2 : 0;
}
