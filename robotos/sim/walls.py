"""The solid parts of a map as geometry: what range beams hit, and how near a disc may come."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.navigation.grid import OccupancyGrid

Floats = NDArray[np.float64]
Rectangle = tuple[float, float, float, float]  # x0, y0, x1, y1, metres

_DIAGONAL = math.sqrt(2)
_TINY = 1e-12  # keeps a beam along an axis from dividing by zero


class Walls:
    """Occupied cells of a grid as merged rectangles (contact) and faces (range beams); unknown cells are open."""

    def __init__(self, grid: OccupancyGrid, reach: float) -> None:
        """`reach`: how far from a point `near` must look, metres."""
        solid = grid.occupied
        self._resolution = grid.resolution
        self._x0, self._y0 = grid.origin.x, grid.origin.y
        self._height, self._width = grid.shape
        self._solid = solid
        self._reach = reach
        self._near: dict[int, tuple[Rectangle, ...]] = {}
        distance = ndimage.distance_transform_edt(~solid) if solid.any() else np.full(grid.shape, math.inf)
        # Between centres; a point and the surface may each be half a diagonal nearer.
        slack = (distance - _DIAGONAL) * grid.resolution - reach
        self._close: list[bool] = (slack <= 0.0).ravel().tolist()
        self._along_x = _faces(solid, self._y0, self._x0, grid.resolution)
        self._along_y = _faces(solid.T, self._x0, self._y0, grid.resolution)

    def near(self, x: float, y: float) -> tuple[Rectangle, ...]:
        """Rectangles that may lie within `reach` of a point; none outside the map."""
        column = int((x - self._x0) / self._resolution)
        row = int((y - self._y0) / self._resolution)
        if not (0 <= row < self._height and 0 <= column < self._width):
            return ()
        index = row * self._width + column
        if not self._close[index]:
            return ()
        found = self._near.get(index)
        if found is None:
            found = self._near[index] = self._collect(row, column)
        return found

    def solid_at(self, x: float, y: float) -> bool:
        """Whether a point lies in an occupied cell."""
        row, column = int((y - self._y0) // self._resolution), int((x - self._x0) // self._resolution)
        return 0 <= row < self._height and 0 <= column < self._width and bool(self._solid[row, column])

    def cast(self, x: float, y: float, cosines: Floats, sines: Floats) -> Floats:
        """Metres from a point along unit vectors (n,) to the first face; inf where there is none."""
        return np.minimum(
            _hit(self._along_x, x, y, cosines, sines),
            _hit(self._along_y, y, x, sines, cosines),
        )

    def _collect(self, row: int, column: int) -> tuple[Rectangle, ...]:
        span = math.ceil(self._reach / self._resolution) + 1
        left, right = max(0, column - span), min(self._width, column + span + 1)
        found: list[Rectangle] = []
        for r in range(max(0, row - span), min(self._height, row + span + 1)):
            edges = np.flatnonzero(np.diff(self._solid[r, left:right].astype(np.int8), prepend=0, append=0)) + left
            for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                found.append(self._rectangle(a, r, b, r + 1))
        return tuple(found)

    def _rectangle(self, left: int, bottom: int, right: int, top: int) -> Rectangle:
        step = self._resolution
        return (
            self._x0 + left * step,
            self._y0 + bottom * step,
            self._x0 + right * step,
            self._y0 + top * step,
        )


def _faces(solid: NDArray[np.bool_], across: float, along: float, step: float) -> Floats:
    """Faces between rows of `solid` as (4, n): coordinate across, begin and end along, side (+1: solid below)."""
    padded = np.pad(solid, ((1, 1), (0, 0))).astype(np.int8)
    sides = padded[:-1] - padded[1:]  # row k: the boundary below row k
    faces: list[tuple[float, float, float, float]] = []
    for k in np.flatnonzero(sides.any(axis=1)).tolist():
        line = sides[k]
        changes = np.flatnonzero(np.diff(line, prepend=0, append=0)).tolist()
        for a, b in pairwise(changes):
            if line[a]:
                faces.append((across + k * step, along + a * step, along + b * step, float(line[a])))
    return np.array(faces, dtype=np.float64).reshape(-1, 4).T.copy()


def _hit(faces: Floats, u: float, v: float, du: Floats, dv: Floats) -> Floats:
    """Distances (n,) from (u, v) along (du, dv) to faces across v, seen from their open side; inf for a miss."""
    gap = faces[0] - v
    seen = gap * faces[3] < 0.0
    gap = gap[seen]
    if not gap.size:
        return np.full(du.shape, np.inf)
    begin, end = faces[1][seen] - u, faces[2][seen] - u
    distance = gap / (dv + _TINY)[:, None]
    at = distance * du[:, None]
    hit = (distance > 0.0) & (at >= begin) & (at <= end)
    return np.asarray(np.where(hit, distance, np.inf).min(axis=1))
