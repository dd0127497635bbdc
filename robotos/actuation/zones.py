"""How fast the robot may go on its arc so that it can still stop before walls and people."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

STRAIGHT = 0.1  # 1/m; over the distances at stake a flatter arc is a straight line to within 2 mm
GRAZING = 0.94  # of the robot's radius: what the path passes further out than this is brushed past, not run into
HUGGING = 0.3  # share of the present distance by which the robot may come nearer to what it brushes past
BRUSHING = (0.004, 0.010)  # m from the edge at which brushing past is down to `BRUSHING_SPEED`, and free
BRUSHING_SPEED = 0.04  # m/s, at which a touch does no harm; the pose is off by some of that distance
BEHIND = -0.3  # cosine: things further back are left, not brushed past
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


def gaps(points: Points, forward: bool, curvature: float, radius: float | Points, ahead: float) -> Points:
    """How far a disc of `radius` around the robot's centre may travel before it touches each of `points`.

    `points` (n, 2) in the base frame; `radius` is one for all or (n,); `curvature` is w/v in 1/m (0: straight). Metres
    along the path, (n,); inf for points that are never touched. A point already inside the disc
    counts as touched at once when the motion approaches it (the cosine of its bearing is above `ahead`), otherwise
    not at all.
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
            gap = turn * np.mod(np.arctan2(x, turn - side) - np.arccos(cosine), 2 * math.pi)
    gap = np.where(gap >= 0.0, gap, np.inf)
    return np.where(distance <= radius, np.where(x > ahead * distance, 0.0, np.inf), gap)


def offsets(points: Points, forward: bool, curvature: float) -> Points:
    """How far from each of `points` the robot's centre will pass, metres, (n,), if it stays on its arc long enough."""
    x = points[:, 0] if forward else -points[:, 0]
    if abs(curvature) < STRAIGHT:
        return np.abs(points[:, 1])
    turn = 1.0 / curvature
    return np.abs(np.hypot(x, points[:, 1] - turn) - abs(turn))


def wall_speed(points: Points, forward: bool, curvature: float, body: float, clearance: float, brake: Braking) -> float:
    """The fastest speed that stops short of every point, keeping `clearance`; inf where nothing is in the way.

    A robot that works its way along a wall may be a little nearer to it than `clearance`: it may move on along it, but
    hardly any nearer, and each time less.
    """
    if not len(points):
        return math.inf
    nearest = math.sqrt(float((points * points).sum(axis=1).min()))
    brushed = min(body + clearance, nearest - HUGGING * max(nearest - body, 0.0))
    radius = np.where(offsets(points, forward, curvature) < GRAZING * body, body + clearance, brushed)
    gap = float(gaps(points, forward, curvature, radius, WALL_AHEAD).min())
    limit = brake.speed(gap) if math.isfinite(gap) else math.inf
    return limit if nearest - body >= BRUSHING[1] else min(limit, _brushing_speed(points, forward, body))


def _brushing_speed(points: Points, forward: bool, body: float) -> float:
    distance = np.hypot(points[:, 0], points[:, 1])
    beside = distance[(points[:, 0] if forward else -points[:, 0]) > BEHIND * distance]
    room = float(beside.min()) - body if len(beside) else math.inf
    least, free = BRUSHING
    if room >= free:
        return math.inf
    return BRUSHING_SPEED * (1.0 + max(room - least, 0.0) / least)


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
