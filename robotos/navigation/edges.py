"""The way along the walls, the furniture and the open borders of a room, in strands that sweep something each."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from robotos.navigation.contour import contours, simplified
from robotos.navigation.costmap import Costmap
from robotos.navigation.field import distance_on_half_lattice
from robotos.navigation.grid import Bools
from robotos.navigation.ledger import Ledger
from robotos.navigation.tour import Piece
from robotos.navigation.trimming import STEP, first_and_last, swept_by, trail

EDGE_SLACK = 0.0025  # m kept beyond the clearance along walls: the cell at the wall has its centre 5 mm within reach
_AT_WALL = 0.004  # m of slack up to which a line is an edge, and no open border
_FLAT = 0.0008  # m by which a simplified edge may cut a bend
_NEAR = 4  # points of a trail before and after one that sweeps something new that are driven as well
_BRIDGED = 10  # points that sweep nothing new for which an edge is not left
_LEAST = 4  # cells that a strand must sweep
_STRAND = 0.8  # m of edge that are driven in one go; between two strands a lane may come first
_MOST = 60  # strands in a room, which are longer in a large one

Line = NDArray[np.float64]


def strands(room: Costmap, mask: Bools, ledger: Ledger) -> list[Piece]:
    """The edges of the cells of `mask` (H, W), where they sweep what `ledger` still wants; it is stamped with them.

    In a passage no wider than the tool one side is enough.
    """
    loops = _loops(room, mask, ledger.radius)
    if not loops:
        return []
    dense = [trail(loop, np.zeros(len(loop), dtype=np.int8)).points for loop in loops]
    _, first, _ = first_and_last(room.grid, np.vstack(dense), ledger.remaining, ledger.radius)
    swept = np.bincount(first, minlength=sum(len(points) for points in dense))
    lines: list[Line] = []
    at = 0
    for points in dense:
        lines += _worthy(points, swept[at : at + len(points)])
        at += len(points)
    longest = max(_STRAND, sum(len(line) for line in lines) * STEP / _MOST)
    parts = [part for line in lines for part in _parts(line, longest)]
    pieces = [Piece(line, "edge") for line in simplified(parts, _FLAT)]
    if lines:
        _, cells = swept_by(room.grid, np.vstack(lines), ledger.radius)
        ledger.swept.reshape(-1)[cells] = True
    return pieces


def _loops(room: Costmap, mask: Bools, reach: float) -> list[Line]:
    """Lines (n, 2), metres, at the clearance from obstacles, as far as the tool reaches the cells of `mask` from there.

    Open borders have no edge: lanes go over them as over any floor.
    """
    near = distance_on_half_lattice(mask, room.resolution) <= reach
    half = room.resolution / 2
    field = np.clip(np.where(near, room.lattice, -1.0), -1.0, 1.0)
    loops = []
    for loop in contours(field, EDGE_SLACK):
        points = np.column_stack((loop[:, 1], loop[:, 0])) * half + (room.grid.origin.x, room.grid.origin.y)
        at_wall = room.slack_at(points[:, 0], points[:, 1]) <= _AT_WALL
        if at_wall.all():
            points = np.roll(points, -_sharpest(points), axis=0)
            loops.append(np.vstack((points, points[:1])))
            continue
        begin = int(np.argmin(at_wall))
        points, at_wall = np.roll(points, -begin, axis=0), np.roll(at_wall, -begin)
        loops += [points[run] for run in _runs(at_wall)]
    return loops


def _runs(mask: Bools) -> list[slice]:
    """The runs of two and more that are true."""
    steps = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(int), [0]))))
    return [slice(a, b) for a, b in zip(steps[::2].tolist(), steps[1::2].tolist(), strict=True) if b - a > 1]


def _sharpest(loop: Line) -> int:
    """Index of the sharpest bend, where a closed line is best begun."""
    before, after = loop - np.roll(loop, 2, axis=0), np.roll(loop, -2, axis=0) - loop
    cosine = (before * after).sum(axis=1) / np.maximum(np.hypot(*before.T) * np.hypot(*after.T), 1e-12)
    return int(np.argmin(cosine))


def _worthy(points: Line, swept: NDArray[np.intp]) -> list[Line]:
    """The parts of a line (n, 2) whose points are the first to sweep some cell; `swept` (n,) says how many."""
    busy = np.flatnonzero(swept)
    if not len(busy):
        return []
    gaps = np.flatnonzero(np.diff(busy) > 2 * _NEAR + _BRIDGED)
    begins, ends = [busy[0], *busy[gaps + 1]], [*busy[gaps], busy[-1]]
    parts = []
    for begin, end in zip(begins, ends, strict=True):
        part = points[max(0, begin - _NEAR) : end + _NEAR + 1]
        if int(swept[begin : end + 1].sum()) >= _LEAST and len(part) > 1:
            parts.append(part)
    return parts


def _parts(line: Line, longest: float) -> list[Line]:
    """A line of points `STEP` apart in equal parts, none longer than so many metres."""
    count = max(1, math.ceil((len(line) - 1) * STEP / longest))
    bounds = np.linspace(0, len(line) - 1, count + 1).round().astype(int).tolist()
    return [line[a : b + 1] for a, b in pairwise(bounds) if b > a]
