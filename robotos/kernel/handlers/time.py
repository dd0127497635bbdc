"""Time: sleeping, waiting, scheduling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from robotos.errno import Errno
from robotos.kernel import agenda
from robotos.kernel.calls import Bindings, Call, Kind, Result
from robotos.kernel.handler import Handler
from robotos.kernel.handlers.call import permitted
from robotos.kernel.kernel import Kernel
from robotos.kernel.process import Process
from robotos.kernel.resolve import Invalid, Named
from robotos.kernel.trap import PENDING, Blocked

SHORTEST_REPEAT = 60.0  # s


def sleep(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Come back after so many seconds."""
    until = kernel.now() + cast(float, args["seconds"])
    return Blocked(lambda: None if kernel.now() >= until else PENDING, until, lambda: None, "sleep")


def now(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Monotonic seconds."""
    return kernel.now()


def wall(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Civil time."""
    return kernel.ports.clock.wall()


def wait(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The syscall: wait before the next call of a plan."""
    seconds = cast("tuple[Named, ...]", args["seconds"])[0]
    until = kernel.now() + cast(float, seconds.value)
    done = Result(data={"seconds": seconds.value})
    return Blocked(lambda: done if kernel.now() >= until else PENDING, until, lambda: done, "wait")


def schedule(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Plan a call; it is checked now, so that a mistake is heard while the owner is still there."""
    when = cast("tuple[Named, ...]", args["when"])[0]
    planned = cast("tuple[Call, ...]", args["call"])[0]
    bindings = cast(Bindings, args[""])
    checked = permitted(process, planned, bindings)
    if isinstance(checked, Invalid):
        return Result(checked.errno, reason=checked.reason)
    if not checked[0].model or any(operand.call for operand in checked[0].operands):
        return Result(Errno.EINVAL, reason=f"{planned.name} cannot be done later")
    wall, every = kernel.ports.clock.wall(), _seconds(args)
    if 0 < every < SHORTEST_REPEAT:
        return Result(Errno.EINVAL, reason="Every minute is the most often I can do something.")
    at = _moment(when, wall)
    number = kernel.ports.disk.plan(at, every, agenda.dump(planned, bindings, process.taint), process.asked_by)
    kernel.planned_by[number] = process.pid
    return Result(data={"at": at, "every": every, "call": planned})


def _moment(when: Named, wall: datetime) -> datetime:
    """A moment that has not passed: a time of day that has is meant for the next day."""
    if when.kind is not Kind.TIME:
        return wall + timedelta(seconds=cast(float, when.value))
    at = cast(datetime, when.value)
    if at < wall:
        at += timedelta(days=(wall - at).days + 1)
    return at


def _seconds(args: Mapping[str, object]) -> float:
    values = args.get("every", ())
    if isinstance(values, tuple) and values and isinstance(values[0], Named):
        return cast(float, values[0].value)
    return 0.0


HANDLERS = {
    "sleep": Handler(sleep),
    "now": Handler(now),
    "wall": Handler(wall),
    "sys.wait": Handler(wait),
    "sys.schedule": Handler(schedule),
}
