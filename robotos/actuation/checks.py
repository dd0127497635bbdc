"""The gate's questions about one command, as pure functions: finite, in range, armed, interlocked, within limits."""

from __future__ import annotations

import math
from collections.abc import Callable

from robotos.actuation.body import Body
from robotos.actuation.verdict import ALLOWED, Allowed, Denied
from robotos.errno import Errno
from robotos.geometry import Twist
from robotos.policy import Policy

MAX_TTL = 0.5  # s; the controller refuses more
SANE_SPEED = 10.0  # m/s and rad/s; a caller asking for more is broken, not hasty
NO_IDEA = 1.0  # m of uncertainty from which the figure says nothing
STANDSTILL = 0.02  # m/s


def finite(**values: object) -> Allowed | Denied:
    """Every value is a real number: EINVAL (bool, string, ...) or ERANGE (NaN, infinity) names the first that isn't."""
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            return Denied(Errno.EINVAL, f"{name} must be a number, not {type(value).__name__}")
        try:
            if math.isfinite(value):
                continue
        except OverflowError:
            pass
        return Denied(Errno.ERANGE, f"{name} must be a finite number")
    return ALLOWED


def plain(v: object, w: object, ttl: object) -> bool:
    """Three floats that `finite` and `schema_drive` permit, as nearly always. What is wrong is for those to name."""
    return (
        type(v) is float
        and type(w) is float
        and type(ttl) is float
        and -SANE_SPEED <= v <= SANE_SPEED
        and -SANE_SPEED <= w <= SANE_SPEED
        and 0.0 < ttl <= MAX_TTL
    )


def schema_drive(v: float, w: float, ttl: float) -> Allowed | Denied:
    """Speeds a sane caller could mean, and a time to live in (0, 0.5] s. Zero never means for ever."""
    if abs(v) > SANE_SPEED or abs(w) > SANE_SPEED:
        return Denied(Errno.ERANGE, f"a velocity of {v:.3g} m/s, {w:.3g} rad/s is out of range")
    if ttl == 0.0:
        return Denied(Errno.EINVAL, "a time to live of zero is no time at all")
    if not 0.0 < ttl <= MAX_TTL:
        return Denied(Errno.ERANGE, f"a time to live of {ttl:.3g} s is outside 0 to {MAX_TTL} s")
    return ALLOWED


def schema_gripper(aim: tuple[float, float, float], body: Body) -> Allowed | Denied:
    """A point in the base frame within the arm's reach."""
    x, y, z = aim
    if math.hypot(x, y) > body.reach or not -0.05 <= z <= body.reach_height:
        return Denied(Errno.ERANGE, f"({x:.2f}, {y:.2f}, {z:.2f}) m is out of the gripper's reach")
    return ALLOWED


def armed(is_armed: bool, latched: str) -> Allowed | Denied:
    """Armed, and nothing has latched."""
    if latched:
        return Denied(Errno.EPERM, f"stopped and latched: {latched}")
    if not is_armed:
        return Denied(Errno.EPERM, "not armed: an order of the owner must engage me first")
    return ALLOWED


def fresh(report_age: float, scan_age: float, policy: Policy, translating: bool) -> Allowed | Denied:
    """The controller's report, and for driving off the spot the range readings, are recent enough to decide by."""
    if not report_age <= policy.freshness.report:
        return Denied(Errno.ESTALE, f"the last report of the controller is {_age(report_age)} old")
    if translating and not scan_age <= policy.freshness.scan:
        return Denied(Errno.ESTALE, f"the last range readings are {_age(scan_age)} old")
    return ALLOWED


def located(sigma: float, policy: Policy) -> Allowed | Denied:
    """The gate knows well enough where it is; written so that a NaN is not good enough."""
    if sigma <= policy.clearance.max_pose_sigma:
        return ALLOWED
    if sigma < NO_IDEA:
        return Denied(Errno.EPERM, f"I don't know where I am (give or take {sigma:.2f} m)")
    return Denied(Errno.EPERM, "I don't know where I am: wait a moment, or put me on my dock")


def tool_interlock(recovering: bool) -> Allowed | Denied:
    """The cleaning tool does not turn while backing off something."""
    return Denied(Errno.EBUSY, "no cleaning while backing off") if recovering else ALLOWED


def capability(name: str, has_it: bool) -> Allowed | Denied:
    """The body has the part that is asked for."""
    return ALLOWED if has_it else Denied(Errno.ENODEV, f"this robot has no {name}")


def gripper_interlock(speed: float, wanted: Twist, tool_on: bool) -> Allowed | Denied:
    """The arm moves only while the wheels stand still and the cleaning tool, over which it reaches, is off."""
    if abs(speed) > STANDSTILL or wanted != Twist(0.0, 0.0):
        return Denied(Errno.EBUSY, "the gripper moves only while the robot stands still")
    return Denied(Errno.EBUSY, "the gripper moves only while the cleaning tool is off") if tool_on else ALLOWED


def lease_held(silence: float, policy: Policy) -> bool:
    """Whether whoever is above the gate has given a sign of life recently enough."""
    return silence <= policy.motion.lease


def first_denial(*checks: Callable[[], Allowed | Denied]) -> Denied | None:
    """The first check that says no; those after it are not asked."""
    for check in checks:
        answer = check()
        if isinstance(answer, Denied):
            return answer
    return None


def _age(seconds: float) -> str:
    return f"{seconds:.2f} s" if math.isfinite(seconds) else "infinitely"
