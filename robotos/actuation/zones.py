"""How fast the robot may go on its arc so that it can still stop before walls and people."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

STRAIGHT = 0.1  # 1/m; over the distances at stake a flatter arc is a straight line to within 2 mm
HUGGING = 0.006  # m; along a wall nearer than the clearance the robot may come this much nearer, no more
TOUCHING = 0.004  # m; and never nearer than this
WALL_AHEAD = 0.3  # cosine (73 degrees): of what is touched already, things further to the side are passed
PERSON_AHEAD = 0.1  # cosine (84 degrees): nearer people further to the side are passed, not approached


@dataclass(frozen=True, slots=True)
class Braking:
    """What the robot does when told to stop: it goes on for `reaction` seconds, then slows by `deceleration` m/s^2."""

    deceleration: float
    reaction: float

    def distance(self, speed: float) -> float:
        """Metres travelled from `speed` (m/s, not negative) to standstill."""
        return speed * self.reaction + speed * speed / (2 * self.deceleration)

    def speed(self, gap: float, final: float = 0.0) -> float:
        """The fastest speed from which `final` is reached within `gap` metres: the inverse of `distance`."""
        if gap <= 0.0:
            return final
        at = self.deceleration * self.reaction
        return max(final, math.sqrt(at * at + 2 * self.deceleration * gap + final * final) - at)


def gaps(points: Points, forward: bool, curvature: float, radius: float, ahead: float) -> Points:
    """How far a disc of `radius` around the robot's centre may travel before it touches each of `points`.

    `points` (n, 2) in the base frame; `curvature` is w/v in 1/m (0: straight). Metres along the path, (n,); inf for
    points that are not touched within half a turn. A point already inside the disc counts as touched at once
    when the motion approaches it (the cosine of its bearing is above `ahead`), otherwise not at all.
    """
    x = points[:, 0] if forward else -points[:, 0]
    y = points[:, 1]
    distance = np.hypot(x, y)
    with np.errstate(invalid="ignore", divide="ignore"):
        if abs(curvature) < STRAIGHT:
            gap = x - np.sqrt(radius * radius - y * y)  # NaN where the disc passes by
        else:
            turn = 1.0 / abs(curvature)
            side = y if curvature > 0 else -y
            centre = np.hypot(x, turn - side)  # of the point, from the centre of the turn
            cosine = (turn * turn + centre * centre - radius * radius) / (2 * turn * centre)
            gap = turn * (np.arctan2(x, turn - side) - np.arccos(cosine))
    gap = np.where(gap >= 0.0, gap, np.inf)
    return np.where(distance <= radius, np.where(x > ahead * distance, 0.0, np.inf), gap)


def contact_radius(nearest: float, body: float, clearance: float) -> float:
    """The radius that must stay free: body and clearance, or less where the robot is nearer to something already.

    A robot that cleans along a wall, or was put against one, may move on along it, but not towards it.
    `nearest` is the distance of the nearest range reading from the robot's centre.
    """
    return min(body + clearance, max(body + TOUCHING, nearest - HUGGING))


def wall_speed(points: Points, forward: bool, curvature: float, body: float, clearance: float, brake: Braking) -> float:
    """The fastest speed that stops short of every point, keeping `clearance`; inf where nothing is in the way."""
    if not len(points):
        return math.inf
    nearest = math.sqrt(float((points * points).sum(axis=1).min()))
    gap = float(gaps(points, forward, curvature, contact_radius(nearest, body, clearance), WALL_AHEAD).min())
    return brake.speed(gap) if math.isfinite(gap) else math.inf


@dataclass(frozen=True, slots=True)
class PersonZones:
    """Edge-to-edge distances, m: none nearer than `stop` is approached; within `slow`, `speed` m/s is the limit."""

    stop: float
    slow: float
    speed: float


def person_speed(
    points: Points, forward: bool, curvature: float, body: float, zones: PersonZones, brake: Braking
) -> float:
    """The fastest speed near the people at `points`; inf where nobody is near.

    Approach: stop before the stop zone is entered. Slow zone, all around: `zones.speed`, reached by the time its
    border is.
    """
    if not len(points):
        return math.inf
    approach = float(gaps(points, forward, curvature, body + zones.stop, PERSON_AHEAD).min())
    limit = brake.speed(approach) if math.isfinite(approach) else math.inf
    edge = math.sqrt(float((points * points).sum(axis=1).min())) - body
    return min(limit, brake.speed(edge - zones.slow, zones.speed))
