"""`dock`: drive home to the charger, backing onto it."""

from __future__ import annotations

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.api import Sys
from robotos.kernel.calls import Result
from robotos.kernel.ports import Refused
from robotos.kernel.process import Args, Priority, Program
from robotos.programs.driving import Failed, travel, turn_to

STAND_OFF = 0.45  # m before the dock from which the robot backs in
BACK_SPEED = 0.1  # m/s
DEADLINE = 12.0  # s for the last stretch


async def main(sys: Sys, args: Args) -> Result:
    """Go there, turn the back to it, and back in until it charges. On the dock already there is nothing to do."""
    if (await sys.body()).charging:
        return Result(data={"charging": True})
    await sys.announce()
    task = await sys.begin_task("dock", "", "")
    outcome = "interrupted"
    try:
        result = await home_and_charge(sys)
        outcome = "done" if result.ok else "failed"
    finally:
        await sys.end_task(task, outcome)
    return result


async def home_and_charge(sys: Sys) -> Result:
    """Drive to the dock and back onto it; `EIO` when it does not charge there."""
    dock = (await sys.home()).dock
    before = dock.compose(Pose(STAND_OFF, 0.0))
    reached = await travel(sys, before, face=True)
    if isinstance(reached, Failed):
        return Result(reached.errno, reason=reached.reason)
    deadline = await sys.now() + DEADLINE
    state = reached
    while not state.charging and await sys.now() < deadline:
        left = dock.inverse().compose(state.pose)
        if left.x < 0.005:
            break
        moved = await sys.drive(-min(BACK_SPEED, max(0.03, left.x)), -2.0 * left.yaw + 1.5 * left.y)
        if isinstance(moved.answer, Refused) and moved.answer.errno is not Errno.EAGAIN:
            break
        state = moved.state
    await sys.drive(0.0, 0.0)
    await turn_to(sys, state.pose.yaw)
    await sys.sleep(0.3)
    if (await sys.body()).charging:
        return Result(data={"charging": True})
    return Result(Errno.EIO, reason="I am at my dock but it does not charge.")


PROGRAM = Program("dock", main, Priority.INTERACTIVE)
