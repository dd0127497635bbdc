"""From here to there: the cheapest way over the costmap's graph, pulled taut between the obstacles."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from robotos.geometry import Pose
from robotos.navigation.costmap import Costmap
from robotos.navigation.grid import Bools
from robotos.navigation.network import Cell, Network

Point = tuple[float, float]
Path = tuple[Point, ...]

_SNAP = 0.30  # m from which the robot may join the free cells when it stands (a little) outside them
_SPARE = 0.05  # m of slack a shortcut keeps where the way around keeps as much


@dataclass(frozen=True)
class Unreachable:
    """There is no way, and why."""

    reason: str


def plan(costmap: Costmap, start: Pose, goal: Pose, tolerance: float = 0.0) -> Path | Unreachable:
    """A polyline of (x, y) metres from `start` to `goal`, or to the nearest point to it within `tolerance`.

    The first point is the start itself; the last is the goal where the robot can stand there. Headings play no part.
    Where the middles of cells have no way, the lines between them are tried too: a passage an even number of cells wide
    may have its only way there.
    """
    exact = costmap.allows(goal.x, goal.y)
    if exact and costmap.clear(start.x, start.y, goal.x, goal.y, _SPARE):
        return ((start.x, start.y), (goal.x, goal.y))
    refused = Unreachable("")
    for level in (_cells(costmap), _nodes(costmap)):
        points = _search(level, start, goal, tolerance, exact)
        if not isinstance(points, Unreachable):
            return _taut(costmap, points)
        refused = points
    return refused


@dataclass(frozen=True, eq=False)
class _Level:
    """Spots `step` metres apart at which the centre may be; the first one is at `corner`."""

    free: Bools
    network: Callable[[], Network]  # built only when a way is looked for
    step: float
    corner: Point

    def nearest(self, pose: Pose, reach: float) -> Cell | None:
        spots = self.within(pose, reach)
        if not len(spots):
            return None
        away = np.hypot(
            spots[:, 1] * self.step + self.corner[0] - pose.x, spots[:, 0] * self.step + self.corner[1] - pose.y
        )
        row, column = spots[int(np.argmin(away))]
        return int(row), int(column)

    def within(self, pose: Pose, reach: float) -> NDArray[np.intp]:
        """Free spots (n, 2) within `reach` of the pose; the one nearest to it counts as within."""
        across, up = (pose.x - self.corner[0]) / self.step, (pose.y - self.corner[1]) / self.step
        span = math.ceil(reach / self.step) + 1
        r0, c0 = max(0, round(up) - span), max(0, round(across) - span)
        window = self.free[r0 : max(0, round(up) + span + 1), c0 : max(0, round(across) + span + 1)]
        spots = np.argwhere(window) + np.array((r0, c0))
        away = np.hypot(spots[:, 1] - across, spots[:, 0] - up) * self.step
        own = (np.abs(spots[:, 1] - across) <= 0.5) & (np.abs(spots[:, 0] - up) <= 0.5)
        return np.asarray(spots[(away <= reach + 1e-9) | own])

    def point(self, spot: Cell) -> Point:
        return (self.corner[0] + spot[1] * self.step, self.corner[1] + spot[0] * self.step)


def _cells(costmap: Costmap) -> _Level:
    corner = costmap.grid.to_world(0, 0)
    return _Level(costmap.free, lambda: costmap.network, costmap.resolution, corner)


def _nodes(costmap: Costmap) -> _Level:
    corner = (costmap.grid.origin.x, costmap.grid.origin.y)
    return _Level(costmap.lattice >= -1e-9, lambda: costmap.fine_network, costmap.resolution / 2, corner)


def _search(level: _Level, start: Pose, goal: Pose, tolerance: float, exact: bool) -> list[Point] | Unreachable:
    begin = level.nearest(start, _SNAP)
    if begin is None:
        return Unreachable("there is no free floor where the robot stands")
    end = level.nearest(goal, max(tolerance, 2 * level.step if exact else 0.0))
    if end is None:
        return Unreachable("the goal is too near to an obstacle or a keep-out area, or not on the map")
    spots = level.network().path(begin, np.array([end]))
    if not spots and tolerance > 0.0:
        spots = level.network().path(begin, level.within(goal, tolerance))
        exact = False
    if not spots:
        return Unreachable("the way is blocked")
    points = [(start.x, start.y), *(level.point(spot) for spot in spots)]
    return [*points, (goal.x, goal.y)] if exact else points


def length(path: Path) -> float:
    """Metres along a polyline."""
    return sum(math.dist(a, b) for a, b in pairwise(path))


def _taut(costmap: Costmap, points: list[Point]) -> Path:
    """Drop points that can be cut off without losing more slack than the way around has, nor `_SPARE`."""
    slack = costmap.slack_at([p[0] for p in points], [p[1] for p in points])
    taut = [points[0]]
    at = 0
    while at < len(points) - 1:
        reach, stride = at + 1, 1
        while stride:  # gallop ahead, then close in: a line of sight seldom comes back once lost
            ahead = min(reach + stride, len(points) - 1)
            need = min(_SPARE, float(slack[at : ahead + 1].min()))
            if ahead > reach and costmap.clear(*points[at], *points[ahead], need):
                reach, stride = ahead, stride * 2
            else:
                stride //= 2
        taut.append(points[reach])
        at = reach
    return tuple(taut)
