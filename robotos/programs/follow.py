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
from robotos.programs.driving import Failed, turn_rate
from robotos.programs.handling import approach_person

KEEP = 1.0  # m between the robot's centre and the person
GAIN = 0.6  # 1/s
LOST_AFTER = 4.0  # s without seeing the person
LONGEST = 600.0  # s, then the owner is asked by words again


async def main(sys: Sys, args: Args) -> Result:
    """Find the person, then drive towards them while they are in view."""
    dest = one(args, "person")
    person = str(dest.value) if isinstance(dest, Named) else ""
    await sys.announce()
    found = await approach_person(sys, person)
    if isinstance(found, Failed):
        return Result(found.errno, {"person": person}, reason=found.reason)
    began = seen_at = await sys.now()
    limit = (await sys.policy()).motion
    while True:
        now = await sys.now()
        if now - began > LONGEST:
            return Result(data={"person": person})
        spot = next((d for d in await sys.see() if d.kind == "person" and d.label == person), None)
        if spot is not None:
            seen_at = now
        elif now - seen_at > LOST_AFTER:
            return Result(Errno.ENOENT, {"person": person}, reason=f"I have lost sight of {person}.")
        v, w = _towards(spot, limit.max_speed, limit.max_turn_rate) if spot is not None else (0.0, 0.0)
        moved = await sys.drive(v, w)
        if isinstance(moved.answer, Refused) and moved.answer.errno not in {Errno.EAGAIN, Errno.EINTR}:
            return Result(moved.answer.errno, {"person": person}, reason=moved.answer.reason)


def _towards(spot: Detection, top: float, turn: float) -> tuple[float, float]:
    x, y = spot.x, spot.y
    bearing, away = math.atan2(y, x), Pose(0.0, 0.0).distance(Pose(x, y))
    w = turn_rate(bearing, min(1.0, turn)) if abs(bearing) > 0.05 else 0.0
    v = max(0.0, min(top, GAIN * (away - KEEP))) * max(0.0, math.cos(bearing))
    return v, w


PROGRAM = Program("follow", main, Priority.BATCH)
