"""Finding and coming near to somebody: where they usually are, then wherever else they may be."""

from __future__ import annotations

import math

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind
from robotos.kernel.ports import Detection
from robotos.kernel.resolve import Named
from robotos.navigation.costmap import Costmap
from robotos.navigation.home import Home
from robotos.programs.destinations import beside, room_spot
from robotos.programs.driving import Failed, travel, turn_to

VIEWS = 4  # a quarter of a turn apart, which together show all around
WITHIN_ARMS = 1.0  # m from the robot's centre within which a person can take a thing from it
APPROACHES = 4  # times the robot goes after somebody who has moved on meanwhile
PAUSE = 0.3  # s for the picture to settle
PATIENCE = 4.0  # s waited for the way to a viewpoint to clear: others may show as much
FAR_ENOUGH = 1.2  # m between two viewpoints: nearer ones show the same


async def approach(sys: Sys, person: str, where: Named | None = None) -> Detection | Failed:
    """Drive to within arm's length of a person; where they are then, in the base frame.

    With `where`, a room or place, they are looked for there and nowhere else.
    """
    home, costmap = await sys.home(), await sys.costmap()
    found = await locate(sys, person, where)
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


async def locate(sys: Sys, person: str, where: Named | None = None) -> Detection | Failed:
    """Look for a person until they are in view; where they are then, in the base frame."""
    home = await sys.home()
    if person not in home.people:
        return Failed(Errno.ENOENT, f"I don't know {person}.")
    if where is not None:
        return await _look_at(sys, person, where)
    return await in_view(sys, person) or await _look_for(sys, person)


async def _look_at(sys: Sys, person: str, where: Named) -> Detection | Failed:
    """Look for somebody in a room, or around a place, and give up where they are not there."""
    home, costmap = await sys.home(), await sys.costmap()
    name = str(where.value)
    room = name if where.kind is Kind.ROOM else home.places[name].room if name in home.places else ""
    if room not in home.rooms:
        return Failed(Errno.ENOENT, f"I don't know where {name} is.")
    known = home.people[person]
    usual = beside(home, costmap, room, known.x, known.y) if known.room == room else None
    trouble: Failed | None = None
    visited: list[Pose] = []
    for spot in [*([usual] if usual is not None else []), *_spots(home, costmap, where, room)]:
        if any(spot.distance(other) <= FAR_ENOUGH for other in visited):
            continue
        seen = await in_view(sys, person)
        if seen is None or await _room_of(sys, seen) != room:
            reached = await travel(sys, spot, patience=PATIENCE)
            if isinstance(reached, Failed) and reached.errno is not Errno.EHOSTUNREACH:
                return reached
            trouble = reached if isinstance(reached, Failed) else trouble
            visited += [spot] if not isinstance(reached, Failed) else []
            seen = await _look_around(sys, person)
        if seen is not None and await _room_of(sys, seen) == room:
            return seen
    where_it_is = f"in the {name}" if where.kind is Kind.ROOM else f"at the {name}"
    unseen = Failed(Errno.ENOENT, f"I don't see {person} {where_it_is}.")
    return unseen if visited else trouble or unseen


def _spots(home: Home, costmap: Costmap, where: Named, room: str) -> list[Pose]:
    """Before the place, if one is meant; then the middle of the room, and before its places."""
    places = [place.approach for place in home.places.values() if place.room == room]
    first = [home.places[str(where.value)].approach] if where.kind is Kind.PLACE else []
    return [*first, room_spot(home, costmap, room), *places]


async def _room_of(sys: Sys, seen: Detection) -> str:
    there = (await sys.body()).pose.compose(Pose(seen.x, seen.y))
    return (await sys.home()).room_at(there.x, there.y)


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
