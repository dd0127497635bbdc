/* libFuzzer: the frame decoder against the reference, byte by byte, and a frame after any garbage. */
#include <string.h>

#include "../core/codec.h"
#include "check.h"
#include "reference.h"

static void compare(struct frame_reader *reader, struct reference_reader *reference, uint8_t byte)
{
    uint8_t body[REFERENCE_FRAME];
    uint8_t found = frame_reader_push(reader, byte);
    size_t expected = reference_push(reference, byte, RX_FRAME_MAX, body);
    CHECK(found == expected, "the decoder takes a frame exactly when code bytes, length and CRC are right");
    CHECK(memcmp(reader->bytes, body, found) == 0, "and hands over exactly what was sent");
    CHECK(reader->length <= RX_FRAME_MAX, "nothing is kept beyond the longest frame");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t HEARTBEAT[] = {MSG_HEARTBEAT, 0x34, 0x12, 1, 0};
    struct frame_reader reader = {0};
    struct reference_reader reference = {0};
    uint8_t good[REFERENCE_FRAME];
    for (size_t i = 0; i < size; i++)
        compare(&reader, &reference, data[i]);
    compare(&reader, &reference, 0);
    size_t length = reference_seal(HEARTBEAT, sizeof HEARTBEAT, 0, good);
    for (size_t i = 0; i + 1 < length; i++)
        CHECK(frame_reader_push(&reader, good[i]) == 0, "no frame ends without a delimiter");
    CHECK(frame_reader_push(&reader, 0) == sizeof HEARTBEAT, "the next whole frame after any garbage is heard");
    return 0;
}
