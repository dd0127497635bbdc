"""Rooms of a plain occupancy map, by its shape alone: floor is flooded from its widest spots, doors stop the flood.

A watershed of the distance to the walls. Two basins stay two rooms if they meet in what is as narrow as a door and
narrower than both; small basins join the neighbour they are most open to. After Vincent and Soille (1991); what to
expect of such methods is in Bormann et al. (2016), "Room segmentation: survey, implementation, and analysis".
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.navigation.grid import Bools, OccupancyGrid
from robotos.navigation.maps.assembling import Labels
from robotos.navigation.maps.layout import LARGEST_LABEL


@dataclass(frozen=True, slots=True)
class Doors:
    """What parts two rooms; lengths in metres."""

    widest: float = 2.0  # of a passage that is still a door
    narrower: float = 0.95  # at most this share of the width of the narrower of both rooms
    core: float = 0.1  # m² wider than the door that a room has at least: less is a bay, or where two corridors meet
    room: float = 1.5  # m² of floor below which a piece is no room
    loose: float = 1.0  # m² of an obstacle that stands free of the walls and is furniture, not a wall


def segment(grid: OccupancyGrid, doors: Doors = Doors()) -> Labels:
    """Room of every free cell (H, W), counted from 1; 0 elsewhere, and on pieces that are too small for a room."""
    floor = _cleared(grid.free, doors.loose / grid.resolution**2)
    if not floor.any():
        return np.zeros(grid.shape, dtype=np.uint8)
    width = 2.0 * grid.resolution * ndimage.distance_transform_edt(np.pad(floor, 1))[1:-1, 1:-1]
    basins = _Flood(width, doors, doors.core / grid.resolution**2).basins()
    return _numbered(_grown(basins, floor) * grid.free, doors.room / grid.resolution**2)


def _cleared(free: Bools, cells: float) -> Bools:
    """Free floor, and what stands loose on it: table legs don't make a room of what is between them."""
    labels, count = ndimage.label(~free, structure=np.ones((3, 3)))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    loose = sizes < cells
    border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    loose[border] = False
    loose[0] = False
    return np.asarray(free | loose[labels])


class _Flood:
    """Cells are taken from the widest to the narrowest; each joins the basin beside it, or begins one."""

    def __init__(self, width: NDArray[np.float64], doors: Doors, core: float) -> None:
        self._doors, self._core = doors, core
        padded = np.pad(width, 1)
        self._shape = padded.shape
        self._width: list[float] = padded.ravel().tolist()
        flat = padded.ravel()
        order = np.argsort(-flat, kind="stable")
        self._order: list[int] = order[: int((flat > 0).sum())].tolist()
        columns = padded.shape[1]
        self._beside = (-columns, columns, -1, 1, -columns - 1, -columns + 1, columns - 1, columns + 1)
        self._basin = [0] * padded.size
        self._parent = [0]
        self._peak = [0.0]
        self._size = [0]
        self._apart: list[set[int]] = [set()]

    def basins(self) -> NDArray[np.int64]:
        """(H, W), 0 where there is no floor."""
        basin, width = self._basin, self._width
        for cell in self._order:
            beside = [cell + step for step in self._beside if basin[cell + step]]
            roots = {self._root(basin[other]) for other in beside}
            if not roots:
                self._parent.append(len(self._parent))
                self._peak.append(width[cell])
                self._size.append(1)
                self._apart.append(set())
                basin[cell] = len(self._parent) - 1
                continue
            if len(roots) > 1:
                self._join(sorted(roots, key=self._peak.__getitem__, reverse=True), width[cell])
            joined = self._root(basin[max(beside, key=width.__getitem__)])  # uphill, not along the walls
            basin[cell] = joined
            self._size[joined] += 1
        roots_of = np.array([self._root(index) for index in range(len(self._parent))])
        return np.asarray(roots_of[np.array(basin)].reshape(self._shape)[1:-1, 1:-1])

    def _root(self, index: int) -> int:
        parent = self._parent
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    def _join(self, roots: list[int], width: float) -> None:
        """Of basins that meet in a cell, those that are one room become one; the one with the widest spot is first."""
        for first, other in combinations(roots, 2):
            if self._parent[first] == first and self._parent[other] == other and self._one_room(first, other, width):
                self._parent[other] = first
                self._size[first] += self._size[other]
                for apart in self._apart[other]:
                    self._apart[apart].discard(other)
                    self._apart[apart].add(first)
                self._apart[first] |= self._apart[other]

    def _one_room(self, wide: int, narrow: int, width: float) -> bool:
        if narrow in self._apart[wide]:
            return False
        door = width <= self._doors.widest and width <= self._doors.narrower * self._peak[narrow]
        if door and min(self._size[wide], self._size[narrow]) >= self._core:
            self._apart[wide].add(narrow)
            self._apart[narrow].add(wide)
            return False
        return True


def _grown(basins: NDArray[np.int64], floor: Bools) -> NDArray[np.int64]:
    return np.where(floor, basins, 0)


def _numbered(basins: NDArray[np.int64], least: float) -> Labels:
    """Small basins join the neighbour with the longest common border; rooms are numbered from the largest."""
    names, flat, counts = np.unique(basins, return_inverse=True, return_counts=True)
    regions = flat.reshape(basins.shape)
    nothing = int(np.searchsorted(names, 0)) if (names == 0).any() else -1
    sizes = {index: float(count) for index, count in enumerate(counts.tolist()) if index != nothing}
    borders = _borders(regions, nothing)
    owner = np.arange(len(names))
    waiting = sorted((index for index in sizes if sizes[index] < least), key=sizes.__getitem__)
    while waiting:
        index = waiting.pop(0)
        beside = borders.pop(index, {})
        if not beside:
            continue
        into = max(beside, key=lambda other: (beside[other], other))
        owner[owner == index] = into
        was_small = sizes[into] < least
        sizes[into] += sizes.pop(index)
        if was_small:  # it may be a room now, or its turn comes later
            waiting.remove(into)
            if sizes[into] < least:
                waiting.append(into)
                waiting.sort(key=sizes.__getitem__)
        for other, length in beside.items():
            borders[other].pop(index)
            if other != into:
                borders[other][into] = borders[other].get(into, 0) + length
                borders[into][other] = borders[into].get(other, 0) + length
    order = sorted((index for index in sizes if sizes[index] >= least), key=lambda index: -sizes[index])
    numbers = np.zeros(len(names), dtype=np.uint8)
    numbers[order[:LARGEST_LABEL]] = np.arange(1, min(len(order), LARGEST_LABEL) + 1)
    return np.asarray(numbers[owner[regions]])


def _borders(regions: NDArray[np.intp], nothing: int) -> dict[int, dict[int, int]]:
    """Region to its neighbours and how many cell sides they share."""
    pairs = np.concatenate([
        np.column_stack([regions[:-1].ravel(), regions[1:].ravel()]),
        np.column_stack([regions[:, :-1].ravel(), regions[:, 1:].ravel()]),
    ])  # fmt: skip
    pairs = pairs[(pairs[:, 0] != pairs[:, 1]) & (pairs != nothing).all(axis=1)]
    borders: dict[int, dict[int, int]] = {}
    found, counts = np.unique(np.sort(pairs, axis=1), axis=0, return_counts=True)
    for (one, other), count in zip(found.tolist(), counts.tolist(), strict=True):
        borders.setdefault(one, {})[other] = count
        borders.setdefault(other, {})[one] = count
    return borders
