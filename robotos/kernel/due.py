"""What is due now: each planned call handed to the assistant once for each of its times, put off, or left out and told.

The order of writes is what "once" rests on: a call is put into the assistant's mailbox, then its next time is written
to the disk with the one it was handed out for (`ran`), and only after that does anything of it run. A power cut before
the write finds it due again, with nothing of it done; one after it does not repeat it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from robotos.errno import Errno
from robotos.kernel import agenda, hush
from robotos.kernel.agenda import Scheduled
from robotos.kernel.mailbox import Message
from robotos.kernel.recurrence import PLAIN, following, run_up_to
from robotos.kernel.storage import Planned

if TYPE_CHECKING:
    from robotos.kernel.kernel import Kernel


def deliver(kernel: Kernel) -> None:
    """Hand every planned call whose time has come to the assistant; repeating ones get their next time.

    A call whose mailbox is full stays due. One that falls into quiet hours is put off to their end. One that is later
    than `[schedules] late` is not made: the owner is told.
    """
    for planned in kernel.ports.disk.planned():
        wall = kernel.ports.clock.wall()
        scheduled = _read(planned)
        kept = _kept_to_the_clock(kernel, planned, scheduled, wall)
        if kept.at > wall:
            continue
        kept = _put_off(kernel, kept, scheduled, wall)
        if kept.at <= wall:
            _hand_out(kernel, kept, scheduled, wall)


def named_clock(kernel: Kernel, named: str) -> time | None:
    """The time of day by that name in this home: as the owner said, else as policy has it; None for no such name."""
    return kernel.ports.policy.day.clock(named, kernel.ports.disk.told_times()) if named else None


def _read(planned: Planned) -> Scheduled | None:
    try:
        return agenda.load(planned.call)
    except ValueError:  # written by another version: the assistant says so when it is due
        return None


def _kept_to_the_clock(kernel: Kernel, planned: Planned, scheduled: Scheduled | None, wall: datetime) -> Planned:
    """The entry with its time brought in line where dinner has come to be at another, or the clock was set back."""
    due = planned.due or planned.at
    if due <= wall or planned.at != due:
        return planned
    rule = scheduled.rule if scheduled is not None else PLAIN
    clock = named_clock(kernel, rule.named)
    at = datetime.combine(due.date(), clock) if clock is not None else due
    if planned.every > 0 and planned.ran is not None:
        at = min(at, following(at, planned.every, rule, run_up_to(planned.ran, wall), clock))
    return planned if at == due else _moved(kernel, planned, at, at)


def _put_off(kernel: Kernel, planned: Planned, scheduled: Scheduled | None, wall: datetime) -> Planned:
    """The entry at its own time, or at the end of the quiet hours that this, or now, lies in."""
    if scheduled is None:
        return planned
    policy, home = kernel.ports.policy, kernel.ports.home
    free = hush.held_until(policy, home, scheduled.call, scheduled.bindings, scheduled.taint, planned.at)
    if _too_late(kernel, free, wall):
        return _at(planned, free)
    now = hush.held_until(policy, home, scheduled.call, scheduled.bindings, scheduled.taint, max(free, wall))
    at = now if now > max(free, wall) else free
    if at == planned.at:
        return planned
    kernel.journal("put_off", {"id": planned.id, "call": planned.call, "to": at.isoformat()})
    kernel.note(0, "kernel", "event", f"quiet hours: {scheduled.call.name} put off to {at:%Y-%m-%d %H:%M}")
    return _moved(kernel, planned, at, planned.due or planned.at)


def _hand_out(kernel: Kernel, planned: Planned, scheduled: Scheduled | None, wall: datetime) -> None:
    due = planned.due or planned.at
    late = (wall - planned.at).total_seconds()
    kernel.journal("due", {"id": planned.id, "call": planned.call, "late": round(late, 1)})
    if _too_late(kernel, planned.at, wall):
        kernel.note(0, "kernel", "event", f"missed: planned for {due:%Y-%m-%d %H:%M}", Errno.ETIMEDOUT)
        kernel.speak(0, f"I was not there at {due:%H:%M}, and left out what was planned for then.")
        _next_time(kernel, planned, scheduled, wall, planned.ran)
    elif kernel.deliver(Message(0, "due", planned.call)):
        if planned.at > due:
            kernel.speak(0, f"It was quiet time at {due:%H:%M}, so I put it off until now.")
        _next_time(kernel, planned, scheduled, wall, due)


def _next_time(
    kernel: Kernel, planned: Planned, scheduled: Scheduled | None, wall: datetime, ran: datetime | None
) -> None:
    if planned.every <= 0:
        kernel.ports.disk.unplan(planned.id)
        kernel.planned_by.pop(planned.id, None)
        return
    rule, due = scheduled.rule if scheduled is not None else PLAIN, planned.due or planned.at
    after = max(due, wall, run_up_to(ran, wall) if ran is not None else wall)
    at = following(due, planned.every, rule, after, named_clock(kernel, rule.named))
    kernel.ports.disk.replan(planned.id, at, at, ran)


def _too_late(kernel: Kernel, at: datetime, wall: datetime) -> bool:
    return wall - at > timedelta(seconds=kernel.ports.policy.schedules.late)


def _moved(kernel: Kernel, planned: Planned, at: datetime, due: datetime) -> Planned:
    kernel.ports.disk.replan(planned.id, at, due)
    return replace(planned, at=at, due=due)


def _at(planned: Planned, at: datetime) -> Planned:
    """The same entry as if it had been put off to `at`, without writing that."""
    return replace(planned, at=at, due=planned.due or planned.at)
