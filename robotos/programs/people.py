"""Finding and coming near to somebody: where they usually are, then wherever else they may be."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind
from robotos.kernel.ports import BodyState, Detection
from robotos.kernel.resolve import Named
from robotos.navigation.costmap import Costmap
from robotos.navigation.home import Home
from robotos.programs.destinations import beside, room_spot
from robotos.programs.driving import Failed, Watch, travel, turn_to

VIEWS = 4  # a quarter of a turn apart, which together show all around
WITHIN_ARMS = 1.0  # m from the robot's centre within which a person can take a thing from it
TALKING = 1.3  # m within which somebody has been come up to, where there is no getting nearer
APPROACHES = 6  # times the robot goes after somebody who has moved on meanwhile
AS_NEAR = 0.5  # m off the spot beside somebody that is good enough when that itself is taken
NEAR_LAST = 1.0  # m off the spot where somebody was last
MOVED_ON = 0.4  # m that somebody has gone since the way to them was planned, after which it is planned anew
LOOKS_EVERY = 0.25  # s between looks on the way
PAUSE = 0.3  # s for the picture to settle
PATIENCE = 4.0  # s waited for the way to a viewpoint to clear: others may show as much
FAR_ENOUGH = 1.2  # m between two viewpoints: nearer ones show the same


async def approach(
    sys: Sys, person: str, where: Named | None = None, near_enough: float = TALKING
) -> Detection | Failed:
    """Drive up to a person; where they are then, in the base frame, `near_enough` metres away at most.

    With `where`, a room or place, they are looked for there and nowhere else.
    """
    home, costmap = await sys.home(), await sys.costmap()
    found = await locate(sys, person, where)
    trouble: Failed | None = None
    for attempt in range(APPROACHES):
        if isinstance(found, Failed):
            return found
        away = math.hypot(found.x, found.y)
        if away <= WITHIN_ARMS or (attempt and away <= near_enough and await _same_room(sys, found)):
            return found
        there = (await sys.body()).pose.compose(Pose(found.x, found.y))
        spot = beside(home, costmap, home.room_at(there.x, there.y), there.x, there.y)
        if spot is None:
            break
        reached = await travel(sys, spot, watch=_gone_from(sys, person, there), patience=PATIENCE, tolerance=AS_NEAR)
        if isinstance(reached, Failed) and reached.errno is not Errno.EHOSTUNREACH:
            return reached
        trouble = reached if isinstance(reached, Failed) else trouble
        found = await look_around(sys, person) or Failed(Errno.ENOENT, f"I have lost sight of {person}.")
    return trouble or Failed(Errno.EHOSTUNREACH, f"I don't get near enough to {person}.")


def _gone_from(sys: Sys, person: str, there: Pose) -> Watch:
    """Ends a drive when the person is seen to be no longer where they were (map frame)."""

    async def look(seen: Detection) -> bool:
        now = (await sys.body()).pose.compose(Pose(seen.x, seen.y))
        return now.distance(there) > MOVED_ON

    return _looking(sys, person, look)


def _in_sight(sys: Sys, person: str, room: str = "") -> Watch:
    """Ends a drive when the person comes into view; in that room, and with the robot there too, if one is named."""

    async def look(seen: Detection) -> bool:
        return not room or await _both_in(sys, seen, room)

    return _looking(sys, person, look)


def _looking(sys: Sys, person: str, enough: Callable[[Detection], Awaitable[bool]]) -> Watch:
    """Looks out for a person on the way, a few times a second."""
    last = -math.inf

    async def watch(state: BodyState) -> bool:
        nonlocal last
        if state.stamp - last < LOOKS_EVERY:
            return False
        last = state.stamp
        seen = await in_view(sys, person)
        return seen is not None and await enough(seen)

    return watch


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
    usual = beside(home, costmap, known.room, known.x, known.y) if known.room == room else None
    trouble: Failed | None = None
    visited: list[Pose] = []
    for spot in [*([usual] if usual is not None else []), *_spots(home, costmap, where, room)]:
        if any(spot.distance(other) <= FAR_ENOUGH for other in visited):
            continue
        seen = await in_view(sys, person)
        if seen is None or not await _both_in(sys, seen, room):
            reached = await travel(sys, spot, face=False, watch=_in_sight(sys, person, room), patience=PATIENCE)
            if isinstance(reached, Failed) and reached.errno is not Errno.EHOSTUNREACH:
                return reached
            trouble = reached if isinstance(reached, Failed) else trouble
            visited += [spot] if not isinstance(reached, Failed) else []
            seen = await look_around(sys, person)
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


async def _same_room(sys: Sys, seen: Detection) -> bool:
    """Whether somebody is in the room that the robot is in."""
    pose = (await sys.body()).pose
    return await _both_in(sys, seen, (await sys.home()).room_at(pose.x, pose.y))


async def _both_in(sys: Sys, seen: Detection, room: str) -> bool:
    pose = (await sys.body()).pose
    return (await sys.home()).room_at(pose.x, pose.y) == room == await _room_of(sys, seen)


async def _room_of(sys: Sys, seen: Detection) -> str:
    there = (await sys.body()).pose.compose(Pose(seen.x, seen.y))
    return (await sys.home()).room_at(there.x, there.y)


async def seen_near(sys: Sys, person: str, last: Pose) -> bool:
    """Go where somebody was seen last (map frame), and look around there. Whether they are in view again."""
    await travel(sys, last, face=False, watch=_in_sight(sys, person), patience=PATIENCE, tolerance=NEAR_LAST)
    return await look_around(sys, person) is not None


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
        reached = await travel(sys, spots.pop(), face=False, watch=_in_sight(sys, person))
        if isinstance(reached, Failed):
            if reached.errno is not Errno.EHOSTUNREACH:
                return reached
            trouble = reached
        seen = await look_around(sys, person)  # they may be what is in the way
        if seen is not None:
            return seen
    return trouble or Failed(Errno.ENOENT, f"I don't see {person} anywhere.")


async def look_around(sys: Sys, person: str) -> Detection | None:
    """Look ahead, then all around."""
    for view in range(VIEWS):
        if view:
            await turn_to(sys, (await sys.body()).pose.yaw + 2 * math.pi / VIEWS)
        await sys.sleep(PAUSE)
        seen = await in_view(sys, person)
        if seen is not None:
            return seen
    return None
