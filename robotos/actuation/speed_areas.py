"""Where the map limits the speed: how fast the robot may go so that it is slow enough when it gets there."""

from __future__ import annotations

import math

import numpy as np

from robotos.actuation.zones import Braking
from robotos.navigation.field import Field, distance_on_half_lattice
from robotos.navigation.home import Home
from robotos.navigation.maps.filters import lowest_limit

SIGMAS = 2.0  # limited areas grow by this many standard deviations of the gate's position
LEVELS = 8  # different limits that are told apart; those between are rounded down


class SpeedAreas:
    """Limits of a home's speed masks, which hold for all of the robot's disc, and before it gets there."""

    def __init__(self, home: Home, radius: float, fastest: float) -> None:
        """`radius` of the robot in metres; `fastest` in m/s is what shares of the top speed are taken of."""
        self._grid = home.grid
        self._radius = radius
        self._fields: tuple[tuple[float, Field], ...] = ()
        if home.speed_limits:
            limits = lowest_limit(home.speed_limits, home.grid, fastest)
            limits = np.where(limits < fastest, limits, np.inf)
            self._fields = tuple(
                (level, distance_on_half_lattice(limits < upper, home.grid.resolution))
                for level, upper in _levels(np.unique(limits[np.isfinite(limits)]).tolist())
            )

    def speed(self, x: float, y: float, sigma: float, brake: Braking) -> float:
        """m/s at (x, y) +- `sigma`, whichever way the robot goes; inf where nothing limits it."""
        allowed = math.inf
        for level, field in self._fields:
            gap = self._at(field, x, y) - self._radius - SIGMAS * sigma
            allowed = min(allowed, brake.speed(gap, level))
        return allowed

    def _at(self, field: Field, x: float, y: float) -> float:
        """Metres at the nearest node, less the way to it; the limit holds off the map, too."""
        half = self._grid.resolution / 2
        u, v = (x - self._grid.origin.x) / half, (y - self._grid.origin.y) / half
        if not (0.0 <= u < field.shape[1] - 1 and 0.0 <= v < field.shape[0] - 1):
            return 0.0
        column, row = round(u), round(v)
        return float(field[row, column]) - half * math.hypot(u - column, v - row)


def _levels(values: list[float]) -> list[tuple[float, float]]:
    """(limit, up to which other limits it holds for instead), at most `LEVELS` of them, rounded down."""
    step = max(1, math.ceil(len(values) / LEVELS))
    lowest = values[::step]
    return list(zip(lowest, [*lowest[1:], math.inf], strict=True))
