"""A home: its map, and the rooms, places, things, people and areas that its layout file names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from robotos.geometry import Pose
from robotos.navigation.grid import Bools, OccupancyGrid
from robotos.navigation.maps.filters import SpeedLimits


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
    """An area the robot must not enter (or, in `Home.no_mop`, not enter with the mop): `polygon` (n, 2), metres."""

    name: str
    polygon: NDArray[np.float64]


@dataclass(frozen=True)
class Obstacle:
    """Something that another robot's camera saw on the floor: a disc of `radius` metres that is kept free of."""

    name: str
    x: float
    y: float
    radius: float


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
    no_mop: tuple[KeepOut, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()  # already in `grid`
    speed_limits: tuple[SpeedLimits, ...] = ()

    def room_at(self, x: float, y: float) -> str:
        """The room of a point, for walls and doorways the nearest; "" off the map or in a keep-out area."""
        row, column = self.grid.to_cell(x, y)
        if not self.grid.inside(row, column) or self._nearest[row, column] < 0:
            return ""
        return tuple(self.rooms)[int(self._nearest[row, column])]

    def no_mop_cells(self) -> Bools:
        """Cells (H, W) that must not get wet."""
        cells = np.zeros(self.grid.shape, dtype=bool)
        for area in self.no_mop:
            cells |= self.grid.polygon(area.polygon)
        return cells

    def speed_limit(self, x: float, y: float, fastest: float) -> float:
        """The speed allowed at a point by the map's speed masks, m/s, at most `fastest`."""
        return min((limits.at(x, y, fastest) for limits in self.speed_limits), default=fastest)
