"""Ways as planned: between chance points of real homes, against the optimum on the grid; and how soon on large maps."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.bench.localisation_homes import home_of
from robotos.geometry import Pose
from robotos.navigation.costmap import Costmap
from robotos.navigation.grid import OccupancyGrid
from robotos.navigation.network import Cell, grid_graph
from robotos.navigation.planner import Path, Unreachable, length, plan
from robotos.navigation.reasons import why

LEAST = 1.0  # m between two points


@dataclass(frozen=True, slots=True)
class Ways:
    """What came of one home: pairs with a way, lengths over the optima, goals refused, of these explained."""

    reachable: int
    ratios: tuple[float, ...]
    angular: tuple[float, ...]
    refused: int
    told: int


def ways(name: str, pairs: int, seed: int) -> Ways:
    """Plan between so many pairs of chance points of a home."""
    random = np.random.default_rng(seed)
    home = home_of(name)
    costmap = Costmap(home.grid, keepouts=home.keepouts)
    labels, _ = ndimage.label(costmap.free)
    cells = np.argwhere(labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:])))
    unit = Costmap(home.grid, lattice=np.where(costmap.lattice >= 0.0, 1.0, -1.0))  # no dislike of walls
    ratios, angular, reachable = [], [], 0
    for _ in range(pairs):
        a, b = (_cell(cells[k]) for k in random.integers(len(cells), size=2))
        start, goal = Pose(*home.grid.to_world(*a)), Pose(*home.grid.to_world(*b))
        optimum = float(unit.network.distances(a)[b])
        if not math.isfinite(optimum) or start.distance(goal) < LEAST:
            continue
        reachable += 1
        way = plan(costmap, start, goal)
        if not isinstance(way, Unreachable):
            ratios.append(length(way) / optimum)
            taut = plan(unit, start, goal)
            angular.append(
                length(way) / min(length(way) if isinstance(taut, Unreachable) else length(taut), length(way))
            )
    blocked = np.argwhere(~costmap.free)
    refused = told = 0
    for k in random.integers(len(blocked), size=10):
        goal = Pose(*home.grid.to_world(*map(int, blocked[k])))
        if isinstance(plan(costmap, home.dock, goal), Unreachable):
            refused += 1
            told += len(why(home, costmap, costmap, home.dock, goal)) > 0
    return Ways(reachable, tuple(ratios), tuple(angular), refused, told)


def _cell(pair: NDArray[np.intp]) -> Cell:
    return int(pair[0]), int(pair[1])


def large_maps(count: int) -> tuple[list[float], list[float]]:
    """Seconds of one processor for a plan across a 400 x 400 map: by the planner, and by Dijkstra over all of it."""
    ours, plain = [], []
    for seed in range(count):
        random = np.random.default_rng(seed)
        cells = np.zeros((400, 400), dtype=np.int8)
        for row, column in random.integers(12, 380, (60 + 240 * seed // max(1, count - 1), 2)):
            cells[row : row + 8, column : column + 8] = 100
        costmap = Costmap(OccupancyGrid(cells, 0.05, Pose(0.0, 0.0)))
        ends = np.argwhere(costmap.free)[[0, -1]]
        a, b = (Pose(*costmap.grid.to_world(*map(int, end))) for end in ends)
        _ = costmap.slack, costmap.free  # of the map, not of the way
        began = time.process_time()
        way = plan(costmap, a, b)
        ours.append(time.process_time() - began)
        began = time.process_time()
        if isinstance(way, Unreachable) or not _dijkstra(costmap, _cell(ends[0]), _cell(ends[1])):
            raise ValueError(f"map {seed} of 400 x 400 cells has no way across")
        plain.append(time.process_time() - began)
    return ours, plain


def _dijkstra(costmap: Costmap, a: Cell, b: Cell) -> Path:
    """The alternative: one search over all cells, the way from cell to cell."""
    from scipy.sparse.csgraph import dijkstra

    index, graph = grid_graph(costmap.free, np.ones(costmap.grid.shape), costmap.resolution)
    _, previous = dijkstra(graph, directed=True, indices=int(index[a]), return_predecessors=True)
    cells, node = np.argwhere(costmap.free), int(index[b])
    path = []
    while node >= 0:
        path.append(costmap.grid.to_world(*map(int, cells[node])))
        node = int(previous[node])
    return tuple(path[::-1])
