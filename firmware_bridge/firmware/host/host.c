/* The core as a shared library for the host: what ctypes calls, and the stub that makes the library an extension module. */
#include <Python.h>
#include <stdlib.h>
#include <string.h>

#include "../core/core.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT uint32_t host_schema_hash(void) { return SCHEMA_HASH; }
EXPORT uint32_t host_core_size(void) { return (uint32_t)sizeof(struct core); }

EXPORT void host_init(struct core *core, uint32_t nonce) { core_init(core, nonce); }

EXPORT void host_receive(struct core *core, const uint8_t *bytes, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        core_receive(core, bytes[i], core->now);
}

EXPORT uint32_t host_transmit(struct core *core, uint8_t *out, uint32_t room)
{
    return core_transmit(core, out, room > 0xFFFF ? 0xFFFF : (uint16_t)room);
}

/* One period with everything in two arrays. in: now_ms, left, right, bumper, cliff, stop, battery, charging, holding, has_ranges.
 * out: left, right, tool, close, x, y, z, enabled, bytes that wait for the wire. */
EXPORT void host_tick(struct core *core, const int32_t *in, const uint16_t *ranges, int32_t *out)
{
    struct core_inputs inputs = {
        .encoder_left = in[1],
        .encoder_right = in[2],
        .bumper = (uint8_t)in[3],
        .cliff = (uint8_t)in[4],
        .stop_button = in[5] != 0,
        .battery_mv = (uint16_t)in[6],
        .charging = in[7] != 0,
        .gripper_holding = in[8] != 0,
        .ranges_mm = in[9] != 0 ? ranges : NULL,
    };
    struct core_outputs outputs;
    core_tick(core, (uint32_t)in[0], &inputs, &outputs);
    out[0] = outputs.pwm_left;
    out[1] = outputs.pwm_right;
    out[2] = outputs.tool_pwm;
    out[3] = outputs.gripper_close;
    out[4] = outputs.gripper_aim_mm[0];
    out[5] = outputs.gripper_aim_mm[1];
    out[6] = outputs.gripper_aim_mm[2];
    out[7] = outputs.enabled;
    out[8] = core->writer.used;
}

/* The codec alone, for its tests. */
EXPORT uint16_t host_crc(const uint8_t *bytes, uint32_t length)
{
    uint16_t crc = CRC_INIT;
    for (uint32_t i = 0; i < length; i++)
        crc = crc_update(crc, bytes[i]);
    return crc;
}

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_core", "The motor controller's core; used through ctypes.", -1, NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__core(void) { return PyModule_Create(&module); }
