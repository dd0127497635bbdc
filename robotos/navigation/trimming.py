"""Shorten a sweep: leave out the stretches of a path that pass over too little that nothing else passes over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from robotos.navigation.costmap import Costmap
from robotos.navigation.field import Field
from robotos.navigation.grid import Bools, OccupancyGrid

Points = NDArray[np.float64]
Indices = NDArray[np.intp]

STEP = 0.025  # m between the points of a path while it is worked on: at the disc's edge a ripple of 0.4 mm
_WINDOW = 3.0  # m of path that are left out at once, at most
_SHORT = 40  # steps up to which every second point may be the beginning of a short cut, else every fourth
_SAMPLED = 16  # one in so many cells tells roughly what a short cut loses ...
_DOUBT = 0.6  # ... and it is looked at closely where so much of that leaves a gain
_AT_ONCE = 8192  # pairs of a short cut and a cell: what the processor's cache holds
_LEAST = 0.01  # m that leaving something out must save
_SLACK = 0.001  # m that a short cut keeps from what must be kept clear of


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """A path as points (n, 2), metres, at most `STEP` apart, and what each belongs to (n,), a small integer."""

    points: Points
    kinds: NDArray[np.int8]

    @property
    def length(self) -> float:
        """Metres."""
        return float(np.hypot(*np.diff(self.points, axis=0).T).sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Cuts:
    """Short cuts from point `begin` to point `end`; what they save (m) and how many cells they leave unswept."""

    begin: Indices
    end: Indices
    saved: Field
    lost: NDArray[np.intp]

    def only(self, chosen: Bools | Indices) -> _Cuts:
        return _Cuts(self.begin[chosen], self.end[chosen], self.saved[chosen], self.lost[chosen])


def trail(points: Points, kinds: NDArray[np.int8]) -> Trail:
    """A polyline (n, 2) with as many points as a trail has; `kinds` (n,) is what the way to each point belongs to."""
    legs = np.hypot(*np.diff(points, axis=0).T)
    keep = np.concatenate(([True], legs > 1e-9))
    points, kinds, legs = points[keep], kinds[keep], legs[legs > 1e-9]
    if len(points) < 2:
        return Trail(points, kinds)
    counts = np.maximum(1, np.ceil(legs / STEP - 1e-9)).astype(np.intp)
    leg = np.repeat(np.arange(len(counts)), counts)
    share = ((np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[leg])[:, None]
    dense = points[leg] * (1 - share) + points[leg + 1] * share
    return Trail(np.vstack((dense, points[-1:])), np.concatenate((kinds[leg + 1], kinds[-1:])))


def swept_by(grid: OccupancyGrid, points: Points, radius: float) -> tuple[Indices, Indices]:
    """Pairs (k,) of a point's number and the number of a cell within `radius` of it, by the points' numbers."""
    height, width = grid.shape
    at = (points - (grid.origin.x, grid.origin.y)) / grid.resolution - 0.5
    reach = radius / grid.resolution
    span = math.ceil(reach)
    down, right = (axis.ravel() for axis in np.mgrid[-span : span + 1, -span : span + 1])
    possible = np.hypot(np.maximum(np.abs(down) - 0.5, 0.0), np.maximum(np.abs(right) - 0.5, 0.0)) <= reach
    down, right = down[possible], right[possible]
    base = np.rint(at).astype(np.intp)
    off = at - base  # |offset - off|^2 <= reach^2, multiplied out: of what is as large as points times cells only this
    limit = (down * down + right * right - reach * reach - 1e-9) / 2
    near = off @ np.array((right, down), dtype=float) >= limit + (off * off).sum(axis=1)[:, None] / 2
    if len(base) and ((base < span).any() or (base >= (width - span, height - span)).any()):
        columns, rows = base[:, :1] + right, base[:, 1:] + down
        near &= (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    index, which = np.divmod(np.flatnonzero(near), len(right))
    return index, (base[:, 1] * width + base[:, 0])[index] + (down * width + right)[which]


def first_and_last(grid: OccupancyGrid, points: Points, target: Bools, radius: float) -> tuple[Indices, ...]:
    """Cells (k,) of `target` within `radius` of some point, and the first and the last such point of each."""
    index, cell = swept_by(grid, points, radius)
    wanted = target.ravel()[cell]
    index, cell = index[wanted], cell[wanted]
    first = np.full(target.size, -1, dtype=np.intp)
    last = first.copy()
    last[cell] = index  # of several values for one cell the one assigned last stays
    first[cell[::-1]] = index[::-1]
    cells = np.flatnonzero(first >= 0)
    order = np.argsort(first[cells], kind="stable")
    cells = cells[order]
    return cells, first[cells], last[cells]


def trimmed(costmap: Costmap, path: Trail, target: Bools, radius: float, spare: int, prices: Sequence[float]) -> Trail:
    """The path with straight short cuts, each worth more than so many metres for each cell that it leaves unswept.

    `target` (H, W) are the cells to sweep, with a tool of `radius`; at most `spare` of them are left in the end. There
    is a round for each of the `prices`, falling, so that what is left over goes to where it saves the most. In each the
    best set of short cuts that do not overlap is taken (weighted interval scheduling). What a short cut loses is known
    from the first and the last point that sweep a cell: both must lie within what is left out.
    """
    total = int(target.sum())
    known = first_and_last(costmap.grid, path.points, target, radius)
    for price in prices:
        if len(path.points) < 6:
            break
        left = max(spare - (total - len(known[0])), 0)
        chosen = _best(costmap, path, _cuts(costmap, path, known, radius, price, left), price)
        for budget in (left, left // 2, 0):  # a cell that two short cuts leave out is in neither's account
            shorter = _cut(path, _affordable(chosen, budget))
            if shorter is path:
                break
            swept = first_and_last(costmap.grid, shorter.points, target, radius)
            if len(swept[0]) >= min(total - spare, len(known[0])):
                path, known = shorter, swept
                break
        if not left:  # no price makes a difference any more
            break
    return path


def _lengths(longest: int) -> list[int]:
    """Numbers of steps that are left out."""
    sizes = [*range(4, 24, 3), *range(24, 60, 6), *range(60, longest + 1, 14)]
    return [size for size in sizes if size <= longest]


def _cuts(costmap: Costmap, path: Trail, known: tuple[Indices, ...], radius: float, price: float, spare: int) -> _Cuts:
    """All short cuts that are worth it and leave no more than `spare` cells unswept, whether they are clear or not."""
    points = path.points[:, 0] + 1j * path.points[:, 1]
    along = np.concatenate(([0.0], np.cumsum(np.abs(np.diff(points)))))
    longest = min(round(_WINDOW / STEP), len(points) - 1)
    step = costmap.resolution
    cells, first, last = (part[known[2] - known[1] < longest] for part in known)
    bound = _dominated(first, last, len(points), longest)
    tried = []
    for size in _lengths(longest):
        begin = np.arange(0, len(points) - size, 2 if size < _SHORT else 4)
        straight = np.abs(points[begin + size] - points[begin])
        saved = along[begin + size] - along[begin] - straight
        most = (2 * radius * straight + math.pi * radius**2) / step**2  # cells that the short cut itself sweeps
        lost = np.maximum(bound[size][begin] - most, 0.0)  # at least
        worth = (saved - price * lost > _LEAST) & (lost <= spare)
        tried.append((begin[worth], begin[worth] + size, saved[worth]))
    begin, end, saved = (np.concatenate(parts) for parts in zip(*tried, strict=True))
    rows, columns = np.divmod(cells, costmap.grid.shape[1])
    corner = costmap.grid.origin
    centres = (columns + 0.5) * step + corner.x + 1j * ((rows + 0.5) * step + corner.y)
    cuts = _Cuts(begin, end, saved, np.zeros(len(begin), dtype=np.intp))
    for every, share in ((_SAMPLED, _DOUBT), (1, 1.0)):
        lost = _lost(points, cuts, centres[::every], first[::every], last[::every], radius) * every
        cuts = replace(cuts, lost=lost).only((cuts.saved - share * price * lost > _LEAST) & (share * lost <= spare))
    return cuts


def _dominated(first: Indices, last: Indices, count: int, longest: int) -> dict[int, NDArray[np.intp]]:
    """For each size the cells (count + 1,) swept only strictly between point i and point i + size."""
    spans = np.bincount((last - first) * (count + 1) + first, minlength=(longest + 1) * (count + 1))
    upto = np.cumsum(spans.reshape(longest + 1, count + 1), axis=0)  # first swept at i, for good within so many steps
    wanted = set(_lengths(longest))
    inside = np.zeros(count + 1, dtype=np.intp)
    known = {}
    for size in range(2, longest + 1):
        inside[:-1] = inside[1:] + upto[size - 2, 1:]
        if size in wanted:
            known[size] = inside.copy()
    return known


def _lost(
    points: NDArray[np.complex128], cuts: _Cuts, centres: NDArray[np.complex128], first: Indices, last: Indices,
    radius: float,
) -> Indices:  # fmt: skip
    """How many of the cells, sorted by the point that sweeps them first, each short cut (n,) leaves unswept."""
    starts = first.searchsorted(np.arange(len(points) + 1), side="right")
    low, counts = starts[cuts.begin], np.maximum(starts[cuts.end - 1] - starts[cuts.begin], 0)
    legs = points[cuts.end] - points[cuts.begin]
    half = np.abs(legs) / 2
    ahead = np.where(half > 1e-9, legs.conj() / np.maximum(2 * half, 1e-9), 1.0)
    middle = (points[cuts.end] + points[cuts.begin]) / 2
    upto = np.cumsum(counts)
    lost = np.zeros(len(counts), dtype=np.intp)
    bounds = np.unique(upto.searchsorted(np.arange(0, int(counts.sum()), _AT_ONCE))).tolist()
    for a, b in pairwise([*bounds, len(counts)]):
        some = counts[a:b]
        cut = np.repeat(np.arange(a, b), some)
        cell = np.arange(len(cut)) + np.repeat(low[a:b] - np.cumsum(some) + some, some)
        inside = last[cell] < cuts.end[cut]
        cut, cell = cut[inside], cell[inside]
        off = (centres[cell] - middle[cut]) * ahead[cut]
        beyond = np.maximum(np.abs(off.real) - half[cut], 0.0)
        lost[a:b] = np.bincount(cut[beyond * beyond + off.imag * off.imag > radius * radius] - a, minlength=b - a)
    return lost


def _best(costmap: Costmap, path: Trail, cuts: _Cuts, price: float) -> _Cuts:
    """The set of short cuts without overlaps, all clear, that gains the most."""
    cuts = cuts.only(costmap.clear_each(path.points[cuts.begin], path.points[cuts.end], _SLACK))
    gains = cuts.saved - price * cuts.lost
    cuts = cuts.only(_undominated(cuts, gains, len(path.points)))
    cuts = cuts.only(np.argsort(cuts.end, kind="stable"))
    gains = cuts.saved - price * cuts.lost
    before = cuts.end.searchsorted(cuts.begin, side="right")  # how many of them end in time for each
    return cuts.only(np.array(_scheduled(before.tolist(), gains.tolist()), dtype=np.intp))


def _undominated(cuts: _Cuts, gains: Field, count: int) -> Bools:
    """Which short cuts (n,) hold no other within them that gains as much: only these can be among the best."""
    sizes = cuts.end - cuts.begin
    longest = int(sizes.max(initial=0))
    own = np.zeros((longest + 1, count + 1))
    own[sizes, cuts.begin] = gains
    within = np.zeros_like(own)  # the most that a strictly smaller one gains
    best = own[0].copy()
    for size in range(1, longest + 1):
        np.maximum(best[:-1], best[1:], out=within[size, :-1])
        np.maximum(within[size], own[size], out=best)
    return np.asarray(gains > within[sizes, cuts.begin])


def _scheduled(before: list[int], gains: list[float]) -> list[int]:
    """The intervals, sorted by their ends, that do not overlap and gain the most together.

    `before` says how many of them end no later than each begins.
    """
    most = 0.0
    best = [most]  # that the first so many intervals gain
    for gain, earlier in zip(gains, before, strict=True):
        most = max(most, best[earlier] + gain)
        best.append(most)
    taken, k = [], len(gains)
    while k > 0:
        if best[k] > best[k - 1]:
            taken.append(k - 1)
            k = before[k - 1]
        else:
            k -= 1
    return taken[::-1]


def _affordable(cuts: _Cuts, spare: int) -> _Cuts:
    """Those that save the most for a cell, until `spare` cells are spent."""
    order = np.argsort(-cuts.saved / (cuts.lost + 0.3), kind="stable")
    spent = 0
    kept = []
    for k in order.tolist():
        if spent + int(cuts.lost[k]) <= spare:
            spent += int(cuts.lost[k])
            kept.append(k)
    return cuts.only(np.array(sorted(kept), dtype=np.intp))


def _cut(path: Trail, cuts: _Cuts) -> Trail:
    if not len(cuts.begin):
        return path
    keep = np.ones(len(path.points), dtype=bool)
    for begin, end in zip(cuts.begin.tolist(), cuts.end.tolist(), strict=True):
        keep[begin + 1 : end] = False
    return trail(path.points[keep], path.kinds[keep])
