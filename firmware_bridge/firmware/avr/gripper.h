/* The gripper's servo and the arm behind it: they keep their last order through stops and resets. */
#ifndef GRIPPER_H
#define GRIPPER_H

#include "core.h"

/* Takes up the order of before the reset, if memory kept it. Otherwise there are no pulses: a servo without them holds. */
void gripper_init(void);

/* Once per period. */
void gripper_apply(const struct core_outputs *out);

#endif
