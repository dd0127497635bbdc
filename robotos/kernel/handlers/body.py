"""Traps that reach the body: velocity, tool, gripper, recovery, and what is sensed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from robotos.errno import Errno
from robotos.kernel.api import Moved
from robotos.kernel.handler import Handler
from robotos.kernel.kernel import Kernel
from robotos.kernel.ports import Refused, Sent
from robotos.kernel.process import Process
from robotos.kernel.trap import PENDING, Blocked

PERIOD = 0.05  # s, the control period
JITTER = 0.02  # s by which a step may come early in real time: waiting for the next one would halve the rate
GRIPPER_TIME = 1.5  # s the gripper takes to open or close
RECOVER_TIME = 8.0  # s within which backing away must be over: the gate takes at most six for one attempt


def drive(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Send one setpoint and come back a control period later."""
    v, w = cast(float, args["v"]), cast(float, args["w"])
    actuators = kernel.ports.actuators
    if kernel.base.holder is not process or process.dying:
        return Moved(Refused(Errno.EPERM, "the process does not hold the base"), actuators.state())
    if process.resumed:
        return _was_away(kernel, process)
    answer = kernel.custody.wake(process) or actuators.drive(v, w, kernel.ports.policy.motion.command_ttl)
    if isinstance(answer, Sent):
        within = process.budget.charge("metres", abs(answer.twist.v) * PERIOD)
        within = process.budget.charge("motor_seconds", PERIOD) and within
        if not within:
            actuators.drive(0.0, 0.0, kernel.ports.policy.motion.command_ttl)
            return Moved(Refused(Errno.ENOSPC, "the order's budget of motion is used up"), actuators.state())
    after = _after(kernel, PERIOD, answer)
    return replace(after, poll=lambda: _was_away(kernel, process) if process.resumed else after.poll())


def _was_away(kernel: Kernel, process: Process) -> Moved:
    """Tell a program, once, that the base was paused or away for another task since it last looked."""
    process.resumed = False
    return Moved(Refused(Errno.EINTR, "the base was away for another task"), kernel.ports.actuators.state())


def tool(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Switch the cleaning tool for the holder of the base."""
    if kernel.base.holder is not process:
        return Refused(Errno.EPERM, "the process does not hold the base")
    on = bool(args["on"])
    asleep = kernel.custody.wake(process) if on else None
    if asleep is not None:
        return asleep
    process.tool_on = on
    return kernel.ports.actuators.tool(on)


def gripper(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Open or close the gripper at a point and wait until it has moved."""
    if kernel.base.holder is not process:
        return Moved(Refused(Errno.EPERM, "the process does not hold the base"), kernel.ports.actuators.state())
    aim = cast("tuple[float, float, float]", args["aim"])
    answer = kernel.custody.wake(process) or kernel.ports.actuators.gripper(bool(args["close"]), aim)
    return _after(kernel, GRIPPER_TIME, answer)


def recover(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Ask the gate to back away until the contact is clear."""
    actuators = kernel.ports.actuators
    if kernel.base.holder is not process:
        return Moved(Refused(Errno.EPERM, "the process does not hold the base"), actuators.state())
    return backing_off(kernel, lambda answer: Moved(answer, actuators.state()))


def backing_off(kernel: Kernel, answered: Callable[[Sent | Refused], object]) -> object:
    """Back away from a contact, again if once is not enough; answers when it is clear or the gate refuses."""
    actuators = kernel.ports.actuators
    answer = actuators.recover()
    if isinstance(answer, Refused):
        return answered(answer)

    def poll() -> object:
        state = actuators.state()
        if not state.latched and state.armed:
            return answered(answer)
        again = actuators.recover()
        if isinstance(again, Refused) and again.errno not in {Errno.EBUSY, Errno.EAGAIN}:
            return answered(again)
        return PENDING

    late = Refused(Errno.ETIMEDOUT, "the contact did not clear")
    return Blocked(poll, kernel.now() + RECOVER_TIME, lambda: answered(late), "recover")


def sense(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The body's last known state."""
    return kernel.ports.actuators.state()


def see(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """What the camera recognises."""
    return tuple(kernel.ports.camera.detect())


def _after(kernel: Kernel, seconds: float, answer: Sent | Refused) -> Blocked:
    until = kernel.now() + seconds - JITTER

    def poll() -> object:
        return Moved(answer, kernel.ports.actuators.state()) if kernel.now() >= until else PENDING

    return Blocked(poll, until + 1.0, poll, "body")


HANDLERS = {
    "drive": Handler(drive, "motor"),
    "tool": Handler(tool, "tool"),
    "gripper": Handler(gripper, "gripper", dying=False),
    "recover": Handler(recover, "motor", dying=False),
    "body": Handler(sense),
    "see": Handler(see),
}
