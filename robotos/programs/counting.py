"""`count`: go and count things of a kind, or people, at a place, in a room, or around the robot."""

from __future__ import annotations

from robotos.errno import Errno
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind, Result
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.resolve import Argument, Named
from robotos.language.kinds import is_of_kind, things_of_kind
from robotos.navigation.home import Home
from robotos.programs.arguments import one
from robotos.programs.driving import Failed
from robotos.programs.surveying import Seen, people_in, survey, things_in, viewpoints

PEOPLE = "people"


async def main(sys: Sys, args: Args) -> Result:
    """Look at all of it, and count each one once. What could not be seen is not counted."""
    what, at = one(args, "what"), one(args, "where")
    where = at if isinstance(at, Named) else None
    place = str(where.value) if where is not None else ""
    home = await sys.home()
    if where is not None and not viewpoints(home, await sys.costmap(), where):
        return Result(Errno.ENOENT, {"place": place}, reason=f"I don't know where {place} is.")
    await sys.announce()
    people = what == PEOPLE or (isinstance(what, Named) and what.kind is Kind.PERSON)
    seen = await survey(sys, where, all_around=people)
    if isinstance(seen, Failed):
        return Result(seen.errno, {"place": place}, reason=seen.reason)
    counted, things = _counted(home, what, seen)
    return Result(data={"count": len(counted) + len(things), "people": counted, "things": things, "place": place})


def _counted(home: Home, what: Argument | None, seen: Seen) -> tuple[list[str], list[str]]:
    """People and things among those seen that are what is asked for."""
    if what == PEOPLE:
        return people_in(home, seen), []
    if not isinstance(what, Named):
        return [], []
    name = str(what.value)
    if what.kind is Kind.PERSON:
        return [label for label in seen if label == name], []
    known = {thing: (home.things[thing].aliases if thing in home.things else ()) for thing in things_in(seen)}
    if what.kind is Kind.CATEGORY:
        return [], list(things_of_kind(name, known))
    return [], [thing for thing in known if thing == name or is_of_kind(name, thing)]


PROGRAM = Program("count", main, Priority.INTERACTIVE)
