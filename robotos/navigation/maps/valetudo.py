"""Homes from the maps that vacuum robots with Valetudo record."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.geometry import Pose
from robotos.navigation.grid import FREE, OCCUPIED, UNKNOWN, Bools, OccupancyGrid
from robotos.navigation.maps.assembling import Labels, with_obstacles
from robotos.navigation.maps.draft import Draft
from robotos.navigation.maps.errors import MapError
from robotos.navigation.maps.home import Home, KeepOut
from robotos.navigation.maps.layout import LARGEST_LABEL, AreaPart, Corner, Layout, ObstaclePart, RoomPart
from robotos.navigation.maps.naming import home_name, sayable, unique
from robotos.navigation.maps.rooms import segment
from robotos.navigation.maps.standing import DOCK, FAR, SPARE, dock_place, dock_pose, room_of, standing
from robotos.navigation.maps.valetudo_file import Entity, ValetudoMap, read_file

FLOORS = {"tile": "tiles", "wood": "wood", "wood_horizontal": "wood", "wood_vertical": "wood", "carpet": "carpet"}
UNKNOWN_FLOOR = "unknown"
WALL_WIDTH = 0.1  # m of a virtual wall, which is a line in the file: no row of cells is narrower
LEAST_REST = 1.0  # m² of floor in no segment that is a room of its own
OBSTACLE_RADIUS = 0.1  # m; the file has a point
MOVED = 0.5  # m from the charger from which a note says so
_EIGHT = np.ones((3, 3), dtype=bool)


def read_valetudo(path: Path) -> Home:
    """The home in a Valetudo map file.

    Raises:
        MapError: the file is missing or broken, or no robot could stand anywhere in it.
    """
    return draft_valetudo(path).home()


def draft_valetudo(path: Path) -> Draft:
    """The same before anything is written: see `read_valetudo`."""
    found = read_file(path)
    notes: list[str] = []
    grid = _grid(found, notes)
    labels, rooms = _rooms(path, found, grid, notes)
    keepouts, no_mop = _areas(found.entities)
    obstacles = _obstacles(found.entities)
    left = with_obstacles(grid, obstacles.values())
    areas = tuple(KeepOut(name, np.array(part.outline)) for name, part in keepouts.items())
    stand = standing(left, areas)
    rooms = _open(path, rooms, labels, left, keepouts, notes)
    dock = _dock(path, found, left, stand, stand & standing(left, areas, SPARE), notes)
    layout = Layout(
        name=home_name(path),
        map="map.yaml",
        cells="rooms.png",
        dock=(round(dock.x, 4), round(dock.y, 4), round(math.degrees(dock.yaw), 1)),
        rooms=rooms,
        places={DOCK: dock_place(room_of(dock, grid, rooms, labels), stand, left, dock)},
        keepouts=keepouts,
        no_mop=no_mop,
        obstacles=obstacles,
    )
    return Draft(path, layout, grid, labels, tuple(notes))


def _grid(found: ValetudoMap, notes: list[str]) -> OccupancyGrid:
    """Walls win over floor; where floor ends at nothing, a wall is taken for granted.

    Vacuums record few walls where they only bumped into them. Nobody knows what is behind the end of the floor, and a
    simulated home without walls there would leak beams.
    """
    floor = found.floor.copy()
    for part in found.segments:
        floor |= part.mask
    floor &= ~found.wall
    cells = np.full(floor.shape, UNKNOWN, dtype=np.int8)
    cells[floor] = FREE
    cells[found.wall] = OCCUPIED
    border = ndimage.binary_dilation(floor, structure=_EIGHT) & (cells == UNKNOWN)
    cells[border] = OCCUPIED
    if border.any():
        notes.append(f"{int(border.sum())} cells where the floor ends without a recorded wall were taken for wall")
    return OccupancyGrid(cells, found.resolution, found.origin)


def _rooms(path: Path, found: ValetudoMap, grid: OccupancyGrid, notes: list[str]) -> tuple[Labels, dict[str, RoomPart]]:
    """The segments; what floor is in none of them, in pieces; without segments, rooms found by the doors' widths."""
    labels = np.zeros(grid.shape, dtype=np.uint8)
    rooms: dict[str, RoomPart] = {}
    if not found.segments:
        labels = segment(grid)
        notes.append(f"no segments in the file: {labels.max()} rooms were found by the map's shape; give them names")
        return labels, {f"room {n}": RoomPart(cells=n, floor=UNKNOWN_FLOOR) for n in range(1, int(labels.max()) + 1)}
    if len(found.segments) > LARGEST_LABEL // 2:
        raise MapError(f"{path}: {len(found.segments)} segments are more rooms than a home has; export the map again")
    for part in found.segments:
        cells = part.mask & grid.free & (labels == 0)
        if cells.any():
            labels[cells] = len(rooms) + 1
            name = unique(sayable(part.name.lower()) or f"room {part.ident}".strip(), rooms)
            rooms[name] = RoomPart(cells=len(rooms) + 1, floor=FLOORS.get(part.material, UNKNOWN_FLOOR))
    _add_rest(labels, rooms, grid, notes)
    return labels, rooms


def _add_rest(labels: Labels, rooms: dict[str, RoomPart], grid: OccupancyGrid, notes: list[str]) -> None:
    pieces, count = ndimage.label(grid.free & (labels == 0))
    sizes = np.bincount(pieces.ravel(), minlength=count + 1) * grid.resolution**2
    large = [piece for piece in range(1, count + 1) if sizes[piece] >= LEAST_REST]
    for piece in large[: LARGEST_LABEL - len(rooms)]:
        labels[pieces == piece] = len(rooms) + 1
        rooms[unique("other floor", rooms)] = RoomPart(cells=len(rooms) + 1, floor=UNKNOWN_FLOOR)
    if large:
        notes.append(f"{len(large)} pieces of floor in no segment became rooms of their own; merge or rename them")


def _open(
    path: Path, rooms: dict[str, RoomPart], labels: Labels, grid: OccupancyGrid, keepouts: dict[str, AreaPart],
    notes: list[str],
) -> dict[str, RoomPart]:  # fmt: skip
    """The rooms that have floor outside no-go areas: the others are none of the robot's business."""
    floor = grid.free
    for area in keepouts.values():
        floor = floor & ~grid.polygon(np.array(area.outline))
    left = set(np.unique(labels[floor]).tolist())
    kept = {name: part for name, part in rooms.items() if part.cells in left}
    if not kept:
        raise MapError(f"{path}: all of its floor is in no-go areas; take some away in the vacuum's app, export again")
    notes += [f"{name}: lies in a no-go area as a whole, and is left out" for name in rooms if name not in kept]
    return kept


def _areas(entities: Iterable[Entity]) -> tuple[dict[str, AreaPart], dict[str, AreaPart]]:
    keepouts: dict[str, AreaPart] = {}
    no_mop: dict[str, AreaPart] = {}
    for entity in entities:
        if entity.kind == "no_go_area" and len(entity.points) >= 3:
            keepouts[unique("no-go area", keepouts)] = AreaPart(outline=_corners(entity.points))
        elif entity.kind == "virtual_wall" and len(entity.points) == 2:
            keepouts[unique("virtual wall", keepouts)] = AreaPart(outline=_corners(_thick(entity.points)))
        elif entity.kind in {"no_mop_area", "carpet"} and len(entity.points) >= 3:
            name = "carpet" if entity.kind == "carpet" else "no-mop area"
            no_mop[unique(name, no_mop)] = AreaPart(outline=_corners(entity.points))
    return keepouts, no_mop


def _thick(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rectangle (4, 2) around a line (2, 2), half a width beyond its ends."""
    length = float(np.hypot(*(line[1] - line[0])))
    along = (line[1] - line[0]) / length if length > 0 else np.array([1.0, 0.0])
    along = along * WALL_WIDTH / 2
    across = np.array([-along[1], along[0]])
    a, b = line[0] - along, line[1] + along
    return np.array([a - across, b - across, b + across, a + across])


def _obstacles(entities: Iterable[Entity]) -> dict[str, ObstaclePart]:
    found: dict[str, ObstaclePart] = {}
    for entity in entities:
        if entity.kind == "obstacle" and len(entity.points):
            bare = re.sub(r"\s*\(\d+(\.\d+)?\s*%\)$", "", entity.label)  # "Pedestal (89%)"
            name = sayable(bare.lower()) or "obstacle"
            for point in _corners(entity.points):
                found[unique(name, found)] = ObstaclePart(at=point, radius=OBSTACLE_RADIUS)
    return found


def _corners(points: NDArray[np.float64]) -> tuple[Corner, ...]:
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in points)


def _dock(path: Path, found: ValetudoMap, grid: OccupancyGrid, stand: Bools, roomy: Bools, notes: list[str]) -> Pose:
    """The pose on the charger, or where the vacuum stood, or where there is the most room."""
    at: Entity | None = None
    for kind in ("charger_location", "robot_position"):
        at = next((e for e in found.entities if e.kind == kind and len(e.points) == 1), None)
        if at is not None:
            break
    charger = None if at is None else Pose(float(at.points[0, 0]), float(at.points[0, 1]), at.yaw or 0.0)
    known = at is not None and at.yaw is not None
    pose = dock_pose(roomy, grid, charger, known)
    if pose is None or (charger is not None and pose.distance(charger) > FAR):
        pose = dock_pose(stand, grid, charger, known)
    if pose is None:
        raise MapError(f"{path}: its floor has no room for a robot of 35 cm; export a map of a whole home")
    if at is None or charger is None:
        notes.append("no charger in the file: the dock was put where there is the most room; move it in layout.yaml")
    elif at.kind == "robot_position":
        notes.append("no charger in the file: the dock was put where the vacuum stood; move it in layout.yaml")
    elif pose.distance(charger) > MOVED:
        off = pose.distance(charger)
        notes.append(f"there is no room for the robot at the charger: the dock was put {off:.1f} m from it")
    return pose
