"""Our frames and firmware code next to MAVLink 2's for the same meanings, measured side by side.

MAVLink is a message set for aircraft (https://mavlink.io/en/messages/common.html); each of ours is set against the
messages that come nearest to it, filled with the same plausible values, because MAVLink 2 leaves trailing zeros out.
Needs pymavlink, which only development has.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

from firmware_bridge.framing import controller_frame, host_frame
from firmware_bridge.messages import Ack, Drive, Flag, Heartbeat, Scan, State, Stop

SESSION, REQUEST, SEQUENCE, BOOT_MS = 0x5A31, 1234, 77, 305_410
V, W = 0.231, 0.412  # m/s, rad/s
RANGES = tuple(800 + 17 * (bearing * 7 % 40) for bearing in range(72))  # mm
X, Y, YAW, BATTERY_MV = 2.413, -1.207, 0.733, 15_240
SYSTEM = 1


class MavlinkMissingError(ImportError):
    """There is no pymavlink here; the text says how to get it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One meaning: bytes of our frame, and of MAVLink 2's; `theirs` names the messages that are needed for it."""

    ours: str
    our_bytes: int
    theirs: tuple[str, ...]
    their_bytes: int
    lacks: str  # what MAVLink's does not carry of ours


def rows() -> list[Row]:
    """All six. Raises `MavlinkMissingError`."""
    mav = _dialect()
    return [
        _row("Drive", _host(Drive(231, 412, BOOT_MS + 200)), _drive(mav), "a deadline"),
        _row("Heartbeat", _host(Heartbeat()), _heartbeat(mav), "an acknowledgement"),
        _row("Stop", _host(Stop(17, 0)), _stop(mav), "a reason"),
        _row("Ack", _controller(Ack(REQUEST, 0)), _ack(mav), "the request's number"),
        _row("State", _controller(_our_state()), _state(mav), "contacts, latch and its reason"),
        _row("Scan", _controller(Scan(BOOT_MS, RANGES)), _scan(mav), ""),
    ]


def _dialect() -> ModuleType:
    try:
        return importlib.import_module("pymavlink.dialects.v20.common")
    except ImportError as error:
        raise MavlinkMissingError("pymavlink is not installed: pip install 'robotos[dev]'") from error


def _row(name: str, ours: bytes, theirs: Sequence[bytes], lacks: str) -> Row:
    mav = _dialect()
    named = tuple(mav.mavlink_map[int.from_bytes(frame[7:10], "little")].msgname for frame in theirs)
    return Row(name, len(ours), named, sum(map(len, theirs)), lacks)


def _host(message: Drive | Heartbeat | Stop) -> bytes:
    return host_frame(SESSION, REQUEST, message)


def _controller(message: Ack | State | Scan) -> bytes:
    return controller_frame(SEQUENCE, message)


def _our_state() -> State:
    flags = Flag.ARMED | Flag.MOVING
    return State(
        BOOT_MS, SESSION, round(X * 1e6), round(Y * 1e6), round(YAW * 1e6), 229, 409, 121, 163, BATTERY_MV, flags, 0,
        0, 0, 180,
    )  # fmt: skip


def _pack(mav: ModuleType, *messages: object) -> list[bytes]:
    link = mav.MAVLink(None, srcSystem=SYSTEM, srcComponent=1)
    link.seq = SEQUENCE
    return [bytes(message.pack(link)) for message in messages]  # type: ignore[attr-defined]


def _drive(mav: ModuleType) -> list[bytes]:
    """Velocity and yaw rate in the body frame; everything else is masked out, and there all the same."""
    mask = 0b0000_0101_1100_0111  # positions, accelerations and yaw are ignored
    frame = mav.MAV_FRAME_BODY_FRD
    return _pack(
        mav,
        mav.MAVLink_set_position_target_local_ned_message(
            BOOT_MS, SYSTEM, 1, frame, mask, 0, 0, 0, V, 0, 0, 0, 0, 0, 0, W
        ),
    )


def _heartbeat(mav: ModuleType) -> list[bytes]:
    message = mav.MAVLink_heartbeat_message(mav.MAV_TYPE_GCS, mav.MAV_AUTOPILOT_INVALID, 0, 0, mav.MAV_STATE_ACTIVE, 3)
    return _pack(mav, message)


def _stop(mav: ModuleType) -> list[bytes]:
    """Disarm, by force: parameter 2 is the magic number that MAVLink has for that."""
    command = mav.MAV_CMD_COMPONENT_ARM_DISARM
    return _pack(mav, mav.MAVLink_command_long_message(SYSTEM, 1, command, 0, 0, 21196, 0, 0, 0, 0, 0))


def _ack(mav: ModuleType) -> list[bytes]:
    command = mav.MAV_CMD_COMPONENT_ARM_DISARM
    return _pack(mav, mav.MAVLink_command_ack_message(command, mav.MAV_RESULT_ACCEPTED, 0, 0, SYSTEM, 190))


def _state(mav: ModuleType) -> list[bytes]:
    """Odometry without its 70 floats of covariance takes two messages, battery and health a third."""
    c, s = math.cos(YAW), math.sin(YAW)
    sensors = mav.MAV_SYS_STATUS_SENSOR_MOTOR_OUTPUTS
    return _pack(
        mav,
        mav.MAVLink_local_position_ned_message(BOOT_MS, X, -Y, 0, V * c, -V * s, 0),
        mav.MAVLink_attitude_message(BOOT_MS, 0, 0, -YAW, 0, 0, -W),
        mav.MAVLink_sys_status_message(sensors, sensors, sensors, 310, BATTERY_MV, -1, 61, 0, 0, 0, 0, 0, 0),
    )


def _scan(mav: ModuleType) -> list[bytes]:
    centimetres = [round(value / 10) for value in RANGES]
    kind = mav.MAV_DISTANCE_SENSOR_LASER
    return _pack(mav, mav.MAVLink_obstacle_distance_message(BOOT_MS * 1000, kind, centimetres, 5, 5, 1200))
