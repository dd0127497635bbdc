"""Straight lanes that sweep what the edge pass leaves, and single spots for what the lanes leave."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.navigation.costmap import Costmap
from robotos.navigation.grid import Bools
from robotos.navigation.ledger import Ledger

Line = NDArray[np.float64]

_SPARE = 0.015  # m a lane reaches less far than the tool does, for what tracking errs
_TURN = 0.45  # m that getting to another lane costs, turns included
_WORTH = 4  # cells; fewer are not worth a visit ...
_WORTH_SHARE = 0.004  # ... unless they are such a share of the whole
_BRIDGE = 4  # cells of nothing to do that a lane drives through rather than end
_LEFT_COSTS = 0.02  # m that a cell left over counts as


def fill(costmap: Costmap, ledger: Ledger) -> list[tuple[Line, str]]:
    """Lanes (2, 2), with their kind, that sweep what `ledger` still wants; the ledger is stamped with them.

    In each connected patch lanes along x and along y are tried, the better ones laid from either side; the cheapest set
    is taken, which is that of few long lanes: along the long axis.
    """
    lines: list[tuple[Line, str]] = []
    worth = _worth(ledger)
    labels, count = ndimage.label(ledger.remaining, structure=np.ones((3, 3)))
    margin = math.ceil(ledger.radius / costmap.resolution) + 1
    for patch, box in enumerate(ndimage.find_objects(labels, count), start=1):
        rows, columns = (slice(max(0, span.start - margin), span.stop + margin) for span in box)
        area = (labels[rows, columns] == patch) & ledger.remaining[rows, columns]
        if int(area.sum()) < worth:
            continue
        lanes = _cheapest(costmap.window(rows, columns), area, ledger.radius)
        for lane in lanes:
            ledger.stamp(*lane[0].tolist(), *lane[1].tolist())
        lines += [(lane, "lane") for lane in lanes]
    return lines + _spots(costmap, ledger, worth)


def _worth(ledger: Ledger) -> int:
    return max(1, min(_WORTH, int(_WORTH_SHARE * int(ledger.mask.sum()))))


def _as_is(array: Bools) -> Bools:
    return array


def _flipped(array: Bools) -> Bools:
    return array[::-1]


def _transposed(array: Bools) -> Bools:
    return array.T


def _turned(array: Bools) -> Bools:
    return array.T[::-1]


View = Callable[[Bools], Bools]


def _cheapest(costmap: Costmap, area: Bools, radius: float) -> list[Line]:
    """The lanes along x or y that sweep `area` (H, W) at the least cost; the cheaper way is tried from both sides."""
    cost, lanes = _laid(costmap, area, radius, _as_is, math.inf)
    cost_turned, lanes_turned = _laid(costmap, area, radius, _transposed, cost)
    upright = cost_turned < cost
    if upright:
        cost, lanes = cost_turned, lanes_turned
    cost_other, lanes_other = _laid(costmap, area, radius, _turned if upright else _flipped, cost)
    return lanes_other if cost_other < cost else lanes


def _laid(costmap: Costmap, area: Bools, radius: float, view: View, limit: float) -> tuple[float, list[Line]]:
    """The cost (m) of sweeping `area` (H, W) with lanes laid as `view` has it, and the lanes in metres.

    It ends early, at infinite cost, where what is left to sweep cannot cost less than `limit` leaves: a lane of length
    l sweeps no more than 2 r l + pi r^2, and the discs at its ends are dearer than the rest, for the turn.
    """
    lanes: list[Line] = []
    reach = (radius - _SPARE) / costmap.resolution  # in cells, as everything below
    lattice = _rows(np.ascontiguousarray(view(costmap.lattice >= 0.0)))
    wanted = np.array(view(area))
    cost, row, left = 0.0, 0, int(area.sum())
    least = min(costmap.resolution / (2 * reach), _LEFT_COSTS)  # m for a cell
    while row < len(wanted):
        busy = wanted[row].nonzero()[0]
        if not len(busy):
            row += 1
            continue
        found = _best_lane(lattice, wanted, (row, int(busy[0])), reach)
        if found is None:
            wanted[row, busy[0]] = False
            left -= 1
            cost += _LEFT_COSTS
            continue
        line, begin, end, rows, columns = found
        wanted[rows, columns] = False
        left -= len(rows)
        cost += (end - begin) / 2 * costmap.resolution + _TURN
        if cost + least * left >= limit:
            return math.inf, []
        lanes.append(_metres(costmap, view, line, begin, end))
    return cost, lanes


_Found = tuple[int, int, int, NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Lattice nodes (H, W) that are allowed, and for each node the nearest to either side that is not."""

    allowed: Bools
    before: NDArray[np.intp]
    after: NDArray[np.intp]


def _rows(allowed: Bools) -> _Rows:
    columns = np.arange(allowed.shape[1])
    before = np.maximum.accumulate(np.where(allowed, -1, columns), axis=1)
    after = np.minimum.accumulate(np.where(allowed, len(columns), columns)[:, ::-1], axis=1)[:, ::-1]
    return _Rows(allowed, before, after)


def _best_lane(lattice: _Rows, wanted: Bools, cell: tuple[int, int], reach: float) -> _Found | None:
    """Lattice row, begin and end column of the lane that sweeps `cell`, the lowest one, at the best rate; its cells.

    Lanes lie on the middles of cells, from where the tool reaches one row of cells more than from the lines between
    them; on those only where there is nothing else.
    """
    row, first = cell
    centre, span = 2 * row + 1, int(2 * reach)
    low, high = max(centre - span, 0), min(centre + span + 1, len(lattice.allowed))
    # from above the cell first: from below a lane sweeps less, for no other cell that is wanted is as low
    for lines in (range(centre, high, 2), range(low + (low + 1) % 2, centre, 2), range(low + low % 2, high, 2)):
        best: _Found | None = None
        best_rate = 0.0
        for line in lines:
            chord = math.sqrt(max(0.0, reach**2 - ((line - centre) / 2) ** 2))
            lane = _stretch(lattice, wanted, line, first, chord, reach)
            if lane is None:
                continue
            rows, columns = _swept(wanted, line, *lane, reach)
            begin, end = _trimmed(rows, columns, line, *lane, reach)
            rate = len(rows) / (end - begin + 40 * _TURN)
            if rate >= best_rate:
                best, best_rate = (line, begin, end, rows, columns), rate
        if best is not None:
            return best
    return None


def _stretch(
    lattice: _Rows, wanted: Bools, line: int, first: int, chord: float, reach: float
) -> tuple[int, int] | None:
    """Lattice columns from which to which a lane on row `line` may go and has something to do, around a cell."""
    own = 2 * first + 1
    anchor = own
    if not lattice.allowed[line, own]:
        low, high = max(0, math.ceil(own - 2 * chord)), math.floor(own + 2 * chord) + 1
        near = np.flatnonzero(lattice.allowed[line, low:high]) + low
        if not len(near):
            return None
        anchor = int(near[np.abs(near - own).argmin()])
    begin, end = int(lattice.before[line, anchor]) + 1, int(lattice.after[line, anchor]) - 1
    middle = line / 2 - 0.5
    left, right = max(0, math.ceil((begin - 1) / 2 - reach)), math.floor((end - 1) / 2 + reach) + 1
    rows = wanted[max(0, math.ceil(middle - reach)) : math.floor(middle + reach) + 1, left:right]
    busy = np.flatnonzero(rows.any(axis=0)) + left
    if not len(busy):
        return anchor, anchor
    gaps = np.flatnonzero(busy[1:] - busy[:-1] > _BRIDGE + 1)
    at = int(busy.searchsorted(first))
    split = int(gaps.searchsorted(at))
    low_busy = 2 * int(busy[gaps[split - 1] + 1] if split else busy[0]) + 1
    high_busy = 2 * int(busy[gaps[split]] if split < len(gaps) else busy[-1]) + 1
    return max(begin, min(anchor, low_busy - 1)), min(end, max(anchor, high_busy + 1))


def _trimmed(
    rows: NDArray[np.intp], columns: NDArray[np.intp], line: int, begin: int, end: int, reach: float
) -> tuple[int, int]:
    """The shortest part of a lane that sweeps the same cells."""
    if not len(rows):
        return begin, begin
    chord = np.sqrt(np.maximum(0.0, reach**2 - (rows - (line / 2 - 0.5)) ** 2))
    # the leftmost cells are swept from begin <= column + chord, the rightmost from end >= column - chord
    latest = math.floor(2 * float((columns + chord).min()) + 1)
    earliest = math.ceil(2 * float((columns - chord).max()) + 1)
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


def _spots(costmap: Costmap, ledger: Ledger, worth: int) -> list[tuple[Line, str]]:
    """Visits to the standpoints that sweep the most of what is left, best first; a few cells are not worth one."""
    spots: list[tuple[Line, str]] = []
    half = costmap.resolution / 2
    corner = np.array((costmap.grid.origin.x, costmap.grid.origin.y))
    allowed = costmap.lattice >= 0.0
    span = math.ceil(ledger.radius / half)
    left = ledger.remaining
    while left.any():
        row, column = np.unravel_index(int(np.argmax(left)), left.shape)
        low, side = max(0, 2 * int(row) + 1 - span), max(0, 2 * int(column) + 1 - span)
        nodes = np.argwhere(allowed[low : 2 * row + 2 + span, side : 2 * column + 2 + span])
        nodes += np.array((low, side))
        points = nodes[:, ::-1] * half + corner
        near = np.argwhere(left[max(0, row - 8) : row + 9, max(0, column - 8) : column + 9])
        near += np.array((max(0, int(row) - 8), max(0, int(column) - 8)))
        centres = (near[:, ::-1] + 0.5) * costmap.resolution + corner
        swept = np.hypot(*(points[:, None] - centres[None, :]).transpose(2, 0, 1)) <= ledger.radius
        here = swept[:, np.flatnonzero((near == (row, column)).all(axis=1))[0]] if len(points) else np.zeros(0, bool)
        if not here.any():
            left[row, column] = False
            continue
        best = int(np.argmax(np.where(here, swept.sum(axis=1), 0)))
        hit = near[swept[best]]
        left[hit[:, 0], hit[:, 1]] = False
        if len(hit) >= worth:
            spots.append((np.array([points[best], points[best]]), "rest"))
            ledger.stamp(*points[best].tolist(), *points[best].tolist())
    return spots
