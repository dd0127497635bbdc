/* What the host asks: sessions, request ids and the refusal or execution of each message. */
#include "requests.h"

#include <string.h>

#include "latch.h"

void requests_welcome(struct core *core)
{
    uint8_t payload[WELCOME_SIZE];
    struct welcome welcome = {core->nonce, SCHEMA_HASH, core->token, core->session, core->now};
    welcome_pack(&welcome, payload);
    frame_writer_put(&core->writer, MSG_WELCOME, payload, WELCOME_SIZE);
}

static void answer(struct core *core, uint16_t request, uint8_t status)
{
    uint8_t payload[ACK_SIZE];
    struct ack ack = {request, status};
    ack_pack(&ack, payload);
    frame_writer_put(&core->writer, MSG_ACK, payload, ACK_SIZE);
}

static void handle_hello(struct core *core, uint16_t request, const uint8_t *payload)
{
    struct hello hello;
    hello_unpack(payload, &hello);
    if (core->session == 0 || hello.token != core->token) {
        if (core->armed || core->recovering || core->ramp.alive) /* whoever drove is gone, or has forgotten that it drives */
            latch_set(core, REASON_LINK);
        core->token = hello.token;
        core->sessions++;
        /* spread the nonce, so that the sessions of neighbouring boots don't meet; 0 means none */
        core->session = (uint16_t)((core->nonce * 0x9E3779B1UL >> 16) + core->sessions);
        if (core->session == 0) {
            core->session = 1; /* the number that follows, not one that another session has */
            core->sessions++;
        }
        core->newest = request;
        memset(core->answers, UNSEEN, sizeof core->answers);
        memset(core->group_used, 0, sizeof core->group_used);
    }
    core->schema_ok = hello.schema == SCHEMA_HASH;
    if (!core->schema_ok)
        latch_disarm(core);
    requests_welcome(core);
}

static uint8_t deadline_status(const struct core *core, uint32_t deadline)
{
    if (deadline == 0)
        return STATUS_EINVAL;
    int32_t left = (int32_t)(deadline - core->now);
    if (left <= 0)
        return STATUS_ESTALE;
    return left > MAX_TTL_MS ? STATUS_ERANGE : STATUS_OK;
}

static uint8_t handle_drive(struct core *core, const uint8_t *payload)
{
    struct drive drive;
    if (!drive_unpack(payload, &drive))
        return STATUS_ERANGE;
    if (!core->armed)
        return STATUS_EPERM;
    uint8_t status = deadline_status(core, drive.deadline_ms);
    if (status != STATUS_OK)
        return status;
    core->drive = (struct order){true, drive.deadline_ms};
    core->recovering = false;
    core->v_mm_s = drive.v_mm_s;
    core->w_mrad_s = drive.w_mrad_s;
    return STATUS_OK;
}

static uint8_t handle_recover(struct core *core, const uint8_t *payload)
{
    struct recover recover;
    if (!recover_unpack(payload, &recover))
        return STATUS_ERANGE;
    int32_t turn = (int32_t)recover.w_mrad_s * WHEEL_BASE_MM / 2000;
    int32_t spread = turn < 0 ? -turn : turn;
    if (recover.v_mm_s + spread > 0 || recover.v_mm_s - spread < -RECOVER_MAX_MM_S)
        return STATUS_ERANGE;
    if (!latch_may_recover(core))
        return STATUS_EPERM;
    uint8_t status = deadline_status(core, recover.deadline_ms);
    if (status != STATUS_OK)
        return status;
    core->drive = (struct order){true, recover.deadline_ms};
    if (!core->recovering) /* from here on the host must be heard again */
        core->last_heartbeat = core->now;
    core->recovering = true;
    core->v_mm_s = recover.v_mm_s;
    core->w_mrad_s = recover.w_mrad_s;
    return STATUS_OK;
}

static uint8_t handle_tool(struct core *core, const uint8_t *payload)
{
    struct tool tool;
    tool_unpack(payload, &tool);
    if (!core->armed)
        return STATUS_EPERM;
    uint8_t status = deadline_status(core, tool.deadline_ms);
    if (status != STATUS_OK)
        return status;
    core->tool = (struct order){true, tool.deadline_ms};
    core->tool_duty = tool.duty;
    return STATUS_OK;
}

static uint8_t handle_gripper(struct core *core, const uint8_t *payload)
{
    struct gripper gripper;
    if (!gripper_unpack(payload, &gripper))
        return STATUS_ERANGE;
    if (!core->armed)
        return STATUS_EPERM;
    uint8_t status = deadline_status(core, gripper.deadline_ms);
    if (status != STATUS_OK)
        return status;
    core->gripper_ordered = true;
    core->gripper_close = gripper.close != 0;
    core->gripper_aim_mm[0] = gripper.x_mm;
    core->gripper_aim_mm[1] = gripper.y_mm;
    core->gripper_aim_mm[2] = gripper.z_mm;
    return STATUS_OK;
}

static uint8_t handle_arm(struct core *core, const uint8_t *payload)
{
    struct arm arm;
    arm_unpack(payload, &arm);
    return latch_arm(core, arm.nonce);
}

static uint8_t handle_disarm(struct core *core, const uint8_t *payload)
{
    (void)payload;
    latch_disarm(core);
    return STATUS_OK;
}

static uint8_t handle_clear(struct core *core, const uint8_t *payload)
{
    (void)payload;
    return latch_clear(core);
}

static uint8_t handle_heartbeat(struct core *core, const uint8_t *payload)
{
    (void)payload;
    core->last_heartbeat = core->now;
    return STATUS_OK;
}

/* A Stop of any length stops; only one of this schema and session may ask for a ramp. */
static void handle_stop(struct core *core, const uint8_t *payload, uint8_t size, bool ours)
{
    struct stop stop = {REASON_HOST, 0};
    if (size == STOP_SIZE)
        stop_unpack(payload, &stop);
    bool known = stop.reason >= REASON_HOST && stop.reason <= REASON_KERNEL_SILENT;
    uint8_t reason = known ? stop.reason : (uint8_t)REASON_HOST;
    if (stop.category == 1 && ours && !core->recovering)
        latch_ramp(core, reason);
    else
        latch_set(core, reason);
}

/* What is left for a Stop once it has its place among the requests: it was carried out before. */
static uint8_t note_stop(struct core *core, const uint8_t *payload)
{
    (void)core;
    (void)payload;
    return STATUS_OK;
}

struct request_kind {
    uint8_t id, size, group;
    uint8_t (*handle)(struct core *core, const uint8_t *payload);
};

static const struct request_kind KINDS[] = {
    {MSG_HEARTBEAT, HEARTBEAT_SIZE, GROUP_NONE, handle_heartbeat},
    {MSG_ARM, ARM_SIZE, GROUP_MODE, handle_arm},
    {MSG_DISARM, DISARM_SIZE, GROUP_MODE, handle_disarm},
    {MSG_CLEAR, CLEAR_SIZE, GROUP_MODE, handle_clear},
    {MSG_STOP, STOP_SIZE, GROUP_MODE, note_stop},
    {MSG_DRIVE, DRIVE_SIZE, GROUP_MOTION, handle_drive},
    {MSG_RECOVER, RECOVER_SIZE, GROUP_MOTION, handle_recover},
    {MSG_TOOL, TOOL_SIZE, GROUP_TOOL, handle_tool},
    {MSG_GRIPPER, GRIPPER_SIZE, GROUP_GRIPPER, handle_gripper},
};

static const struct request_kind *find_kind(uint8_t id)
{
    for (uint8_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
        if (KINDS[i].id == id)
            return &KINDS[i];
    return 0;
}

/* Ids that have left the window are refused by it; left in place they would one day lie in the future of new ones. */
static void forget_old_groups(struct core *core)
{
    for (uint8_t i = 0; i < GROUPS; i++)
        if ((uint16_t)(core->newest - core->newest_of[i]) >= REQUEST_WINDOW)
            core->group_used[i] = false;
}

/* Makes room for the id in the window. ESTALE: too old or too far ahead. Otherwise UNSEEN, or the answer given before. */
static uint8_t remembered(struct core *core, uint16_t request)
{
    int16_t ahead = (int16_t)(uint16_t)(request - core->newest);
    if (ahead > REQUEST_AHEAD || ahead <= -REQUEST_WINDOW)
        return STATUS_ESTALE;
    if (ahead > 0) {
        for (uint16_t i = 0; i < (uint16_t)ahead && i < REQUEST_WINDOW; i++)
            core->answers[(uint16_t)(request - i) % REQUEST_WINDOW] = UNSEEN;
        core->newest = request;
        forget_old_groups(core);
    }
    return core->answers[request % REQUEST_WINDOW];
}

static uint8_t execute(struct core *core, const struct request_kind *kind, uint16_t request, const uint8_t *payload)
{
    bool ordered = kind->group != GROUP_NONE && core->group_used[kind->group];
    if (ordered && (int16_t)(uint16_t)(request - core->newest_of[kind->group]) < 0)
        return STATUS_ESTALE;
    uint8_t status = kind->handle(core, payload);
    core->group_used[kind->group] = true;
    core->newest_of[kind->group] = request;
    return status;
}

static bool of_session(const struct core *core, const uint8_t *frame, uint8_t length)
{
    uint16_t tag = tag_update(core->session, frame[0]);
    for (uint8_t i = 3; i < length; i++) /* from the request id on: the tag itself is left out */
        tag = tag_update(tag, frame[i]);
    return core->session != 0 && tag == wire_get_u16(frame + 1);
}

void requests_handle(struct core *core, const uint8_t *frame, uint8_t length)
{
    if (length < HOST_HEADER)
        return;
    uint8_t type = frame[0], size = (uint8_t)(length - HOST_HEADER);
    uint16_t request = wire_get_u16(frame + 3);
    const uint8_t *payload = frame + HOST_HEADER;
    if (type == MSG_HELLO) {
        if (size == HELLO_SIZE)
            handle_hello(core, request, payload);
        return;
    }
    bool stop = type == MSG_STOP, ours = of_session(core, frame, length);
    if (stop) /* before all bookkeeping: no window and no session may refuse a stop */
        handle_stop(core, payload, size, ours);
    if (!ours) {
        answer(core, request, stop ? STATUS_OK : STATUS_ESTALE);
        return;
    }
    uint8_t status = remembered(core, request);
    if (status == UNSEEN) {
        const struct request_kind *kind = find_kind(type);
        if (kind == 0)
            status = STATUS_ENOSYS;
        else if (size != kind->size)
            status = STATUS_EINVAL;
        else
            status = execute(core, kind, request, payload);
        core->answers[request % REQUEST_WINDOW] = status;
    }
    answer(core, request, stop ? STATUS_OK : status);
}
