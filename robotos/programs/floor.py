"""What lies on the floor: how that is called, and where to stand to take it up."""

from __future__ import annotations

import math

import numpy as np

from robotos.geometry import Pose
from robotos.navigation.costmap import Costmap
from robotos.navigation.home import Home

ON_FLOOR = 0.15  # m: what is seen lower lies on the floor, unless its place is as low
_FLOOR = " floor"
_NEAREST, _FARTHEST = 0.35, 0.6  # m between the robot's centre and what it takes up


def floor_of(room: str) -> str:
    """The name under which the disk keeps things that lie on a room's floor."""
    return room + _FLOOR


def is_floor(place: str) -> bool:
    """Whether a name is one of `floor_of`."""
    return place.endswith(_FLOOR)


def room_of_floor(home: Home, place: str) -> str:
    """The room whose floor a name of `floor_of` stands for, "" for any other name."""
    room = place.removesuffix(_FLOOR)
    return room if room != place and room in home.rooms and place not in home.places else ""


def beside_thing(costmap: Costmap, pose: Pose, x: float, y: float) -> Pose | None:
    """The free spot nearest to the robot from which it reaches a point of the floor (m), facing it; None for none."""
    rows, columns = np.nonzero(costmap.free)
    xs_of, ys_of = costmap.grid.centres()
    xs, ys = xs_of[columns], ys_of[rows]
    away = np.hypot(xs - x, ys - y)
    fits = (away >= _NEAREST) & (away <= _FARTHEST)
    if not fits.any():
        return None
    way = np.where(fits, np.hypot(xs - pose.x, ys - pose.y), np.inf)
    at = int(np.argmin(way))
    return Pose(float(xs[at]), float(ys[at]), math.atan2(y - float(ys[at]), x - float(xs[at])))
