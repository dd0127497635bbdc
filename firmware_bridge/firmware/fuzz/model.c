/* What the wire's description permits: who may move, until when. */
#include "model.h"

#include <string.h>

#include "../core/requests.h"
#include "check.h"
#include "reference.h"

static uint16_t u16(const uint8_t *at) { return (uint16_t)(at[0] | at[1] << 8); }
static uint32_t u32(const uint8_t *at) { return u16(at) | (uint32_t)u16(at + 2) << 16; }

void model_init(struct model *model)
{
    memset(model, 0, sizeof *model);
    memset(model->answered, UNSEEN, sizeof model->answered);
}

static void stand(struct model *model)
{
    model->drive = model->tool = model->recovering = model->ramping = false;
}

static void latch(struct model *model, bool contact)
{
    model->contact_only = contact && (!model->latched || model->contact_only);
    model->latched = true;
    model->armed = false;
}

static void hello(struct model *model, const struct core *core, const uint8_t *body)
{
    uint32_t token = u32(body + HOST_HEADER), schema = u32(body + HOST_HEADER + 4);
    if (!model->session || token != model->token) {
        if (model->armed || model->recovering || model->ramping) {
            latch(model, false);
            stand(model);
        }
        model->session = true;
        model->token = token;
        model->newest = u16(body + 3);
        memset(model->answered, UNSEEN, sizeof model->answered);
        memset(model->group_used, 0, sizeof model->group_used);
    }
    CHECK(core->session != 0, "after a Hello there is a session");
    model->schema_ok = schema == SCHEMA_HASH;
    if (!model->schema_ok) {
        model->armed = false;
        stand(model);
    }
}

static void stop(struct model *model, const uint8_t *payload, size_t size, bool ours, uint32_t now)
{
    bool ramp = ours && size == STOP_SIZE && payload[1] == 1 && !model->recovering;
    bool turning = model->armed && model->drive, ramping = model->ramping;
    stand(model);
    latch(model, false);
    if (!ramp)
        return;
    model->ramping = turning || ramping;
    if (turning)
        model->ramp_end = now + RAMP_MS;
}

static void check_deadline(uint32_t deadline, uint32_t now)
{
    CHECK(deadline != 0, "a deadline of zero is refused");
    CHECK((int32_t)(deadline - now) > 0, "a deadline that has passed is refused");
    CHECK((int32_t)(deadline - now) <= MAX_TTL_MS, "a deadline too far ahead is refused");
}

static void accept_drive(struct model *model, const uint8_t *payload, uint32_t now)
{
    int v = (int16_t)u16(payload), w = (int16_t)u16(payload + 2);
    CHECK(model->armed, "Drive needs an armed controller");
    CHECK(v >= -MAX_V_MM_S && v <= MAX_V_MM_S && w >= -MAX_W_MRAD_S && w <= MAX_W_MRAD_S, "a Drive is within its range");
    check_deadline(u32(payload + 4), now);
    model->drive = true;
    model->recovering = false;
    model->drive_deadline = u32(payload + 4);
}

static void accept_recover(struct model *model, const uint8_t *payload, uint32_t now)
{
    double v = (int16_t)u16(payload), turn = (int16_t)u16(payload + 2) * (WHEEL_BASE_MM / 2000.0);
    CHECK(model->latched && model->contact_only && model->schema_ok, "Recover needs a latch that only contacts caused");
    CHECK(v - turn < 1 && v + turn < 1, "no wheel recovers forwards");
    CHECK(v - turn > -RECOVER_MAX_MM_S - 1 && v + turn > -RECOVER_MAX_MM_S - 1, "no wheel recovers fast");
    check_deadline(u32(payload + 4), now);
    if (!model->recovering)
        model->heartbeat = now;
    model->drive = model->recovering = true;
    model->drive_deadline = u32(payload + 4);
}

static void accept_arm(struct model *model, const struct core *core, const uint8_t *payload, uint32_t now)
{
    CHECK(!model->latched, "no arming while latched");
    CHECK(model->schema_ok, "no arming with another schema");
    CHECK(u32(payload) == core->nonce, "no arming of another boot");
    model->armed = true;
    model->heartbeat = now;
}

static void accept_clear(struct model *model)
{
    CHECK(!model->latched || !(model->button || model->bumper || model->cliff), "no clearing while a cause is there");
    if (model->latched)
        stand(model);
    model->latched = model->contact_only = false;
}

static void accept(struct model *model, const struct core *core, uint8_t type, const uint8_t *payload, uint32_t now)
{
    switch (type) {
    case MSG_HEARTBEAT: model->heartbeat = now; break;
    case MSG_ARM: accept_arm(model, core, payload, now); break;
    case MSG_DISARM: model->armed = false; stand(model); break;
    case MSG_CLEAR: accept_clear(model); break;
    case MSG_STOP: break; /* done before */
    case MSG_DRIVE: accept_drive(model, payload, now); break;
    case MSG_RECOVER: accept_recover(model, payload, now); break;
    case MSG_TOOL:
        CHECK(model->armed, "Tool needs an armed controller");
        check_deadline(u32(payload + 1), now);
        model->tool = true;
        model->tool_duty = payload[0];
        model->tool_deadline = u32(payload + 1);
        break;
    case MSG_GRIPPER:
        CHECK(model->armed, "Gripper needs an armed controller");
        check_deadline(u32(payload + 7), now);
        break;
    default: CHECK(false, "an unknown type is refused");
    }
}

static enum group group_of(uint8_t type)
{
    switch (type) {
    case MSG_DRIVE: case MSG_RECOVER: return GROUP_MOTION;
    case MSG_TOOL: return GROUP_TOOL;
    case MSG_GRIPPER: return GROUP_GRIPPER;
    case MSG_ARM: case MSG_DISARM: case MSG_CLEAR: case MSG_STOP: return GROUP_MODE;
    default: return GROUP_NONE;
    }
}

/* The place of an id among the requests; true when it is new, and will be executed. */
static bool fresh(struct model *model, uint16_t request)
{
    int16_t ahead = (int16_t)(uint16_t)(request - model->newest);
    if (ahead > REQUEST_AHEAD || ahead <= -REQUEST_WINDOW)
        return false;
    for (int i = 0; i < ahead && i < REQUEST_WINDOW; i++)
        model->answered[(uint16_t)(request - i) % REQUEST_WINDOW] = UNSEEN;
    if (ahead > 0)
        model->newest = request;
    for (int group = 0; group < GROUPS; group++) /* whatever is older than what left the window is refused with it */
        if ((uint16_t)(model->newest - model->group_newest[group]) >= REQUEST_WINDOW)
            model->group_used[group] = false;
    return model->answered[request % REQUEST_WINDOW] == UNSEEN;
}

void model_frame(struct model *model, const struct core *core, const uint8_t *body, size_t length, uint32_t now)
{
    if (length < HOST_HEADER)
        return;
    uint8_t type = body[0];
    uint16_t request = u16(body + 3);
    size_t size = length - HOST_HEADER;
    if (type == MSG_HELLO) {
        if (size == HELLO_SIZE)
            hello(model, core, body);
        return;
    }
    bool ours = model->session && reference_tag(core->session, body, length) == u16(body + 1);
    if (type == MSG_STOP)
        stop(model, body + HOST_HEADER, size, ours, now);
    if (!ours || !fresh(model, request))
        return;
    uint8_t status = core->answers[request % REQUEST_WINDOW];
    CHECK(status != UNSEEN, "every request is answered");
    model->answered[request % REQUEST_WINDOW] = status;
    enum group group = group_of(type);
    bool older = group != GROUP_NONE && model->group_used[group] && (int16_t)(uint16_t)(request - model->group_newest[group]) < 0;
    CHECK(!older || status != STATUS_OK, "a late order never overrides a newer one");
    if (group != GROUP_NONE && !older && status != STATUS_EINVAL) {
        model->group_used[group] = true;
        model->group_newest[group] = request;
    }
    if (status == STATUS_OK)
        accept(model, core, type, body + HOST_HEADER, now);
}

static void sense(struct model *model, const struct core_inputs *in)
{
    bool contact = in->bumper != 0 || in->cliff != 0;
    bool new_contact = (in->bumper & ~model->bumper) != 0 || (in->cliff & ~model->cliff) != 0;
    model->bumper = in->bumper;
    model->cliff = in->cliff;
    model->button = in->stop_button;
    if (in->stop_button) {
        latch(model, false);
        stand(model);
    }
    if (contact && (model->armed || model->ramping)) {
        latch(model, true);
        stand(model);
    }
    if (model->recovering && new_contact)
        stand(model);
}

static void expire(struct model *model, uint32_t now)
{
    if ((model->armed || model->recovering || model->ramping) && now - model->heartbeat >= HEARTBEAT_MS) {
        latch(model, false);
        stand(model);
    }
    if (model->drive && (int32_t)(now - model->drive_deadline) >= 0)
        model->drive = model->recovering = false;
    if (model->tool && (int32_t)(now - model->tool_deadline) >= 0)
        model->tool = false;
    if (model->ramping && (int32_t)(now - model->ramp_end) >= 0)
        model->ramping = false;
}

void model_tick(struct model *model, const struct core *core, uint32_t now, const struct core_inputs *in,
                const struct core_outputs *out)
{
    sense(model, in);
    expire(model, now);
    if (core->motion.backed_um >= RECOVER_TRAVEL_MM * 1000UL && model->recovering)
        stand(model);
    if (core->reason == REASON_WHEEL && model->armed) { /* no wheels here to tell by: a latch more than expected does no harm */
        stand(model);
        latch(model, false);
    }
    bool turning = out->pwm_left != 0 || out->pwm_right != 0;
    CHECK(!turning || model->ramping || (model->drive && (model->armed || model->recovering)),
          "wheels turn only by a valid order, armed or recovering, before its deadline");
    CHECK(!turning || out->enabled, "no PWM with the drivers off");
    CHECK(!out->enabled || model->armed || model->recovering || model->ramping, "the drivers are on only while something may move");
    CHECK(out->tool_pwm == 0 || (model->armed && model->tool && out->tool_pwm <= model->tool_duty),
          "the tool runs only by a valid order, armed, before its deadline");
    CHECK(out->pwm_left >= -255 && out->pwm_left <= 255 && out->pwm_right >= -255 && out->pwm_right <= 255, "PWM is in its range");
    CHECK(!core_overdue(core, now), "a period ends all that is overdue");
    CHECK(core->armed == model->armed, "armed exactly when the description says so");
    CHECK((core->reason != REASON_NONE) == model->latched, "latched exactly when the description says so");
    if (!out->enabled) /* a ramp and a recovery may end before they must: at standstill, and where nothing moves that should */
        model->ramping = model->recovering = false;
}
