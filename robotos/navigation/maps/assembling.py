"""From a layout and its map to a `Home`: where rooms are, which cells are kept free of, and whether all of it fits."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.geometry import Pose
from robotos.navigation.grid import OCCUPIED, Bools, OccupancyGrid
from robotos.navigation.maps.errors import LayoutError
from robotos.navigation.maps.filters import SpeedLimits
from robotos.navigation.maps.home import Home, KeepOut, Obstacle, Person, Place, Room, Thing
from robotos.navigation.maps.layout import AreaPart, Layout, ObstaclePart, PlacePart
from robotos.navigation.maps.source import Key

Labels = NDArray[np.uint8]
Where = Callable[[Sequence[Key]], str]


@dataclass(frozen=True, eq=False)
class Parts:
    """What a home is made of: `labels` (H, W) are what rooms name as `cells`; `where` begins messages about a key."""

    layout: Layout
    grid: OccupancyGrid
    labels: Labels | None
    where: Where
    masks: tuple[KeepOut, ...] = ()  # of keep-out filters
    speed_limits: tuple[SpeedLimits, ...] = ()


def assemble(parts: Parts) -> Home:
    """The home; `LayoutError` where a room has no floor, or the dock or a place can't be stood at."""
    layout, grid = parts.layout, with_obstacles(parts.grid, parts.layout.obstacles.values())
    keepouts = (*_areas(layout.keepouts), *parts.masks)
    inside = _room_cells(parts, grid)
    home = Home(
        name=layout.name,
        grid=grid,
        rooms=_rooms(parts, grid, inside, keepouts),
        places={name: _place(name, part) for name, part in layout.places.items()},
        things={n: Thing(n, part.place, part.aliases, part.colour) for n, part in layout.things.items()},
        people={n: Person(n, p.room, *p.at, p.aliases, p.animal) for n, p in layout.people.items()},
        keepouts=keepouts,
        dock=_pose(*layout.dock),
        _nearest=_nearest_room(inside, grid, keepouts),
        no_mop=_areas(layout.no_mop),
        obstacles=tuple(Obstacle(name, *part.at, part.radius) for name, part in layout.obstacles.items()),
        speed_limits=parts.speed_limits,
    )
    _check(parts.where, home)
    return home


def _areas(areas: Mapping[str, AreaPart]) -> tuple[KeepOut, ...]:
    return tuple(KeepOut(name, np.array(part.outline)) for name, part in areas.items())


def with_obstacles(grid: OccupancyGrid, obstacles: Collection[ObstaclePart]) -> OccupancyGrid:
    """The grid with the cells of discs occupied, each disc at least one cell."""
    if not obstacles:
        return grid
    cells = grid.cells.copy()
    xs, ys = grid.centres()
    for part in obstacles:
        away = np.hypot(xs[None, :] - part.at[0], ys[:, None] - part.at[1])
        cells[away <= part.radius] = OCCUPIED
        row, column = grid.to_cell(*part.at)
        if grid.inside(row, column):
            cells[row, column] = OCCUPIED  # however small it is
    return OccupancyGrid(cells, grid.resolution, grid.origin)


def _pose(x: float, y: float, degrees: float) -> Pose:
    return Pose(x, y, math.radians(degrees))


def _place(name: str, part: PlacePart) -> Place:
    x, y, z = part.at
    if len(part.approach) == 3:
        approach = _pose(*part.approach)
    else:  # face the place
        approach = Pose(*part.approach, math.atan2(y - part.approach[1], x - part.approach[0]))
    return Place(name, part.room, x, y, z, approach, part.aliases)


def _room_cells(parts: Parts, grid: OccupancyGrid) -> dict[str, Bools]:
    """Cells (H, W) of every room, free or not, as the layout says."""
    return {
        name: grid.polygon(np.array(part.outline))
        if part.outline is not None
        else np.asarray(parts.labels == part.cells)
        for name, part in parts.layout.rooms.items()
    }


def _rooms(
    parts: Parts, grid: OccupancyGrid, inside: Mapping[str, Bools], keepouts: tuple[KeepOut, ...]
) -> dict[str, Room]:
    taken = np.zeros(grid.shape, dtype=bool)
    for keepout in keepouts:
        taken |= grid.polygon(keepout.polygon)
    rooms: dict[str, Room] = {}
    for name, part in parts.layout.rooms.items():
        mask = inside[name] & grid.free & ~taken
        if not mask.any():
            key = "outline" if part.outline is not None else "cells"
            where = parts.where(("rooms", name, key))
            raise LayoutError(f"{where}: holds no free cell of the map; correct it, or delete the room")
        taken |= mask
        mask.setflags(write=False)
        rooms[name] = Room(name, mask, part.floor, part.aliases)
    return rooms


def _nearest_room(inside: Mapping[str, Bools], grid: OccupancyGrid, keepouts: tuple[KeepOut, ...]) -> NDArray[np.int16]:
    labels = np.full(grid.shape, -1, dtype=np.int16)
    for index, cells in enumerate(inside.values()):
        labels[cells & (labels < 0)] = index
    rows, columns = ndimage.distance_transform_edt(labels < 0, return_distances=False, return_indices=True)
    nearest: NDArray[np.int16] = labels[rows, columns]
    for keepout in keepouts:
        nearest[grid.polygon(keepout.polygon)] = -1
    return nearest


def _check(where: Where, home: Home) -> None:
    """Poses the robot is sent to must be on free floor of the map."""
    spots: dict[tuple[Key, ...], Pose] = {("places", n, "approach"): place.approach for n, place in home.places.items()}
    for keys, pose in {**spots, ("dock",): home.dock}.items():
        row, column = home.grid.to_cell(pose.x, pose.y)
        if not home.grid.inside(row, column) or not home.grid.free[row, column]:
            raise LayoutError(f"{where(keys)}: ({pose.x:.2f}, {pose.y:.2f}) is not free floor on the map; move it")
