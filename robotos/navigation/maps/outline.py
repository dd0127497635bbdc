"""Polygons around cells: exact, so that the cells are found again by their centres."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.navigation.grid import Bools, OccupancyGrid

Polygon = NDArray[np.float64]
_Corner = tuple[int, int]  # row, column of the lattice of cell corners


def outlines(mask: Bools, grid: OccupancyGrid) -> list[Polygon]:
    """A polygon (n, 2), metres, around each connected part of `mask` (H, W), such that `grid.polygon` gives it back.

    Holes are cut in: the line goes along a cell border to the hole, around it and back the same way, which cancels
    itself under the even-odd rule.
    """
    labels, count = ndimage.label(mask)
    parts = ndimage.find_objects(labels)
    found = []
    for index in range(count):
        rows, columns = parts[index]
        corners = _line(np.asarray(labels[rows, columns] == index + 1))
        lattice = np.array(corners, dtype=np.float64)
        x = grid.origin.x + (lattice[:, 1] + columns.start) * grid.resolution
        y = grid.origin.y + (lattice[:, 0] + rows.start) * grid.resolution
        found.append(np.column_stack([x, y]))
    return found


def _line(part: Bools) -> list[_Corner]:
    loops = sorted(_loops(part), key=min)  # the outermost loop has the lowest corner of all
    line = loops[0]
    home = line[0]
    for loop in loops[1:]:
        bend = (home[0], loop[0][1])
        line = [*line, home, bend, *loop, loop[0], bend]
    return line if len(loops) == 1 else [*line, home]


def _loops(part: Bools) -> list[list[_Corner]]:
    """The borders of a part, each closed line once, without the corners at which it runs straight on."""
    following = _edges(part)
    loops = []
    while following:
        start = next(iter(following))
        line = [start]
        while True:
            ends = following[line[-1]]
            end = ends.pop()
            if not ends:
                del following[line[-1]]
            if end == start:
                break
            line.append(end)
        loops.append(_bends(line))
    return loops


def _edges(part: Bools) -> dict[_Corner, list[_Corner]]:
    """From each corner to the next ones, with the part on the left."""
    padded = np.pad(part, 1).astype(np.int8)
    across = np.diff(padded, axis=0)[:, 1:-1]  # (h+1, w): +1 where the part begins above
    along = np.diff(padded, axis=1)[1:-1, :]
    following: dict[_Corner, list[_Corner]] = {}
    for row, column in np.argwhere(across).tolist():
        ends = (row, column), (row, column + 1)
        begin, end = ends if across[row, column] > 0 else ends[::-1]
        following.setdefault(begin, []).append(end)
    for row, column in np.argwhere(along).tolist():
        ends = (row + 1, column), (row, column)
        begin, end = ends if along[row, column] > 0 else ends[::-1]
        following.setdefault(begin, []).append(end)
    return following


def _bends(line: list[_Corner]) -> list[_Corner]:
    bends = []
    for index, corner in enumerate(line):
        before, after = line[index - 1], line[(index + 1) % len(line)]
        if not (before[0] == corner[0] == after[0] or before[1] == corner[1] == after[1]):
            bends.append(corner)
    return bends
