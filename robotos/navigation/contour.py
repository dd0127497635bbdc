"""Level lines of a field on a lattice, by marching squares: the way along the walls."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.float64]

# Per case of the four corners (bit 0 lower left, 1 lower right, 2 upper right, 3 upper left): pairs of crossed edges
# (0 bottom, 1 right, 2 top, 3 left). Saddles join so that the high corners stay apart: the robot cannot pass there.
_PAIRS: tuple[tuple[tuple[int, int], ...], ...] = (
    (), ((3, 0),), ((0, 1),), ((3, 1),), ((1, 2),), ((3, 0), (1, 2)), ((0, 2),), ((3, 2),),
    ((2, 3),), ((2, 0),), ((0, 1), (2, 3)), ((2, 1),), ((1, 3),), ((1, 0),), ((0, 3),), (),
)  # fmt: skip


def contours(field: NDArray[np.float64], level: float) -> list[Line]:
    """Closed lines (n, 2) of (row, column), interpolated, around where `field` (H, W) is at least `level`.

    The border of the field counts as below the level, so every line closes; the first point is not repeated.
    """
    padded = np.pad(np.asarray(field, dtype=float), 1, constant_values=level - 1.0)
    high = padded >= level
    cases = high[:-1, :-1] + 2 * high[:-1, 1:] + 4 * high[1:, 1:] + 8 * high[1:, :-1]
    links: dict[tuple[int, int, int], list[tuple[int, int, int]]] = {}
    for row, column in np.argwhere((cases > 0) & (cases < 15)).tolist():
        edges = ((row, column, 0), (row, column + 1, 1), (row + 1, column, 0), (row, column, 1))
        for one, other in _PAIRS[int(cases[row, column])]:
            links.setdefault(edges[one], []).append(edges[other])
            links.setdefault(edges[other], []).append(edges[one])
    lines = []
    while links:
        lines.append(np.array([_crossing(padded, level, edge) for edge in _loop(links)]) - 1.0)
    return lines


def simplified(line: Line, tolerance: float) -> Line:
    """A polyline (n, 2) with fewer points, nowhere further than `tolerance` away (Douglas and Peucker, 1973)."""
    keep = np.zeros(len(line), dtype=bool)
    keep[[0, -1]] = True
    points = line[:, 0] + 1j * line[:, 1]
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        chord = points[last] - points[first]
        half = abs(chord) / 2
        off = (points[first + 1 : last] - points[first]) * (chord.conjugate() / (2 * half) if half > 0.0 else 1.0)
        beyond = np.maximum(np.abs(off.real - half) - half, 0.0)
        away = beyond * beyond + off.imag * off.imag
        worst = int(away.argmax())
        if away[worst] > tolerance * tolerance:
            middle = first + 1 + worst
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return line[keep]


def _loop(links: dict[tuple[int, int, int], list[tuple[int, int, int]]]) -> list[tuple[int, int, int]]:
    """Take one closed chain of edges out of `links`."""
    start = next(iter(links))
    chain = [start]
    here = links[start].pop()
    links[here].remove(start)
    while here != start:
        chain.append(here)
        following = links[here].pop()
        links[following].remove(here)
        here = following
    for edge in chain:
        if not links.get(edge, [None]):
            del links[edge]
    return chain


def _crossing(field: NDArray[np.float64], level: float, edge: tuple[int, int, int]) -> tuple[float, float]:
    row, column, upright = edge
    a = field[row, column]
    b = field[row + 1, column] if upright else field[row, column + 1]
    share = float((level - a) / (b - a))
    return (row + share, float(column)) if upright else (float(row), column + share)
