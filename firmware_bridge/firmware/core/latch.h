/* Who may move: arming, and the latch that stops everything until it is cleared. */
#ifndef LATCH_H
#define LATCH_H

#include "core.h"

/* Stops everything and latches; the first reason stays. The gripper holds. */
void latch_set(struct core *core, uint8_t reason);

/* The same for a Stop of category 1: wheels that turn are ramped down first, with the drivers enabled, for RAMP_MS at most. */
void latch_ramp(struct core *core, uint8_t reason);

/* EBUSY while a cause is still there; 0, and disarmed, otherwise. */
uint8_t latch_clear(struct core *core);

/* Permits motion; EPERM while latched or for another schema, ESTALE for another boot. */
uint8_t latch_arm(struct core *core, uint32_t nonce);

/* Wheels and tool off, no latch. */
void latch_disarm(struct core *core);

/* Whether Recover is accepted now. */
bool latch_may_recover(const struct core *core);

#endif
