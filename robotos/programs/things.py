"""`find`, `pick`, `put`, `give` and `fetch`: programs about things, built on `handling`."""

from __future__ import annotations

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind, Result
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.resolve import Argument, Named
from robotos.navigation.home import Home, Place
from robotos.programs.arguments import many, one
from robotos.programs.driving import Failed
from robotos.programs.handling import Sighting, hand_to, holding, put_at, search, take


async def find(sys: Sys, args: Args) -> Result:
    """Look for a thing and say where it is."""
    thing = _name(one(args, "thing"))
    home = await sys.home()
    if thing not in home.things:
        return Result(Errno.ENOENT, {"thing": thing}, reason=f"I don't know a thing called {thing}.")
    if await holding(sys) == thing:
        return Result(data={"thing": thing, "place": "robot"})
    await sys.announce()
    task = await sys.begin_task("find", "", thing)
    outcome = "interrupted"
    try:
        found = await search(sys, thing)
        outcome = "done" if isinstance(found, Sighting) else "failed"
    finally:
        await sys.end_task(task, outcome, detail=thing)
    if isinstance(found, Failed):
        return _failed(found, thing)
    room = home.places[found.place].room if found.place in home.places else ""
    return Result(data={"thing": thing, "place": found.place, "room": room, "at": await sys.wall()})


async def pick(sys: Sys, args: Args) -> Result:
    """Drive to a thing and take it."""
    thing = _name(one(args, "thing"))
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
    home = await sys.home()
    place = _place(home, one(args, "dest"), (await sys.body()).pose)
    if place is None:
        return Result(Errno.ENOENT, {"thing": thing}, reason="I don't know where to put it.")
    await sys.announce()
    failed = await put_at(sys, thing, place)
    if failed is not None:
        return _failed(failed, thing)
    return Result(data={"thing": thing, "place": place.name})


async def give(sys: Sys, args: Args) -> Result:
    """Hand what is held to a person."""
    thing, person = await holding(sys), _name(one(args, "person"))
    if not thing:
        return Result(Errno.ENOENT, reason="I am not holding anything.")
    await sys.announce()
    failed = await hand_to(sys, thing, person)
    if failed is not None:
        return _failed(failed, thing)
    return Result(data={"thing": thing, "person": person})


async def fetch(sys: Sys, args: Args) -> Result:
    """Get things, one after another, and bring each to a person or a place."""
    things = [_name(value) for value in many(args, "things")]
    dest = one(args, "dest")
    home = await sys.home()
    for thing in things:
        if thing not in home.things:
            return Result(Errno.ENOENT, {"thing": thing}, reason=f"I don't know a thing called {thing}.")
    await sys.announce()
    source = one(args, "source")
    brought: list[str] = []
    for thing in things:
        task = await sys.begin_task("fetch", "", thing)
        outcome = "interrupted"
        try:
            failed = await _bring(sys, thing, source, dest)
            outcome = "done" if failed is None else "failed"
        finally:
            await sys.end_task(task, outcome, detail=thing)
        if failed is not None:
            return _failed(failed, thing, brought)
        brought.append(thing)
    return Result(data={"things": brought, "to": _name(dest)})


async def _bring(sys: Sys, thing: str, source: Argument | None, dest: Argument | None) -> Failed | None:
    home = await sys.home()
    if isinstance(dest, Named) and dest.kind is Kind.PERSON and dest.value not in home.people:
        return Failed(Errno.ENOENT, f"I don't know {dest.value}.")
    taken = await take(sys, thing, _places_of(home, source))
    if isinstance(taken, Failed):
        return taken
    if isinstance(dest, Named) and dest.kind is Kind.PERSON:
        return await hand_to(sys, thing, str(dest.value))
    place = _place(home, dest, (await sys.body()).pose)
    if place is None:
        return Failed(Errno.ENOENT, "I don't know where to bring it.")
    return await put_at(sys, thing, place)


def _places_of(home: Home, source: Argument | None) -> list[Place]:
    """The place that is meant, or all places of the room that is meant."""
    name = _name(source)
    return [place for place in home.places.values() if name and name in {place.name, place.room}]


def _place(home: Home, dest: Argument | None, pose: Pose) -> Place | None:
    """A place by its name, the first surface of a room, or the nearest one."""
    if isinstance(dest, Named) and dest.kind is Kind.PLACE:
        return home.places.get(str(dest.value))
    surfaces = [place for place in home.places.values() if place.z > 0.2]
    if isinstance(dest, Named) and dest.kind is Kind.ROOM:
        surfaces = [place for place in surfaces if place.room == dest.value]
    return min(surfaces, key=lambda place: pose.distance(place.approach), default=None)


def _name(value: Argument | None) -> str:
    return str(value.value) if isinstance(value, Named) else ""


def _failed(failed: Failed, thing: str, brought: list[str] | None = None) -> Result:
    return Result(failed.errno, {"thing": thing, "things": brought or []}, reason=failed.reason)


FIND = Program("find", find, Priority.INTERACTIVE)
PICK = Program("pick", pick, Priority.INTERACTIVE)
PUT = Program("put", put, Priority.INTERACTIVE)
GIVE = Program("give", give, Priority.INTERACTIVE)
FETCH = Program("fetch", fetch, Priority.INTERACTIVE)
