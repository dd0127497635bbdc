"""The occupancy grid: cells of a floor plan, and the way between cells and metres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from robotos.geometry import Pose
from robotos.navigation.field import Bools, Field, signed_distance

FREE = 0
OCCUPIED = 100
UNKNOWN = -1

Floats = NDArray[np.float64]


__all__ = ["FREE", "OCCUPIED", "UNKNOWN", "Bools", "Floats", "OccupancyGrid"]


@dataclass(frozen=True, eq=False)
class OccupancyGrid:
    """Cells (int8, shape height x width, -1 unknown, 0 free to 100 occupied) of `resolution` metres.

    Row 0 is the bottom (y grows with the row). `origin` is the lower left corner of cell (0, 0) in the map frame; its
    yaw is zero.
    """

    cells: NDArray[np.int8]
    resolution: float
    origin: Pose

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in cells."""
        return int(self.cells.shape[0]), int(self.cells.shape[1])

    @property
    def occupied(self) -> Bools:
        """Where something stands."""
        return np.asarray(self.cells >= OCCUPIED)

    @property
    def free(self) -> Bools:
        """Where floor is known to be."""
        return np.asarray(self.cells == FREE)

    @cached_property
    def distance(self) -> Field:
        """Signed distance (H, W), metres, from every cell centre to the border of what is occupied; computed once."""
        return signed_distance(self.occupied, self.resolution)

    def to_cell(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the cell that holds a point; may lie outside the grid."""
        return (
            math.floor((y - self.origin.y) / self.resolution),
            math.floor((x - self.origin.x) / self.resolution),
        )

    def to_world(self, row: float, column: float) -> tuple[float, float]:
        """The centre of a cell, metres."""
        return (
            self.origin.x + (column + 0.5) * self.resolution,
            self.origin.y + (row + 0.5) * self.resolution,
        )

    def inside(self, row: int, column: int) -> bool:
        """Whether a cell belongs to the grid."""
        return 0 <= row < self.shape[0] and 0 <= column < self.shape[1]

    def centres(self) -> tuple[Floats, Floats]:
        """x (width,) and y (height,) of the cell centres, metres."""
        height, width = self.shape
        return (
            np.asarray(self.origin.x + (np.arange(width) + 0.5) * self.resolution),
            np.asarray(self.origin.y + (np.arange(height) + 0.5) * self.resolution),
        )

    def polygon(self, outline: NDArray[np.float64]) -> Bools:
        """Cells whose centre lies in a polygon of (n, 2) metres, by the even-odd rule."""
        xs, ys = self.centres()
        inside = np.zeros(self.shape, dtype=bool)
        points = np.asarray(outline, dtype=float)
        for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
            if y0 == y1:
                continue
            spans = (ys >= min(y0, y1)) & (ys < max(y0, y1))
            crossing = x0 + (ys - y0) * (x1 - x0) / (y1 - y0)
            inside ^= spans[:, None] & (xs[None, :] < crossing[:, None])
        return inside
