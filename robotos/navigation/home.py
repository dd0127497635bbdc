"""A home: its map, and the rooms, places, things, people and keep-out areas that its layout file names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from scipy import ndimage

from robotos.geometry import Pose
from robotos.navigation.grid import Bools, OccupancyGrid
from robotos.navigation.map_server import first_problem, load_map, read_yaml

LAYOUT = "layout.yaml"


class LayoutError(Exception):
    """A layout cannot be used; the message names the file, the key and the cure."""


@dataclass(frozen=True, eq=False)
class Room:
    """A named area: `mask` (H, W) are its free cells."""

    name: str
    mask: Bools
    floor: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """A named spot where things lie, `z` metres above the floor, and where to stand before it."""

    name: str
    room: str
    x: float
    y: float
    z: float
    approach: Pose
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thing:
    """A movable object and the place it belongs to."""

    name: str
    place: str
    aliases: tuple[str, ...] = ()
    colour: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody of the household (or an animal), and where they usually are."""

    name: str
    room: str
    x: float
    y: float
    aliases: tuple[str, ...] = ()
    animal: bool = False


@dataclass(frozen=True, eq=False)
class KeepOut:
    """An area the robot must not enter: `polygon` (n, 2), metres."""

    name: str
    polygon: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Home:
    """Everything known about a home before the robot moves. Names are unique within their kind."""

    name: str
    grid: OccupancyGrid
    rooms: Mapping[str, Room]
    places: Mapping[str, Place]
    things: Mapping[str, Thing]
    people: Mapping[str, Person]
    keepouts: tuple[KeepOut, ...]
    dock: Pose
    _nearest: NDArray[np.int16] = field(repr=False)  # (H, W): index of the room nearest to a cell

    def room_at(self, x: float, y: float) -> str:
        """The room of a point, for walls and doorways the nearest; "" off the map or in a keep-out area."""
        row, column = self.grid.to_cell(x, y)
        if not self.grid.inside(row, column) or self._nearest[row, column] < 0:
            return ""
        return tuple(self.rooms)[int(self._nearest[row, column])]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    aliases: tuple[str, ...] = ()


class _Room(_Part):
    outline: tuple[tuple[float, float], ...] = Field(min_length=3)
    floor: str


class _Place(_Part):
    room: str
    at: tuple[float, float, float]
    approach: tuple[float, float] | tuple[float, float, float]


class _Thing(_Part):
    place: str
    colour: str = ""


class _Person(_Part):
    room: str
    at: tuple[float, float]
    animal: bool = False


class _KeepOut(_Part):
    outline: tuple[tuple[float, float], ...] = Field(min_length=3)


class Layout(BaseModel):
    """The layout file. Metres; headings in degrees. `drawing` belongs to `robotos.navigation.draw`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    map: str
    dock: tuple[float, float, float]
    rooms: dict[str, _Room] = Field(min_length=1)
    places: dict[str, _Place] = {}
    things: dict[str, _Thing] = {}
    people: dict[str, _Person] = {}
    keepouts: dict[str, _KeepOut] = {}
    drawing: dict[str, Any] = {}


def load_layout(path: Path) -> Layout:
    """Read and validate a layout file alone.

    Raises:
        LayoutError: the file is missing or broken, or a key is missing, unknown or out of range.
    """
    try:
        layout = Layout.model_validate(read_yaml(path, LayoutError))
    except ValidationError as error:
        raise LayoutError(f"{path}: {first_problem(error)}; correct that key (example: maps/apartment)") from error
    for kind, named, known, what in (
        ("places", {n: p.room for n, p in layout.places.items()}, layout.rooms, "room"),
        ("people", {n: p.room for n, p in layout.people.items()}, layout.rooms, "room"),
        ("things", {n: t.place for n, t in layout.things.items()}, layout.places, "place"),
    ):
        for name, target in named.items():
            if target not in known:
                raise LayoutError(f"{path}: {kind}.{name}.{what}: no {what} {target!r}; use one of {', '.join(known)}")
    return layout


def load_home(directory: Path) -> Home:
    """Read `layout.yaml` of a directory and the map it names.

    Raises:
        LayoutError: the layout is broken or does not fit the map.
        MapError: the map is missing or broken.
    """
    path = directory / LAYOUT
    layout = load_layout(path)
    grid = load_map(directory / layout.map)
    keepouts = tuple(KeepOut(name, np.array(part.outline)) for name, part in layout.keepouts.items())
    rooms = _rooms(path, layout, grid, keepouts)
    home = Home(
        name=layout.name,
        grid=grid,
        rooms=rooms,
        places={name: _place(name, part) for name, part in layout.places.items()},
        things={n: Thing(n, part.place, part.aliases, part.colour) for n, part in layout.things.items()},
        people={n: Person(n, p.room, *p.at, p.aliases, p.animal) for n, p in layout.people.items()},
        keepouts=keepouts,
        dock=_pose(*layout.dock),
        _nearest=_nearest_room(layout, grid, keepouts),
    )
    _check(path, home)
    return home


def _pose(x: float, y: float, degrees: float) -> Pose:
    return Pose(x, y, math.radians(degrees))


def _place(name: str, part: _Place) -> Place:
    x, y, z = part.at
    if len(part.approach) == 3:
        approach = _pose(*part.approach)
    else:  # face the place
        approach = Pose(*part.approach, math.atan2(y - part.approach[1], x - part.approach[0]))
    return Place(name, part.room, x, y, z, approach, part.aliases)


def _rooms(path: Path, layout: Layout, grid: OccupancyGrid, keepouts: tuple[KeepOut, ...]) -> dict[str, Room]:
    taken = np.zeros(grid.shape, dtype=bool)
    for keepout in keepouts:
        taken |= grid.polygon(keepout.polygon)
    rooms: dict[str, Room] = {}
    for name, part in layout.rooms.items():
        mask = grid.polygon(np.array(part.outline)) & grid.free & ~taken
        if not mask.any():
            raise LayoutError(
                f"{path}: rooms.{name}.outline: holds no free cell of the map; correct the corners (metres)"
            )
        taken |= mask
        mask.setflags(write=False)
        rooms[name] = Room(name, mask, part.floor, part.aliases)
    return rooms


def _nearest_room(layout: Layout, grid: OccupancyGrid, keepouts: tuple[KeepOut, ...]) -> NDArray[np.int16]:
    labels = np.full(grid.shape, -1, dtype=np.int16)
    for index, part in enumerate(layout.rooms.values()):
        labels[grid.polygon(np.array(part.outline)) & (labels < 0)] = index
    rows, columns = ndimage.distance_transform_edt(labels < 0, return_distances=False, return_indices=True)
    nearest: NDArray[np.int16] = labels[rows, columns]
    for keepout in keepouts:
        nearest[grid.polygon(keepout.polygon)] = -1
    return nearest


def _check(path: Path, home: Home) -> None:
    """Poses the robot is sent to must be on free floor of the map."""
    spots = {f"places.{name}.approach": place.approach for name, place in home.places.items()}
    for key, pose in {**spots, "dock": home.dock}.items():
        row, column = home.grid.to_cell(pose.x, pose.y)
        if not home.grid.inside(row, column) or not home.grid.free[row, column]:
            raise LayoutError(f"{path}: {key}: ({pose.x:.2f}, {pose.y:.2f}) is not free floor on the map; move it")
