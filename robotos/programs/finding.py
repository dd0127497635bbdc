"""`find`: look for a thing, a person or anything of a kind, anywhere or where it is said to be, and say where it is."""

from __future__ import annotations

from collections.abc import Awaitable

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind, Result
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.resolve import Argument, Named
from robotos.navigation.home import Home
from robotos.programs.arguments import one
from robotos.programs.choosing import known_place, name_of, of_kind
from robotos.programs.driving import Failed
from robotos.programs.floor import room_of_floor
from robotos.programs.handling import Sighting, holding
from robotos.programs.people import locate
from robotos.programs.searching import search
from robotos.programs.surveying import Seen, survey, things_in


async def find(sys: Sys, args: Args) -> Result:
    """Look until it is in view."""
    what, at = one(args, "thing"), one(args, "where")
    name, home = name_of(what), await sys.home()
    where = at if isinstance(at, Named) else None
    if where is not None and not known_place(home, where):
        return Result(Errno.ENOENT, {"thing": name}, reason=f"I don't know where {where.value} is.")
    kind = what.kind if isinstance(what, Named) else Kind.UNKNOWN
    if kind is Kind.PERSON:
        return await _recorded(sys, name, _person(sys, name, where))
    wanted = of_kind(home, name) if kind is Kind.CATEGORY else (name,) if name in home.things else ()
    if not wanted:
        return Result(Errno.ENOENT, {"thing": name}, reason=_unknown(what, name))
    held = await holding(sys)
    if held in wanted:
        return Result(data={"thing": held, "place": "robot"})
    return await _recorded(sys, name, _one_of(sys, wanted, where, name))


def _unknown(what: Argument | None, name: str) -> str:
    if isinstance(what, Named) and what.kind is Kind.CATEGORY:
        return f"I know of no {name} here."
    return f"I don't know a thing called {name}."


async def _recorded(sys: Sys, name: str, search_for: Awaitable[Result]) -> Result:
    """The search with its announcement before, and its line in the history."""
    await sys.announce()
    task = await sys.begin_task("find", "", name)
    outcome = "interrupted"
    try:
        result = await search_for
        outcome = "done" if result.ok else "failed"
    finally:
        await sys.end_task(task, outcome, detail=name)
    return result


async def _person(sys: Sys, person: str, where: Named | None) -> Result:
    seen = await locate(sys, person, where)
    if isinstance(seen, Failed):
        return Result(seen.errno, {"person": person}, reason=seen.reason)
    home, pose = await sys.home(), (await sys.body()).pose
    spot = pose.compose(Pose(seen.x, seen.y))
    return Result(data={"person": person, "room": home.room_at(spot.x, spot.y)})


async def _one_of(sys: Sys, wanted: tuple[str, ...], where: Named | None, name: str) -> Result:
    """The first of the things that comes into view, in the likeliest order."""
    home = await sys.home()
    if where is None and len(wanted) == 1:
        found = await search(sys, wanted[0])
        return await _found(sys, wanted[0], found.place) if isinstance(found, Sighting) else _not(found, wanted[0])

    def some(seen: Seen) -> bool:
        return any(thing in wanted for thing in things_in(seen))

    spots = [where] if where is not None else await _likely(sys, wanted)
    trouble: Failed | None = None
    for spot in spots:
        seen = await survey(sys, spot, some)
        if isinstance(seen, Failed):
            if seen.errno is not Errno.EHOSTUNREACH:
                return _not(seen, name)
            trouble = seen
        elif some(seen):
            thing = next(thing for thing in things_in(seen) if thing in wanted)
            belief = await sys.where(thing)  # `survey` has told the disk where it is
            place = belief.place if belief is not None else ""
            return await _found(sys, thing, place or _near(home, spot))
    return _not(trouble or Failed(Errno.ENOENT, f"I looked and found no {name}."), name)


def _near(home: Home, spot: Named) -> str:
    return str(spot.value) if spot.value in home.places else ""


async def _likely(sys: Sys, wanted: tuple[str, ...]) -> list[Named]:
    """The places where one of the things is believed to be, then all others, nearest first."""
    home, pose = await sys.home(), (await sys.body()).pose
    beliefs = [await sys.where(thing) for thing in wanted]
    likely = {belief.place for belief in beliefs if belief is not None}
    places = sorted(home.places.values(), key=lambda p: (p.name not in likely, pose.distance(p.approach)))
    return [Named(Kind.PLACE, place.name) for place in places]


async def _found(sys: Sys, thing: str, place: str) -> Result:
    home = await sys.home()
    room = home.places[place].room if place in home.places else room_of_floor(home, place)
    return Result(data={"thing": thing, "place": place, "room": room, "at": await sys.wall()})


def _not(failed: Failed, thing: str) -> Result:
    return Result(failed.errno, {"thing": thing}, reason=failed.reason)


FIND = Program("find", find, Priority.INTERACTIVE)
