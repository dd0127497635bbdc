"""What latches a stop, and what may clear it: an immutable list of causes and one rule for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType

from robotos.actuation.verdict import ALLOWED, Allowed, Denied
from robotos.errno import Errno


class Cause(StrEnum):
    """Why motion is latched off; the value is what `BodyState.latched` shows."""

    STOP = "stop"  # spoken, typed, or asked for by a program
    KERNEL_SILENT = "kernel_silent"  # nobody above the gate gave a sign of life
    POSE_LOST = "pose_lost"  # the gate no longer knows where it is
    BUMPER = "bumper"
    CLIFF = "cliff"
    STOP_BUTTON = "stop_button"
    LINK_LOST = "link_lost"  # the cable, or the controller's own watchdog
    RESET = "reset"  # the controller started anew
    WHEEL = "wheel"  # one did not turn as it was driven: blocked, or its encoder is dead
    CONTROLLER = "controller"  # it latched for a reason of its own


class Category(IntEnum):
    """How a stop ends motion, after IEC 60204-1. Either latches and disarms at once."""

    OFF = 0  # power is taken off the motors at once
    RAMP = 1  # the wheels are braked under power first, for half a second at most: an orderly end


class Clears(StrEnum):
    """Who may clear a cause once it is gone."""

    ORDER = "order"  # the owner's next explicit order (`engage`), or arming
    CONTACT = "contact"  # as ORDER, and a finished `recover`
    ARM = "arm"  # only arming by console, shell or button


RULES: Mapping[Cause, Clears] = MappingProxyType(
    {
        Cause.STOP: Clears.ORDER,
        Cause.KERNEL_SILENT: Clears.ORDER,
        Cause.POSE_LOST: Clears.ORDER,
        Cause.BUMPER: Clears.CONTACT,
        Cause.CLIFF: Clears.CONTACT,
        Cause.STOP_BUTTON: Clears.ARM,
        Cause.LINK_LOST: Clears.ARM,
        Cause.RESET: Clears.ARM,
        Cause.WHEEL: Clears.ORDER,
        Cause.CONTROLLER: Clears.ARM,
    }
)

_WORDS: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.STOP: "I was told to stop",
        Cause.KERNEL_SILENT: "my control program fell silent",
        Cause.POSE_LOST: "I lost track of where I am",
        Cause.BUMPER: "I bumped into something",
        Cause.CLIFF: "I am at an edge",
        Cause.STOP_BUTTON: "the stop button was pressed",
        Cause.LINK_LOST: "the link to the motors was lost",
        Cause.RESET: "the motor controller restarted",
        Cause.WHEEL: "a wheel did not turn as I drove it: look whether it is blocked",
        Cause.CONTROLLER: "the motor controller shut the motors off",
    }
)


@dataclass(frozen=True, slots=True)
class Present:
    """Which causes are there at this moment."""

    link_up: bool
    stop_button: bool
    bumper: bool
    cliff: bool
    pose_lost: bool

    def holds(self, cause: Cause) -> bool:
        """Whether `cause` has not gone away yet."""
        return {
            Cause.LINK_LOST: not self.link_up,
            Cause.STOP_BUTTON: self.stop_button,
            Cause.BUMPER: self.bumper,
            Cause.CLIFF: self.cliff,
            Cause.POSE_LOST: self.pose_lost,
        }.get(cause, False)


@dataclass(frozen=True, slots=True)
class Latch:
    """The causes since motion was last allowed, oldest first. Empty: not latched."""

    causes: tuple[Cause, ...] = ()
    detail: str = ""  # of the first

    @property
    def set(self) -> bool:
        """Whether motion is latched off."""
        return bool(self.causes)

    @property
    def first(self) -> str:
        """The first reason, which later ones never overwrite; "" when not latched."""
        return self.causes[0].value if self.causes else ""

    def add(self, cause: Cause, detail: str = "") -> Latch:
        """With one more cause; the same latch if it is there already."""
        if cause in self.causes:
            return self
        return Latch((*self.causes, cause), self.detail or detail)

    @property
    def words(self) -> str:
        """All reasons as one sentence part."""
        return " and ".join(_WORDS[cause] for cause in self.causes)


def may_engage(latch: Latch, present: Present) -> Allowed | Denied:
    """Whether the owner's order clears this latch: no cause needs arming, and none is still there."""
    gone = _gone(latch, present)
    if isinstance(gone, Denied):
        return gone
    for cause in latch.causes:
        if RULES[cause] is Clears.ARM:
            return Denied(Errno.EPERM, f"{_WORDS[cause]}: words are not enough, arm me at the console or the button")
    return ALLOWED


def may_arm(latch: Latch, present: Present) -> Allowed | Denied:
    """Whether console, shell or button may clear this latch: any cause, once it is gone."""
    return _gone(latch, present)


def may_recover(latch: Latch, present: Present) -> Allowed | Denied:
    """Whether backing off is allowed: only contacts have latched, and the rest of the robot is well."""
    if not latch.set:
        return Denied(Errno.EINVAL, "there is no contact to recover from")
    for cause in latch.causes:
        if RULES[cause] is not Clears.CONTACT:
            return Denied(Errno.EPERM, f"{_WORDS[cause]}: backing off does not clear that")
    if not present.link_up:
        return Denied(Errno.ENODEV, _WORDS[Cause.LINK_LOST])
    if present.stop_button:
        return Denied(Errno.EPERM, "the stop button is pressed")
    return ALLOWED


def _gone(latch: Latch, present: Present) -> Allowed | Denied:
    if not present.link_up:
        return Denied(Errno.ENODEV, "there is no link to the motor controller: check its cable and power")
    if present.stop_button:
        return Denied(Errno.EPERM, "the stop button is pressed: release it first")
    for cause in latch.causes:
        if present.holds(cause):
            return Denied(Errno.EPERM, f"{_WORDS[cause]}, and that has not changed")
    if latch.set and (present.bumper or present.cliff):
        return Denied(Errno.EPERM, "something presses my bumper, or I am at an edge: pull me away first")
    return ALLOWED
