"""What crosses the gate's sockets: one msgpack array per packet, decoded into the kernel's own types or refused."""

from __future__ import annotations

import math
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgpack

from robotos.errno import Errno
from robotos.geometry import Pose, Twist
from robotos.kernel.ports import BodyEvent, BodyState, Refused, Scan, Sent, StopReport

PACKET = 65536  # bytes; a longer one is cut by the system, and then refused here


class ProtocolError(ValueError):
    """The packet isn't one of this protocol."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call: `number` comes back with its answer."""

    number: int
    name: str
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """The answer to `poll`: what happened, how the body is, and the two clocks at the same moment.

    `now` is the gate's monotonic clock, which processes of one machine share; `controller_ms` the controller's.
    """

    events: tuple[BodyEvent, ...]
    state: BodyState
    now: float
    controller_ms: int
    fault: str = ""


Reply = Sent | Refused | StopReport | News


def open_socket() -> socket.socket:
    """A local socket that keeps packets apart (SOCK_SEQPACKET), so that no half of a message is ever seen."""
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_CLOEXEC)


def pack_request(request: Request) -> bytes:
    """The packet of a request."""
    return bytes(msgpack.packb([request.number, request.name, list(request.arguments)]))


def unpack_request(packet: bytes) -> Request:
    """A request whose shape is right; whether its arguments make sense is for the gate to say."""
    fields = _unpack(packet)
    if len(fields) != 3:
        raise ProtocolError("a request has three parts")
    number, name, arguments = fields
    if isinstance(number, bool) or not isinstance(number, int) or not isinstance(name, str):
        raise ProtocolError("a request begins with a number and a name")
    if not isinstance(arguments, list) or len(arguments) > 8:
        raise ProtocolError("arguments are a list of at most eight")
    return Request(number, name, tuple(arguments))


def pack_reply(number: int, reply: Reply) -> bytes:
    """The packet of an answer."""
    match reply:
        case Sent(twist, clipped):
            body: list[Any] = ["sent", twist.v, twist.w, list(clipped)]
        case Refused(errno, reason):
            body = ["refused", errno.value, reason]
        case StopReport(confirmed, seconds, reason):
            body = ["stop", confirmed, seconds, reason]
        case News(events, state, now, controller_ms, fault):
            told = [[event.kind, event.at, event.detail] for event in events]
            body = ["news", told, _state_fields(state), now, controller_ms, fault]
    return bytes(msgpack.packb([number, *body]))


def unpack_reply(packet: bytes) -> tuple[int, Reply]:
    """The number of the request that is answered, and the answer."""
    fields = _unpack(packet)
    try:
        match fields:
            case [int(number), "sent", v, w, clipped]:
                return number, Sent(Twist(float(v), float(w)), tuple(str(name) for name in clipped))
            case [int(number), "refused", errno, reason]:
                return number, Refused(Errno(errno), str(reason))
            case [int(number), "stop", confirmed, seconds, reason]:
                return number, StopReport(confirmed is True, float(seconds), str(reason))
            case [int(number), "news", told, state, now, controller_ms, fault]:
                events = tuple(BodyEvent(str(kind), float(at), str(detail)) for kind, at, detail in told)
                return number, News(events, _state(state), float(now), int(controller_ms), str(fault))
    except (TypeError, ValueError) as error:
        raise ProtocolError(f"an answer of the gate makes no sense: {error}") from error
    raise ProtocolError("an answer of the gate has an unknown shape")


def _unpack(packet: bytes) -> list[Any]:
    try:
        fields = msgpack.unpackb(packet)
    except (ValueError, msgpack.UnpackException) as error:
        raise ProtocolError(f"not a message: {error}") from error
    if not isinstance(fields, list):
        raise ProtocolError("a message is a list")
    return fields


def _state_fields(state: BodyState) -> list[Any]:
    scan = [state.scan.stamp, list(state.scan.ranges)] if state.scan is not None else None
    return [
        state.stamp,
        [state.pose.x, state.pose.y, state.pose.yaw],
        state.sigma,
        [state.twist.v, state.twist.w],
        state.battery,
        state.charging,
        state.armed,
        state.latched,
        state.link_up,
        state.bumper,
        state.cliff,
        state.stop_button,
        state.tool_on,
        state.gripper_closed,
        state.gripper_holding,
        state.located,
        scan,
    ]


def _state(fields: Sequence[Any]) -> BodyState:
    stamp, pose, sigma, twist, battery, *flags, located, scan = fields
    charging, armed, latched, link_up, bumper, cliff, stop_button, tool_on, closed, holding = flags
    return BodyState(
        stamp=float(stamp),
        pose=Pose(*(float(value) for value in pose)),
        sigma=float(sigma),
        twist=Twist(*(float(value) for value in twist)),
        battery=float(battery),
        charging=bool(charging),
        armed=bool(armed),
        latched=str(latched),
        link_up=bool(link_up),
        bumper=int(bumper),
        cliff=int(cliff),
        stop_button=bool(stop_button),
        tool_on=bool(tool_on),
        gripper_closed=bool(closed),
        gripper_holding=bool(holding),
        located=str(located),
        scan=None if scan is None else Scan(float(scan[0]), tuple(float(value) for value in scan[1])),
    )


NOWHERE = BodyState(
    stamp=-math.inf,
    pose=Pose(0.0, 0.0),
    sigma=math.inf,
    twist=Twist(0.0, 0.0),
    battery=0.0,
    charging=False,
    armed=False,
    latched="",
    link_up=False,
    located="lost",
)
