/* libFuzzer: the whole core against the model. The input is a little program of bytes, frames, sensors and time.
 *
 *   u8 options (bit 0: what the core sends is not fetched until the end), u32 time at the start, then steps:
 *   00-3F  that many bytes and one more follow, and are received as they are
 *   40-7F  that many periods less 40, and one more: u8 milliseconds each (FF: u16 follows), u8 sensors, i8 left, i8 right (80: i32 follows)
 *   80-FF  a frame: low four bits the type; u8 how it is spoilt; i8 steps of the request id; payload, deadlines relative
 */
#include <string.h>

#include "../core/core.h"
#include "../core/requests.h"
#include "check.h"
#include "model.h"
#include "reference.h"

enum spoil { WRONG_TAG = 1, WRONG_CRC = 2, SHORT = 4, LONG = 8, RAW_DEADLINE = 16, NO_DELIMITER = 32, TWICE = 64 };

struct input {
    const uint8_t *at;
    size_t left;
};

struct bench {
    struct core core;
    struct model model;
    struct reference_reader heard, said;
    uint16_t request;
    uint32_t now;
    int32_t left, right;
    bool unread;
};

static uint8_t take(struct input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->at++;
}

static uint32_t take_many(struct input *input, int count)
{
    uint32_t value = 0;
    for (int i = 0; i < count; i++)
        value |= (uint32_t)take(input) << 8 * i;
    return value;
}

/* What the core says must be frames of the schema, whole and in order. */
static void fetch(struct bench *bench)
{
    uint8_t bytes[64], body[REFERENCE_FRAME];
    uint16_t count;
    while ((count = core_transmit(&bench->core, bytes, sizeof bytes)) != 0)
        for (uint16_t i = 0; i < count; i++) {
            size_t length = reference_push(&bench->said, bytes[i], TX_FRAME_MAX + 1, body);
            if (bytes[i] != 0)
                continue;
            bool known = length == CONTROLLER_HEADER + WELCOME_SIZE || length == CONTROLLER_HEADER + ACK_SIZE ||
                         length == CONTROLLER_HEADER + STATE_SIZE || length == CONTROLLER_HEADER + SCAN_SIZE;
            CHECK(known, "the core sends whole frames of its schema with a right CRC");
        }
}

static void receive(struct bench *bench, uint8_t byte)
{
    uint8_t body[REFERENCE_FRAME];
    size_t length = reference_push(&bench->heard, byte, RX_FRAME_MAX, body);
    core_receive(&bench->core, byte, bench->now);
    if (length != 0)
        model_frame(&bench->model, &bench->core, body, length, bench->now);
    CHECK(bench->core.writer.used <= TX_RING_SIZE, "the ring holds what it has room for");
    if (!bench->unread)
        fetch(bench);
}

static void check_ramp(const struct bench *bench, bool driving, int32_t v, int32_t w, uint32_t dt_ms)
{
    const struct motion *motion = &bench->core.motion;
    int32_t step = dt_ms > 20 ? 20 : (int32_t)dt_ms;
    CHECK(motion->v >= -16 * MAX_V_MM_S && motion->v <= 16 * MAX_V_MM_S, "the setpoint stays within the top speed");
    CHECK(motion->w >= -16 * MAX_W_MRAD_S && motion->w <= 16 * MAX_W_MRAD_S, "and within the top turning rate");
    if (!driving || !motion->driving)
        return;
    CHECK(motion->v - v <= 16 * MAX_ACCEL_MM_S2 * step / 1000 && v - motion->v <= 16 * MAX_ACCEL_MM_S2 * step / 1000, "acceleration is limited");
    CHECK(motion->w - w <= 16 * MAX_ACCEL_MRAD_S2 * step / 1000 && w - motion->w <= 16 * MAX_ACCEL_MRAD_S2 * step / 1000, "turning too");
}

static int32_t moved(struct input *input, int32_t from)
{
    int8_t step = (int8_t)take(input);
    return step == -128 ? (int32_t)take_many(input, 4) : (int32_t)((uint32_t)from + (uint32_t)(step * 4));
}

static void periods(struct bench *bench, struct input *input, int count)
{
    uint16_t ranges[BEAMS] = {0};
    uint32_t dt_ms = take(input);
    if (dt_ms == 0xFF)
        dt_ms = take_many(input, 2);
    uint8_t bits = take(input);
    int32_t left = (int32_t)((uint32_t)moved(input, bench->left) - (uint32_t)bench->left);
    int32_t right = (int32_t)((uint32_t)moved(input, bench->right) - (uint32_t)bench->right);
    for (int i = 0; i < count; i++) {
        bench->now += dt_ms;
        bench->left = (int32_t)((uint32_t)bench->left + (uint32_t)left);
        bench->right = (int32_t)((uint32_t)bench->right + (uint32_t)right);
        struct core_inputs in = {bench->left, bench->right, (uint16_t)(bits * 257), bits & 3, bits >> 2 & 3, (bits & 16) != 0,
                                 (bits & 32) != 0, (bits & 64) != 0, bits & 128 ? ranges : NULL};
        struct core_outputs out;
        memset(&out, 0xA5, sizeof out); /* whatever the core leaves as it was would show */
        bool driving = bench->core.motion.driving;
        int32_t v = bench->core.motion.v, w = bench->core.motion.w;
        core_tick(&bench->core, bench->now, &in, &out);
        model_tick(&bench->model, &bench->core, bench->now, &in, &out);
        check_ramp(bench, driving, v, w, dt_ms ? dt_ms : 1);
        if (!bench->unread)
            fetch(bench);
    }
}

static const struct {
    uint8_t type, size;
    int8_t deadline; /* where its deadline is, or -1 */
} KINDS[16] = {
    {MSG_HELLO, HELLO_SIZE, -1},   {MSG_HEARTBEAT, 0, -1},     {MSG_ARM, ARM_SIZE, -1},       {MSG_DISARM, 0, -1},
    {MSG_CLEAR, 0, -1},            {MSG_STOP, STOP_SIZE, -1},  {MSG_DRIVE, DRIVE_SIZE, 4},    {MSG_RECOVER, RECOVER_SIZE, 4},
    {MSG_TOOL, TOOL_SIZE, 1},      {MSG_GRIPPER, GRIPPER_SIZE, 7}, {0, 0, -1},                {0x7F, 3, -1},
    {MSG_STATE, 4, -1},            {MSG_HEARTBEAT, 0, -1},     {MSG_DRIVE, DRIVE_SIZE, 4},    {0xFF, 11, -1},
};

/* Payload by the fuzzer, but for what it could hardly guess: the hash, the nonce and the time. */
static void fill(struct bench *bench, struct input *input, uint8_t kind, uint8_t spoil, uint8_t *payload)
{
    for (int i = 0; i < KINDS[kind].size; i++)
        payload[i] = take(input);
    int at = KINDS[kind].deadline;
    if (at >= 0 && !(spoil & RAW_DEADLINE))
        wire_put_u32(payload + at, bench->now + (uint32_t)(int16_t)wire_get_u16(payload + at));
    if (KINDS[kind].type == MSG_HELLO && payload[4] == 0)
        wire_put_u32(payload + 4, SCHEMA_HASH);
    if (KINDS[kind].type == MSG_ARM && payload[0] == 0)
        wire_put_u32(payload, bench->core.nonce);
}

static void frame(struct bench *bench, struct input *input, uint8_t kind)
{
    uint8_t body[64] = {KINDS[kind].type}, out[72];
    uint8_t spoil = take(input);
    bench->request = (uint16_t)(bench->request + (int8_t)take(input));
    wire_put_u16(body + 3, bench->request);
    fill(bench, input, kind, spoil, body + HOST_HEADER);
    size_t length = HOST_HEADER + KINDS[kind].size + (spoil & LONG ? 1u : 0) - (spoil & SHORT ? 1u : 0);
    wire_put_u16(body + 1, reference_tag(bench->core.session, body, length) ^ (spoil & WRONG_TAG ? 0x0100 : 0));
    size_t size = reference_seal(body, length, spoil & WRONG_CRC ? 0x8000 : 0, out);
    for (int times = spoil & TWICE ? 2 : 1; times > 0; times--)
        for (size_t i = 0; i + (spoil & NO_DELIMITER ? 1 : 0) < size; i++)
            receive(bench, out[i]);
}

/* After all that, a delimiter and whole frames must get through. */
static void resynchronise(struct bench *bench)
{
    uint8_t token = (uint8_t)(bench->core.token + 1);
    struct input hello = {(const uint8_t[]){0, 0, token}, 3}, beat = {(const uint8_t[]){0, 1}, 2};
    bench->unread = false;
    fetch(bench);
    receive(bench, 0);
    frame(bench, &hello, 0);
    CHECK(bench->core.token == token && bench->core.session != 0, "a Hello after any garbage opens a session");
    frame(bench, &beat, 1);
    CHECK(bench->core.answers[bench->request % REQUEST_WINDOW] == STATUS_OK, "and the next frame is answered");
    CHECK(!bench->core.armed, "but a new session is not armed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench bench;
    struct input input = {data, size};
    memset(&bench, 0, sizeof bench);
    model_init(&bench.model);
    core_init(&bench.core, 0x1234ABCD);
    bench.unread = (take(&input) & 1) != 0;
    bench.now = take_many(&input, 4);
    while (input.left != 0) {
        uint8_t step = take(&input);
        if (step < 0x40)
            for (int i = 0; i <= step && input.left != 0; i++)
                receive(&bench, take(&input));
        else if (step < 0x80)
            periods(&bench, &input, step - 0x3F);
        else
            frame(&bench, &input, step & 15);
    }
    resynchronise(&bench);
    return 0;
}
