"""Grids in other frames: turned straight, and cropped to what is known."""

from __future__ import annotations

import math

import numpy as np

from robotos.geometry import Pose
from robotos.navigation.grid import FREE, UNKNOWN, OccupancyGrid

_MARGIN = 4  # cells left around what is known
LARGEST = 25_000_000  # cells of a turned grid


def turned(grid: OccupancyGrid, yaw: float) -> OccupancyGrid:
    """The grid, whose frame is turned by `yaw` radians about its origin, on cells along the axes of the map frame.

    Each new cell looks at five points in itself and takes the worst that it finds there: occupied before unknown before
    free. Walls become up to a cell thicker, and never get a hole.

    Raises:
        ValueError: the turned grid would have more than `LARGEST` cells.
    """
    height, width = grid.shape
    step = grid.resolution
    c, s = math.cos(yaw), math.sin(yaw)
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], dtype=np.float64) * step
    xs, ys = c * corners[:, 0] - s * corners[:, 1], s * corners[:, 0] + c * corners[:, 1]
    columns, rows = math.ceil(round(np.ptp(xs) / step, 9)), math.ceil(round(np.ptp(ys) / step, 9))
    if columns * rows > LARGEST:
        raise ValueError(f"{columns} x {rows} cells are too many")
    result = np.full((rows, columns), FREE, dtype=np.int8)
    weight = np.zeros((rows, columns), dtype=np.int16)
    for dx, dy in ((0.0, 0.0), (0.3, 0.3), (0.3, -0.3), (-0.3, 0.3), (-0.3, -0.3)):
        x = xs.min() + (np.arange(columns) + 0.5 + dx) * step
        y = (ys.min() + (np.arange(rows) + 0.5 + dy) * step)[:, None]
        column = np.floor((c * x + s * y) / step).astype(np.int32)
        row = np.floor((c * y - s * x) / step).astype(np.int32)
        inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        value = np.full((rows, columns), UNKNOWN, dtype=np.int8)
        value[inside] = grid.cells[row[inside], column[inside]]
        rank = np.where(value == UNKNOWN, 50, np.where(value > FREE, value.astype(np.int16) + 100, 0))
        worse = rank > weight
        result[worse], weight[worse] = value[worse], rank[worse]
    return OccupancyGrid(result, step, Pose(grid.origin.x + float(xs.min()), grid.origin.y + float(ys.min())))


def cropped(grid: OccupancyGrid) -> OccupancyGrid:
    """The grid without the unknown around it, but for a margin; as it is where nothing is known."""
    known = grid.cells != UNKNOWN
    if not known.any():
        return grid
    rows, columns = np.flatnonzero(known.any(axis=1)), np.flatnonzero(known.any(axis=0))
    bottom, top = int(rows[0]) - _MARGIN, int(rows[-1]) + 1 + _MARGIN
    left, right = int(columns[0]) - _MARGIN, int(columns[-1]) + 1 + _MARGIN
    cells = np.full((top - bottom, right - left), UNKNOWN, dtype=np.int8)
    r0, r1, c0, c1 = max(bottom, 0), min(top, grid.shape[0]), max(left, 0), min(right, grid.shape[1])
    cells[r0 - bottom : r1 - bottom, c0 - left : c1 - left] = grid.cells[r0:r1, c0:c1]
    origin = Pose(grid.origin.x + left * grid.resolution, grid.origin.y + bottom * grid.resolution)
    return OccupancyGrid(cells, grid.resolution, origin)
