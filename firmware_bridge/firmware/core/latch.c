/* Who may move: arming, and the latch that stops everything until it is cleared. */
#include "latch.h"

/* Wheels that are so far behind their setpoint are stuck, or their encoders are dead: then nobody knows how far they went. */
#define RECOVER_LAG_UM 50000UL

static void drop_orders(struct core *core)
{
    core->drive.alive = core->tool.alive = core->ramp.alive = core->recovering = false;
    core->tool_duty = 0;
}

static void halt(struct core *core)
{
    drop_orders(core);
    motion_halt(&core->motion);
}

static void latch(struct core *core, uint8_t reason)
{
    bool contact = reason == REASON_BUMPER || reason == REASON_CLIFF;
    core->armed = false;
    if (core->reason == REASON_NONE) {
        core->reason = reason;
        core->contact_only = contact;
        core->motion.backed_um = core->motion.asked_um = 0;
        core->state_due = true;
    } else if (!contact && core->contact_only) {
        core->contact_only = false;
        core->state_due = true;
    }
}

void latch_set(struct core *core, uint8_t reason)
{
    halt(core);
    latch(core, reason);
}

void latch_ramp(struct core *core, uint8_t reason)
{
    bool turning = core->armed && core->motion.driving;
    if (!turning && !core->ramp.alive) /* a ramp that runs goes on: its deadline is not put off by repeats */
        halt(core);
    if (turning) {
        drop_orders(core);
        core->ramp = (struct order){true, core->now + RAMP_MS};
        core->state_due = true;
    }
    latch(core, reason);
}

uint8_t latch_clear(struct core *core)
{
    if (core->reason == REASON_NONE)
        return STATUS_OK;
    if (core->stop_button || core->bumper || core->cliff)
        return STATUS_EBUSY;
    halt(core);
    core->reason = REASON_NONE;
    core->contact_only = false;
    core->state_due = true;
    return STATUS_OK;
}

uint8_t latch_arm(struct core *core, uint32_t nonce)
{
    if (nonce != core->nonce)
        return STATUS_ESTALE;
    if (core->reason != REASON_NONE || !core->schema_ok)
        return STATUS_EPERM;
    core->armed = true;
    core->last_heartbeat = core->now;
    core->state_due = true;
    return STATUS_OK;
}

void latch_disarm(struct core *core)
{
    halt(core);
    core->armed = false;
    core->state_due = true;
}

bool latch_may_recover(const struct core *core)
{
    return core->reason != REASON_NONE && core->contact_only && core->schema_ok &&
           core->motion.backed_um < RECOVER_TRAVEL_MM * 1000UL &&
           core->motion.asked_um < core->motion.backed_um + RECOVER_LAG_UM;
}
