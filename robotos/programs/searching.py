"""Looking for a thing, place after place, in the order of belief; what is seen on the way corrects the disk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

from robotos.errno import Errno
from robotos.geometry import wrap
from robotos.kernel.api import Sys
from robotos.kernel.ports import Belief
from robotos.language.nouns import person as who_is
from robotos.navigation.home import Home, Place
from robotos.programs.destinations import room_spot
from robotos.programs.driving import Failed, travel, turn_to
from robotos.programs.floor import floor_of, room_of_floor
from robotos.programs.handling import OWNER, REACH, Sighting, in_view, look_for
from robotos.programs.likelihood import Memory, best, chances, in_sight
from robotos.programs.people import PATIENCE, PAUSE, VIEWS


async def search(sys: Sys, thing: str, first: Sequence[Place] = ()) -> Sighting | Failed:
    """Look at `first`, then wherever the thing is likeliest for the way it takes, until it is in view."""
    home = await sys.home()
    seen = await in_view(sys, thing)
    if seen is not None and (_reached(seen) or room_of_floor(home, seen.place)):
        return seen
    belief = await sys.where(thing)
    if not first and belief is not None and belief.place in home.people:
        return Failed(Errno.ENOENT, somebodys(belief.place, thing))
    floor = room_of_floor(home, belief.place) if belief is not None and not first else ""
    if floor:
        looked = await _on_the_floor(sys, thing, floor)
        if isinstance(looked, Sighting) or _serious(looked):
            return looked
    looked = await _place_by_place(sys, thing, first, belief)
    if isinstance(looked, Sighting) or _serious(looked):
        return looked
    fallen = await _room_by_room(sys, thing, floor)
    return fallen if isinstance(fallen, Sighting) or _serious(fallen) else looked


def _reached(seen: Sighting) -> bool:
    return math.hypot(seen.detection.x, seen.detection.y) <= REACH


def somebodys(who: str, thing: str) -> str:
    """That a person has a thing."""
    name = who_is(who)
    return f"You have the {thing}." if who == OWNER else f"{name[:1].upper()}{name[1:]} has the {thing}."


def _serious(looked: Sighting | Failed) -> bool:
    """Whether it is of no use to look elsewhere."""
    return isinstance(looked, Failed) and looked.errno not in {Errno.EHOSTUNREACH, Errno.ENOENT}


async def _place_by_place(sys: Sys, thing: str, first: Sequence[Place], belief: Belief | None) -> Sighting | Failed:
    home = await sys.home()
    left = chances(home, await _memory(sys, home, thing, belief))
    named = [place for place in first if place.name in left]
    trouble: Failed | None = None
    while left:
        place = named.pop(0) if named else best(home, left, (await sys.body()).pose)
        if place is None:
            break
        left.pop(place.name, None)
        looked = await _look_closer(sys, thing, place)
        if isinstance(looked, Sighting):
            return looked
        if isinstance(looked, Failed):
            if _serious(looked):
                return looked
            trouble = looked
            continue
        shown = in_sight(home, (await sys.body()).pose, left)
        for name in shown:
            left.pop(name)
        named = [other for other in named if other.name in left]
        if belief is not None and belief.place in {place.name, *shown}:
            await sys.moved(thing, "", "seen")
            belief = None
    return trouble or Failed(Errno.ENOENT, f"I looked everywhere and did not find the {thing}.")


async def _memory(sys: Sys, home: Home, thing: str, belief: Belief | None) -> Memory:
    usual = home.things[thing].place if thing in home.things else ""
    if belief is None or belief.place not in home.places:
        return Memory(usual=usual)
    return Memory(belief.place, max(timedelta(), await sys.wall() - belief.at), usual)


async def _look_closer(sys: Sys, thing: str, place: Place) -> Sighting | Failed | None:
    """Look for a thing from before a place, and from before another one where it shows up at that."""
    found = await look_for(sys, thing, place)
    home = await sys.home()
    if isinstance(found, Sighting) and found.place != place.name and found.place in home.places:
        return await look_for(sys, thing, home.places[found.place])
    return found


async def _room_by_room(sys: Sys, thing: str, besides: str) -> Sighting | Failed:
    """It may have fallen down: look around in the middle of every room, nearest first."""
    home, costmap = await sys.home(), await sys.costmap()
    left = {room: room_spot(home, costmap, room) for room in home.rooms if room != besides}
    while left:
        pose = (await sys.body()).pose
        room = min(left, key=lambda name: pose.distance(left[name]))
        del left[room]
        looked = await _on_the_floor(sys, thing, room)
        if isinstance(looked, Sighting) or _serious(looked):
            return looked
    return Failed(Errno.ENOENT, f"I looked everywhere and did not find the {thing}.")


async def _on_the_floor(sys: Sys, thing: str, room: str) -> Sighting | Failed:
    """Go to the middle of a room where a thing may lie, and look all around."""
    spot = room_spot(await sys.home(), await sys.costmap(), room)
    reached = await travel(sys, spot, face=False, patience=PATIENCE)
    if isinstance(reached, Failed):
        return reached
    found = await look_round(sys, thing)
    belief = await sys.where(thing)
    if found is None and belief is not None and belief.place == floor_of(room):
        await sys.moved(thing, "", "seen")
    return found or Failed(Errno.ENOENT, f"I don't see the {thing} in the {room}.")


async def look_round(sys: Sys, thing: str) -> Sighting | None:
    """Look ahead, then all around from where the robot stands."""
    start = (await sys.body()).pose.yaw
    for view in range(VIEWS):
        if view:
            await turn_to(sys, wrap(start + view * 2 * math.pi / VIEWS))
        await sys.sleep(PAUSE)
        found = await in_view(sys, thing)
        if found is not None:
            return found
    return None
