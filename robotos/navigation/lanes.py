"""Straight lanes that sweep what the edge pass leaves, and single spots for what the lanes leave."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.navigation.costmap import Costmap
from robotos.navigation.grid import Bools
from robotos.navigation.ledger import Ledger

Line = NDArray[np.float64]

_SPARE = 0.015  # m a lane reaches less far than the tool does, for what tracking errs
_TURN = 0.45  # m that getting to another lane costs, turns included
_WORTH = 4  # cells; fewer are not worth a visit
_BRIDGE = 4  # cells of nothing to do that a lane drives through rather than end


def fill(costmap: Costmap, ledger: Ledger) -> list[tuple[Line, str]]:
    """Lanes (2, 2), with their kind, that sweep what `ledger` still wants; the ledger is stamped with them.

    In each connected patch lanes along x, along y, and each where the patch is longer that way are tried, laid from
    either side; the cheapest set is taken.
    """
    lines: list[tuple[Line, str]] = []
    labels, count = ndimage.label(ledger.remaining, structure=np.ones((3, 3)))
    for patch in range(1, count + 1):
        area = (labels == patch) & ledger.remaining
        if int(area.sum()) < _WORTH:
            continue
        options = [_laid(costmap, area, ledger.radius, plan) for plan in _plans(area)]
        _, lanes = min(options, key=lambda option: option[0])
        for lane in lanes:
            ledger.stamp(*lane[0].tolist(), *lane[1].tolist())
        lines += [(lane, "lane") for lane in lanes]
    return lines + _spots(costmap, ledger)


def _as_is(array: Bools) -> Bools:
    return array


def _flipped(array: Bools) -> Bools:
    return array[::-1]


def _transposed(array: Bools) -> Bools:
    return array.T


def _turned(array: Bools) -> Bools:
    return array.T[::-1]


View = Callable[[Bools], Bools]
_VIEWS: tuple[View, ...] = (_as_is, _flipped, _transposed, _turned)


def _plans(area: Bools) -> list[list[tuple[View, Bools]]]:
    """Ways to lay lanes: views, each with the cells (H, W) to be swept by its lanes before the next one's turn."""
    wide, high = _runs(area), _runs(area.T).T
    broad = area & (wide >= high)
    plans: list[list[tuple[View, Bools]]] = [[(view, area)] for view in _VIEWS]
    if broad.any() and (area & ~broad).any():
        plans.append([(_as_is, broad), (_transposed, area)])
        plans.append([(_transposed, area & ~broad), (_as_is, area)])
    return plans


def _runs(area: Bools) -> NDArray[np.intp]:
    """For every cell the length of the run of cells along its row that it belongs to; 0 outside."""
    labels, count = ndimage.label(area, structure=[[0, 0, 0], [1, 1, 1], [0, 0, 0]])
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    sizes[0] = 0
    return np.asarray(sizes[labels])


def _laid(costmap: Costmap, area: Bools, radius: float, plan: list[tuple[View, Bools]]) -> tuple[float, list[Line]]:
    """The cost (m) of sweeping `area` (H, W) as planned, and the lanes in metres."""
    left = area.copy()
    lanes: list[Line] = []
    cost = 0.0
    reach = (radius - _SPARE) / costmap.resolution  # in cells, as everything below
    for view, cells in plan:
        lattice, rest, wanted = (np.asarray(view(array)) for array in (costmap.lattice >= 0.0, left, left & cells))
        while wanted.any():
            row = int(np.argmax(wanted.any(axis=1)))
            first = int(np.argmax(wanted[row]))
            found = _best_lane(lattice, wanted, (row, first), reach)
            if found is None:
                wanted[row, first] = False
                continue
            line, begin, end = found
            for cells_left in (rest, wanted):  # `rest` is a view of `left`
                cells_left[_swept(cells_left, line, begin, end, reach)] = False
            cost += (end - begin) / 2 * costmap.resolution + _TURN
            lanes.append(_metres(costmap, view, line, begin, end))
    return cost + 0.02 * int(left.sum()), lanes


def _best_lane(lattice: Bools, wanted: Bools, cell: tuple[int, int], reach: float) -> tuple[int, int, int] | None:
    """Lattice row, begin and end column of the lane that sweeps `cell`, the lowest one, at the best rate."""
    row, first = cell
    centre, span = 2 * row + 1, int(2 * reach)
    best, best_rate = None, 0.0
    for line in range(max(centre - span, 0), min(centre + span + 1, lattice.shape[0])):
        chord = math.sqrt(max(0.0, reach**2 - ((line - centre) / 2) ** 2))
        lane = _stretch(lattice[line], wanted, line, first, chord, reach)
        if lane is None:
            continue
        begin, end = _trimmed(wanted, line, *lane, reach)
        rows, _ = _swept(wanted, line, begin, end, reach)
        rate = len(rows) / (end - begin + 2 * _TURN / 0.05)
        if rate >= best_rate:
            best, best_rate = (line, begin, end), rate
    return best


def _stretch(
    allowed: Bools, wanted: Bools, line: int, first: int, chord: float, reach: float
) -> tuple[int, int] | None:
    """Lattice columns from which to which a lane on row `line` may go and has something to do, around a cell."""
    near = np.arange(math.ceil(2 * (first - chord) + 1), math.floor(2 * (first + chord) + 1) + 1)
    near = near[(near >= 0) & (near < len(allowed))]
    near = near[allowed[near]]
    if not len(near):
        return None
    anchor = int(near[np.argmin(np.abs(near - (2 * first + 1)))])
    middle = line / 2 - 0.5
    low, high = max(0, math.ceil(middle - reach)), math.floor(middle + reach)
    busy = ndimage.binary_closing(wanted[low : high + 1].any(axis=0), np.ones(_BRIDGE + 1))
    busy |= wanted[low : high + 1].any(axis=0)
    begin = end = anchor
    while begin > 0 and allowed[begin - 1] and busy[max(0, (begin - 2) // 2)]:
        begin -= 1
    while end + 1 < len(allowed) and allowed[end + 1] and busy[min(len(busy) - 1, end // 2)]:
        end += 1
    return begin, end


def _trimmed(wanted: Bools, line: int, begin: int, end: int, reach: float) -> tuple[int, int]:
    """The shortest lane that sweeps the same cells."""
    rows, columns = _swept(wanted, line, begin, end, reach)
    if not len(rows):
        return begin, begin
    chord = np.sqrt(np.maximum(0.0, reach**2 - (rows - (line / 2 - 0.5)) ** 2))
    # the leftmost cells are swept from begin <= column + chord, the rightmost from end >= column - chord
    latest = int(np.floor(2 * (columns + chord).min() + 1))
    earliest = int(np.ceil(2 * (columns - chord).max() + 1))
    if latest >= earliest:
        middle = min(max((latest + earliest) // 2, begin), end)
        return middle, middle
    return max(begin, min(latest, end)), min(end, max(earliest, begin))


def _swept(wanted: Bools, line: int, begin: int, end: int, reach: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the wanted cells within `reach` of a lane given on the lattice."""
    middle, left, right = line / 2 - 0.5, begin / 2 - 0.5, end / 2 - 0.5
    low, high = max(0, math.ceil(middle - reach)), math.floor(middle + reach)
    start, stop = max(0, math.ceil(left - reach)), math.floor(right + reach)
    rows, columns = np.nonzero(wanted[low : high + 1, start : stop + 1])
    rows, columns = rows + low, columns + start
    aside = np.maximum(np.maximum(left - columns, columns - right), 0.0)
    hit = (rows - middle) ** 2 + aside**2 <= reach * reach + 1e-9
    return rows[hit], columns[hit]


def _metres(costmap: Costmap, view: View, line: int, begin: int, end: int) -> Line:
    """A lane of a view, in the map frame."""
    height, width = costmap.lattice.shape
    half = costmap.resolution / 2
    corners = []
    for column in (begin, end):
        row, across = line, column
        if view is _flipped:
            row = height - 1 - line
        elif view is _transposed:
            row, across = column, line
        elif view is _turned:
            row, across = column, width - 1 - line
        corners.append((costmap.grid.origin.x + across * half, costmap.grid.origin.y + row * half))
    return np.array(corners)


def _spots(costmap: Costmap, ledger: Ledger) -> list[tuple[Line, str]]:
    """Visits to the standpoints that sweep the most of what is left, best first; a few cells are not worth one."""
    spots: list[tuple[Line, str]] = []
    half = costmap.resolution / 2
    nodes = np.argwhere(costmap.lattice >= 0.0)
    xs = nodes[:, 1] * half + costmap.grid.origin.x
    ys = nodes[:, 0] * half + costmap.grid.origin.y
    left = ledger.remaining
    while left.any():
        rows, columns = np.nonzero(left)
        cx, cy = costmap.grid.origin.x + (columns + 0.5) * 2 * half, costmap.grid.origin.y + (rows + 0.5) * 2 * half
        near = np.flatnonzero(np.hypot(xs - cx[0], ys - cy[0]) <= ledger.radius)
        if not len(near):
            left[rows[0], columns[0]] = False
            continue
        swept = np.hypot(xs[near, None] - cx, ys[near, None] - cy) <= ledger.radius
        best = int(np.argmax(swept.sum(axis=1)))
        hit = swept[best]
        left[rows[hit], columns[hit]] = False
        if int(hit.sum()) >= _WORTH:
            x, y = float(xs[near[best]]), float(ys[near[best]])
            spots.append((np.array([(x, y), (x, y)]), "rest"))
            ledger.stamp(x, y, x, y)
    return spots
