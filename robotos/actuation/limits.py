"""Speed, acceleration and jerk: how much of a wanted twist policy and wheels permit, given what was sent before."""

from __future__ import annotations

from robotos.actuation.body import Body
from robotos.geometry import Twist
from robotos.policy import Policy

LOOKAHEAD = 0.06  # s, a little more than one control period: the next command comes that much later
LONGEST = 0.1  # s between two commands that count; a caller who comes later gathers speed as if it were not late
_CLOSE = 1 + 1e-9  # rounding is no offence


class Limits:
    """The limits of one robot. Stateful: how much of the last speed the wheels have reached is kept between calls."""

    def __init__(self, policy: Policy, body: Body) -> None:
        motion = policy.motion
        self._speed = min(motion.max_speed, body.top_speed)
        self._turn_rate = motion.max_turn_rate
        self._wheel = body.wheel_speed
        self._half_base = body.wheel_base / 2
        self._v = Ramp(motion.max_acceleration, motion.max_jerk)
        self._w = Slope(motion.max_turn_acceleration)

    def apply(self, wanted: Twist, last: Twist, elapsed: float) -> tuple[Twist, tuple[str, ...]]:
        """The part of `wanted` that may be sent `elapsed` s after `last` was, and the names of what took the rest.

        Speed limits keep the curve that was asked for; acceleration and jerk limit each axis by itself, and only
        away from zero: slowing down and stopping are never limited here.
        """
        v, w = wanted.v, wanted.w
        size, turn = v if v >= 0.0 else -v, w if w >= 0.0 else -w  # a call of `abs` is a twentieth of all this
        fits = size <= self._speed and turn <= self._turn_rate and size + turn * self._half_base <= self._wheel
        slow, by = (wanted, ()) if fits else self.speed(wanted)
        v = self._v.towards(slow.v, last.v, elapsed)
        w = self._w.towards(slow.w, last.w, elapsed)
        if v == slow.v and w == slow.w:
            return slow, by
        return Twist(v, w), (*by, "acceleration")

    def speed(self, wanted: Twist) -> tuple[Twist, tuple[str, ...]]:
        """Within the speed limits of policy and wheels."""
        v, w = abs(wanted.v), abs(wanted.w)
        share = 1.0
        by: tuple[str, ...] = ()
        if v > self._speed * _CLOSE:
            share, by = self._speed / v, ("max_speed",)
        if w * share > self._turn_rate * _CLOSE:
            share, by = self._turn_rate / w, (*by, "max_turn_rate")
        rim = v + w * self._half_base
        if rim * share > self._wheel * _CLOSE:
            share, by = self._wheel / rim, (*by, "wheel_speed")
        return (Twist(wanted.v * share, wanted.w * share), by) if by else (wanted, by)


class Slope:
    """One axis whose jerk nothing limits, as turning; otherwise as `Ramp`."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._level = 0.0  # reached by now, not negative

    def towards(self, wanted: float, last: float, elapsed: float) -> float:
        """As much of `wanted` as may be sent now, `elapsed` s after `last` was sent."""
        size = wanted if wanted >= 0.0 else -wanted
        ran = 0.0 if wanted * last <= 0.0 else last if last >= 0.0 else -last  # who turns round begins at zero
        if size <= ran <= self._level:
            self._level = size
            return wanted
        level = self._level + self._rate * (0.0 if elapsed < 0.0 else elapsed if elapsed < LONGEST else LONGEST)
        self._level = level = level if level < ran else ran
        most = level + self._rate * LOOKAHEAD
        most = most if most > ran else ran
        return wanted if size <= most else most if wanted > 0.0 else -most


class Ramp:
    """One axis. Follows the speed that wheels which obey `rate` (per s^2) and `jerk` (per s^3) have reached by now, and
    lets a command be ahead of it by what they gain within `LOOKAHEAD`, however often it is called."""

    def __init__(self, rate: float, jerk: float) -> None:
        self._rate = rate
        self._jerk = jerk
        self._level = 0.0  # reached by now, not negative; the direction is that of what was last sent
        self._slope = 0.0  # its acceleration
        self._given = 0.0  # what was permitted last

    def towards(self, wanted: float, last: float, elapsed: float) -> float:
        """As much of `wanted` as may be sent now, `elapsed` s after `last` was sent."""
        size = wanted if wanted >= 0.0 else -wanted
        ran = 0.0 if wanted * last <= 0.0 else last if last >= 0.0 else -last  # who turns round begins at zero
        if size <= ran <= self._level:  # going on as before, or slower: that is what is asked for most
            self._given = self._level = size
            self._slope = 0.0
            return wanted
        self._follow(ran, elapsed)
        most = self._level + self._gain(LOOKAHEAD)[0]
        most = most if most > ran else ran
        if size <= most:
            self._given = size
            return wanted
        self._given = most
        return most if wanted > 0.0 else -most

    def _follow(self, ran: float, elapsed: float) -> None:
        """Bring the reached speed up to now. Where it is reached, or was lowered, speeding up begins anew."""
        gained, slope = self._gain(0.0 if elapsed < 0.0 else elapsed if elapsed < LONGEST else LONGEST)
        level = self._level + gained
        if ran < self._given or level >= ran:
            level, slope = level if level < ran else ran, 0.0
        self._level, self._slope = level, slope

    def _gain(self, seconds: float) -> tuple[float, float]:
        """What is gained within `seconds` of speeding up as fast as is permitted, and the acceleration then."""
        was, rate = self._slope, self._rate
        rising = (rate - was) / self._jerk
        rising = rising if rising < seconds else seconds
        slope = was + self._jerk * rising
        return (was + slope) / 2 * rising + rate * (seconds - rising), slope
