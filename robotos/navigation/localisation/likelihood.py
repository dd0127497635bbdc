"""The likelihood field: how probable beam ends are at every cell of a map, for many poses at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.localisation.beams import REACH, Ends

SIGMA = 0.10  # m, of a beam end about what the map has there: noise, the map's grain, and how far apart particles lie
RANDOM = 0.10  # share of beams reckoned with that met what is on no map
# Beams are not independent: what hides one hides its neighbours. The power that a scan's likelihood is raised to
# (Thrun, Burgard and Fox, "Probabilistic Robotics", section 6.3.4, on independence assumptions).
TEMPER = 0.15

Floats = NDArray[np.float64]


class LikelihoodField:
    """Log-likelihoods of beam ends, by lookup. Thrun, Burgard and Fox, section 6.4, table 6.3."""

    def __init__(self, grid: OccupancyGrid, sigma: float = SIGMA) -> None:
        self.grid = grid
        self._pad = math.ceil(REACH / grid.resolution) + 1
        gap = np.pad(np.abs(grid.distance), self._pad, mode="constant", constant_values=1e3)
        self._width = gap.shape[1]
        hit = np.exp(-0.5 * (gap / sigma) ** 2)
        self._flat = np.log((1.0 - RANDOM) * hit + RANDOM).astype(np.float32).ravel()

    def cells(self, x: Floats, y: Floats) -> NDArray[np.int64]:
        """Flat indices of the padded field for points of the map frame, metres, at most `REACH` off the map."""
        origin, step = self.grid.origin, self.grid.resolution
        column = np.floor((x - origin.x) / step).astype(np.int64) + self._pad
        row = np.floor((y - origin.y) / step).astype(np.int64) + self._pad
        return np.asarray(row * self._width + column)

    def from_cells(self, cells: NDArray[np.int64], ends: Ends, yaw: float) -> NDArray[np.float32]:
        """Sums (n,) over all ends, for robots in the middle of `cells` (flat, on the map) that head along `yaw`."""
        c, s = math.cos(yaw), math.sin(yaw)
        step = self.grid.resolution
        column = np.rint((c * ends.x - s * ends.y) / step).astype(np.int64)
        row = np.rint((s * ends.x + c * ends.y) / step).astype(np.int64)
        return np.asarray(self._flat[cells[:, None] + (row * self._width + column)[None, :]].sum(axis=1))

    def log_likelihood(self, poses: Floats, ends: Ends) -> Floats:
        """Tempered log-likelihoods (n,) of a scan at `poses` (n, 3), up to a constant; least for those off the map."""
        origin, step = self.grid.origin, self.grid.resolution
        height, width = self.grid.shape
        u, v = (poses[:, 0] - origin.x) / step, (poses[:, 1] - origin.y) / step
        inside = (u >= 0) & (u < width) & (v >= 0) & (v < height)
        if not len(ends):
            return np.where(inside, 0.0, -1e3)
        c, s = np.cos(poses[:, 2])[:, None], np.sin(poses[:, 2])[:, None]
        x, y = np.where(inside, poses[:, 0], origin.x)[:, None], np.where(inside, poses[:, 1], origin.y)[:, None]
        at = self.cells(x + c * ends.x - s * ends.y, y + s * ends.x + c * ends.y)
        total = self._flat[at].sum(axis=1, dtype=np.float64)
        return np.asarray(np.where(inside, TEMPER * total, -1e3))
