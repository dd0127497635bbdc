/* Who may move: arming, and the latch that stops everything until it is cleared. */
#include "latch.h"

static void halt(struct core *core)
{
    core->drive.alive = core->tool.alive = core->recovering = false;
    core->tool_duty = 0;
    motion_halt(&core->motion);
}

void latch_set(struct core *core, uint8_t reason)
{
    bool contact = reason == REASON_BUMPER || reason == REASON_CLIFF;
    halt(core);
    core->armed = false;
    if (core->reason == REASON_NONE) {
        core->reason = reason;
        core->contact_only = contact;
        core->motion.backed_um = 0;
        core->state_due = true;
    } else if (!contact && core->contact_only) {
        core->contact_only = false;
        core->state_due = true;
    }
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
           core->motion.backed_um < RECOVER_TRAVEL_MM * 1000UL;
}
