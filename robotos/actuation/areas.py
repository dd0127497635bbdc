"""Where the robot's body must not be, by map and layout: keep-out areas, walls, and floor that nobody has mapped."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from robotos.actuation.zones import HUGGING, Braking
from robotos.geometry import Pose
from robotos.navigation.field import distance_on_half_lattice
from robotos.navigation.grid import UNKNOWN, OccupancyGrid
from robotos.navigation.home import Home

SIGMAS = 2.0  # keep-out areas grow by this many standard deviations of the gate's position
FAR = 100.0  # m
NOT_DEEPER = 0.002  # m; a path along the border may wander this much, in the outer half of the margin
STEP = 0.01  # m, shortest stride along the path
STEEPEST = 1.4143  # m a metre by which an interpolated distance may change: as much along each axis as the exact one


class Areas:
    """Distances (m) from the robot's centre to the nearest keep-out area, wall, and border of the mapped floor."""

    def __init__(self, home: Home, radius: float, margin: float, clearance: float) -> None:
        """`margin` is kept to keep-out areas, `clearance` to walls, from the robot's edge."""
        grid = home.grid
        forbidden = np.zeros(grid.shape, dtype=bool)
        for keepout in home.keepouts:
            forbidden |= grid.polygon(keepout.polygon)
        self._keepout = _Field(grid, forbidden)
        self._border = _Field(grid, _unmapped(grid))
        self._walls = _Field(grid, grid.occupied)
        self._radius = radius
        self._margin = margin
        self._clearance = clearance

    def slack(self, x: float, y: float, sigma: float) -> float:
        """Metres by which a robot at (x, y) +- `sigma` keeps more than it must; negative inside what is forbidden."""
        keepout = self._keepout.at(x, y) - self._margin - SIGMAS * sigma
        return min(keepout, self._border.at(x, y)) - self._radius

    def room(self, x: float, y: float, sigma: float) -> float:
        """Metres that the robot at (x, y) +- `sigma` certainly has before anything here limits its speed.

        It shrinks by `STEEPEST` metres a metre at most, whichever way it goes: within that, `speed` and `wall_speed`
        need not be asked.
        """
        return min(self.slack(x, y, sigma), self._walls.at(x, y) - self._radius - self._clearance / 2)

    def speed(self, pose: Pose, forward: bool, curvature: float, sigma: float, wanted: float, brake: Braking) -> float:
        """The fastest speed up to `wanted` from which the robot stops outside; zero when it may not go this way.

        Inside the margin (it grew, or the robot was put there) only motion that doesn't lead deeper is allowed.
        """
        start, need = self.slack(pose.x, pose.y, sigma), brake.distance(wanted)
        if start >= STEEPEST * need:
            return wanted
        if start <= -self._radius:
            return 0.0  # its very centre is where it must not be, or off the map: no way out can be told from here
        # No allowance is made deep inside, where many small ones would add up.
        floor = min(0.0, start - NOT_DEEPER) if start > -self._margin / 2 else start - 1e-6
        arc = _Arc(pose, forward, curvature)
        reached = _trace(lambda x, y: self.slack(x, y, sigma), arc, start, floor, need)
        if reached is None:
            return wanted
        return 0.0 if start < 0.0 else min(wanted, brake.speed(reached))

    def wall_speed(self, pose: Pose, forward: bool, curvature: float, wanted: float, brake: Braking) -> float:
        """The same against the map's walls, whose corners may lie between two beams.

        Half the clearance is kept, as pose and map are off by some of it; who is nearer already may go on along the
        wall, but hardly any nearer, and each time less.
        """
        start, need = self._walls.at(pose.x, pose.y) - self._radius, brake.distance(wanted)
        floor = min(self._clearance / 2, start - HUGGING * max(start, 0.0))
        if start - floor >= STEEPEST * need:
            return wanted
        reached = self._walls.trace(_Arc(pose, forward, curvature), self._radius, start, floor, need)
        return wanted if reached is None else min(wanted, brake.speed(reached))


class _Arc:
    """Points on the path that the robot's centre takes."""

    def __init__(self, pose: Pose, forward: bool, curvature: float) -> None:
        self._pose, self._sign, self._curvature = pose, 1.0 if forward else -1.0, curvature

    @property
    def start(self) -> tuple[float, float, float, float, float]:
        """x, y, yaw, +1 or -1 for forwards or back, and the curvature."""
        return self._pose.x, self._pose.y, self._pose.yaw, self._sign, self._curvature

    def at(self, travelled: float) -> tuple[float, float]:
        arc = self._sign * travelled
        half = self._curvature * arc / 2
        chord = arc * (math.sin(half) / half if abs(half) > 1e-6 else 1.0)
        heading = self._pose.yaw + half
        return self._pose.x + chord * math.cos(heading), self._pose.y + chord * math.sin(heading)


def _trace(slack: Callable[[float, float], float], arc: _Arc, start: float, floor: float, need: float) -> float | None:
    """How far the path leads before `slack`, which is `start` at its beginning, falls below `floor`.

    None if it doesn't within `need` metres. A distance changes by no more than a metre a metre, so that strides may
    be as long as what is left of it.
    """
    reached, left = 0.0, start - floor
    while reached < need:
        travelled = min(reached + max(left, STEP), need)
        left = slack(*arc.at(travelled)) - floor
        if left < 0.0:
            return reached
        reached = travelled
    return None


class _Field:
    """A distance field that is read one point at a time, hundreds of times a second."""

    def __init__(self, grid: OccupancyGrid, mask: NDArray[np.bool_]) -> None:
        field = np.minimum(distance_on_half_lattice(mask, grid.resolution), FAR)
        self._height, self._width = field.shape
        self._scale = 2.0 / grid.resolution
        self._x, self._y = grid.origin.x, grid.origin.y
        self._nodes: list[float] = [float(value) for value in field.reshape(-1)]

    def at(self, x: float, y: float) -> float:
        """Bilinear between nodes; zero outside the map, or when the point isn't a number."""
        u = (x - self._x) * self._scale
        v = (y - self._y) * self._scale
        if not (0.0 <= u < self._width - 1 and 0.0 <= v < self._height - 1):
            return 0.0
        column, row = int(u), int(v)
        du, dv = u - column, v - row
        at = row * self._width + column
        nodes = self._nodes
        low: float = nodes[at] + du * (nodes[at + 1] - nodes[at])
        at += self._width
        high: float = nodes[at] + du * (nodes[at + 1] - nodes[at])
        return low + dv * (high - low)

    def trace(self, arc: _Arc, less: float, start: float, floor: float, need: float) -> float | None:
        """`_trace` of this field, `less` so many metres, written out: it is asked along every wall."""
        nodes, width, height, scale, x0, y0 = self._nodes, self._width, self._height, self._scale, self._x, self._y
        x, y, yaw, sign, curvature = arc.start
        reached, left = 0.0, start - floor
        while reached < need:
            travelled = min(reached + max(left, STEP), need)
            along = sign * travelled
            half = curvature * along / 2
            chord = along * (math.sin(half) / half if abs(half) > 1e-6 else 1.0)
            u = (x + chord * math.cos(yaw + half) - x0) * scale
            v = (y + chord * math.sin(yaw + half) - y0) * scale
            value = 0.0
            if 0.0 <= u < width - 1 and 0.0 <= v < height - 1:
                column, row = int(u), int(v)
                du, at = u - column, row * width + column
                low = nodes[at] + du * (nodes[at + 1] - nodes[at])
                at += width
                high = nodes[at] + du * (nodes[at + 1] - nodes[at])
                value = low + (v - row) * (high - low)
            left = value - less - floor
            if left < 0.0:
                return reached
            reached = travelled
        return None


def _unmapped(grid: OccupancyGrid) -> NDArray[np.bool_]:
    mask = np.asarray(grid.cells == UNKNOWN)
    mask[0, :] = mask[-1, :] = True
    mask[:, 0] = mask[:, -1] = True
    return mask
