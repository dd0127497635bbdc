"""The grid as a weighted graph: shortest ways between free cells that would rather keep off the walls."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from robotos.navigation.field import Field
from robotos.navigation.grid import Bools

_COMFORT = 0.15  # m of slack from which nearness to an obstacle costs nothing
_DISLIKE = 1.0  # how much more a metre costs with no slack at all

Cell = tuple[int, int]


class Network:
    """Eight-connected graph of the `free` cells (H, W); an edge costs metres, times up to 1 + `_DISLIKE` near walls.

    A diagonal is an edge only where both cells beside it are free too.
    """

    def __init__(self, free: Bools, slack: Field, resolution: float) -> None:
        self.free = free
        self._index = np.full(free.shape, -1, dtype=np.int32)
        rows, columns = np.nonzero(free)
        self._index[rows, columns] = np.arange(len(rows), dtype=np.int32)
        self._rows, self._columns = rows, columns
        self._graph = self._build(slack, resolution)

    def _build(self, slack: Field, resolution: float) -> csr_array:
        weight = 1.0 + _DISLIKE * np.clip(1.0 - slack / _COMFORT, 0.0, 1.0)
        height, width = self.free.shape
        sources, targets, costs = [], [], []
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
            a = (slice(0, height - down), slice(max(0, -right), width - max(0, right)))
            b = (slice(down, height), slice(max(0, right), width - max(0, -right)))
            joined = self.free[a] & self.free[b]
            if down and right:
                joined &= self.free[a[0], b[1]] & self.free[b[0], a[1]]
            sources.append(self._index[a][joined])
            targets.append(self._index[b][joined])
            costs.append((weight[a] + weight[b])[joined] * (0.5 * resolution * np.hypot(down, right)))
        source, target, cost = (np.concatenate(part) for part in (sources, targets, costs))
        count = len(self._rows)
        return csr_array((cost, (source, target)), shape=(count, count))

    def distances(self, start: Cell, limit: float = np.inf) -> Field:
        """Cost (H, W) from `start` to every cell, inf where there is no way."""
        costs = np.full(self.free.shape, np.inf)
        origin = int(self._index[start])
        if origin >= 0:
            costs[self._rows, self._columns] = dijkstra(self._graph, directed=False, indices=origin, limit=limit)
        return costs

    def path(self, start: Cell, goals: NDArray[np.intp]) -> list[Cell]:
        """Cells from `start` to the cheapest of `goals` (n, 2), both ends included; empty where there is no way."""
        origin = int(self._index[start])
        wanted = self._index[goals[:, 0], goals[:, 1]]
        wanted = wanted[wanted >= 0]
        if origin < 0 or not len(wanted):
            return []
        costs, previous = dijkstra(self._graph, directed=False, indices=origin, return_predecessors=True)
        node = int(wanted[np.argmin(costs[wanted])])
        if not np.isfinite(costs[node]):
            return []
        cells = []
        while node >= 0:
            cells.append((int(self._rows[node]), int(self._columns[node])))
            node = int(previous[node])
        return cells[::-1]
