/* The wire's messages. Generated from schema.toml by firmware_bridge/generate.py: do not edit. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#define SCHEMA_HASH 0x4813C04DUL

#define WIRE_VERSION 1 /* raised when framing or the meaning of a message changes in a way no field shows */
#define PERIOD_MS 10 /* control period */
#define STATE_MS 50 /* interval of State */
#define MAX_TTL_MS 500 /* longest distance of a deadline */
#define RAMP_MS 500 /* longest ramp of a Stop of category 1 */
#define HEARTBEAT_MS 200 /* silence after which an armed controller latches LINK */
#define REQUEST_WINDOW 32 /* answers kept */
#define REQUEST_AHEAD 1024 /* furthest a request id may jump */
#define MAX_V_MM_S 306 /* top speed */
#define MAX_W_MRAD_S 2600 /* top turning rate */
#define MAX_WHEEL_MM_S 360 /* fastest wheel; v and w are scaled down together above it */
#define MAX_ACCEL_MM_S2 900 /* acceleration and braking */
#define MAX_ACCEL_MRAD_S2 6000 /* turning acceleration */
#define RECOVER_MAX_MM_S 100 /* fastest wheel while recovering, backwards only */
#define RECOVER_TRAVEL_MM 300 /* furthest a latch may be backed away from */
#define WHEEL_BASE_MM 235 /* distance between the wheels */
#define UM_PER_TICK 25 /* wheel travel per encoder tick, micrometres (40000 ticks per metre) */
#define STUCK_MS 300 /* a wheel that is driven for so long without turning, or turns against its setpoint, latches WHEEL */
#define FULL_PWM_MM_S 400 /* wheel speed at PWM 255 on a full battery */
#define BEAMS 72 /* range readings per scan; beam i looks along 2*pi*i/72 */
#define NO_ECHO 65535 /* range reading with nothing in reach */
#define BAM_PER_TICK 72720L /* 2^32 per turn, for one tick of wheel difference */

enum status {
    STATUS_OK = 0,
    STATUS_EPERM = 1,
    STATUS_EBUSY = 16,
    STATUS_EINVAL = 22,
    STATUS_ERANGE = 34,
    STATUS_ENOSYS = 38,
    STATUS_ESTALE = 116,
};

enum reason {
    REASON_NONE = 0,
    REASON_BUMPER = 1,
    REASON_CLIFF = 2,
    REASON_STOP_BUTTON = 3,
    REASON_LINK = 4,
    REASON_WHEEL = 5,
    REASON_HOST = 16,
    REASON_OWNER = 17,
    REASON_GATE = 18,
    REASON_KERNEL_SILENT = 19,
};

enum flag {
    FLAG_ARMED = 1,
    FLAG_LATCHED = 2,
    FLAG_STOP_BUTTON = 4,
    FLAG_CHARGING = 8,
    FLAG_GRIPPER_CLOSED = 16,
    FLAG_HOLDING = 32,
    FLAG_RECOVER_ALLOWED = 64,
    FLAG_MOVING = 128,
    FLAG_RAMPING = 256,
};

enum message_id {
    MSG_HELLO = 0x01,
    MSG_HEARTBEAT = 0x02,
    MSG_ARM = 0x03,
    MSG_DISARM = 0x04,
    MSG_CLEAR = 0x05,
    MSG_STOP = 0x06,
    MSG_DRIVE = 0x10,
    MSG_RECOVER = 0x11,
    MSG_TOOL = 0x12,
    MSG_GRIPPER = 0x13,
    MSG_WELCOME = 0x81,
    MSG_ACK = 0x82,
    MSG_STATE = 0x83,
    MSG_SCAN = 0x84,
};

static inline uint16_t wire_get_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | (uint16_t)at[1] << 8);
}

static inline uint32_t wire_get_u32(const uint8_t *at)
{
    return (uint32_t)wire_get_u16(at) | (uint32_t)wire_get_u16(at + 2) << 16;
}

static inline void wire_put_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void wire_put_u32(uint8_t *at, uint32_t value)
{
    wire_put_u16(at, (uint16_t)value);
    wire_put_u16(at + 2, (uint16_t)(value >> 16));
}

#define HELLO_SIZE 8

/* Opens a session. */
struct hello {
    uint32_t token; /* any number that differs from the last session's */
    uint32_t schema; /* SCHEMA_HASH of the host */
};

static inline bool hello_unpack(const uint8_t *at, struct hello *out)
{
    out->token = wire_get_u32(at + 0);
    out->schema = wire_get_u32(at + 4);
    return true;
}

#define HEARTBEAT_SIZE 0

#define ARM_SIZE 4

/* Permit motion. */
struct arm {
    uint32_t nonce; /* boot nonce of the controller that is meant */
};

static inline bool arm_unpack(const uint8_t *at, struct arm *out)
{
    out->nonce = wire_get_u32(at + 0);
    return true;
}

#define DISARM_SIZE 0

#define CLEAR_SIZE 0

#define STOP_SIZE 2

/* Stop now and latch; never refused. */
struct stop {
    uint8_t reason; /* a Reason from 16 up */
    uint8_t category; /* 0 at once, 1 ramps down; any other counts as 0 */
};

static inline bool stop_unpack(const uint8_t *at, struct stop *out)
{
    out->reason = at[0];
    out->category = at[1];
    return true;
}

#define DRIVE_SIZE 8

/* Body velocity until the deadline. */
struct drive {
    int16_t v_mm_s; /* forward, mm/s */
    int16_t w_mrad_s; /* counter-clockwise, mrad/s */
    uint32_t deadline_ms; /* controller time */
};

static inline bool drive_unpack(const uint8_t *at, struct drive *out)
{
    out->v_mm_s = (int16_t)wire_get_u16(at + 0);
    out->w_mrad_s = (int16_t)wire_get_u16(at + 2);
    out->deadline_ms = wire_get_u32(at + 4);
    return out->v_mm_s >= -306 && out->v_mm_s <= 306 && out->w_mrad_s >= -2600 && out->w_mrad_s <= 2600;
}

#define RECOVER_SIZE 8

/* Back away from the contact that latched, slowly. */
struct recover {
    int16_t v_mm_s; /* forward, mm/s */
    int16_t w_mrad_s; /* counter-clockwise, mrad/s */
    uint32_t deadline_ms; /* controller time */
};

static inline bool recover_unpack(const uint8_t *at, struct recover *out)
{
    out->v_mm_s = (int16_t)wire_get_u16(at + 0);
    out->w_mrad_s = (int16_t)wire_get_u16(at + 2);
    out->deadline_ms = wire_get_u32(at + 4);
    return out->v_mm_s >= -100 && out->v_mm_s <= 0 && out->w_mrad_s >= -425 && out->w_mrad_s <= 425;
}

#define TOOL_SIZE 5

/* Cleaning tool until the deadline. */
struct tool {
    uint8_t duty; /* 0 to 255 */
    uint32_t deadline_ms; /* controller time */
};

static inline bool tool_unpack(const uint8_t *at, struct tool *out)
{
    out->duty = at[0];
    out->deadline_ms = wire_get_u32(at + 1);
    return true;
}

#define GRIPPER_SIZE 11

/* Close on, or open at, a point in the base frame; it then holds. */
struct gripper {
    uint8_t close; /* 1 close, 0 open */
    int16_t x_mm; /* forward, mm */
    int16_t y_mm; /* left, mm */
    int16_t z_mm; /* up, mm */
    uint32_t deadline_ms; /* controller time by which it must have begun */
};

static inline bool gripper_unpack(const uint8_t *at, struct gripper *out)
{
    out->close = at[0];
    out->x_mm = (int16_t)wire_get_u16(at + 1);
    out->y_mm = (int16_t)wire_get_u16(at + 3);
    out->z_mm = (int16_t)wire_get_u16(at + 5);
    out->deadline_ms = wire_get_u32(at + 7);
    return out->close <= 1;
}

#define WELCOME_SIZE 18

/* Answer to Hello; sent unasked, with session 0, after a boot. */
struct welcome {
    uint32_t nonce; /* differs at each boot */
    uint32_t schema; /* SCHEMA_HASH of the controller */
    uint32_t token; /* of the Hello that is answered */
    uint16_t session; /* 0: none yet */
    uint32_t ms; /* controller time */
};

static inline void welcome_pack(const struct welcome *in, uint8_t *at)
{
    wire_put_u32(at + 0, (uint32_t)in->nonce);
    wire_put_u32(at + 4, (uint32_t)in->schema);
    wire_put_u32(at + 8, (uint32_t)in->token);
    wire_put_u16(at + 12, (uint16_t)in->session);
    wire_put_u32(at + 14, (uint32_t)in->ms);
}

#define ACK_SIZE 3

/* What became of a request. */
struct ack {
    uint16_t request; /* its id */
    uint8_t status; /* 0 or an errno */
};

static inline void ack_pack(const struct ack *in, uint8_t *at)
{
    wire_put_u16(at + 0, (uint16_t)in->request);
    at[2] = (uint8_t)in->status;
}

#define STATE_SIZE 34

/* The body, every 50 ms and at once when a latch sets or clears. */
struct state {
    uint32_t ms; /* controller time */
    uint16_t session; /* 0: none */
    int32_t x_um; /* odometry since boot, micrometres */
    int32_t y_um; /* odometry since boot, micrometres */
    int32_t yaw_urad; /* odometry since boot, microradians, -pi to pi */
    int16_t v_mm_s; /* measured, mm/s */
    int16_t w_mrad_s; /* measured, mrad/s */
    int16_t pwm_left; /* -255 to 255 */
    int16_t pwm_right; /* -255 to 255 */
    uint16_t battery_mv; /* millivolts */
    uint16_t flags; /* Flag bits */
    uint8_t reason; /* first Reason of the latch */
    uint8_t bumper; /* bit 0 left, bit 1 right */
    uint8_t cliff; /* bit 0 left, bit 1 right */
    uint8_t tool; /* duty now */
};

static inline void state_pack(const struct state *in, uint8_t *at)
{
    wire_put_u32(at + 0, (uint32_t)in->ms);
    wire_put_u16(at + 4, (uint16_t)in->session);
    wire_put_u32(at + 6, (uint32_t)in->x_um);
    wire_put_u32(at + 10, (uint32_t)in->y_um);
    wire_put_u32(at + 14, (uint32_t)in->yaw_urad);
    wire_put_u16(at + 18, (uint16_t)in->v_mm_s);
    wire_put_u16(at + 20, (uint16_t)in->w_mrad_s);
    wire_put_u16(at + 22, (uint16_t)in->pwm_left);
    wire_put_u16(at + 24, (uint16_t)in->pwm_right);
    wire_put_u16(at + 26, (uint16_t)in->battery_mv);
    wire_put_u16(at + 28, (uint16_t)in->flags);
    at[30] = (uint8_t)in->reason;
    at[31] = (uint8_t)in->bumper;
    at[32] = (uint8_t)in->cliff;
    at[33] = (uint8_t)in->tool;
}

#define SCAN_SIZE 148

/* Range readings all around, 10 Hz. */
struct scan {
    uint32_t ms; /* controller time */
    uint16_t ranges_mm[72]; /* from the robot's centre, mm; NO_ECHO where nothing is */
};

static inline void scan_pack(const struct scan *in, uint8_t *at)
{
    wire_put_u32(at + 0, (uint32_t)in->ms);
    for (uint8_t i = 0; i < 72; i++)
        wire_put_u16(at + 4 + 2 * i, in->ranges_mm[i]);
}

#define MAX_HOST_PAYLOAD 11
#define MAX_CONTROLLER_PAYLOAD 148

#endif
