"""Drive along a path: turn on the spot at corners, hold the line to millimetres between them, brake in time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from robotos.geometry import Pose, Twist, wrap
from robotos.navigation.planner import Path, Point

_OUTLOOK = 0.3  # m over which bends are looked for
_SETTLE = 0.02  # m before and after a bend that are driven as slowly


@dataclass(frozen=True)
class Arrived:
    """The end of the path is reached; `error` metres from it."""

    error: float


@dataclass(frozen=True)
class Gains:
    """How hard to steer; metres, radians, seconds.

    Along a leg the heading wanted is `-pull * offset`, so an offset dies out over 1/`pull` metres; the turn rate is
    `stiffness * v * heading error`, so the heading follows over 1/`stiffness` metres at any speed.
    """

    pull: float = 5.0
    stiffness: float = 14.0
    steepest: float = 0.5  # rad, the largest correction of the heading
    corner: float = 0.35  # rad, bends above this are stopped for
    off_course: float = 1.0  # rad, a heading error above this is turned away on the spot
    bend_reach: float = 0.06  # m before and after a slight bend over which it is driven
    bend_rate: float = 0.8  # rad/s, so that the wheels keep up
    aligned: float = 0.02  # rad, a turn on the spot is finished below this
    turn_braking: float = 3.0  # rad/s^2 counted on when a turn ends
    latency: float = 0.1  # s between a measurement and the wheels' answer
    near: float = 0.004  # m from a stop that count as there
    slowest: float = 0.02  # m/s, so that the last centimetre ends
    slowest_turn: float = 0.08  # rad/s


class Tracker:
    """Follows one path. Keeps only how far it has come; call `steer` every control period with the newest pose.

    `max_speed` m/s, `max_turn_rate` rad/s, `max_acceleration` m/s^2. `final_yaw` (rad), where given, is turned to at
    the end.
    """

    def __init__(
        self,
        path: Path,
        max_speed: float = 0.306,
        max_turn_rate: float = 1.9,
        max_acceleration: float = 0.9,
        final_yaw: float | None = None,
        gains: Gains | None = None,
    ) -> None:
        self.path = _distinct(path)
        self._gains = gains or Gains()
        self._speed = max_speed
        self._turn_rate = max_turn_rate
        self._braking = 0.6 * max_acceleration  # the rest is reserve
        self._final_yaw = final_yaw
        self._headings = [math.atan2(b[1] - a[1], b[0] - a[0]) for a, b in _legs(self.path)]
        self._leg = 0
        self._turning = True
        self._rate = 0.0  # the turn rate last asked for while driving

    @property
    def left(self) -> float:
        """Metres from the beginning of the present leg to the end of the path."""
        return sum(math.dist(a, b) for a, b in _legs(self.path[self._leg :]))

    def steer(self, pose: Pose, speed: float | None = None) -> Twist | Arrived:
        """The twist to ask for now; `speed` (m/s) caps it for the moment, as near people."""
        cruise = self._speed if speed is None else min(speed, self._speed)
        while self._leg < len(self._headings):
            along, offset, span = _project(self.path[self._leg], self.path[self._leg + 1], pose)
            bend = self._bend(self._leg)
            stops = abs(bend) > self._gains.corner
            if span - along > (self._gains.near if stops else 0.0):
                return self._drive(pose, along, offset, span, cruise)
            self._leg += 1
            self._turning = stops
        return self._finish(pose)

    def _drive(self, pose: Pose, along: float, offset: float, span: float, cruise: float) -> Twist:
        gains = self._gains
        limit = _braked(self._until_stop(span - along), self._braking, gains.latency)
        v = max(gains.slowest, min(cruise, limit, self._bend_speed(span - along)))
        heading, curvature = self._tangent(along + v * gains.latency, span)
        correction = max(-gains.steepest, min(gains.steepest, gains.pull * offset))
        # the heading is compared with where the robot will point when the wheels answer
        error = wrap(heading - correction - pose.yaw - self._rate * gains.latency)
        if self._turning or abs(error) > gains.off_course:
            error = wrap(self._headings[self._leg] - correction - pose.yaw)
            self._turning = abs(error) > gains.aligned
            if self._turning:
                self._rate = 0.0
                return Twist(0.0, self._turn(error))
        v *= max(0.3, math.cos(error))
        w = v * curvature + gains.stiffness * max(v, 0.08) * error
        self._rate = max(-self._turn_rate, min(self._turn_rate, w))
        return Twist(v, self._rate)

    def _tangent(self, along: float, span: float) -> tuple[float, float]:
        """Heading (rad) and curvature (1/m) of the curve that the polyline stands for, `along` metres into the leg.

        A slight bend is spread evenly over the halves of the two legs that meet in it, `bend_reach` at most.
        """
        heading, leg = self._headings[self._leg], self._leg
        if along > span and leg + 1 < len(self._headings) and abs(self._bend(leg)) <= self._gains.corner:
            leg, along = leg + 1, along - span  # the heading is asked for a little ahead
            heading, span = self._headings[leg], math.dist(self.path[leg], self.path[leg + 1])
        for index, away, sign in ((leg - 1, along, -1.0), (leg, span - along, 1.0)):
            bend = self._bend(index) if index >= 0 else math.inf
            if abs(bend) > self._gains.corner:
                continue
            reach = min(self._gains.bend_reach, self._half(index), self._half(index + 1))
            if 0.0 <= away < reach:
                return heading + sign * bend * 0.5 * (1.0 - away / reach), bend / (2.0 * reach)
        return heading, 0.0

    def _bend_speed(self, ahead: float) -> float:
        """The speed (m/s) at which the bends coming up, and the one just passed, are turned at `bend_rate`."""
        speed = math.inf
        leg, away = self._leg, ahead
        if (
            leg > 0 and abs(self._bend(leg - 1)) <= self._gains.corner
        ):  # a corner has been turned on the spot, and is over
            leg, away = leg - 1, 0.0
        while leg + 1 < len(self._headings) and away < _OUTLOOK and abs(self._bend(leg)) <= self._gains.corner:
            reach = min(self._gains.bend_reach, self._half(leg), self._half(leg + 1))
            passed = leg < self._leg and self._length(self._leg) - ahead > reach + _SETTLE
            if not passed:
                allowed = self._gains.bend_rate * 2.0 * reach / max(abs(self._bend(leg)), 1e-6)
                speed = min(speed, math.sqrt(allowed**2 + 2 * self._braking * max(0.0, away - reach - _SETTLE)))
            leg += 1
            away = ahead if leg == self._leg else away + self._length(leg)
        return speed

    def _length(self, leg: int) -> float:
        return math.dist(self.path[leg], self.path[leg + 1])

    def _half(self, leg: int) -> float:
        return self._length(leg) / 2

    def _turn(self, error: float) -> float:
        gains = self._gains
        rate = _braked(abs(error), gains.turn_braking, gains.latency)
        return math.copysign(max(gains.slowest_turn, min(self._turn_rate, rate)), error)

    def _finish(self, pose: Pose) -> Twist | Arrived:
        if self._final_yaw is not None:
            error = wrap(self._final_yaw - pose.yaw)
            if abs(error) > self._gains.aligned:
                return Twist(0.0, self._turn(error))
        end = self.path[-1]
        return Arrived(math.hypot(end[0] - pose.x, end[1] - pose.y))

    def _bend(self, leg: int) -> float:
        """The change of heading at the end of a leg; the end of the path is a full stop."""
        if leg + 1 >= len(self._headings):
            return math.inf
        return wrap(self._headings[leg + 1] - self._headings[leg])

    def _until_stop(self, ahead: float) -> float:
        """Metres to the next corner that is stopped for, when `ahead` are left of this leg."""
        leg = self._leg
        while abs(self._bend(leg)) <= self._gains.corner and ahead < 1.0:
            leg += 1
            ahead += math.dist(self.path[leg], self.path[leg + 1])
        return ahead


def _braked(left: float, braking: float, latency: float) -> float:
    """The speed from which `left` suffice to stop, after `latency` seconds without effect."""
    lag = braking * latency
    return math.sqrt(lag * lag + 2 * braking * max(0.0, left)) - lag


def _legs(path: Path) -> list[tuple[Point, Point]]:
    return list(pairwise(path))


def _project(a: Point, b: Point, pose: Pose) -> tuple[float, float, float]:
    """Metres along the leg from `a`, metres to the left of it, and its length."""
    span = math.dist(a, b)
    ux, uy = (b[0] - a[0]) / span, (b[1] - a[1]) / span
    dx, dy = pose.x - a[0], pose.y - a[1]
    return dx * ux + dy * uy, ux * dy - uy * dx, span


def _distinct(path: Path) -> Path:
    """The path without points that repeat the one before."""
    if not path:
        raise ValueError("a path needs at least one point")
    points = [path[0]]
    points += [b for a, b in _legs(path) if math.dist(a, b) > 1e-4]
    return tuple(points)
