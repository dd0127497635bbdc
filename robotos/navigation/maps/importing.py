"""Drafts of homes from files of other programs, whose kind is told by what is in them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from robotos.geometry import Pose
from robotos.navigation.grid import FREE, OCCUPIED, UNKNOWN, Bools, OccupancyGrid
from robotos.navigation.map_server import FREE_THRESH, picture_cells, read_map
from robotos.navigation.maps.assembling import Labels
from robotos.navigation.maps.draft import Draft
from robotos.navigation.maps.errors import MapError
from robotos.navigation.maps.layout import Layout, PlacePart, RoomPart
from robotos.navigation.maps.loading import LARGEST
from robotos.navigation.maps.naming import home_name, sayable
from robotos.navigation.maps.picture import read_picture
from robotos.navigation.maps.rooms import segment
from robotos.navigation.maps.standing import DOCK, dock_place, dock_pose, room_of, standing
from robotos.navigation.maps.turning import cropped, turned
from robotos.navigation.maps.valetudo import UNKNOWN_FLOOR, draft_valetudo

VALETUDO, MAP_SERVER, PICTURE = "Valetudo map", "ROS map_server map", "picture"
_PICTURES = {".pgm", ".png", ".bmp", ".pnm"}
_NEARLY = 1e-9  # rad


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the file doesn't say: `dock` in metres and degrees, `name`, and of a mere picture how to take it.

    That is its `resolution`, metres a pixel, and `free_thresh`, the share of black below which a pixel is floor.
    """

    resolution: float | None = None
    free_thresh: float = FREE_THRESH
    dock: tuple[float, float, float] | None = None
    name: str | None = None


def kind_of(path: Path) -> str:
    """What a file is.

    Raises:
        MapError: it is nothing that can be imported, or not there.
    """
    if path.is_dir():
        if (path / "layout.yaml").is_file():
            raise MapError(f"{path}: is a home already; look at it with `robotos map show {path}`")
        raise MapError(f"{path}: is a directory; name the file in it: a Valetudo JSON, a map_server YAML, or a picture")
    if not path.exists():
        raise MapError(f"{path}: no such file; name a Valetudo JSON, a map_server YAML, or a picture")
    if path.suffix.lower() == ".json":
        return VALETUDO
    if path.suffix.lower() in _PICTURES:
        return PICTURE
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise MapError(f"{path}: cannot be read ({error}); check its permissions") from error
    if head.lstrip().startswith(b"{"):
        return VALETUDO
    if head.startswith((b"P2", b"P5", b"\x89PNG")):
        return PICTURE
    return MAP_SERVER


def draft_of(path: Path, wishes: Wishes) -> Draft:
    """What a file holds, as a draft of a home.

    Raises:
        MapError: it is broken, holds no floor, or the wishes lack what it doesn't say.
    """
    if wishes.name is not None and sayable(wishes.name) != wishes.name:
        raise MapError(f"{wishes.name!r} is no name for a home; give a short one without special characters")
    kind = kind_of(path)
    if kind == VALETUDO:
        draft = draft_valetudo(path)
        updates: dict[str, object] = {}
        if wishes.dock is not None:
            dock = _pose(wishes.dock)
            stand = standing(draft.home().grid, draft.home().keepouts)
            updates["dock"] = wishes.dock
            updates["places"] = _dock_place(path, draft.grid, stand, dock, draft.layout.rooms, draft.labels)
        if wishes.name is not None:
            updates["name"] = wishes.name
        layout = draft.layout.model_copy(update=updates)
        return Draft(draft.origin, layout, draft.grid, draft.labels, draft.notes)
    notes: list[str] = []
    grid = _from_map_server(path, notes) if kind == MAP_SERVER else _from_picture(path, wishes, notes)
    return _plain(path, _fitting(path, grid), wishes, notes)


def _pose(dock: tuple[float, float, float]) -> Pose:
    return Pose(dock[0], dock[1], math.radians(dock[2]))


def _dock_place(
    path: Path, grid: OccupancyGrid, stand: Bools, dock: Pose, rooms: Mapping[str, RoomPart], labels: Labels | None
) -> dict[str, PlacePart]:
    if labels is None or not grid.inside(*grid.to_cell(dock.x, dock.y)):
        raise MapError(f"{path}: the dock at ({dock.x:.2f}, {dock.y:.2f}) is not on the map; give another --dock")
    return {DOCK: dock_place(room_of(dock, grid, rooms, labels), stand, grid, dock)}


def _from_map_server(path: Path, notes: list[str]) -> OccupancyGrid:
    found = read_map(path)
    if abs(math.remainder(found.yaw, math.tau)) < _NEARLY:
        return found.grid
    notes.append(f"the map was turned straight by {math.degrees(found.yaw):.1f} degrees; walls may be a cell thicker")
    try:
        return turned(found.grid, found.yaw)
    except ValueError as error:
        raise MapError(f"{path}: turned straight, {error}; crop its picture") from error


def _from_picture(path: Path, wishes: Wishes, notes: list[str]) -> OccupancyGrid:
    if wishes.resolution is None:
        raise MapError(f"{path}: a picture doesn't say how large its pixels are; add --resolution 0.05, in metres")
    cells = picture_cells(read_picture(path), wishes.free_thresh)
    light = round(255 * (1.0 - wishes.free_thresh))
    notes.append(f"pixels lighter than {light} of 255 were taken for floor; --free-thresh changes that")
    return OccupancyGrid(np.ascontiguousarray(cells[::-1]), wishes.resolution, Pose(0.0, 0.0))


def _fitting(path: Path, grid: OccupancyGrid) -> OccupancyGrid:
    grid = cropped(grid)
    if grid.cells.size > LARGEST:
        raise MapError(f"{path}: {grid.shape[1]} x {grid.shape[0]} cells are too many for one home; crop its picture")
    between = (grid.cells > FREE) & (grid.cells < OCCUPIED)
    if not between.any():
        return grid
    cells = np.where(between, UNKNOWN, grid.cells).astype(np.int8)  # a home's map is written as trinary
    return OccupancyGrid(cells, grid.resolution, grid.origin)


def _plain(path: Path, grid: OccupancyGrid, wishes: Wishes, notes: list[str]) -> Draft:
    if not grid.free.any():
        raise MapError(f"{path}: holds no free floor; check its thresholds, `negate` and mode")
    labels = segment(grid)
    count = int(labels.max())
    if count == 0:
        raise MapError(f"{path}: no piece of its floor is as large as a room; check its resolution")
    notes.append(f"{count} rooms were found by the map's shape; look at them, merge or split, and give them names")
    stand = standing(grid, ())
    dock = None if wishes.dock is None else _pose(wishes.dock)
    if dock is None:
        dock = dock_pose(stand, grid, None, heading_known=False)
        if dock is None:
            raise MapError(f"{path}: its floor has no room for a robot of 35 cm; check its resolution")
        notes.append(
            "no dock is known: it was put where there is the most room; say with --dock X Y DEGREES where it is"
        )
    rooms = {f"room {n}": RoomPart(cells=n, floor=UNKNOWN_FLOOR) for n in range(1, count + 1)}
    name = wishes.name or home_name(path)
    layout = Layout(
        name=name,
        map="map.yaml",
        cells="rooms.png",
        dock=(round(dock.x, 4), round(dock.y, 4), round(math.degrees(dock.yaw), 1)),
        rooms=rooms,
        places=_dock_place(path, grid, stand, dock, rooms, labels),
    )
    return Draft(path, layout, grid, labels, tuple(notes))
