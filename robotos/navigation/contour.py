"""Level lines of a field on a lattice, by marching squares: the way along the walls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.float64]

# Per case of the four corners (bit 0 lower left, 1 lower right, 2 upper right, 3 upper left): pairs of crossed edges
# (0 bottom, 1 right, 2 top, 3 left). Saddles join so that the high corners stay apart: the robot cannot pass there.
_PAIRS: tuple[tuple[tuple[int, int], ...], ...] = (
    (), ((3, 0),), ((0, 1),), ((3, 1),), ((1, 2),), ((3, 0), (1, 2)), ((0, 2),), ((3, 2),),
    ((2, 3),), ((2, 0),), ((0, 1), (2, 3)), ((2, 1),), ((1, 3),), ((1, 0),), ((0, 3),), (),
)  # fmt: skip

_CROSSED = np.array([[*pairs, *[(-1, -1)] * (2 - len(pairs))] for pairs in _PAIRS])


def contours(field: NDArray[np.float64], level: float) -> list[Line]:
    """Closed lines (n, 2) of (row, column), interpolated, around where `field` (H, W) is at least `level`.

    The border of the field counts as below the level, so every line closes; the first point is not repeated.
    """
    padded = np.pad(np.asarray(field, dtype=float), 1, constant_values=level - 1.0)
    high = padded >= level
    cases = high[:-1, :-1] + 2 * high[:-1, 1:] + 4 * high[1:, 1:] + 8 * high[1:, :-1]
    rows, columns = np.nonzero((cases > 0) & (cases < 15))
    width = padded.shape[1]
    own = 2 * (rows * width + columns)  # the number of a cell's lower edge; that of its left one is the next
    edges = np.stack((own, own + 3, own + 2 * width, own + 1), axis=1)
    crossed = _CROSSED[cases[rows, columns]]
    pair, which = np.nonzero(crossed[:, :, 0] >= 0)
    begin, end = (edges[pair, crossed[pair, which, side]] for side in (0, 1))
    order = np.argsort(begin)  # every line keeps what is high to its right: each edge is the beginning of one piece
    begin, end = begin[order], end[order]
    loops = _loops(begin.searchsorted(end).tolist())
    return [_crossings(padded, level, begin[loop]) - 1.0 for loop in loops]


def simplified(lines: Sequence[Line], tolerance: float) -> list[Line]:
    """Polylines (n, 2) with fewer points, nowhere further than `tolerance` away (Douglas and Peucker, 1973).

    All stretches of all lines are split at once, level by level.
    """
    if not lines:
        return []
    line = np.vstack(lines)
    points = line[:, 0] + 1j * line[:, 1]
    upto = np.cumsum([len(part) for part in lines])
    first, last = np.concatenate(([0], upto[:-1])), upto - 1
    keep = np.zeros(len(line), dtype=bool)
    keep[first] = keep[last] = True
    while True:
        within = last - first > 1
        first, last = first[within], last[within]
        if not len(first):
            break
        middle, away = _furthest(points, first, last)
        bent = away > tolerance * tolerance
        first, middle, last = first[bent], middle[bent], last[bent]
        keep[middle] = True
        first, last = np.concatenate((first, middle)), np.concatenate((middle, last))
    return [part[kept] for part, kept in zip(lines, np.split(keep, upto[:-1]), strict=True)]


def _furthest(
    points: NDArray[np.complex128], first: NDArray[np.intp], last: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each chord (n,) which point between its ends is the furthest from it, and how far, squared."""
    counts = last - first - 1
    starts = np.cumsum(counts) - counts
    span = np.repeat(np.arange(len(counts)), counts)
    between = np.arange(len(span)) + (first + 1 - starts)[span]
    chord = points[last] - points[first]
    half = np.abs(chord) / 2
    ahead = np.where(half > 0.0, chord.conj() / np.maximum(2 * half, 1e-300), 1.0)
    off = (points[between] - points[first][span]) * ahead[span]
    beyond = np.maximum(np.abs(off.real - half[span]) - half[span], 0.0)
    away = beyond * beyond + off.imag * off.imag
    most = np.maximum.reduceat(away, starts)
    candidates = np.flatnonzero(away == most[span])[::-1]
    worst = np.empty(len(counts), dtype=np.intp)
    worst[span[candidates]] = between[candidates]  # of equals the one assigned last stays: the first
    return worst, most


def _loops(following: list[int]) -> list[list[int]]:
    """The cycles of a permutation, the one of its first element first."""
    seen = bytearray(len(following))
    loops = []
    for start in range(len(following)):
        loop = []
        here = start
        while not seen[here]:
            seen[here] = 1
            loop.append(here)
            here = following[here]
        if loop:
            loops.append(loop)
    return loops


def _crossings(field: NDArray[np.float64], level: float, edges: NDArray[np.intp]) -> Line:
    """Where the level lies (n, 2) on edges (n,): twice the number of the node they begin at, one more if upright."""
    upright = edges % 2
    row, column = np.divmod(edges // 2, field.shape[1])
    a, b = field[row, column], field[row + upright, column + 1 - upright]
    share = (level - a) / (b - a)
    return np.column_stack((row + share * upright, column + share * (1 - upright)))
