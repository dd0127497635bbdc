"""`goto`: drive to a room, a place or a person, who is looked for where they are said to be."""

from __future__ import annotations

from robotos.errno import Errno
from robotos.kernel.api import Sys
from robotos.kernel.calls import Kind, Result
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.resolve import Named
from robotos.programs.arguments import one
from robotos.programs.destinations import ANYWHERE, destination
from robotos.programs.driving import Failed, travel
from robotos.programs.people import approach


async def main(sys: Sys, args: Args) -> Result:
    """Drive there and record it."""
    dest = one(args, "dest")
    if not isinstance(dest, Named):
        return Result(Errno.EINVAL, reason="I did not get where to go.")
    name, at = str(dest.value), one(args, "where")
    where = at if isinstance(at, Named) and dest.kind is Kind.PERSON else None
    home, costmap = await sys.home(), await sys.costmap()
    goal = destination(home, costmap, dest) if where is None else destination(home, costmap, where)
    if goal is None:
        unknown = name if where is None else str(where.value)
        return Result(Errno.ENOENT, {"dest": name}, reason=f"I don't know where {unknown} is.")
    await sys.announce()
    task = await sys.begin_task("goto", home.room_at(goal.x, goal.y), name)
    outcome = "interrupted"
    try:
        if dest.kind is Kind.PERSON:
            reached: object = await approach(sys, name, where)
        else:
            at_place = dest.kind is Kind.PLACE
            reached = await travel(sys, goal, face=at_place, tolerance=0.0 if at_place else ANYWHERE)
        outcome = "failed" if isinstance(reached, Failed) else "done"
    finally:
        await sys.end_task(task, outcome, detail=name)
    if isinstance(reached, Failed):
        return Result(reached.errno, {"dest": name, "where": str(where.value) if where else ""}, reason=reached.reason)
    pose = (await sys.body()).pose
    return Result(data={"dest": name, "room": home.room_at(pose.x, pose.y)})


PROGRAM = Program("goto", main, Priority.INTERACTIVE)
