/* The least MAVLink 2 code that does on a board what our codec and requests do there: take orders, answer, report.
 * Compiled against headers that pymavlink's generator makes of the messages used here, to be weighed, never flashed.
 */
#define MAVLINK_USE_CONVENIENCE_FUNCTIONS
#define MAVLINK_COMM_NUM_BUFFERS 1
#define MAVLINK_NO_SIGN_PACKET
#define MAVLINK_NO_SIGNATURE_CHECK
#include "probe/version.h"
#include "mavlink_types.h"

void board_put(uint8_t byte);
void board_drive(float v, float w);
void board_stop(void);
uint8_t board_arm(uint8_t on);
void board_alive(void);

struct body {
    uint32_t ms;
    float x, y, yaw, v_x, v_y, w;
    uint16_t battery_mv;
    uint16_t load;
};

mavlink_system_t mavlink_system = {1, 1};

static inline void comm_send_ch(mavlink_channel_t channel, uint8_t byte)
{
    (void)channel;
    board_put(byte);
}

#include "probe/mavlink.h"

#define ARM_DISARM 400 /* MAV_CMD_COMPONENT_ARM_DISARM */
#define FORCED 21196
#define BODY_FRD 12
#define ONLY_VELOCITY 0x05C7

static void command(const mavlink_message_t *message)
{
    mavlink_command_long_t asked;
    mavlink_msg_command_long_decode(message, &asked);
    uint8_t result = 3; /* MAV_RESULT_UNSUPPORTED */
    if (asked.target_system != mavlink_system.sysid)
        return;
    if (asked.command == ARM_DISARM) {
        result = 0;
        if (asked.param1 == 0 && asked.param2 == FORCED)
            board_stop();
        else
            result = board_arm(asked.param1 == 1);
    }
    mavlink_msg_command_ack_send(MAVLINK_COMM_0, asked.command, result, 0, 0, message->sysid, message->compid);
}

static void drive(const mavlink_message_t *message)
{
    mavlink_set_position_target_local_ned_t target;
    mavlink_msg_set_position_target_local_ned_decode(message, &target);
    bool ours = target.target_system == mavlink_system.sysid && target.coordinate_frame == BODY_FRD;
    if (!ours || target.type_mask != ONLY_VELOCITY)
        return;
    if (!(target.vx >= -0.306f && target.vx <= 0.306f) || !(target.yaw_rate >= -2.6f && target.yaw_rate <= 2.6f))
        return;
    board_drive(target.vx, target.yaw_rate);
}

void probe_receive(uint8_t byte)
{
    mavlink_message_t message;
    mavlink_status_t status;
    if (!mavlink_parse_char(MAVLINK_COMM_0, byte, &message, &status))
        return;
    switch (message.msgid) {
    case MAVLINK_MSG_ID_HEARTBEAT:
        board_alive();
        break;
    case MAVLINK_MSG_ID_COMMAND_LONG:
        command(&message);
        break;
    case MAVLINK_MSG_ID_SET_POSITION_TARGET_LOCAL_NED:
        drive(&message);
        break;
    }
}

void probe_report(const struct body *body)
{
    mavlink_msg_local_position_ned_send(MAVLINK_COMM_0, body->ms, body->x, body->y, 0, body->v_x, body->v_y, 0);
    mavlink_msg_attitude_send(MAVLINK_COMM_0, body->ms, 0, 0, body->yaw, 0, 0, body->w);
    mavlink_msg_sys_status_send(MAVLINK_COMM_0, 1, 1, 1, body->load, body->battery_mv, -1, 61, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

void probe_scan(uint32_t ms, const uint16_t *centimetres)
{
    mavlink_msg_obstacle_distance_send(MAVLINK_COMM_0, (uint64_t)ms * 1000, 0, centimetres, 5, 5, 1200, 0, 0, 0);
}
