"""Coverage as planned: every room of every home, against the plain sweep of parallel lines that it is compared with."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from robotos.bench.localisation_homes import home_of
from robotos.geometry import Pose
from robotos.navigation.costmap import Costmap
from robotos.navigation.coverage import Lane, plan_coverage, reachable
from robotos.navigation.grid import FREE, OCCUPIED, Bools, OccupancyGrid
from robotos.navigation.ledger import Ledger
from robotos.navigation.planner import Unreachable, length, plan

RADIUS = 0.175  # m, of robot and tool
LEAST = 0.25  # m² of reachable floor below which a room is a corner that the map's recorder saw through a door
LIGHT = 250  # of 255, from which a pixel of a plan is floor
RESOLUTION = 0.05  # m a pixel of the plans
SPECK = 400  # pixels below which a piece of a plan's true segmentation is no room
STEP = 0.33  # m between the lines of the plain sweep


@dataclass(frozen=True, slots=True)
class Planned:
    """One room: m² of reachable floor, share swept, m of way per m², seconds of one processor, cells in no-go areas."""

    home: str
    room: str
    area: float
    share: float
    way: float
    seconds: float
    forbidden: int
    cut_off: int  # lanes to whose beginning the planner finds no way
    plain_share: float
    plain_way: float


@dataclass(frozen=True, eq=False)
class Floor:
    """One room to plan for, and where the robot comes in."""

    home: str
    room: str
    costmap: Costmap
    mask: Bools
    start: Pose
    forbidden: Bools


def floors(name: str) -> Iterator[Floor]:
    """The rooms of a home by its name in `localisation_homes.names`, or of a floor plan by the path of its picture."""
    if name.endswith(".png"):
        title, grid, rooms, areas = _plan(Path(name))
    else:
        home = home_of(name)
        title, grid = Path(name).stem, home.grid
        rooms = {room.name: room.mask for room in home.rooms.values()}
        areas = [np.asarray(area.polygon, dtype=float) for area in home.keepouts]
    costmap = Costmap(grid, RADIUS, keepouts=areas)
    forbidden = np.zeros(grid.shape, dtype=bool)
    for area in areas:
        forbidden |= grid.polygon(area)
    labels, count = ndimage.label(costmap.free)
    for room, mask in rooms.items():
        sizes = np.bincount(labels[mask & costmap.free], minlength=count + 1)
        sizes[0] = 0
        if sizes.any():
            row, column = np.argwhere((labels == int(np.argmax(sizes))) & mask)[0]
            start = Pose(*grid.to_world(int(row), int(column)))
            yield Floor(title, room, costmap, mask, start, forbidden)


def _plan(path: Path) -> tuple[str, OccupancyGrid, dict[str, Bools], list[NDArray[np.float64]]]:
    """A floor plan of the ipa set, with its true rooms."""
    truth = path.with_name(path.stem.replace("_furnitures", "") + "_gt_segmentation.png")
    with Image.open(path) as image, Image.open(truth) as segmented:
        light = np.asarray(image.convert("L")) >= LIGHT
        rooms = np.asarray(segmented.convert("L")) >= LIGHT
    cells = np.where(light, FREE, OCCUPIED).astype(np.int8)[::-1]
    grid = OccupancyGrid(np.ascontiguousarray(cells), RESOLUTION, Pose(0.0, 0.0))
    labels, count = ndimage.label(rooms[::-1])
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    found = {f"room {k}": (labels == k) & grid.free for k in range(1, count + 1) if sizes[k] >= SPECK}
    return path.stem, grid, found, []


def measured(floor: Floor) -> Planned | None:
    """What came of planning one room; None where there is too little floor to speak of."""
    wanted = reachable(floor.costmap, floor.mask, floor.start)
    area = float(wanted.sum()) * floor.costmap.resolution**2
    if area < LEAST:
        return None
    began = time.process_time()
    lanes = plan_coverage(floor.costmap, floor.mask, floor.start)
    seconds = time.process_time() - began
    ledger, way, cut_off = _driven(floor, wanted, lanes)
    plain, plain_way, _ = _driven(floor, wanted, plain_sweep(floor.costmap, floor.mask, wanted), always_on=True)
    forbidden = int((ledger.swept & floor.forbidden).sum())
    return Planned(
        floor.home, floor.room, area, ledger.share, way / area, seconds, forbidden, cut_off,
        plain.share, plain_way / area,
    )  # fmt: skip


def _driven(floor: Floor, wanted: Bools, lanes: tuple[Lane, ...], always_on: bool = False) -> tuple[Ledger, float, int]:
    """What the lanes sweep, the metres along them and between them, and how many cannot be got to.

    With the tool `always_on` the ways between them sweep as well.
    """
    ledger = Ledger(floor.costmap.grid, wanted, RADIUS)
    here, way, cut_off = floor.start, 0.0, 0
    for lane in lanes:
        between = plan(floor.costmap, here, Pose(*lane.points[0]), 0.1)
        if isinstance(between, Unreachable):
            cut_off += 1
            continue
        way += length(between) + lane.length
        for a, b in [*pairwise(lane.points), *(pairwise(between) if always_on else ())]:
            ledger.stamp(*a, *b)
        here = Pose(*lane.points[-1])
    return ledger, way, cut_off


def plain_sweep(costmap: Costmap, mask: Bools, wanted: Bools) -> tuple[Lane, ...]:
    """The alternative: parallel lines along the longer side of the room, to and fro, over all that is wide enough.

    What every textbook has (Choset, "Coverage for robotics", 2001), without edges and without what is left over; the
    tool stays on between the lines.
    """
    rows, columns = np.nonzero(wanted)
    across = np.ptp(columns) >= np.ptp(rows)
    free = costmap.free & mask
    view = free if across else free.T
    step = max(1, round(STEP / costmap.resolution))
    lanes = []
    busy = np.flatnonzero(view.any(axis=1))
    lines = [*range(int(busy[0]), int(busy[-1]), step), int(busy[-1])] if len(busy) else []
    for turn, row in enumerate(lines):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], view[row].astype(int), [0]))))
        runs = list(zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True))
        for begin, end in runs if turn % 2 == 0 else [(b, a) for a, b in reversed(runs)]:
            ends = [(row, begin), (row, end)] if across else [(begin, row), (end, row)]
            lanes.append(Lane(tuple(costmap.grid.to_world(*cell) for cell in ends), "lane"))
    return tuple(lanes)


def picture(floor: Floor, lanes: tuple[Lane, ...], path: Path, scale: int = 8) -> None:
    """Draw one room and its lanes as a PNG: edges red, lanes blue, what is not swept pink."""
    from PIL import ImageDraw

    grid = floor.costmap.grid
    wanted = reachable(floor.costmap, floor.mask, floor.start)
    ledger, _, _ = _driven(floor, wanted, lanes)
    shades = np.full((*grid.shape, 3), 120, dtype=np.uint8)
    for cells, shade in (
        (grid.free, (190, 190, 190)), (floor.mask, (215, 215, 235)), (wanted, (255, 255, 255)),
        (ledger.remaining, (255, 170, 170)), (grid.occupied, (40, 40, 40)), (floor.forbidden, (240, 200, 120)),
    ):  # fmt: skip
        shades[cells] = shade
    rows, columns = (np.flatnonzero(floor.mask.any(axis=axis)) for axis in (1, 0))
    r0, r1 = max(0, int(rows[0]) - 4), int(rows[-1]) + 5
    c0, c1 = max(0, int(columns[0]) - 4), int(columns[-1]) + 5
    part = Image.fromarray(np.ascontiguousarray(shades[r0:r1, c0:c1][::-1]))
    image = part.resize((part.width * scale, part.height * scale), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(image)
    for lane in lanes:
        points = [
            (
                ((x - grid.origin.x) / grid.resolution - c0) * scale,
                image.height - ((y - grid.origin.y) / grid.resolution - r0) * scale,
            )
            for x, y in lane.points
        ]
        pen.line(points, fill=(200, 40, 40) if lane.kind == "edge" else (30, 70, 200), width=max(1, scale // 5))
    image.save(path, optimize=True)


def time_for(planned: list[Planned], area: float = 100.0) -> float:
    """Seconds of planning for so many m², at the rate of these rooms; `nan` without rooms."""
    total = math.fsum(room.area for room in planned)
    return math.fsum(room.seconds for room in planned) / total * area if total else math.nan
