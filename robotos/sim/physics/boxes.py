"""The occupied cells of a map as few upright boxes: walls up to the ceiling, furniture up to where things lie on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.navigation.home import Home

WALL_HEIGHT = 2.0  # m
FURNITURE_HEIGHT = 0.75  # m, of a piece on which the layout has nothing lie
FURNITURE_DEPTH = 0.25  # m both ways from which on occupied cells are furniture: walls are thinner

_WALL = 2  # cells from where two grounds meet: the middle of a wall between rooms, the outside of an outer one

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Box:
    """From the floor up: the rectangle's corners and its height, metres."""

    x0: float
    y0: float
    x1: float
    y1: float
    height: float
    furniture: bool


def boxes(home: Home) -> tuple[Box, ...]:
    """Boxes that together fill the occupied cells of a map, and nothing else."""
    grid = home.grid
    solid = grid.occupied
    span = max(2, round(FURNITURE_DEPTH / grid.resolution))
    thick = solid & ndimage.binary_opening(solid, np.ones((span, span), dtype=bool))
    furniture = thick & ~_between_rooms(home, thick)
    pieces, count = ndimage.label(furniture)
    found = [_box(home, cells, WALL_HEIGHT, furniture=False) for cells in rectangles(solid & ~furniture)]
    heights = _heights(home, pieces, count)
    for piece, where in enumerate(ndimage.find_objects(pieces), 1):
        for top, left, bottom, right in rectangles(pieces[where] == piece):
            row, column = where[0].start, where[1].start
            cells = (top + row, left + column, bottom + row, right + column)
            found.append(_box(home, cells, heights[piece], furniture=True))
    return tuple(found)


def rectangles(mask: Bools) -> Iterator[tuple[int, int, int, int]]:
    """Disjoint rectangles (first row, first column, end row, end column) that fill a mask (H, W), greedily large."""
    left = mask.copy()
    while True:
        start = int(np.argmax(left))
        row, column = divmod(start, left.shape[1])
        if not left.size or not left[row, column]:
            return
        line = left[row, column:]
        width = int(np.argmin(line)) if not line.all() else line.size
        full = left[row:, column : column + width].all(axis=1)
        height = int(np.argmin(full)) if not full.all() else full.size
        left[row : row + height, column : column + width] = False
        yield row, column, row + height, column + width


def _between_rooms(home: Home, within: Bools) -> Bools:
    """Cells (H, W) of `within` by which one room's ground ends and another's, or the home, begins."""
    grid = home.grid
    names = {name: index for index, name in enumerate(home.rooms)}
    ground = np.full((grid.shape[0] + 2 * _WALL, grid.shape[1] + 2 * _WALL), -1, dtype=np.int16)
    around = ndimage.binary_dilation(within, np.ones((2 * _WALL + 1, 2 * _WALL + 1), dtype=bool))
    for row, column in np.argwhere(around & (grid.cells >= 0)).tolist():
        x, y = grid.to_world(row, column)
        ground[row + _WALL, column + _WALL] = names.get(home.room_at(float(x), float(y)), -1)
    window = 2 * _WALL + 1
    edge = ndimage.maximum_filter(ground, window) != ndimage.minimum_filter(ground, window)
    return np.asarray(edge[_WALL:-_WALL, _WALL:-_WALL])


def _heights(home: Home, pieces: NDArray[np.int32], count: int) -> list[float]:
    """The height of each piece of furniture, by the places on it; index 0 is no piece."""
    heights = [FURNITURE_HEIGHT] * (count + 1)
    for place in home.places.values():
        row, column = home.grid.to_cell(place.x, place.y)
        if home.grid.inside(row, column) and pieces[row, column] and place.z > 0.0:
            heights[int(pieces[row, column])] = place.z
    return heights


def _box(home: Home, cells: tuple[int, int, int, int], height: float, *, furniture: bool) -> Box:
    grid, (top, left, bottom, right) = home.grid, cells
    step, x0, y0 = grid.resolution, grid.origin.x, grid.origin.y
    return Box(x0 + left * step, y0 + top * step, x0 + right * step, y0 + bottom * step, height, furniture)
