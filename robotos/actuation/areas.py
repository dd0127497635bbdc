"""Where the robot's body must not be, by map and layout: keep-out areas, and floor that nobody has mapped."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from robotos.actuation.zones import Braking
from robotos.geometry import Pose
from robotos.navigation.field import distance_to
from robotos.navigation.grid import UNKNOWN, OccupancyGrid
from robotos.navigation.home import Home

SIGMAS = 2.0  # keep-out areas grow by this many standard deviations of the gate's position
FAR = 100.0  # m
NOT_DEEPER = 0.002  # m; a path along the border may wander this much, in the outer half of the margin
STEP = 0.01  # m, shortest stride along the path


class Areas:
    """Distances from the robot's centre to the nearest keep-out area and to the border of the mapped floor."""

    def __init__(self, home: Home, radius: float, margin: float) -> None:
        grid = home.grid
        forbidden = np.zeros(grid.shape, dtype=bool)
        for keepout in home.keepouts:
            forbidden |= grid.polygon(keepout.polygon)
        self._keepout = _Field(grid, forbidden)
        self._border = _Field(grid, _unmapped(grid))
        self._radius = radius
        self._margin = margin

    def slack(self, x: float, y: float, sigma: float) -> float:
        """Metres by which a robot at (x, y) +- `sigma` keeps more than it must; negative inside what is forbidden."""
        keepout = self._keepout.at(x, y) - self._margin - SIGMAS * sigma
        return min(keepout, self._border.at(x, y)) - self._radius

    def speed(self, pose: Pose, forward: bool, curvature: float, sigma: float, wanted: float, brake: Braking) -> float:
        """The fastest speed up to `wanted` from which the robot stops outside; zero when it may not go this way.

        Inside the margin (it grew, or the robot was put there) only motion that doesn't lead deeper is allowed.
        """
        need = brake.distance(wanted)
        start = self.slack(pose.x, pose.y, sigma)
        if start >= need:
            return wanted  # distances change by no more than a metre a metre
        floor = self._floor(start)
        reached = 0.0
        while reached < need:
            travelled = min(reached + max(self._along(pose, forward, curvature, sigma, reached) - floor, STEP), need)
            if self._along(pose, forward, curvature, sigma, travelled) < floor:
                return 0.0 if start < 0.0 else min(wanted, brake.speed(reached))
            reached = travelled
        return wanted

    def _floor(self, start: float) -> float:
        """The least slack on the way. No slack is given deep inside, where many small allowances would add up."""
        return min(0.0, start - NOT_DEEPER) if start > -self._margin / 2 else start - 1e-6

    def _along(self, pose: Pose, forward: bool, curvature: float, sigma: float, travelled: float) -> float:
        arc = travelled if forward else -travelled
        turned = curvature * arc
        heading = pose.yaw + turned / 2
        chord = arc * (math.sin(turned / 2) / (turned / 2) if abs(turned) > 1e-6 else 1.0)
        return self.slack(pose.x + chord * math.cos(heading), pose.y + chord * math.sin(heading), sigma)


class _Field:
    """A distance field that is read one point at a time, hundreds of times a second."""

    def __init__(self, grid: OccupancyGrid, mask: NDArray[np.bool_]) -> None:
        self._height, self._width = grid.shape
        self._scale = 1.0 / grid.resolution
        self._x, self._y = grid.origin.x, grid.origin.y
        field = np.minimum(distance_to(mask, grid.resolution), FAR)
        self._cells: list[float] = field.reshape(-1).tolist()

    def at(self, x: float, y: float) -> float:
        """Bilinear between cell centres; zero outside the map, or when the point isn't a number."""
        u = (x - self._x) * self._scale - 0.5
        v = (y - self._y) * self._scale - 0.5
        if not (0.0 <= u < self._width - 1 and 0.0 <= v < self._height - 1):
            return 0.0
        column, row = int(u), int(v)
        du, dv = u - column, v - row
        at = row * self._width + column
        cells = self._cells
        low = cells[at] + du * (cells[at + 1] - cells[at])
        at += self._width
        high = cells[at] + du * (cells[at + 1] - cells[at])
        return low + dv * (high - low)


def _unmapped(grid: OccupancyGrid) -> NDArray[np.bool_]:
    mask = np.asarray(grid.cells == UNKNOWN)
    mask[0, :] = mask[-1, :] = True
    mask[:, 0] = mask[:, -1] = True
    return mask
