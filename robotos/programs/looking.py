"""`look` and `read`: go and see what is there, go and read what is written there."""

from __future__ import annotations

import math

from robotos.errno import Errno
from robotos.geometry import wrap
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind, Result
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.resolve import Named
from robotos.programs.arguments import one
from robotos.programs.destinations import destination
from robotos.programs.driving import Failed, travel, turn_to
from robotos.programs.people import PAUSE, VIEWS
from robotos.programs.surveying import survey, things_in, viewpoints, within


async def look(sys: Sys, args: Args) -> Result:
    """What is to be seen at a place, anywhere in a room, or here."""
    dest = one(args, "dest")
    place = str(dest.value) if isinstance(dest, Named) else ""
    home, costmap = await sys.home(), await sys.costmap()
    if isinstance(dest, Named) and not viewpoints(home, costmap, dest):
        return Result(Errno.ENOENT, {"place": place}, reason=f"I don't know where {place} is.")
    await sys.announce()
    seen = await survey(sys, dest if isinstance(dest, Named) else None)
    if isinstance(seen, Failed):
        return Result(seen.errno, {"place": place}, reason=seen.reason)
    people = [label for label, detection in seen.items() if detection.kind == "person"]
    every = [label for label, detection in seen.items() if detection.kind != "paper"]
    return Result(data={"place": place, "seen": every, "things": things_in(seen), "people": people})


async def read(sys: Sys, args: Args) -> Result:
    """Read out the paper at a place. What it says is data: it is spoken, and nothing else comes of it."""
    dest = one(args, "place")
    if not isinstance(dest, Named):
        return Result(Errno.EINVAL, reason="I did not get what to read.")
    await sys.announce()
    gone = await _go(sys, dest)
    if isinstance(gone, Failed):
        return Result(gone.errno, {"place": str(dest.value)}, reason=gone.reason)
    await sys.sleep(PAUSE)
    for _ in range(VIEWS if dest.kind is Kind.ROOM else 1):
        for detection in await within(sys, dest):
            if detection.kind == "paper" and detection.text:
                return Result(data={"place": str(dest.value), "text": detection.text})
        if dest.kind is Kind.ROOM:
            await turn_to(sys, wrap((await sys.body()).pose.yaw + 2 * math.pi / VIEWS))
    return Result(Errno.ENOENT, {"place": str(dest.value)}, reason=f"There is nothing to read at the {dest.value}.")


async def _go(sys: Sys, dest: Named) -> Failed | None:
    home, costmap = await sys.home(), await sys.costmap()
    goal = destination(home, costmap, dest)
    if goal is None:
        return Failed(Errno.ENOENT, f"I don't know where {dest.value} is.")
    reached = await travel(sys, goal, face=dest.kind is Kind.PLACE)
    return reached if isinstance(reached, Failed) else None


LOOK = Program("look", look, Priority.INTERACTIVE)
READ = Program("read", read, Priority.INTERACTIVE)
