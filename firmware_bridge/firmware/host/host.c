/* The core as a shared library for the host: what ctypes calls, and an extension module with the one function that every
 * order of the gate passes through, which ctypes would make four times as slow. */
#define PY_SSIZE_T_CLEAN
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

/* One frame to the controller: type, tag, request, payload, CRC, in one COBS block after the other, and the delimiter. */
static uint8_t seal(uint8_t *out, const uint8_t *body, uint8_t length)
{
    uint8_t code_at = 0, at = 1;
    for (uint8_t i = 0; i < length; i++, at++) {
        out[at] = body[i];
        if (body[i] == 0) {
            out[code_at] = (uint8_t)(at - code_at);
            code_at = at;
        }
    }
    out[code_at] = (uint8_t)(at - code_at);
    out[at] = 0;
    return (uint8_t)(at + 1);
}

static PyObject *payload_frame(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    (void)self;
    if (count != 4 || !PyBytes_Check(arguments[3])) {
        PyErr_SetString(PyExc_TypeError, "payload_frame(session, request, kind, payload) takes three numbers and bytes");
        return NULL;
    }
    unsigned long numbers[3]; /* session, request, kind */
    static const unsigned long most[3] = {0xFFFF, 0xFFFF, 0xFF};
    for (int i = 0; i < 3; i++) {
        numbers[i] = PyLong_AsUnsignedLong(arguments[i]);
        if (numbers[i] == (unsigned long)-1 && PyErr_Occurred() != NULL)
            return NULL;
        if (numbers[i] > most[i]) {
            PyErr_SetString(PyExc_OverflowError, "session and request have 16 bits, kind has 8");
            return NULL;
        }
    }
    Py_ssize_t length = PyBytes_GET_SIZE(arguments[3]);
    if (length > MAX_HOST_PAYLOAD) {
        PyErr_SetString(PyExc_ValueError, "the payload is longer than any message to the controller");
        return NULL;
    }
    uint8_t body[HOST_HEADER + MAX_HOST_PAYLOAD + CRC_SIZE], out[sizeof body + 2];
    body[0] = (uint8_t)numbers[2];
    body[3] = (uint8_t)numbers[1];
    body[4] = (uint8_t)(numbers[1] >> 8);
    memcpy(body + HOST_HEADER, PyBytes_AS_STRING(arguments[3]), (size_t)length);
    uint8_t size = (uint8_t)(HOST_HEADER + length);
    uint16_t tag = tag_update((uint16_t)numbers[0], body[0]);
    for (uint8_t i = 3; i < size; i++)
        tag = tag_update(tag, body[i]);
    body[1] = (uint8_t)tag;
    body[2] = (uint8_t)(tag >> 8);
    uint16_t crc = CRC_INIT;
    for (uint8_t i = 0; i < size; i++)
        crc = crc_update(crc, body[i]);
    body[size] = (uint8_t)crc;
    body[size + 1] = (uint8_t)(crc >> 8);
    return PyBytes_FromStringAndSize((const char *)out, seal(out, body, (uint8_t)(size + CRC_SIZE)));
}

static PyMethodDef methods[] = {
    {"payload_frame", (PyCFunction)(void (*)(void))payload_frame, METH_FASTCALL, "The wire bytes of one message to the controller that is packed already."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_core", "The motor controller's core; the rest of it is used through ctypes.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__core(void) { return PyModule_Create(&module); }
