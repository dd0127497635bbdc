/* The motor controller's state machine: one control period, and the telemetry. */
#include "core.h"

#include <string.h>

#include "latch.h"
#include "requests.h"

void core_init(struct core *core, uint32_t nonce)
{
    memset(core, 0, sizeof *core);
    memset(core->answers, UNSEEN, sizeof core->answers);
    core->nonce = nonce;
    requests_welcome(core);
}

void core_receive(struct core *core, uint8_t byte, uint32_t now_ms)
{
    core->now = now_ms;
    uint8_t length = frame_reader_push(&core->reader, byte);
    if (length != 0)
        requests_handle(core, core->reader.bytes, length);
}

uint16_t core_transmit(struct core *core, uint8_t *out, uint16_t room)
{
    return frame_writer_take(&core->writer, out, room);
}

/* Sensors that stop the robot whatever the host says. */
static void reflexes(struct core *core, const struct core_inputs *in)
{
    bool new_contact = (in->bumper & ~core->bumper) || (in->cliff & ~core->cliff);
    core->bumper = in->bumper;
    core->cliff = in->cliff;
    core->stop_button = in->stop_button;
    core->charging = in->charging;
    core->holding = in->gripper_holding;
    core->battery_mv = in->battery_mv;
    if (in->stop_button)
        latch_set(core, REASON_STOP_BUTTON);
    if (in->cliff && (core->armed || core->ramp.alive))
        latch_set(core, REASON_CLIFF);
    if (in->bumper && (core->armed || core->ramp.alive))
        latch_set(core, REASON_BUMPER);
    if (core->recovering && (new_contact || !latch_may_recover(core)))
        latch_set(core, in->cliff ? REASON_CLIFF : REASON_BUMPER);
}

static bool past(const struct order *order, uint32_t now_ms)
{
    return order->alive && (int32_t)(now_ms - order->deadline) >= 0;
}

static void expire(struct core *core, struct order *order)
{
    if (past(order, core->now))
        order->alive = false;
}

static bool may_move(const struct core *core)
{
    return core->armed || core->recovering || core->ramp.alive;
}

/* One period of a Stop of category 1. */
static void ramp_down(struct core *core, uint32_t dt_ms)
{
    motion_drive(&core->motion, 0, 0, dt_ms);
    if (!motion_resting(&core->motion))
        return;
    core->ramp.alive = false;
    core->state_due = true;
    motion_halt(&core->motion);
}

static void move(struct core *core, uint32_t dt_ms)
{
    if (may_move(core) && core->now - core->last_heartbeat >= HEARTBEAT_MS)
        latch_set(core, REASON_LINK);
    expire(core, &core->drive);
    expire(core, &core->tool);
    expire(core, &core->ramp);
    if (core->ramp.alive) {
        ramp_down(core, dt_ms);
    } else if (core->drive.alive && (core->armed || core->recovering)) {
        motion_drive(&core->motion, core->v_mm_s, core->w_mrad_s, dt_ms);
    } else {
        core->recovering = false;
        motion_halt(&core->motion);
    }
    if (motion_stuck(&core->motion) && !core->recovering) /* recovering has a limit of its own for it */
        latch_set(core, REASON_WHEEL);
    if (!core->tool.alive || !core->armed)
        core->tool_duty = 0;
}

static uint16_t flags(const struct core *core)
{
    uint16_t bits = 0;
    bits |= core->armed ? FLAG_ARMED : 0;
    bits |= core->reason != REASON_NONE ? FLAG_LATCHED : 0;
    bits |= core->stop_button ? FLAG_STOP_BUTTON : 0;
    bits |= core->charging ? FLAG_CHARGING : 0;
    bits |= core->gripper_close ? FLAG_GRIPPER_CLOSED : 0;
    bits |= core->holding ? FLAG_HOLDING : 0;
    bits |= latch_may_recover(core) ? FLAG_RECOVER_ALLOWED : 0;
    bits |= core->drive.alive ? FLAG_MOVING : 0;
    bits |= core->ramp.alive ? FLAG_RAMPING : 0;
    return bits;
}

static void send_state(struct core *core)
{
    uint8_t payload[STATE_SIZE];
    const struct motion *motion = &core->motion;
    struct state state = {
        .ms = core->now,
        .session = core->session,
        .x_um = motion->x,
        .y_um = motion->y,
        .yaw_urad = motion_yaw_urad(motion),
        .v_mm_s = (int16_t)(motion->seen_v / 16),
        .w_mrad_s = (int16_t)(motion->seen_w / 16),
        .pwm_left = motion->left.pwm,
        .pwm_right = motion->right.pwm,
        .battery_mv = core->battery_mv,
        .flags = flags(core),
        .reason = core->reason,
        .bumper = core->bumper,
        .cliff = core->cliff,
        .tool = core->tool_duty,
    };
    state_pack(&state, payload);
    if (frame_writer_put(&core->writer, MSG_STATE, payload, STATE_SIZE)) {
        core->state_due = false;
        core->last_state = core->now;
    }
}

static void send_scan(struct core *core, const uint16_t *ranges_mm)
{
    uint8_t payload[SCAN_SIZE];
    struct scan scan = {.ms = core->now};
    memcpy(scan.ranges_mm, ranges_mm, sizeof scan.ranges_mm);
    scan_pack(&scan, payload);
    frame_writer_put(&core->writer, MSG_SCAN, payload, SCAN_SIZE);
}

void core_tick(struct core *core, uint32_t now_ms, const struct core_inputs *in, struct core_outputs *out)
{
    uint32_t dt_ms = core->ticked ? now_ms - core->now_ticked : PERIOD_MS;
    core->now = core->now_ticked = now_ms;
    core->ticked = true;
    if (dt_ms == 0)
        dt_ms = 1;
    motion_measure(&core->motion, in->encoder_left, in->encoder_right, dt_ms > 60000 ? 60000 : dt_ms);
    reflexes(core, in);
    move(core, dt_ms);
    if (core->state_due || now_ms - core->last_state >= STATE_MS)
        send_state(core);
    if (in->ranges_mm != 0)
        send_scan(core, in->ranges_mm);
    out->pwm_left = core->motion.left.pwm;
    out->pwm_right = core->motion.right.pwm;
    out->tool_pwm = core->tool_duty;
    out->gripper_ordered = core->gripper_ordered;
    out->gripper_close = core->gripper_close;
    memcpy(out->gripper_aim_mm, core->gripper_aim_mm, sizeof out->gripper_aim_mm);
    out->enabled = core->live = may_move(core);
}

bool core_overdue(const struct core *core, uint32_t now_ms)
{
    return core->live &&
           (!may_move(core) || past(&core->drive, now_ms) || past(&core->tool, now_ms) || past(&core->ramp, now_ms));
}
