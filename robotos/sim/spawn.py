"""Where a robot can be put down: the dock, before a place, or in the middle of a room."""

from __future__ import annotations

import math

import numpy as np
from scipy import ndimage

from robotos.geometry import Pose
from robotos.navigation.home import Home


def start_pose(home: Home, where: str) -> Pose:
    """The dock's pose, a place's approach, or the spot of a room farthest from its walls and furniture.

    Raises:
        KeyError: no such place or room.
    """
    if where == "dock":
        return home.dock
    if where in home.places:
        return home.places[where].approach
    if where not in home.rooms:
        raise KeyError(f"no room or place {where!r}; known: {', '.join([*home.rooms, *home.places])}")
    room = ndimage.distance_transform_edt(home.rooms[where].mask & home.grid.free)
    row, column = np.unravel_index(int(np.argmax(room)), home.grid.shape)
    return Pose(*home.grid.to_world(float(row), float(column)), math.pi / 2)
