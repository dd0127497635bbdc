"""Why there is no way: what the map says about the goal, and what stands in the way that the map does not know."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from robotos.geometry import Pose
from robotos.navigation.costmap import Costmap
from robotos.navigation.home import Home
from robotos.navigation.planner import Path, Point, Unreachable, plan

DOORWAY = 0.5  # m of way before and after what blocks it, within which another room begins where it is a doorway
DOOR = 0.5  # m between the ends of what is seen in a doorway from which it is a door, not somebody's legs
AROUND = 0.7  # m around the blocked spot within which what is seen may be what blocks it
_STEP = 0.05  # m between the points at which a way is looked at


def why(home: Home, costmap: Costmap, now: Costmap, start: Pose, goal: Pose, points: Sequence[Point] = ()) -> str:
    """One clause on why the robot cannot get from `start` to `goal`.

    `costmap` is what map and policy say, `now` the same with what is in the way at present, which are the `points`
    (m, map frame).
    """
    if not costmap.allows(goal.x, goal.y):
        return _goal(home, costmap, goal)
    way = plan(costmap, start, goal)
    if not isinstance(way, Unreachable):
        return _blocked(home, now, way, points)
    through = plan(costmap.without_keepouts(), start, goal)
    if not isinstance(through, Unreachable):
        area = next((name for x, y in _along(through) if (name := _area(home, costmap, x, y))), "")
        return f"the only way leads through the no-go area {area}".rstrip()
    if not costmap.allows(start.x, start.y):
        return "there is no free floor around me"
    return "no way that I fit through leads there"


def _goal(home: Home, costmap: Costmap, goal: Pose) -> str:
    area = _area(home, costmap, goal.x, goal.y)
    if area:
        return f"it is in the no-go area {area}"
    row, column = home.grid.to_cell(goal.x, goal.y)
    if not home.grid.inside(row, column) or home.grid.cells[row, column] < 0:
        return "it is not on my map"
    return "something stands there" if home.grid.occupied[row, column] else "it is too near to a wall or to furniture"


def _area(home: Home, costmap: Costmap, x: float, y: float) -> str:
    """The no-go area that a point is in, or nearer to than the robot may come; "" for none."""
    reach = costmap.radius + costmap.keepout_margin
    for area in home.keepouts:
        corners = np.asarray(area.polygon, dtype=float)
        legs = np.roll(corners, -1, axis=0) - corners
        off = np.array((x, y)) - corners
        share = np.clip((off * legs).sum(axis=1) / np.maximum((legs * legs).sum(axis=1), 1e-12), 0.0, 1.0)
        if float(np.hypot(*(off - share[:, None] * legs).T).min()) <= reach or _inside(corners, x, y):
            return area.name
    return ""


def _inside(corners: np.ndarray[tuple[int, int], np.dtype[np.float64]], x: float, y: float) -> bool:
    """Even-odd rule."""
    inside = False
    for (x0, y0), (x1, y1) in zip(corners.tolist(), np.roll(corners, -1, axis=0).tolist(), strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside


def _blocked(home: Home, now: Costmap, way: Path, points: Sequence[Point]) -> str:
    """What is in the way where the way that the map has is not free."""
    along = _along(way)
    at = next((k for k, (x, y) in enumerate(along) if not now.allows(x, y)), None)
    if at is None:
        return "something was in the way"
    x, y = along[at]
    near = [point for point in points if math.dist(point, (x, y)) <= AROUND]
    reach = round(DOORWAY / _STEP)
    here = home.room_at(*along[max(0, at - reach)])
    beyond = home.room_at(*along[min(len(along) - 1, at + 2 * reach)])
    if here and beyond and here != beyond:
        wide = max((math.dist(a, b) for a in near for b in near), default=0.0)
        if wide >= DOOR:
            return f"the door to the {beyond} is closed"
        return f"the way is blocked by somebody or something in the doorway to the {beyond}"
    return f"the way is blocked by somebody or something in the {here or beyond}".removesuffix(" in the ")


def _along(way: Path) -> list[Point]:
    spots = [way[0]]
    for (ax, ay), (bx, by) in pairwise(way):
        count = max(1, math.ceil(math.dist((ax, ay), (bx, by)) / _STEP))
        spots += [(ax + (bx - ax) * k / count, ay + (by - ay) * k / count) for k in range(1, count + 1)]
    return spots
