/* The motor controller's state machine. It owns no hardware: the board (hal.h) feeds it bytes, sensors and time. */
#ifndef CORE_H
#define CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "codec.h"
#include "messages.h"
#include "motion.h"

/* What the board measured, once per period. */
struct core_inputs {
    int32_t encoder_left, encoder_right; /* cumulative ticks, UM_PER_TICK each; may wrap */
    uint16_t battery_mv;
    uint8_t bumper, cliff; /* bit 0 left, bit 1 right */
    bool stop_button;      /* true while pressed, or while its wire is cut */
    bool charging;
    bool gripper_holding;
    const uint16_t *ranges_mm; /* BEAMS readings, or NULL when there is no new scan */
};

/* What the board must put on its pins before the period ends. */
struct core_outputs {
    int16_t pwm_left, pwm_right; /* -255 to 255 */
    uint8_t tool_pwm;
    bool gripper_ordered; /* false until the first Gripper order since boot: leave the gripper as it is */
    bool gripper_close;
    int16_t gripper_aim_mm[3];
    bool enabled; /* the motor drivers' enable line */
};

/* Groups of requests in which a newer one supersedes an older one. */
enum group { GROUP_NONE, GROUP_MODE, GROUP_MOTION, GROUP_TOOL, GROUP_GRIPPER, GROUPS };

/* An order that dies at its deadline. */
struct order {
    bool alive;
    uint32_t deadline;
};

struct core {
    uint32_t nonce, now, now_ticked, last_heartbeat, last_state;
    uint32_t token; /* of the session */
    uint16_t session, sessions;
    bool schema_ok, armed, state_due;
    uint16_t newest;                      /* newest request id of the session */
    uint16_t newest_of[GROUPS];           /* the same per group ... */
    bool group_used[GROUPS];              /* ... once there was one */
    uint8_t answers[REQUEST_WINDOW];      /* by id modulo the window; UNSEEN if not answered */
    uint8_t reason;                       /* first reason of the latch, 0 when not latched */
    bool contact_only;                    /* every cause since is a bumper or a cliff */
    uint8_t bumper, cliff;                /* as last read */
    bool stop_button, charging, holding;
    uint16_t battery_mv;
    bool ticked, live; /* live: the last period left the drivers enabled */
    struct order drive, tool;
    struct order ramp; /* a Stop of category 1 on its way to standstill */
    bool recovering; /* the drive order is a Recover */
    int16_t v_mm_s, w_mrad_s;
    uint8_t tool_duty;
    bool gripper_ordered, gripper_close;
    int16_t gripper_aim_mm[3];
    struct motion motion;
    struct frame_reader reader;
    struct frame_writer writer;
};

/* Power-up. `nonce` must differ from that of earlier boots. */
void core_init(struct core *core, uint32_t nonce);

/* One byte from the host, when it arrives. */
void core_receive(struct core *core, uint8_t byte, uint32_t now_ms);

/* One control period, every PERIOD_MS. `now_ms` counts from boot and may wrap. */
void core_tick(struct core *core, uint32_t now_ms, const struct core_inputs *in, struct core_outputs *out);

/* Whether the pins show what must end now: an order past its deadline, or drivers enabled after a stop. The next core_tick ends it, so
 * a board needn't wait for its period. */
bool core_overdue(const struct core *core, uint32_t now_ms);

/* Bytes for the host; returns how many of `room` were filled. */
uint16_t core_transmit(struct core *core, uint8_t *out, uint16_t room);

#endif
