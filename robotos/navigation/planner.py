"""From here to there: the cheapest way over the costmap's graph, pulled taut between the obstacles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from robotos.geometry import Pose
from robotos.navigation.costmap import Costmap
from robotos.navigation.network import Cell

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
    """
    begin = _nearest_free(costmap, start, _SNAP)
    if begin is None:
        return Unreachable("there is no free floor where the robot stands")
    exact = costmap.allows(goal.x, goal.y)
    end = _nearest_free(costmap, goal, max(tolerance, costmap.resolution if exact else 0.0))
    if end is None:
        return Unreachable("the goal is too near to an obstacle or a keep-out area, or not on the map")
    if exact and costmap.clear(start.x, start.y, goal.x, goal.y, _SPARE):
        return ((start.x, start.y), (goal.x, goal.y))
    cells = costmap.network.path(begin, np.array([end]))
    if not cells and tolerance > 0.0:
        cells = costmap.network.path(begin, _free_within(costmap, goal, tolerance))
        exact = False
    if not cells:
        return Unreachable("the way is blocked")
    points = [(start.x, start.y), *(costmap.grid.to_world(*cell) for cell in cells)]
    if exact:
        points.append((goal.x, goal.y))
    return _taut(costmap, points)


def length(path: Path) -> float:
    """Metres along a polyline."""
    return sum(math.dist(a, b) for a, b in pairwise(path))


def _nearest_free(costmap: Costmap, pose: Pose, reach: float) -> Cell | None:
    cells = _free_within(costmap, pose, reach)
    if not len(cells):
        return None
    xs, ys = costmap.grid.centres()
    away = np.hypot(xs[cells[:, 1]] - pose.x, ys[cells[:, 0]] - pose.y)
    row, column = cells[int(np.argmin(away))]
    return int(row), int(column)


def _free_within(costmap: Costmap, pose: Pose, reach: float) -> np.ndarray[tuple[int, int], np.dtype[np.intp]]:
    """Free cells (n, 2) whose centre is within `reach` of the pose; the pose's own cell counts as within."""
    row, column = costmap.grid.to_cell(pose.x, pose.y)
    span = math.ceil(reach / costmap.resolution) + 1
    r0, c0 = max(0, row - span), max(0, column - span)
    window = costmap.free[r0 : max(0, row + span + 1), c0 : max(0, column + span + 1)]
    cells = np.argwhere(window) + np.array((r0, c0))
    xs, ys = costmap.grid.centres()
    away = np.hypot(xs[cells[:, 1]] - pose.x, ys[cells[:, 0]] - pose.y)
    own = (cells[:, 0] == row) & (cells[:, 1] == column)
    return np.asarray(cells[(away <= reach + 1e-9) | own])


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
