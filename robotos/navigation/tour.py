"""The order in which to drive the pieces of a coverage, and each one's direction: a short tour, open at the end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from robotos.navigation.contour import simplified
from robotos.navigation.costmap import Costmap
from robotos.navigation.field import Field
from robotos.navigation.planner import Point

_TURN = 0.15  # m that stopping and turning for another piece is worth
_PASSES = 20
_PITCH = 0.2  # m between the points at which a closed line may be begun
_MOST = 60  # of them that are tried
_STRAIGHT = 1e-6  # m, points this near to a straight line are left out of it


@dataclass(frozen=True, eq=False)
class Piece:
    """A polyline (n, 2), metres. A `closed` one ends where it begins and may be begun at any of its points."""

    points: NDArray[np.float64]
    closed: bool
    kind: str

    @cached_property
    def ring(self) -> NDArray[np.float64]:
        """The points (m, 2) at which a closed piece may be begun, `_PITCH` apart or where it bends, without repeats."""
        legs = np.hypot(*np.diff(self.points, axis=0).T)
        parts = [
            a + (b - a) * np.arange(count)[:, None] / count
            for a, b, count in zip(
                self.points[:-1], self.points[1:], np.maximum(1, np.ceil(legs / _PITCH)).astype(int), strict=True
            )
        ]
        return np.vstack(parts)

    @cached_property
    def _stride(self) -> int:
        return -(-len(self.ring) // _MOST)

    @cached_property
    def options(self) -> tuple[tuple[Point, Point], ...]:
        """The ways to drive it, each as its first and last point."""
        if self.closed:
            return tuple(((float(x), float(y)), (float(x), float(y))) for x, y in self.ring[:: self._stride])
        a, b = ((float(x), float(y)) for x, y in self.points[[0, -1]])
        return ((a, b), (b, a))

    def driven(self, option: int) -> Piece:
        """The piece as its option says."""
        if not self.closed:
            return self if option == 0 else Piece(self.points[::-1], False, self.kind)
        ring = np.roll(self.ring, -option * self._stride, axis=0)
        return Piece(simplified(np.vstack((ring, ring[:1])), _STRAIGHT), True, self.kind)


Stop = tuple[Piece, int]  # a piece and the option by which it is driven


def order(costmap: Costmap, pieces: list[Piece], start: Point) -> list[Piece]:
    """A short tour through all pieces from `start`: nearest next, then improved by reversals and moves."""
    ways = _Ways(costmap)
    tour = _nearest_next(ways, pieces, start)
    for _ in range(_PASSES):
        changed = _reverse(ways, tour, start)
        changed |= _move(ways, tour, start)
        changed |= _choose(ways, tour, start)
        if not changed:
            break
    return [piece.driven(option) for piece, option in tour]


class _Ways:
    """Lengths of the ways between points: straight where that is clear, else over the costmap's graph. Remembered."""

    def __init__(self, costmap: Costmap) -> None:
        self._costmap = costmap
        self._known: dict[tuple[Point, Point], float] = {}
        self._fields: dict[Point, Field] = {}
        self._rows, self._columns = np.nonzero(costmap.free)

    def between(self, a: Point, b: Point) -> float:
        key = (a, b) if a <= b else (b, a)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._measure(*key)
        return known

    def _measure(self, a: Point, b: Point) -> float:
        straight = float(np.hypot(b[0] - a[0], b[1] - a[1]))
        if straight < 1e-6:
            return 0.0
        if self._costmap.clear(*a, *b):
            return straight + _TURN
        source, target = (a, b) if a in self._fields or b not in self._fields else (b, a)
        if source not in self._fields:
            self._fields[source] = self._costmap.network.distances(self._cell(source))
        around = float(self._fields[source][self._cell(target)])
        return max(straight, around) + 2 * _TURN if np.isfinite(around) else 3 * straight + 5.0

    def _cell(self, point: Point) -> tuple[int, int]:
        """The free cell nearest to a point."""
        row, column = self._costmap.grid.to_cell(*point)
        if self._costmap.grid.inside(row, column) and self._costmap.free[row, column]:
            return row, column
        nearest = int(np.argmin((self._rows - row) ** 2 + (self._columns - column) ** 2))
        return int(self._rows[nearest]), int(self._columns[nearest])


def _entry(stop: Stop) -> Point:
    return stop[0].options[stop[1]][0]


def _exit(stop: Stop) -> Point:
    return stop[0].options[stop[1]][1]


def _turned(stop: Stop) -> Stop:
    return stop if stop[0].closed else (stop[0], 1 - stop[1])


def _nearest_next(ways: _Ways, pieces: list[Piece], start: Point) -> list[Stop]:
    tour: list[Stop] = []
    left = list(pieces)
    here = start
    while left:
        stops = [(piece, option) for piece in left for option in range(len(piece.options))]
        chosen = min(stops, key=lambda stop: (_rough(here, _entry(stop)), left.index(stop[0])))
        left.remove(chosen[0])
        tour.append(chosen)
        here = _exit(chosen)
    return tour


def _rough(a: Point, b: Point) -> float:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def _reverse(ways: _Ways, tour: list[Stop], start: Point) -> bool:
    """Turn round any stretch of the tour where that shortens it (2-opt)."""
    better = False
    for i in range(len(tour)):
        before = start if i == 0 else _exit(tour[i - 1])
        for j in range(i, len(tour)):
            first, last = tour[i], tour[j]
            old = ways.between(before, _entry(first))
            new = ways.between(before, _exit(last))
            if j + 1 < len(tour):
                old += ways.between(_exit(last), _entry(tour[j + 1]))
                new += ways.between(_entry(first), _entry(tour[j + 1]))
            if new < old - 1e-6:
                tour[i : j + 1] = [_turned(stop) for stop in reversed(tour[i : j + 1])]
                better = True
    return better


def _move(ways: _Ways, tour: list[Stop], start: Point) -> bool:
    """Put stretches of up to three pieces elsewhere in the tour, either way round, where that shortens it (or-opt)."""
    better = False
    for size in (1, 2, 3):
        for index in range(len(tour) - size + 1):
            stretch = tour[index : index + size]
            rest = tour[:index] + tour[index + size :]
            saved = _inserted(ways, rest, index, stretch, start)
            best, place, chosen = saved - 1e-6, -1, stretch
            for option in (stretch, [_turned(stop) for stop in reversed(stretch)]):
                for spot in range(len(rest) + 1):
                    cost = _inserted(ways, rest, spot, option, start)
                    if cost < best:
                        best, place, chosen = cost, spot, option
            if place >= 0:
                tour[:] = rest[:place] + chosen + rest[place:]
                better = True
    return better


def _inserted(ways: _Ways, rest: list[Stop], spot: int, stretch: list[Stop], start: Point) -> float:
    """What putting `stretch` before `rest[spot]` adds to the tour."""
    before = start if spot == 0 else _exit(rest[spot - 1])
    cost = ways.between(before, _entry(stretch[0]))
    if spot < len(rest):
        after = _entry(rest[spot])
        cost += ways.between(_exit(stretch[-1]), after) - ways.between(before, after)
    return cost


def _choose(ways: _Ways, tour: list[Stop], start: Point) -> bool:
    """The best options for the order as it is, by dynamic programming; whether any of them changed."""
    costs, exits = [0.0], [start]
    back: list[list[int]] = []
    for piece, _ in tour:
        rows = [[c + ways.between(e, entry) for c, e in zip(costs, exits, strict=True)] for entry, _ in piece.options]
        back.append([int(np.argmin(row)) for row in rows])
        costs = [min(row) for row in rows]
        exits = [leave for _, leave in piece.options]
    option = int(np.argmin(costs))
    changed = False
    for index in range(len(tour) - 1, -1, -1):
        changed |= tour[index][1] != option
        tour[index] = (tour[index][0], option)
        option = back[index][option]
    return changed
