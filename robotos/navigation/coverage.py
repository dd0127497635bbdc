"""Cover a room: once along its walls and furniture, in parallel lanes between, then what was left over."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.geometry import Pose
from robotos.navigation.contour import simplified
from robotos.navigation.costmap import Costmap
from robotos.navigation.edges import EDGE_SLACK, strands
from robotos.navigation.grid import Bools
from robotos.navigation.lanes import fill
from robotos.navigation.ledger import Ledger
from robotos.navigation.planner import Point, Unreachable, plan
from robotos.navigation.tour import Piece, order
from robotos.navigation.trimming import STEP, Trail, first_and_last, trail, trimmed

Line = NDArray[np.float64]

KINDS = ("lane", "edge", "rest")
MARGIN = 1.0  # m around a room through which the robot may pass on the way from one lane to another
SHARE = 0.9901  # of the floor that is planned for: the last cells in corners cost many times their share of the way
PRICES = (0.025, 0.018, 0.012, 0.008, 0.005, 0.003)  # m of way that a cell is worth, by round; open floor: 0.007
TRACKED = 0.0008  # m less than its radius that the tool is counted on to reach, for the step of a trail
_FLAT = 0.0012  # m by which a simplified line may cut a bend
_NEAR = 0.05  # m between two corners of a lane of which one is left out where it may be
_SKIPPED = 6  # corners in a row that may be left out
_BULGE = 0.002  # m of way that this may save: more, and it is a corner to go into
_BREAK = 0.8  # m of way over what is swept already after which a new lane begins
_LONGEST = 4.0  # m of edge that are one lane: what is cut short by an obstacle is planned anew


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
    return _within_reach(costmap, mask, _connected(costmap, start))


def _within_reach(costmap: Costmap, mask: Bools, stand: Bools) -> Bools:
    """Cells (H, W) of `mask` that can be swept from the lattice nodes `stand` (2H+1, 2W+1)."""
    swept = np.zeros_like(mask)
    if not mask.any():
        return swept
    rows, columns = _box(mask, math.ceil(costmap.radius / costmap.resolution) + 1)
    near = stand[2 * rows.start : 2 * rows.stop + 1, 2 * columns.start : 2 * columns.stop + 1]
    if near.any():
        away = ndimage.distance_transform_edt(~near, sampling=costmap.resolution / 2)[1::2, 1::2]
        swept[rows, columns] = mask[rows, columns] & (away <= costmap.radius + 1e-6)
    return swept


def plan_coverage(
    costmap: Costmap, mask: Bools, start: Pose, done: Bools | None = None, radius: float = 0.175
) -> tuple[Lane, ...]:
    """Lanes that sweep the cells of `mask` (H, W) that are reachable from `start` and not `done`, in driving order.

    All but a share of 1 - `SHARE` of them. Between the end of one lane and the beginning of the next, where they are
    not the same, the robot drives as `planner.plan` says.
    """
    stand = _connected(costmap, start)
    floor = _within_reach(costmap, mask, stand)
    wanted = floor if done is None else floor & ~done
    if not wanted.any():
        return ()
    rows, columns = _box(wanted, math.ceil(MARGIN / costmap.resolution))
    room = costmap.window(rows, columns, stand)
    inside = (rows, columns)
    ledger = Ledger(room.grid, wanted[inside], radius)
    pieces = strands(room, mask[inside], ledger)
    pieces += [Piece(line, kind) for line, kind in fill(room, ledger)]
    path = _path(room, pieces, start, ledger.mask, radius - TRACKED, int((1.0 - SHARE) * int(floor.sum())))
    return _lanes(room, path, ledger.mask, radius)


def _path(room: Costmap, pieces: list[Piece], start: Pose, target: Bools, radius: float, spare: int) -> Trail:
    """One short path along the pieces, of which it leaves out what costs too much for what it sweeps."""
    path = _joined(room, order(room, pieces, (start.x, start.y)), start)
    return trimmed(room, path, target, radius, spare, PRICES)


def _box(mask: Bools, margin: int) -> tuple[slice, slice]:
    """Rows and columns of the part of a map (H, W) that holds all of a mask, and so many cells around it."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - margin), int(rows[-1]) + margin + 1),
        slice(max(0, int(columns[0]) - margin), int(columns[-1]) + margin + 1),
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


def _joined(room: Costmap, pieces: list[Piece], start: Pose) -> Trail:
    """One path through all pieces in their order."""
    points: list[tuple[float, float]] = [(start.x, start.y)]
    kinds = [0]
    for piece in pieces:
        first = (float(piece.points[0, 0]), float(piece.points[0, 1]))
        way = list(piece.points.tolist())
        if math.dist(points[-1], first) > 1e-6 and not room.clear(*points[-1], *first):
            around = plan(room, Pose(*points[-1]), Pose(*first), STEP)
            if not isinstance(around, Unreachable):
                way = [*around[1:], *way]
        points += way
        kinds += [KINDS.index(piece.kind)] * len(way)
    return trail(np.array(points), np.array(kinds, dtype=np.int8))


def _lanes(room: Costmap, path: Trail, target: Bools, radius: float) -> tuple[Lane, ...]:
    """The path cut where its kind changes, where an edge is long, and where it passes over nothing new for long."""
    points = path.points
    if len(points) < 2:
        return ()
    _, first, _ = first_and_last(room.grid, points, target, radius - TRACKED)
    busy = np.flatnonzero(np.bincount(first, minlength=len(points)))
    if not len(busy):
        return ()
    lines: list[Line] = []
    kinds: list[str] = []
    gaps = np.flatnonzero(np.diff(busy) * STEP > _BREAK)
    begins, ends = [busy[0], *busy[gaps + 1]], [*busy[gaps], busy[-1]]
    for begin, end in zip(begins, ends, strict=True):
        turns = np.flatnonzero(np.diff(path.kinds[begin + 1 : end + 1])) + 1
        cuts = [begin, *(begin + turns).tolist(), end] if end > begin else [begin, end]
        for a, b in pairwise(cuts):
            kind = KINDS[int(path.kinds[b])]
            parts = _split(points[a : b + 1], kind)
            lines += parts
            kinds += [kind] * len(parts)
    return tuple(Lane(points, kind) for points, kind in zip(_drivable(room, lines), kinds, strict=True))


def _split(points: Line, kind: str) -> list[Line]:
    pieces = max(1, math.ceil((len(points) - 1) * STEP / _LONGEST)) if kind == "edge" else 1
    bounds = np.linspace(0, len(points) - 1, pieces + 1).round().astype(int).tolist()
    return [points[a : b + 1] if b > a else np.vstack((points[a], points[a])) for a, b in pairwise(bounds)]


def _drivable(room: Costmap, lines: list[Line]) -> Iterator[tuple[Point, ...]]:
    """The lines with fewer corners: the wheels cannot follow bends that are near to each other."""
    lines = simplified(lines, _FLAT)
    straight = _without_bends(room, lines)
    at = 0
    for line in lines:
        kept = [0]
        for k in range(1, len(line) - 1):
            if (at + kept[-1], at + k + 1) not in straight:
                kept.append(k)
        at += len(line)
        yield tuple((float(x), float(y)) for x, y in line[[*kept, len(line) - 1]].tolist())


def _without_bends(room: Costmap, lines: list[Line]) -> set[tuple[int, int]]:
    """From which corner to which, counted through all lines (n, 2), the robot may go straight."""
    corners = np.vstack(lines)
    z = corners[:, 0] + 1j * corners[:, 1]
    owner = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    begins, ends = [], []
    for skipped in range(1, _SKIPPED + 1):
        begin = np.flatnonzero(owner[: -1 - skipped] == owner[1 + skipped :])
        end = begin + 1 + skipped
        near = np.abs(z[end - 1] - z[begin])
        bulge = near + np.abs(z[end] - z[end - 1]) - np.abs(z[end] - z[begin])
        found = (near < _NEAR) & (bulge <= _BULGE)
        begins.append(begin[found])
        ends.append(end[found])
    begin, end = np.concatenate(begins), np.concatenate(ends)
    clear = room.clear_each(corners[begin], corners[end], EDGE_SLACK / 2)
    return set(zip(begin[clear].tolist(), end[clear].tolist(), strict=True))
