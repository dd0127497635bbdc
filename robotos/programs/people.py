"""Finding and coming near to somebody: where they usually are, then wherever else they may be."""

from __future__ import annotations

import math

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.ports import Detection
from robotos.programs.destinations import beside, room_spot
from robotos.programs.driving import Failed, travel, turn_to

VIEWS = 4  # a quarter of a turn apart, which together show all around
WITHIN_ARMS = 1.0  # m from the robot's centre within which a person can take a thing from it
APPROACHES = 4  # times the robot goes after somebody who has moved on meanwhile
PAUSE = 0.3  # s for the picture to settle


async def approach(sys: Sys, person: str) -> Detection | Failed:
    """Drive to within arm's length of a person; where they are then, in the base frame."""
    home, costmap = await sys.home(), await sys.costmap()
    if person not in home.people:
        return Failed(Errno.ENOENT, f"I don't know {person}.")
    found = await in_view(sys, person) or await _look_for(sys, person)
    for _ in range(APPROACHES):
        if isinstance(found, Failed):
            return found
        if math.hypot(found.x, found.y) <= WITHIN_ARMS:
            return found
        there = (await sys.body()).pose.compose(Pose(found.x, found.y))
        spot = beside(home, costmap, home.room_at(there.x, there.y), there.x, there.y)
        if spot is None:
            break
        reached = await travel(sys, spot)
        if isinstance(reached, Failed):
            return reached
        found = await _look_around(sys, person) or Failed(Errno.ENOENT, f"I have lost sight of {person}.")
    return Failed(Errno.EHOSTUNREACH, f"I don't get near enough to {person}.")


async def in_view(sys: Sys, person: str) -> Detection | None:
    """The person, if the camera shows them now."""
    for detection in await sys.see():
        if detection.kind == "person" and detection.label == person:
            return detection
    return None


async def _look_for(sys: Sys, person: str) -> Detection | Failed:
    """Go where the person usually is, and then from room to room, nearest first, until they come into view."""
    home, costmap = await sys.home(), await sys.costmap()
    known = home.people[person]
    usual = beside(home, costmap, known.room, known.x, known.y)
    spots = [usual] if usual is not None else []
    trouble: Failed | None = None
    rooms = set(home.rooms)
    while spots or rooms:
        if not spots:
            pose = (await sys.body()).pose
            middles = {room: room_spot(home, costmap, room) for room in rooms}
            nearest = min(middles, key=lambda room: pose.distance(middles[room]))
            rooms.remove(nearest)
            spots.append(middles[nearest])
        reached = await travel(sys, spots.pop())
        if isinstance(reached, Failed):
            if reached.errno is not Errno.EHOSTUNREACH:
                return reached
            trouble = reached
            continue
        seen = await _look_around(sys, person)
        if seen is not None:
            return seen
    return trouble or Failed(Errno.ENOENT, f"I don't see {person} anywhere.")


async def _look_around(sys: Sys, person: str) -> Detection | None:
    """Look ahead, then all around."""
    for view in range(VIEWS):
        if view:
            await turn_to(sys, (await sys.body()).pose.yaw + 2 * math.pi / VIEWS)
        await sys.sleep(PAUSE)
        seen = await in_view(sys, person)
        if seen is not None:
            return seen
    return None
