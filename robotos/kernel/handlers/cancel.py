"""Cancelling: the running task, the order given last, what is planned, everything, or one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from robotos.errno import Errno
from robotos.kernel import agenda
from robotos.kernel.calls import Result
from robotos.kernel.handler import Handler
from robotos.kernel.kernel import Kernel
from robotos.kernel.ports import Planned
from robotos.kernel.process import Priority, Process
from robotos.kernel.resolve import Named


def kill(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Cancel what is named; what was planned is told, so that the owner hears what will not be done."""
    target = cast("tuple[object, ...]", args["target"])[0]
    if isinstance(target, Named):
        victim = kernel.processes.get(cast(int, target.value))
        if victim is None or victim.ended or victim.program.priority is Priority.DAEMON:
            return Result(Errno.ENOENT, reason="There is no such task.")
        kernel.life.kill(victim, Errno.ECANCELED, "cancelled")
        return Result(data={"killed": [victim.program.name]})
    victims: Sequence[Process] = ()
    dropped: Sequence[Planned] = ()
    if target == "last":
        victims, dropped = _last(kernel, process)
    elif target == "everything":
        victims, dropped = _running(kernel, process), kernel.ports.disk.planned()
    elif target == "scheduled":
        dropped = kernel.ports.disk.planned()
    elif target == "current":
        victims = [*kernel.base.everyone(), *reversed(_others(kernel, process))][:1]
    told = _drop(kernel, dropped)
    for victim in victims:
        kernel.life.kill(victim, Errno.ECANCELED, "cancelled")
    if not victims and not dropped:
        return Result(Errno.ENOENT, {"target": target}, reason="There is nothing to cancel.")
    names = [victim.program.name for victim in victims]
    return Result(data={"killed": names, "unplanned": len(dropped), "entries": told})


def planned(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """What is planned, with the number of each."""
    return tuple((one.id, agenda.entry(one)) for one in kernel.ports.disk.planned())


def unplan(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Cancel some of what is planned, by number."""
    numbers = cast("tuple[int, ...]", args["numbers"])
    told = _drop(kernel, [one for one in kernel.ports.disk.planned() if one.id in numbers])
    if not told:
        return Result(Errno.ENOENT, {"target": "scheduled"}, reason="There is nothing like that planned.")
    return Result(data={"killed": [], "unplanned": len(told), "entries": told})


def _drop(kernel: Kernel, dropped: Sequence[Planned]) -> list[dict[str, object]]:
    """Take entries off the schedule; how each is told."""
    told = [agenda.entry(one) for one in dropped]
    for one in dropped:
        kernel.journal("unplan", {"id": one.id, "call": one.call})
        kernel.ports.disk.unplan(one.id)
        kernel.planned_by.pop(one.id, None)
    return told


def _last(kernel: Kernel, process: Process) -> tuple[list[Process], list[Planned]]:
    """What runs and what is planned by the newest words that anything is left of, but for these."""
    running: dict[tuple[int, int], list[Process]] = {}
    planned: dict[tuple[int, int], list[Planned]] = {}
    for victim in _running(kernel, process):
        running.setdefault((1, _words(kernel, victim)), []).append(victim)
    for entry in kernel.ports.disk.planned():
        by = kernel.planned_by.get(entry.id)  # not known of what was planned before a restart: older than all else
        if by != process.pid:
            planned.setdefault((0, entry.id) if by is None else (1, by), []).append(entry)
    newest = max([*running, *planned], default=(0, 0))
    return running.get(newest, []), planned.get(newest, [])


def _running(kernel: Kernel, process: Process) -> list[Process]:
    """Everything that moves, or works without the base."""
    return [*kernel.base.everyone(), *_others(kernel, process)]


def _words(kernel: Kernel, process: Process) -> int:
    """The pid of the first process that the words behind this one have started."""
    parent = kernel.processes.get(process.parent)
    while parent is not None and parent.program.priority is not Priority.DAEMON:
        process, parent = parent, kernel.processes.get(parent.parent)
    return process.pid


def _others(kernel: Kernel, process: Process) -> list[Process]:
    """What works without the base, oldest first: the plans of other words, waiting for their next call."""
    return [p for p in kernel.life.working if p is not process and not p.program.moves and not kernel.life.children(p)]


HANDLERS = {"sys.kill": Handler(kill), "planned": Handler(planned), "unplan": Handler(unplan)}
