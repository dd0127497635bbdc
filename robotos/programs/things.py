"""`pick`, `put`, `give` and `fetch`: programs about things, built on `handling`."""

from __future__ import annotations

from collections.abc import Sequence

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind, Result
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.resolve import Argument, Named
from robotos.language.nouns import article, at, is_are
from robotos.navigation.home import Home, Place
from robotos.programs.arguments import many, one
from robotos.programs.carrying import bring_to_person, bring_to_place, take, take_back
from robotos.programs.choosing import BACK, chosen, name_of, of_kind, origin
from robotos.programs.driving import Failed
from robotos.programs.handling import UNNAMED, holding
from robotos.programs.tools import put_tool_away


async def pick(sys: Sys, args: Args) -> Result:
    """Drive to a thing and take it."""
    thing = name_of(one(args, "thing"))
    if thing not in (await sys.home()).things:
        return Result(Errno.ENOENT, {"thing": thing}, reason=f"I don't know a thing called {thing}.")
    await sys.announce()
    taken = await take(sys, thing)
    if isinstance(taken, Failed):
        return _failed(taken, thing)
    return Result(data={"thing": thing, "place": taken})


async def put(sys: Sys, args: Args) -> Result:
    """Put down what is held."""
    thing = await holding(sys)
    if not thing:
        return Result(Errno.ENOENT, reason="I am not holding anything.")
    place = await _where_to(sys, thing, one(args, "dest"))
    if isinstance(place, Failed):
        return _failed(place, thing)
    await sys.announce()
    failed = await bring_to_place(sys, thing, place)
    if failed is not None:
        return _failed(failed, thing)
    return Result(data={"thing": thing, "place": place.name})


async def give(sys: Sys, args: Args) -> Result:
    """Hand what is held to a person."""
    thing, person = await holding(sys), name_of(one(args, "person"))
    if not thing:
        return Result(Errno.ENOENT, reason="I am not holding anything.")
    await sys.announce()
    failed = await bring_to_person(sys, thing, person)
    if failed is not None:
        return _failed(failed, thing)
    return Result(data={"thing": thing, "person": person})


async def fetch(sys: Sys, args: Args) -> Result:
    """Get things, one after another, and bring each to a person, to a place, or back where it was."""
    things = many(args, "things")
    source, dest = one(args, "source"), one(args, "dest")
    home = await sys.home()
    for value in things:
        known = of_kind(home, name_of(value)) if _is_kind(value) else name_of(value) in home.things
        if not known:
            what = "no" if _is_kind(value) else "no thing called"
            return Result(Errno.ENOENT, {"thing": name_of(value)}, reason=f"I know of {what} {name_of(value)} here.")
    await sys.announce()
    failed = await _rid_of_left_over(sys, things)
    if failed is not None:
        return _failed(failed, name_of(things[0]))
    brought: list[str] = []
    for value in things:
        thing = await chosen(sys, value, source, tuple(brought))
        if isinstance(thing, Failed):
            return _failed(thing, name_of(value), brought)
        if _is_kind(value):
            await sys.speak(f"I'll take {article(thing)}.")
        failed = await _recorded(sys, thing, source, dest)
        if failed is not None:
            return _failed(failed, thing, brought)
        brought.append(thing)
    last = await sys.where(brought[-1]) if dest == BACK else None
    place = last.place if last is not None and len(brought) == 1 else ""
    return Result(data={"things": brought, "to": name_of(dest), "place": place})


async def _rid_of_left_over(sys: Sys, wanted: Sequence[Argument]) -> Failed | None:
    """Put back what an errand that was broken off has left in the gripper, unless that is wanted now."""
    home, held = await sys.home(), await holding(sys)
    meant = {thing for value in wanted for thing in (*of_kind(home, name_of(value)), name_of(value))}
    last = await sys.last_task("fetch", "")
    if held and held not in meant and held in (await sys.policy()).cleaning.tools.values():
        await put_tool_away(sys)  # of a cleaning that was broken off
        return None
    if not held or last is None or last.outcome != "interrupted":
        return None
    if held == UNNAMED:  # broken off before it could be written down
        held = last.detail
        await sys.moved(held, "robot", "moved")
    if held in meant or held != last.detail:
        return None
    place = await origin(sys, held)
    if isinstance(place, Failed):
        return None  # whether it can be done with that in the gripper will turn out
    await sys.speak(f"I'll put the {held} back first.")
    return await bring_to_place(sys, held, place)


async def _recorded(sys: Sys, thing: str, source: Argument | None, dest: Argument | None) -> Failed | None:
    task = await sys.begin_task("fetch", "", thing)
    outcome = "interrupted"
    try:
        failed = await _bring(sys, thing, source, dest)
        outcome = "done" if failed is None else "failed"
    finally:
        await sys.end_task(task, outcome, detail=thing)
    return failed


async def _bring(sys: Sys, thing: str, source: Argument | None, dest: Argument | None) -> Failed | None:
    home = await sys.home()
    person = name_of(dest) if isinstance(dest, Named) and dest.kind is Kind.PERSON else ""
    if person and person not in home.people:
        return Failed(Errno.ENOENT, f"I don't know {person}.")
    place = await origin(sys, thing) if dest == BACK else None  # before it is taken, and has been taken from there
    if isinstance(place, Failed):
        return place
    if place is not None and await _lies_at(sys, thing, place):
        return Failed(Errno.EALREADY, f"The {thing} {is_are(thing)} back {at(place.name)} already, as far as I know.")
    taken = await take(sys, thing, _places_of(home, source))
    if isinstance(taken, Failed):
        return taken
    target = None if person else place or await _where_to(sys, thing, dest)
    if isinstance(target, Failed):
        return target
    if target is None:
        failed = await bring_to_person(sys, thing, person)
    else:
        failed = await bring_to_place(sys, thing, target)
    return None if failed is None else await take_back(sys, thing, home.places.get(taken), failed)


async def _lies_at(sys: Sys, thing: str, place: Place) -> bool:
    belief = await sys.where(thing)
    return belief is not None and belief.place == place.name


async def _where_to(sys: Sys, thing: str, dest: Argument | None) -> Place | Failed:
    """The place that an operand means for a thing."""
    if dest == BACK:
        return await origin(sys, thing)
    place = _place(await sys.home(), dest, (await sys.body()).pose)
    return place or Failed(Errno.ENOENT, "I don't know where to put it.")


def _is_kind(value: Argument) -> bool:
    return isinstance(value, Named) and value.kind is Kind.CATEGORY


def _places_of(home: Home, source: Argument | None) -> list[Place]:
    """The place that is meant, or all places of the room that is meant."""
    name = name_of(source)
    return [place for place in home.places.values() if name and name in {place.name, place.room}]


def _place(home: Home, dest: Argument | None, pose: Pose) -> Place | None:
    """A place by its name, the first surface of a room, or the nearest one."""
    if isinstance(dest, Named) and dest.kind is Kind.PLACE:
        return home.places.get(str(dest.value))
    surfaces = [place for place in home.places.values() if place.z > 0.2]
    if isinstance(dest, Named) and dest.kind is Kind.ROOM:
        surfaces = [place for place in surfaces if place.room == dest.value]
    return min(surfaces, key=lambda place: pose.distance(place.approach), default=None)


def _failed(failed: Failed, thing: str, brought: list[str] | None = None) -> Result:
    return Result(failed.errno, {"thing": thing, "things": brought or []}, reason=failed.reason)


PICK = Program("pick", pick, Priority.INTERACTIVE)
PUT = Program("put", put, Priority.INTERACTIVE)
GIVE = Program("give", give, Priority.INTERACTIVE)
FETCH = Program("fetch", fetch, Priority.INTERACTIVE)
