"""Quiet hours: whether a call may be made now, and ending, where policy says so, what runs into them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from robotos.errno import Errno
from robotos.kernel import agenda
from robotos.kernel.budget import for_words
from robotos.kernel.calls import Bindings, Call, Handle, Kind, Taint
from robotos.kernel.custody import HOMEWARD, SCHEDULE
from robotos.kernel.ports import Refused
from robotos.kernel.process import Order, Process, Task

if TYPE_CHECKING:
    from robotos.kernel.kernel import Kernel
    from robotos.navigation.home import Home
    from robotos.policy import Policy

BEGUN: Final = "The quiet hours have begun."
_MOST_ROUNDS: Final = 8  # ends of quiet hours that are looked at to find a time at which every room is free


def insisted(call: Call, taint: Taint) -> bool:
    """Whether quiet hours do not hold for a call: the owner has said "do it anyway"."""
    return "force" in call.operands and taint is Taint.OWNER


def rooms_of(call: Call, bindings: Bindings, home: Home) -> tuple[str, ...]:
    """The rooms that a call works in; ("",) where it names none, which is anywhere."""
    left_out = {bindings.values.get(value) for value in call.operands.get("but", ()) if isinstance(value, Handle)}
    found: dict[str, None] = {}
    for value in call.operands.get("rooms", ()):
        if value == "all":
            found.update(dict.fromkeys(home.rooms))
        elif isinstance(value, Handle):
            name = str(bindings.values.get(value, ""))
            found[home.places[name].room if value.kind is Kind.PLACE and name in home.places else name] = None
    return tuple(room for room in found if room not in left_out) or ("",)


def held_until(policy: Policy, home: Home, call: Call, bindings: Bindings, taint: Taint, at: datetime) -> datetime:
    """The first moment from `at` on at which a call may be made in every room it names; `at` itself if it may now."""
    if insisted(call, taint):
        return at
    rooms = rooms_of(call, bindings, home)
    for _ in range(_MOST_ROUNDS):
        later = max(policy.quiet.until(call.name, room, at) or at for room in rooms)
        if later == at:
            return at
        at = later
    return at


def quiet_rooms(kernel: Kernel, process: Process, task: str, rooms: tuple[str, ...]) -> Mapping[str, datetime]:
    """Those of the rooms in which a process may not do its task now, with when it may."""
    if process.task is not None and insisted(process.task.call, process.taint):
        return {}
    wall, quiet = kernel.ports.clock.wall(), kernel.ports.policy.quiet
    found = {room: quiet.until(task, room, wall) for room in rooms}
    return {room: until for room, until in found.items() if until is not None}


def end_what_runs(kernel: Kernel) -> None:
    """Where policy says "stop": what makes noise ends, is planned for when that is over, and the robot goes home."""
    quiet = kernel.ports.policy.quiet
    if quiet.running != "stop":
        return
    wall = kernel.ports.clock.wall()
    ended = False
    for process in kernel.base.everyone():
        if process.task is None or insisted(process.task.call, process.taint):
            continue
        until = quiet.until(process.program.name, str(process.progress.get("room", "")), wall)
        if until is not None:
            _put_down(kernel, process, process.task, until)
            ended = True
    if ended and kernel.base.holder is None:
        order = Order(Taint.SYSTEM, SCHEDULE, for_words())
        started = kernel.custody.start(HOMEWARD, {}, 0, order, Task(Call(HOMEWARD)))
        if isinstance(started, Refused):
            kernel.note(0, "kernel", "event", f"cannot go home: {started.reason}", started.errno)


def _put_down(kernel: Kernel, process: Process, task: Task, until: datetime) -> None:
    """First the plan for the rest, then the end of it: a power cut between the two leaves nothing undone."""
    again = agenda.dump(task.call, task.bindings, process.taint)
    kernel.journal("quiet", {"pid": process.pid, "call": again, "until": until.isoformat()})
    kernel.ports.disk.plan(until, 0.0, again, process.asked_by)
    kernel.life.kill(process, Errno.EINTR, f"{BEGUN} I go on at {until:%H:%M}.")
