"""`follow`: keep near a person until told otherwise."""

from __future__ import annotations

import math

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.calls import Result
from robotos.kernel.ports import Detection, Refused
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.resolve import Named
from robotos.programs.arguments import one
from robotos.programs.driving import Failed, back_off, turn_rate
from robotos.programs.people import approach, in_view

KEEP = 1.0  # m between the robot's centre and the person
GAIN = 0.6  # 1/s
LOST_AFTER = 1.5  # s without seeing the person after which the robot goes and looks
LONGEST = 600.0  # s, then the owner is asked by words again


async def main(sys: Sys, args: Args) -> Result:
    """Find the person, drive towards them while they are in view, and look for them when they are not."""
    dest = one(args, "person")
    person = str(dest.value) if isinstance(dest, Named) else ""
    if person not in (await sys.home()).people:
        return Result(Errno.ENOENT, {"person": person}, reason=f"I don't know {person}.")
    await sys.announce()
    task = await sys.begin_task("follow", "", person)
    outcome = "interrupted"
    until = await sys.now() + LONGEST
    try:
        failed: Failed | None = None
        while failed is None and await sys.now() < until:
            found = await approach(sys, person)
            failed = found if isinstance(found, Failed) else await _behind(sys, person, until)
        outcome = "done" if failed is None else "failed"
    finally:
        await sys.end_task(task, outcome, detail=person)
    if failed is not None:
        return Result(failed.errno, {"person": person}, reason=failed.reason)
    return Result(data={"person": person})


async def _behind(sys: Sys, person: str, until: float) -> Failed | None:
    """Drive after a person who is in view; None when they are no longer, or it has been long enough."""
    limit = (await sys.policy()).motion
    seen_at = now = await sys.now()
    while now < until and now - seen_at <= LOST_AFTER:
        spot = await in_view(sys, person)
        seen_at = now if spot is not None else seen_at
        v, w = _towards(spot, limit.max_speed, limit.max_turn_rate) if spot is not None else (0.0, 0.0)
        moved = await sys.drive(v, w)
        now = await sys.now()
        answer = moved.answer
        if isinstance(answer, Refused) and answer.errno is Errno.EINTR:
            seen_at = now
        elif isinstance(answer, Refused) and answer.errno is not Errno.EAGAIN:
            if not (moved.state.bumper or moved.state.cliff or moved.state.latched in {"bumper", "cliff"}):
                return Failed(answer.errno, answer.reason)
            failed = await back_off(sys, moved.state)
            if failed is not None:
                return failed
    await sys.drive(0.0, 0.0)
    return None


def _towards(spot: Detection, top: float, turn: float) -> tuple[float, float]:
    bearing, away = math.atan2(spot.y, spot.x), Pose(0.0, 0.0).distance(Pose(spot.x, spot.y))
    w = turn_rate(bearing, min(1.0, turn)) if abs(bearing) > 0.05 else 0.0
    v = max(0.0, min(top, GAIN * (away - KEEP))) * max(0.0, math.cos(bearing))
    return v, w


PROGRAM = Program("follow", main, Priority.INTERACTIVE)
