"""What range readings show around the robot: things it must not hit, and what no map explains, which is a person."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from robotos.actuation.localiser import Localiser
from robotos.actuation.zones import Points
from robotos.geometry import Pose

NEAR = 0.5  # m from the robot's centre; what is further away cannot be reached before the next scan but two
BEAMS = 72
COMPARED = 2  # scans back to which people's distance is compared: from one to the next noise would tell too much
MEMORY = 0.5  # s after which a scan is not compared with
SECTORS = 12  # directions in which somebody may come: the nearest in one must not hide who runs up in another


class Surroundings:
    """Points of the latest scan, kept in the map frame, so that odometry carries them along until the next one."""

    def __init__(self, localiser: Localiser, person_reach: float) -> None:
        self._localiser = localiser
        self._person_reach = person_reach
        self.scans = 0  # taken in so far
        self._obstacles = self._people = _Cloud()
        self._before: deque[tuple[float, _Cloud]] = deque(maxlen=COMPARED)  # when, and who, oldest first
        # (metres away, m/s nearer) of whoever comes, in each direction; the robot's own motion left out
        self.comers: tuple[tuple[float, float], ...] = ()
        angles = 2 * np.pi / BEAMS * np.arange(BEAMS)
        self._directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)

    def update(self, pose: Pose, ranges: Sequence[float], now: float) -> None:
        """Take in a scan (72 metres, inf for nothing) measured at `pose`, clock seconds `now`."""
        self.scans += 1
        readings = np.asarray(ranges)
        near = readings < NEAR
        self._obstacles = _Cloud()
        if near.any():
            points = self._localiser.settled(_to_map(pose, self._directions[near] * readings[near, None]))
            self._obstacles = _Cloud(points, pose)
        self._people = _Cloud(self._localiser.unmapped(pose, readings), pose, self._person_reach)
        self.comers = self._comers(pose, now)
        self._before.append((now, self._people))

    def _comers(self, pose: Pose, now: float) -> tuple[tuple[float, float], ...]:
        """Inf m/s for somebody who was not there before: they have come from somewhere."""
        people = self._people.by_direction(pose)
        if not people:
            return ()
        while self._before and not now - self._before[0][0] <= MEMORY:
            self._before.popleft()
        at, cloud = self._before[0] if self._before else (now, _Cloud())
        before = cloud.by_direction(pose)
        found = []
        for sector, away in people.items():
            # who walks across is looked for next door as well
            was = min(before.get((sector + aside) % SECTORS, math.inf) for aside in (-1, 0, 1))
            if was > away:
                found.append((away, (was - away) / (now - at) if now > at else math.inf))
        return tuple(found)

    def clear(self, pose: Pose, obstacles: float, people: float) -> bool:
        """Whether certainly no obstacle and nobody is as near to `pose` as these two distances, metres."""
        return self._obstacles.clear(pose, obstacles) and self._people.clear(pose, people)

    def obstacles(self, pose: Pose, within: float = math.inf) -> Seen:
        """Everything near, as seen from `pose`: no further than `within` metres, at most `NEAR`."""
        return self._obstacles.seen(pose, within)

    def people(self, pose: Pose, within: float = math.inf) -> Seen:
        """What is not on the map, as seen from `pose`: no further than `within`, at most the reach given."""
        return self._people.seen(pose, within)


class Seen:
    """Points in the frame of whoever looks, nearest first, so that what is near enough to matter is the first few."""

    __slots__ = ("_distances", "nearest", "points")

    def __init__(self, found: Iterable[tuple[float, float, float]] = ()) -> None:
        """`found` is (distance, x, y) of each, metres, in any order."""
        found = sorted(found)
        self.points: Points = [(x, y) for _, x, y in found]
        self._distances = [away for away, _, _ in found]
        self.nearest = found[0][0] if found else math.inf

    def within(self, metres: float) -> Points:
        """Those no further away."""
        distances = self._distances
        if not distances or distances[-1] <= metres:
            return self.points
        return self.points[: bisect_right(distances, metres)]


class _Cloud:
    """Points of the map frame, nearest first, so that a glance tells that none of them matters."""

    def __init__(self, points: NDArray[np.float64] | None = None, pose: Pose | None = None, reach: float = math.inf):
        """`points` (n, 2) seen from `pose`; what was further away than `reach` metres is left out."""
        self._points: list[tuple[float, float, float]] = []
        self._x = self._y = 0.0
        if points is None or pose is None or not len(points):
            return
        self._x, self._y = pose.x, pose.y
        away = np.hypot(points[:, 0] - pose.x, points[:, 1] - pose.y)
        kept = away < reach
        self._points = sorted(zip(away[kept].tolist(), *points[kept].T.tolist(), strict=True))

    def by_direction(self, pose: Pose) -> dict[int, float]:
        """Metres from `pose` to the nearest of them in each sector of the map's directions that has any."""
        found: dict[int, float] = {}
        for _, at_x, at_y in self._points:
            dx, dy = at_x - pose.x, at_y - pose.y
            sector = int((math.atan2(dy, dx) / (2 * math.pi) + 1.0) * SECTORS) % SECTORS
            found[sector] = min(found.get(sector, math.inf), math.hypot(dx, dy))
        return found

    def clear(self, pose: Pose, within: float) -> bool:
        """Whether certainly none is within so many metres of `pose`.

        Who has moved since the scan cannot be nearer to a point than what it was then, less that much.
        """
        points = self._points
        return not points or points[0][0] > within + math.hypot(pose.x - self._x, pose.y - self._y)

    def seen(self, pose: Pose, within: float) -> Seen:
        """Those no further than `within` metres from `pose`, in its frame."""
        if self.clear(pose, within):
            return Seen()
        x, y = pose.x, pose.y
        furthest = within + math.hypot(x - self._x, y - self._y)
        c, s = math.cos(pose.yaw), math.sin(pose.yaw)
        found: list[tuple[float, float, float]] = []
        for was, at_x, at_y in self._points:
            if was > furthest:
                break
            dx, dy = at_x - x, at_y - y
            away = math.sqrt(dx * dx + dy * dy)
            if away <= within:
                found.append((away, c * dx + s * dy, c * dy - s * dx))
        return Seen(found)


def _to_map(pose: Pose, points: NDArray[np.float64]) -> NDArray[np.float64]:
    c, s = math.cos(pose.yaw), math.sin(pose.yaw)
    return np.asarray(points @ np.array([[c, s], [-s, c]]) + (pose.x, pose.y))
