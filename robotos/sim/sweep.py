"""Which cells of the floor the cleaning tool has really passed over, and masks as run lengths."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from robotos.navigation.grid import OccupancyGrid

Bools = NDArray[np.bool_]
Swept = tuple[Bools, tuple[float, float] | None]

SPACING = 0.02  # m between two stamps: at the disc's edge they leave a ripple of 0.3 mm


class Sweep:
    """A mask (H, W) of cells whose centre the tool's disc has covered."""

    def __init__(self, grid: OccupancyGrid, radius: float) -> None:
        self.mask: Bools = np.zeros(grid.shape, dtype=bool)
        self._radius = radius
        self._xs, self._ys = grid.centres()
        self._corner = (grid.origin.x, grid.origin.y)
        self._resolution = grid.resolution
        self._last: tuple[float, float] | None = None

    def off(self) -> None:
        """The tool stands still."""
        self._last = None

    def at(self, x: float, y: float) -> None:
        """The tool turns at a point; stamps its disc if it is not the last one still."""
        if self._last is not None and math.hypot(x - self._last[0], y - self._last[1]) < SPACING:
            return
        self._last = (x, y)
        rows, columns = self._span(y, 1), self._span(x, 0)
        dx = self._xs[columns] - x
        dy = self._ys[rows] - y
        self.mask[rows, columns] |= (dy * dy)[:, None] + (dx * dx)[None, :] <= self._radius * self._radius

    def _span(self, centre: float, axis: int) -> slice:
        low = (centre - self._radius - self._corner[axis]) / self._resolution
        high = (centre + self._radius - self._corner[axis]) / self._resolution
        return slice(max(0, int(low)), max(0, int(high) + 1))

    def snapshot(self) -> Swept:
        """A copy for `restore`."""
        return self.mask.copy(), self._last

    def restore(self, state: Swept) -> None:
        """Back to a copy; `mask` stays the same array."""
        self.mask[:] = state[0]
        self._last = state[1]


def encode(mask: Bools) -> list[int]:
    """Run lengths of a mask read row by row, the first run (perhaps 0 long) being False."""
    flat = mask.ravel()
    if not flat.size:
        return []
    edges = np.flatnonzero(np.diff(flat)) + 1
    runs: list[int] = np.diff(np.concatenate(([0], edges, [flat.size]))).tolist()
    return [0, *runs] if flat[0] else runs


def decode(runs: Sequence[int], shape: tuple[int, int]) -> Bools:
    """The mask of `encode`.

    Raises:
        ValueError: the runs don't add up to the shape.
    """
    if sum(runs) != shape[0] * shape[1] or any(run < 0 for run in runs):
        raise ValueError(f"run lengths add up to {sum(runs)}, not to {shape[0]} x {shape[1]}")
    values = np.arange(len(runs)) % 2 == 1
    return np.repeat(values, runs).reshape(shape)
