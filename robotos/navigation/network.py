"""The grid as a weighted graph: shortest ways between free cells that would rather keep off the walls."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from robotos.navigation.field import Field
from robotos.navigation.grid import Bools

_COMFORT = 0.15  # m of slack from which nearness to an obstacle costs nothing
_DISLIKE = 1.0  # how much more a metre costs with no slack at all
_BLOCK = 4  # cells, in each direction, that are one node of the rough search
_WIDER = 1.02  # ways that cost so many times the cheapest rough one are looked at closely ...
_MORE = 3.0  # ... and so many blocks besides
_NEIGHBOURS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))

Cell = tuple[int, int]
Indices = NDArray[np.int32]


def grid_graph(free: Bools, weight: Field, step: float, squeeze: bool = False) -> tuple[Indices, csr_array]:
    """The number of each free cell (H, W; -1 elsewhere), and the eight-connected graph of them, both ways.

    An edge costs its length in metres, a cell being `step` wide, times the mean `weight` of its ends. A diagonal is an
    edge only where both cells beside it are free too, unless it may `squeeze` through.
    """
    height, width = free.shape
    rows, columns = np.nonzero(free)
    across = width + 2
    at = (rows + 1) * across + columns + 1
    index = np.full((height + 2) * across, -1, dtype=np.int32)
    index[at] = np.arange(len(rows), dtype=np.int32)
    weights = np.zeros((height + 2, across))
    weights[1:-1, 1:-1] = weight
    flat = weights.reshape(-1)
    own = flat.take(at)
    targets = np.empty((len(rows), len(_NEIGHBOURS)), dtype=np.int32)
    costs = np.empty((len(rows), len(_NEIGHBOURS)))
    for k, (down, right) in enumerate(_NEIGHBOURS):
        there = at + (down * across + right)
        target = index.take(there)
        if down and right and not squeeze:
            beside = (index.take(at + down * across) >= 0) & (index.take(at + right) >= 0)
            target = np.where(beside, target, -1)
        targets[:, k] = target
        costs[:, k] = (own + flat.take(there)) * (0.5 * step * math.hypot(down, right))
    joined = targets >= 0
    ends = np.concatenate(([0], np.cumsum(joined.sum(axis=1))))
    graph = csr_array((costs[joined], targets[joined], ends), shape=(len(rows), len(rows)))
    return index.reshape(height + 2, across)[1:-1, 1:-1], graph


class Network:
    """The `free` cells (H, W) as a graph; an edge costs metres, times up to 1 + `_DISLIKE` near walls.

    The whole graph is built only when it is asked for: a way is first looked for among blocks of cells, then among the
    cells of the blocks that lie on the cheapest ways through them.
    """

    def __init__(self, free: Bools, slack: Field, resolution: float) -> None:
        self.free = free
        self._weight = 1.0 + _DISLIKE * np.clip(1.0 - slack / _COMFORT, 0.0, 1.0)
        self._resolution = resolution

    @cached_property
    def _whole(self) -> tuple[Indices, csr_array]:
        return grid_graph(self.free, self._weight, self._resolution)

    @cached_property
    def _rough(self) -> tuple[Bools, Indices, csr_array]:
        """Which blocks hold a free cell, and their graph."""
        free, summed = _blocks(self.free, np.where(self.free, self._weight, 0.0))
        weight = summed[1] / np.maximum(summed[0], 1.0)
        return free, *grid_graph(free, weight, self._resolution * _BLOCK, squeeze=True)

    def distances(self, start: Cell, limit: float = np.inf) -> Field:
        """Cost (H, W) from `start` to every cell, inf where there is no way."""
        costs = np.full(self.free.shape, np.inf)
        index, graph = self._whole
        if self.free[start]:
            costs[self.free] = dijkstra(graph, directed=True, indices=int(index[start]), limit=limit)
        return costs

    def path(self, start: Cell, goals: NDArray[np.intp]) -> list[Cell]:
        """Cells from `start` to the cheapest of `goals` (n, 2), both ends included; empty where there is no way."""
        goals = goals[self.free[goals[:, 0], goals[:, 1]]]
        if not self.free[start] or not len(goals):
            return []
        near = self._promising(start, goals)
        if near is None:
            return []
        index, graph = grid_graph(near, self._weight, self._resolution)
        cells = _walk(near, index, graph, start, goals)
        return cells or _walk(self.free, *self._whole, start, goals)

    def _promising(self, start: Cell, goals: NDArray[np.intp]) -> Bools | None:
        """The free cells (H, W) of the blocks that the cheapest ways go through; None where the blocks have no way."""
        free, index, graph = self._rough
        origin = int(index[start[0] // _BLOCK, start[1] // _BLOCK])
        ends = np.unique(index[goals[:, 0] // _BLOCK, goals[:, 1] // _BLOCK])
        there = dijkstra(graph, directed=True, indices=origin)
        cheapest = float(there[ends].min())
        if not np.isfinite(cheapest):
            return None
        limit = cheapest * _WIDER + _MORE * _BLOCK * self._resolution
        back = dijkstra(graph, directed=True, indices=ends, limit=limit, min_only=True)
        chosen = np.zeros(free.shape, dtype=bool)
        chosen[free] = there + back <= limit
        height, width = self.free.shape
        return self.free & np.kron(chosen, np.ones((_BLOCK, _BLOCK), dtype=bool))[:height, :width]


def _blocks(free: Bools, weight: Field) -> tuple[Bools, tuple[Field, Field]]:
    """Blocks with a free cell; the number of free cells in each, and the sum of their weights."""
    height, width = (-(-size // _BLOCK) for size in free.shape)
    sums = []
    for values in (free.astype(float), weight):
        padded = np.zeros((height * _BLOCK, width * _BLOCK))
        padded[: free.shape[0], : free.shape[1]] = values
        sums.append(padded.reshape(height, _BLOCK, width, _BLOCK).sum(axis=(1, 3)))
    return sums[0] > 0, (sums[0], sums[1])


def _walk(free: Bools, index: Indices, graph: csr_array, start: Cell, goals: NDArray[np.intp]) -> list[Cell]:
    """The cheapest way in a graph of the free cells (H, W)."""
    wanted = index[goals[:, 0], goals[:, 1]]
    wanted = wanted[wanted >= 0]
    if not len(wanted) or index[start] < 0:
        return []
    costs, previous = dijkstra(graph, directed=True, indices=int(index[start]), return_predecessors=True)
    node = int(wanted[np.argmin(costs[wanted])])
    if not np.isfinite(costs[node]):
        return []
    rows, columns = np.nonzero(free)
    cells = []
    while node >= 0:
        cells.append((int(rows[node]), int(columns[node])))
        node = int(previous[node])
    return cells[::-1]
