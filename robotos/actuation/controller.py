"""The motor controller in SI units: the one place in the gate that knows the wire's messages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from firmware_bridge.link import Link
from firmware_bridge.messages import NO_ECHO, Ack, Clear, Disarm, Flag, Gripper, Reason, Scan, State
from robotos.actuation.latch import Category, Cause
from robotos.geometry import Pose, Twist

EMPTY_MV, FULL_MV = 12800, 16800  # four lithium cells in series, taken as linear

CAUSES: Mapping[int, Cause] = MappingProxyType(
    {
        Reason.BUMPER: Cause.BUMPER,
        Reason.CLIFF: Cause.CLIFF,
        Reason.STOP_BUTTON: Cause.STOP_BUTTON,
        Reason.LINK: Cause.LINK_LOST,
        Reason.WHEEL: Cause.WHEEL,
        Reason.HOST: Cause.STOP,
        Reason.OWNER: Cause.STOP,
        Reason.GATE: Cause.STOP,
        Reason.KERNEL_SILENT: Cause.KERNEL_SILENT,
    }
)
REASONS: Mapping[Cause, Reason] = MappingProxyType(
    {Cause.STOP: Reason.OWNER, Cause.KERNEL_SILENT: Reason.KERNEL_SILENT}
)


@dataclass(frozen=True, slots=True)
class Report:
    """What the controller said about the body; odometry in a frame of its own."""

    odometry: Pose
    twist: Twist
    battery: float  # 0 to 1
    armed: bool
    latched: Cause | None
    bumper: int
    cliff: int
    stop_button: bool
    charging: bool
    tool_on: bool
    gripper_closed: bool
    gripper_holding: bool


@dataclass(frozen=True, slots=True)
class Readings:
    """One ring of ranges, metres from the robot's centre, inf for nothing."""

    ranges: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the controller made of a request; reports that follow it in the stream are of the time after it."""

    request: int


class Controller:
    """Orders to the controller and reports from it."""

    def __init__(self, link: Link) -> None:
        self._link = link

    @property
    def up(self) -> bool:
        """Whether the controller answers."""
        return self._link.up

    @property
    def lost_reason(self) -> str:
        """Why it does not."""
        return self._link.lost_reason

    @property
    def resets(self) -> int:
        """How often it has restarted since the link was made."""
        return self._link.resets

    def deadline(self, seconds: float, now_ms: int | None = None) -> int:
        """The controller's clock (ms, modulo 2^32) `seconds` from now, or from `now_ms`; errs to the early side."""
        return self._link.deadline_after(seconds, now_ms)

    def now_ms(self) -> int:
        """The controller's clock; errs to the early side."""
        return self._link.controller_ms()

    def remaining(self, deadline_ms: int, now_ms: int | None = None) -> float:
        """Seconds until a deadline in the controller's clock, now or at `now_ms`; negative when it has passed."""
        left = (deadline_ms - (self._link.controller_ms() if now_ms is None else now_ms)) & 0xFFFFFFFF
        return (left if left < 0x80000000 else left - 0x100000000) * 1e-3

    def pump(self) -> list[Report | Readings | Answer]:
        """Take in what has arrived, oldest first. Never blocks."""
        found: list[Report | Readings | Answer] = []
        for message in self._link.poll():
            if isinstance(message, State):
                found.append(report(message))
            elif isinstance(message, Scan):
                found.append(Readings(tuple(metres(value) for value in message.ranges_mm)))
            elif isinstance(message, Ack):
                found.append(Answer(message.request))
        return found

    def heartbeat(self) -> None:
        """The supervising loop is alive."""
        self._link.heartbeat()

    def drive(self, twist: Twist, deadline_ms: int) -> int:
        """Ask for a body velocity; the request's id."""
        v, w = twist.v * 1000, twist.w * 1000  # as `toward_zero`, written out
        v_mm_s, w_mrad_s = int(v + 1e-6 if v >= 0.0 else v - 1e-6), int(w + 1e-6 if w >= 0.0 else w - 1e-6)
        return self._link.drive(v_mm_s, w_mrad_s, deadline_ms)

    def back_off(self, speed: float, deadline_ms: int) -> int:
        """Drive backwards at `speed` (m/s, not negative) while a contact has latched."""
        return self._link.recover(-toward_zero(speed * 1000), 0, deadline_ms)

    def tool(self, on: bool, deadline_ms: int) -> int:
        """Run the cleaning tool, or not, until the deadline."""
        return self._link.tool(255 if on else 0, deadline_ms)

    def gripper(self, close: bool, aim: tuple[float, float, float], deadline_ms: int) -> int:
        """Close on, or open at, a point in the base frame (m)."""
        x, y, z = (round(value * 1000) for value in aim)
        return self._link.send(Gripper(int(close), x, y, z, deadline_ms))

    def arm(self) -> int:
        """Forget the latch and permit motion: two requests, in this order."""
        self._link.send(Clear())
        return self._link.arm()

    def disarm(self) -> int:
        """No motion until armed again; no latch."""
        return self._link.send(Disarm())

    def stop(self, cause: Cause, category: Category = Category.OFF) -> int:
        """Stop and latch, written at once, before anything that waits."""
        return self._link.stop_now(int(REASONS.get(cause, Reason.GATE)), int(category))

    def answer(self, request: int) -> str | None:
        """ "OK" or the errno with which the controller answered a request; None while it has not."""
        return self._link.acked(request)


def report(state: State) -> Report:
    """A state message in SI units."""
    flags = state.flags
    return Report(
        odometry=Pose(state.x_um * 1e-6, state.y_um * 1e-6, state.yaw_urad * 1e-6),
        twist=Twist(state.v_mm_s * 1e-3, state.w_mrad_s * 1e-3),
        battery=min(1.0, max(0.0, (state.battery_mv - EMPTY_MV) / (FULL_MV - EMPTY_MV))),
        armed=bool(flags & Flag.ARMED),
        latched=CAUSES.get(state.reason, Cause.CONTROLLER) if flags & Flag.LATCHED else None,
        bumper=state.bumper,
        cliff=state.cliff,
        stop_button=bool(flags & Flag.STOP_BUTTON),
        charging=bool(flags & Flag.CHARGING),
        tool_on=state.tool > 0,
        gripper_closed=bool(flags & Flag.GRIPPER_CLOSED),
        gripper_holding=bool(flags & Flag.HOLDING),
    )


def metres(millimetres: int) -> float:
    """A range reading in metres; inf where there was no echo."""
    return math.inf if millimetres == NO_ECHO else millimetres * 1e-3


def toward_zero(value: float) -> int:
    """The whole number next to `value` on the side of zero: rounding must not make anything faster."""
    return int(value + 1e-6) if value >= 0.0 else int(value - 1e-6)
