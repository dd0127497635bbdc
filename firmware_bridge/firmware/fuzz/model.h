/* What the wire's description permits: who may move, until when. Knows the core's answers but none of its reasons. */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../core/core.h"

struct model {
    bool latched, contact_only, armed, recovering, ramping, schema_ok;
    uint32_t heartbeat, ramp_end;
    bool drive, tool;
    uint32_t drive_deadline, tool_deadline;
    uint8_t tool_duty;
    uint32_t token;
    bool session;
    uint16_t newest;
    uint8_t answered[REQUEST_WINDOW]; /* UNSEEN, or the answer */
    bool group_used[GROUPS];
    uint16_t group_newest[GROUPS];
    uint8_t bumper, cliff;
    bool button;
};

void model_init(struct model *model);

/* A frame with a right CRC has been handled by the core at `now`. */
void model_frame(struct model *model, const struct core *core, const uint8_t *body, size_t length, uint32_t now);

/* A period has passed in the core, with these inputs and outputs. Fails where the outputs are not permitted. */
void model_tick(struct model *model, const struct core *core, uint32_t now, const struct core_inputs *in,
                const struct core_outputs *out);

#endif
