"""Cover a room: once along its walls and furniture, then in parallel lanes, then what was left over."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.geometry import Pose
from robotos.navigation.contour import contours, simplified
from robotos.navigation.costmap import Costmap
from robotos.navigation.field import distance_on_half_lattice
from robotos.navigation.grid import Bools
from robotos.navigation.lanes import fill
from robotos.navigation.ledger import Ledger
from robotos.navigation.planner import Point
from robotos.navigation.tour import Piece, order

EDGE_SLACK = 0.0025  # m kept beyond the clearance along walls: the cell at the wall has its centre 5 mm within reach
_FLAT = 0.0008  # m by which a simplified edge may cut a bend
_STEP = 0.05  # m between the points at which an edge is asked whether it is still needed


@dataclass(frozen=True)
class Lane:
    """A polyline of (x, y) metres to be driven with the tool on; `kind` is "edge", "lane" or "rest"."""

    points: tuple[Point, ...]
    kind: str

    @property
    def length(self) -> float:
        """Metres."""
        return sum(math.dist(a, b) for a, b in pairwise(self.points))


def reachable(costmap: Costmap, mask: Bools, start: Pose | None = None) -> Bools:
    """Cells (H, W) of `mask` whose centre a disc of the robot's radius can sweep while its centre stays allowed.

    With `start` only from where the robot can get to from there; else from the largest connected area of the home.
    """
    stand = _connected(costmap, start)
    if not stand.any():
        return np.zeros_like(mask)
    away = ndimage.distance_transform_edt(~stand, sampling=costmap.resolution / 2)[1::2, 1::2]
    return np.asarray(mask & (away <= costmap.radius + 1e-6))


def plan_coverage(
    costmap: Costmap, mask: Bools, start: Pose, done: Bools | None = None, radius: float = 0.175
) -> tuple[Lane, ...]:
    """Lanes that sweep all cells of `mask` (H, W) that are reachable from `start` and not `done`, in driving order.

    Between the end of one lane and the beginning of the next the robot drives as `planner.plan` says.
    """
    ledger = Ledger(costmap.grid, reachable(costmap, mask, start), radius)
    if done is not None:
        ledger.swept |= done
    pieces = [Piece(line, closed, "edge") for line, closed in _edges(costmap, mask, ledger)]
    for piece in pieces:
        _sweep(ledger, piece.points)
    pieces += [Piece(line, False, kind) for line, kind in fill(costmap, ledger)]
    return tuple(
        Lane(tuple((float(x), float(y)) for x, y in piece.points), piece.kind)
        for piece in order(costmap, pieces, (start.x, start.y))
    )


def _connected(costmap: Costmap, start: Pose | None) -> Bools:
    """Lattice nodes (2H+1, 2W+1) where the centre may be, of one connected area."""
    labels, count = ndimage.label(costmap.lattice >= -1e-9)
    if not count:
        return np.zeros(costmap.lattice.shape, dtype=bool)
    if start is None:
        sizes = np.bincount(labels.ravel())
        sizes[0] = 0
        return np.asarray(labels == int(np.argmax(sizes)))
    half = costmap.resolution / 2
    row, column = (start.y - costmap.grid.origin.y) / half, (start.x - costmap.grid.origin.x) / half
    nodes = np.argwhere(labels)
    nearest = nodes[int(np.argmin(np.hypot(nodes[:, 0] - row, nodes[:, 1] - column)))]
    return np.asarray(labels == labels[tuple(nearest)])


def _edges(costmap: Costmap, mask: Bools, ledger: Ledger) -> list[tuple[NDArray[np.float64], bool]]:
    """Lines along the room's obstacles and open borders, where they still sweep something; whether each is closed."""
    others = costmap.grid.free & ~mask
    border = distance_on_half_lattice(others, costmap.resolution) - (costmap.radius + costmap.clearance)
    inside = distance_on_half_lattice(mask, costmap.resolution) <= 1e-9
    field = np.where(inside, np.minimum(costmap.lattice, border), -1.0)
    field = np.clip(field, -1.0, 1.0)
    lines: list[tuple[NDArray[np.float64], bool]] = []
    half = costmap.resolution / 2
    for loop in contours(field, EDGE_SLACK):
        points = np.column_stack((loop[:, 1], loop[:, 0])) * half + (costmap.grid.origin.x, costmap.grid.origin.y)
        lines += [(simplified(line, _FLAT), closed) for line, closed in _needed(points, ledger)]
    return lines


def _needed(loop: NDArray[np.float64], ledger: Ledger) -> list[tuple[NDArray[np.float64], bool]]:
    """The parts of a closed line (n, 2) at which some cell within reach is unswept."""
    corner = _sharpest(loop)
    loop = np.vstack((np.roll(loop, -corner, axis=0), loop[corner]))
    away = ndimage.distance_transform_edt(~ledger.remaining) * ledger.grid.resolution
    columns = ((loop[:, 0] - ledger.grid.origin.x) / ledger.grid.resolution).astype(int)
    rows = ((loop[:, 1] - ledger.grid.origin.y) / ledger.grid.resolution).astype(int)
    if not ledger.remaining.any():
        return []
    wanted = away[rows, columns] <= ledger.radius + ledger.grid.resolution
    if wanted.all():
        return [(loop, True)]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], wanted.astype(int), [0]))))
    return [(loop[a:b], False) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1]


def _sharpest(loop: NDArray[np.float64]) -> int:
    """Index of the sharpest bend, where a closed line is best begun."""
    before, after = loop - np.roll(loop, 2, axis=0), np.roll(loop, -2, axis=0) - loop
    cosine = (before * after).sum(axis=1) / np.maximum(np.hypot(*before.T) * np.hypot(*after.T), 1e-12)
    return int(np.argmin(cosine))


def _sweep(ledger: Ledger, line: NDArray[np.float64]) -> None:
    for (x0, y0), (x1, y1) in zip(line[:-1].tolist(), line[1:].tolist(), strict=True):
        ledger.stamp(x0, y0, x1, y1)
