"""Where somebody can stand in a home without being in the way: in a room, or at a piece of furniture."""

from __future__ import annotations

import random
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from robotos.evaluation.scenario import Point
from robotos.navigation.grid import Bools
from robotos.navigation.home import Home, Place

CLEARANCE = 0.5  # m from walls and furniture
FROM_PLACE = (0.75, 1.35)  # m from the furniture that somebody stands at
FROM_STAND = 0.75  # m from where a robot stands before furniture, where that can be had
FROM_PEOPLE = 1.3  # m
FROM_DOORS = 1.2  # m from the next room
_BEST = 0.15  # m of comfort by which a spot may fall short of the best one


class Floor:
    """The spots of one home, with a random number of its own for each drawing."""

    def __init__(self, home: Home, seed: str) -> None:
        self._home = home
        self._random = random.Random(seed)
        self._clear = _off_cells(home, "")
        grid, (rows, columns) = home.grid, np.indices(home.grid.shape)
        self._x = grid.origin.x + (columns + 0.5) * grid.resolution
        self._y = grid.origin.y + (rows + 0.5) * grid.resolution

    def in_room(self, room: str, others: list[Point]) -> Point:
        """A comfortable spot of a room."""
        return self._draw(self._home.rooms[room].mask, room, others)

    def at(self, place: Place, others: list[Point]) -> Point:
        """A spot at a piece of furniture that leaves the place before it free."""
        off = np.hypot(self._x - place.x, self._y - place.y)
        ring = (off >= FROM_PLACE[0]) & (off <= FROM_PLACE[1])
        return self._draw(self._home.rooms[place.room].mask & ring, place.room, others)

    def _draw(self, mask: Bools, room: str, others: list[Point]) -> Point:
        """One of the cells that come nearest to all distances asked for."""
        stands = [(p.approach.x, p.approach.y) for p in self._home.places.values() if p.room == room]
        comfort = np.minimum(self._clear - CLEARANCE, 0.0) * 4
        comfort = comfort + np.minimum(self._off(stands) - FROM_STAND, 0.0)
        comfort = comfort + np.minimum(self._off(others) - FROM_PEOPLE, 0.0) * 2
        comfort = comfort + np.minimum(_off_cells(self._home, room) - FROM_DOORS, 0.0)
        comfort = np.where(mask, comfort, -np.inf)
        rows, columns = np.nonzero(comfort >= comfort.max() - _BEST)
        chosen = self._random.randrange(len(rows))
        row, column = int(rows[chosen]), int(columns[chosen])
        return round(float(self._x[row, column]), 3), round(float(self._y[row, column]), 3)

    def _off(self, points: list[Point]) -> NDArray[np.float64]:
        """Metres (H, W) to the nearest of some points."""
        off = np.full(self._home.grid.shape, 99.0)
        for x, y in points:
            off = np.minimum(off, np.hypot(self._x - x, self._y - y))
        return off


@lru_cache(maxsize=64)
def _off_cells(home: Home, room: str) -> NDArray[np.float64]:
    """Metres (H, W) to the nearest free floor of another room, its doors; without a room, to what is not free."""
    off = ~home.grid.free if not room else home.grid.free & ~home.rooms[room].mask
    return np.asarray(ndimage.distance_transform_edt(~off)) * home.grid.resolution
