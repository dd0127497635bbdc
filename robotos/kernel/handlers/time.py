"""Time: sleeping, waiting, scheduling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import cast

from robotos.errno import Errno
from robotos.kernel import agenda, due, hush
from robotos.kernel.calls import Bindings, Call, Kind, Result
from robotos.kernel.handler import Handler
from robotos.kernel.handlers.call import permitted
from robotos.kernel.kernel import Kernel
from robotos.kernel.process import Process
from robotos.kernel.recurrence import PLAIN, NamedTime, Recurrence, Rule, on_days
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
    rule = _rule(when, args)
    at = _moment(kernel, when, rule, wall)
    kept = agenda.dump(planned, bindings, process.taint, rule)
    _plan(kernel, process, at, every, kept)
    free = hush.held_until(kernel.ports.policy, kernel.ports.home, planned, bindings, process.taint, at)
    told = {"at": at, "every": every, "call": planned, "named": rule.named, "days": rule.days}
    return Result(data={**told, "free": free} if free > at else told)


def _plan(kernel: Kernel, process: Process, at: datetime, every: float, kept: str) -> None:
    """Write it to the disk, unless the very same recurs already: a standing order said twice is one."""
    disk = kernel.ports.disk
    same = [one.id for one in disk.planned() if every > 0 and (one.at, one.every, one.call) == (at, every, kept)]
    # The time before the first counts as run: should the clock be set back, this does not begin any earlier.
    before = at - timedelta(seconds=every) if every > 0 else None
    number = same[0] if same else disk.plan(at, every, kept, process.asked_by, before)
    kernel.planned_by[number] = process.pid


def tell_time(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The owner says when dinner is; what is planned by it moves with it at the next look at the schedule."""
    name, clock = str(args["meal"]), cast(time, args["clock"])
    if kernel.ports.policy.day.clock(name) is None:
        return Result(Errno.EINVAL, reason=f"I know no time of the day called {name}.")
    kernel.journal("day_time", {"name": name, "clock": f"{clock:%H:%M}"})
    kernel.ports.disk.told_time(name, clock, kernel.ports.clock.wall())
    return Result(data={"name": name, "clock": clock})


def told_times(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """What the owner has said of the home's day."""
    return kernel.ports.disk.told_times()


def _rule(when: Named, args: Mapping[str, object]) -> Rule:
    named = when.value.named if isinstance(when.value, NamedTime) else ""
    every = args.get("every", ())
    value = every[0].value if isinstance(every, tuple) and every and isinstance(every[0], Named) else None
    days = value.days if isinstance(value, Recurrence) else ()
    return Rule(named, days) if named or days else PLAIN


def _moment(kernel: Kernel, when: Named, rule: Rule, wall: datetime) -> datetime:
    """A moment that has not passed: a time of day that has is meant for the next day that the rule allows."""
    if when.kind is not Kind.TIME:
        return on_days(wall + timedelta(seconds=cast(float, when.value)), rule.days)
    at = cast(datetime, when.value)
    clock = due.named_clock(kernel, rule.named)
    if isinstance(at, NamedTime) and clock is not None:
        at = datetime.combine(at.date() if at.dated else wall.date(), clock)
    at = datetime.combine(at.date(), at.time())  # plain again: its name is in the rule
    if at < wall:
        at += timedelta(days=(wall - at).days + 1)
    return on_days(at, rule.days)


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
    "told_times": Handler(told_times),
    "tell_time": Handler(tell_time, "disk"),
}
