"""The order in which to drive the strands of a coverage, and each one's direction: a short tour, open at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from robotos.navigation.costmap import Costmap
from robotos.navigation.field import Field
from robotos.navigation.grid import Bools
from robotos.navigation.network import grid_graph
from robotos.navigation.planner import Point

_TURN = 0.04  # m that stopping and turning for another strand is worth
_FAR = 100.0  # m, between points that have no way from one to the other
_MOVED = (1, 2, 3, 5, 8, 13)  # strands that are put elsewhere together
_GAIN = 1e-6  # m
_ROUNDS = 4000  # improvements; each is the best there is
_KICKS = 12  # times a finished tour is shaken, in case a shorter one is near
_SHAKEN = 60  # strands above which shaking takes longer than it is worth
_COARSE = 4  # lattice steps (half cells) per step of the graph by which the ways around something are measured


@dataclass(frozen=True, eq=False)
class Piece:
    """A polyline (n, 2), metres, that may be driven either way; `kind` is that of `coverage.Lane`."""

    points: NDArray[np.float64]
    kind: str

    def turned(self) -> Piece:
        """The same from its other end."""
        return Piece(self.points[::-1], self.kind)


def order(costmap: Costmap, pieces: list[Piece], start: Point) -> list[Piece]:
    """A short tour through all pieces from `start`: nearest next, then improved by reversals and moves.

    2-opt (Croes, 1958) and or-opt (Or, 1976), always the best improvement of all; then shaken by double bridges
    (Martin, Otto and Felten, 1991) with a fixed seed, so that two tours through the same pieces are the same.
    """
    if not pieces:
        return []
    tour = _Tour(_ways(costmap, pieces, start))
    tour.improve()
    if len(pieces) <= _SHAKEN:
        tour.shake(np.random.default_rng(len(pieces)))
    return [pieces[i] if forward else pieces[i].turned() for i, forward in zip(*tour.told(), strict=True)]


def _ways(costmap: Costmap, pieces: list[Piece], start: Point) -> Field:
    """Metres (2n+1, 2n+1) between all ends: piece i begins at 2i and ends at 2i+1, the last is `start`."""
    ends = np.array([*(piece.points[k] for piece in pieces for k in (0, -1)), start])
    straight = np.hypot(*(ends[:, None] - ends[None, :]).transpose(2, 0, 1))
    clear = _clear(costmap, ends, straight)
    around = _around(costmap, ends, bool(clear.all()))
    ways = np.where(clear, straight, np.maximum(straight, around) + _TURN)
    return np.asarray(np.where(straight < 1e-6, 0.0, ways + _TURN))


def _clear(costmap: Costmap, ends: NDArray[np.float64], straight: Field) -> Bools:
    """Which pairs (n, n) see each other, by the lattice nodes nearest to points on the line between."""
    half = costmap.resolution / 2
    nodes = np.ascontiguousarray(((ends - (costmap.grid.origin.x, costmap.grid.origin.y)) / half).T)
    height, width = costmap.lattice.shape
    flat = (costmap.lattice >= -half / 2).ravel()
    clear = np.ones(straight.shape, dtype=bool)
    upper, lower = np.triu_indices(len(ends), 1)
    for parts in (1, 2, 4, 8, 16, 32):  # far apart first: most pairs that are not clear end early
        far = straight[upper, lower] > costmap.resolution * parts / 2 if parts > 1 else np.ones(len(upper), dtype=bool)
        upper, lower = upper[far], lower[far]
        for share in [k / parts for k in range(parts + 1) if k % 2 or parts == 1]:
            begins, ends = nodes * (1 - share), nodes * share
            column, row = (np.rint(begins[axis].take(upper) + ends[axis].take(lower)) for axis in (0, 1))
            np.clip(column, 0, width - 1, out=column)
            np.clip(row, 0, height - 1, out=row)
            seen = flat.take((row * width + column).astype(np.intp))
            hidden = ~seen
            clear[upper[hidden], lower[hidden]] = False
            upper, lower = upper[seen], lower[seen]
    return clear & clear.T


def _around(costmap: Costmap, ends: NDArray[np.float64], needless: bool) -> Field:
    """Metres (n, n) between points by the way around obstacles, `_FAR` where there is none."""
    if needless:
        return np.zeros((len(ends), len(ends)))
    passable = costmap.lattice >= 0.0
    height, width = (-(-size // _COARSE) for size in passable.shape)
    padded = np.zeros((height * _COARSE, width * _COARSE), dtype=bool)
    padded[: passable.shape[0], : passable.shape[1]] = passable
    coarse = np.asarray(padded.reshape(height, _COARSE, width, _COARSE).any(axis=(1, 3)))
    index, graph = grid_graph(coarse, np.ones(coarse.shape), costmap.resolution / 2 * _COARSE, squeeze=True)
    rows, columns = np.nonzero(coarse)
    cells = (ends - (costmap.grid.origin.x, costmap.grid.origin.y)) / (costmap.resolution / 2 * _COARSE)
    nearest = [int(np.argmin((rows + 0.5 - y) ** 2 + (columns + 0.5 - x) ** 2)) for x, y in cells]
    chosen, where = np.unique(index[rows[nearest], columns[nearest]], return_inverse=True)
    lengths = dijkstra(graph, directed=True, indices=chosen)[where][:, chosen[where]]
    return np.asarray(np.where(np.isfinite(lengths), lengths, _FAR))


@dataclass(slots=True)
class _Tour:
    """An open tour as entries and exits of its strands; `ways` are the metres between ends, the start last."""

    ways: Field
    entries: NDArray[np.intp] = field(init=False)
    below: Field = field(init=False)  # (n, n), inf where a stretch would end before it begins
    apart: dict[int, Field] = field(init=False)  # by the strands moved: (n - size + 1, n + 1), inf where they are

    def __post_init__(self) -> None:
        count = len(self.ways) // 2
        self.below = np.where(np.tri(count, k=-1, dtype=bool), np.inf, 0.0)
        self.apart = {}
        for size in (size for size in _MOVED if size < count):
            offset = np.arange(count + 1) - np.arange(count - size + 1)[:, None]
            self.apart[size] = np.where((offset >= 0) & (offset <= size), np.inf, 0.0)
        left = np.ones(2 * count, dtype=bool)
        chosen, here = [], 2 * count
        for _ in range(count):
            entry = int(np.argmin(np.where(left, self.ways[here, :-1], np.inf)))
            left[[entry, entry ^ 1]] = False
            chosen.append(entry)
            here = entry ^ 1
        self.entries = np.array(chosen, dtype=np.intp)

    def told(self) -> tuple[list[int], list[bool]]:
        """The strands in order, and whether each is driven forward."""
        return (self.entries // 2).tolist(), (self.entries % 2 == 0).tolist()

    def length(self) -> float:
        """Metres between the strands."""
        before = np.concatenate(([len(self.ways) - 1], self.entries[:-1] ^ 1))
        return float(self.ways[before, self.entries].sum())

    def improve(self) -> None:
        """The best reversal or move there is, until none is left."""
        for _ in range(_ROUNDS):
            ends = np.empty(len(self.ways), dtype=np.intp)
            ends[0], ends[1::2], ends[2::2] = len(self.ways) - 1, self.entries, self.entries ^ 1
            ordered = self.ways.take(ends, axis=0).take(ends, axis=1)
            saved, i, j = self._best_reversal(ordered)
            moved = self._best_move(ordered)
            if min(saved, moved[0]) > -_GAIN:
                return
            if saved <= moved[0]:
                self.entries[i : j + 1] = self.entries[i : j + 1][::-1] ^ 1
            else:
                self._move(*moved[1:])

    def _best_reversal(self, ordered: Field) -> tuple[float, int, int]:
        """Metres added (negative: saved) by turning round strands i to j; `ordered` are the ways as the tour goes."""
        steps = ordered.diagonal(1)[::2]
        change = ordered[:-1:2, 2::2] - steps[:, None]
        change[:, :-1] += ordered[1::2, 3::2] - steps[1:]
        change += self.below
        at = int(change.argmin())
        i, j = divmod(at, len(change))
        return float(change[i, j]), i, j

    def _best_move(self, ordered: Field) -> tuple[float, int, int, int, bool]:
        """Metres added by putting `size` strands from i before strand k (k counted as they stand), perhaps turned."""
        count = len(self.entries)
        steps = ordered.diagonal(1)[::2]
        onto = ordered[1:, ::2].copy()  # from each end to the end that a strand is come from, less that strand's way
        onto[:, :-1] -= steps
        off = np.zeros((2 * count, count + 1))  # from each end to the beginning of a strand; after the last one is none
        off[:, :-1] = ordered[1:, 1::2]
        best: tuple[float, int, int, int, bool] = (0.0, 0, 0, 0, False)
        for size, apart in self.apart.items():
            some = count - size + 1
            leaves = steps[:some].copy()
            leaves[:-1] += steps[size:] - ordered.diagonal(2 * size + 1)[::2]
            kept = onto[: 2 * some : 2] + off[2 * size - 1 :: 2]
            turned = onto[2 * size - 1 :: 2] + off[: 2 * some : 2]
            change = np.minimum(kept, turned)
            change += apart
            change -= leaves[:, None]
            at = int(change.argmin())
            i, k = divmod(at, count + 1)
            if change[i, k] < best[0]:
                best = (float(change[i, k]), i, k, size, bool(turned[i, k] < kept[i, k]))
        return best

    def _move(self, i: int, k: int, size: int, turned: bool) -> None:
        taken = self.entries[i : i + size].copy()
        if turned:
            taken = taken[::-1] ^ 1
        rest = np.delete(self.entries, np.s_[i : i + size])
        self.entries = np.insert(rest, k if k < i else k - size, taken)

    def shake(self, random: np.random.Generator) -> None:
        """Exchange two stretches and improve again; keep what is shorter."""
        count = len(self.entries)
        if count < 4:
            return
        best, length = self.entries.copy(), self.length()
        for _ in range(_KICKS):
            a, b, c = sorted(random.choice(np.arange(1, count), 3, replace=False).tolist())
            self.entries = np.concatenate((best[:a], best[b:c], best[a:b], best[c:]))
            self.improve()
            if self.length() < length - _GAIN:
                best, length = self.entries.copy(), self.length()
        self.entries = best
