"""Filter masks of Nav2's costmap filters: keep-out areas and speed limits painted over a map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from robotos.geometry import Pose
from robotos.navigation.grid import OCCUPIED, UNKNOWN, Bools, OccupancyGrid
from robotos.navigation.maps.errors import LayoutError

KEEPOUT, SPEED_PERCENT, SPEED_ABSOLUTE = "keepout", "speed_percent", "speed_absolute"
TYPES = (
    KEEPOUT,
    SPEED_PERCENT,
    SPEED_ABSOLUTE,
)  # by their numbers in nav2_costmap_2d/costmap_filters/filter_values.hpp


@dataclass(frozen=True, eq=False)
class SpeedLimits:
    """Limits on cells of their own: `values` (h, w) in m/s or, if `percent`, shares of the top speed; inf is none."""

    values: NDArray[np.float64]
    percent: bool
    resolution: float
    origin: Pose

    def at(self, x: float, y: float, fastest: float) -> float:
        """The speed allowed at a point, m/s, at most `fastest`; outside the mask there is no limit, as in Nav2."""
        column = math.floor((x - self.origin.x) / self.resolution)
        row = math.floor((y - self.origin.y) / self.resolution)
        if not (0 <= row < self.values.shape[0] and 0 <= column < self.values.shape[1]):
            return fastest
        limit = float(self.values[row, column])
        return min(fastest, limit * fastest if self.percent else limit)

    @property
    def limited(self) -> Bools:
        """Cells (h, w) that have a limit."""
        return np.asarray(np.isfinite(self.values))


def speed_limits(mask: OccupancyGrid, kind: str, base: float, multiplier: float) -> SpeedLimits:
    """`base + multiplier * value` of each cell's value from 1 to 100; 0 is no limit (Nav2's SpeedFilter).

    What Nav2 answers with a warning and full speed is refused here: unknown cells, and limits that aren't above zero or
    are above 100 %.

    Raises:
        LayoutError: as said; the message doesn't name the file.
    """
    cells = mask.cells
    if (cells == UNKNOWN).any():
        raise LayoutError("the mask has unknown cells, which mean nothing to a speed filter; paint them white")
    values = np.where(cells == 0, np.inf, base + multiplier * cells.astype(np.float64))
    if kind == SPEED_PERCENT:
        values = values / 100.0
    finite = values[np.isfinite(values)]
    top = 1.0 if kind == SPEED_PERCENT else math.inf
    if finite.size and (finite.min() <= 0.0 or finite.max() > top):
        raise LayoutError(
            f"base and multiplier make limits from {finite.min():g} to {finite.max():g} of the mask's values; they "
            f"must be above 0{' and at most 1 (100 %)' if kind == SPEED_PERCENT else ' m/s'}"
        )
    values.setflags(write=False)
    return SpeedLimits(values, kind == SPEED_PERCENT, mask.resolution, mask.origin)


def forbidden(mask: OccupancyGrid, grid: OccupancyGrid) -> Bools:
    """Cells (H, W) of `grid` that an occupied cell of the mask lies on, wholly or in part (Nav2's KeepoutFilter).

    Nav2 asks for the mask's cell below each cell's centre; a mask of finer cells must not lose thin lines here.
    """
    return _met(np.asarray(mask.cells >= OCCUPIED), mask.resolution, mask.origin, grid)


def lowest_limit(limits: Sequence[SpeedLimits], grid: OccupancyGrid, fastest: float) -> NDArray[np.float64]:
    """m/s (H, W): the lowest limit of any mask's cell that lies on a cell of `grid`; inf where there is none."""
    lowest = np.full(grid.shape, np.inf)
    for mask in limits:
        scale = fastest if mask.percent else 1.0
        for value in np.unique(mask.values[mask.limited]).tolist():
            met = _met(np.asarray(mask.values == value), mask.resolution, mask.origin, grid)
            lowest[met] = np.minimum(lowest[met], value * scale)
    return lowest


def _met(cells: Bools, resolution: float, origin: Pose, grid: OccupancyGrid) -> Bools:
    """Cells (H, W) of `grid` that one of `cells` (h, w) in a grid of its own lies on."""
    rows, columns = np.nonzero(cells)
    step = resolution / grid.resolution
    tiny = 1e-6  # of a cell: neighbours that only touch are not met
    bottom = (origin.y - grid.origin.y) / grid.resolution + rows * step
    left = (origin.x - grid.origin.x) / grid.resolution + columns * step
    height, width = grid.shape
    r0, r1 = (np.clip(v, 0, height).astype(np.int64) for v in (np.floor(bottom + tiny), np.ceil(bottom + step - tiny)))
    c0, c1 = (np.clip(v, 0, width).astype(np.int64) for v in (np.floor(left + tiny), np.ceil(left + step - tiny)))
    corners = np.zeros((height + 1, width + 1), dtype=np.int64)  # summed up: 1 and more on the rectangles of cells
    for row, column, sign in ((r0, c0, 1), (r1, c1, 1), (r0, c1, -1), (r1, c0, -1)):
        np.add.at(corners, (row, column), sign)
    return np.asarray(corners.cumsum(axis=0).cumsum(axis=1)[:height, :width] > 0)
