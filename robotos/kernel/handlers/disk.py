"""The syscalls that ask and tell the disk: recall, remember, forget, history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from robotos.errno import Errno
from robotos.kernel.calls import Kind, Result
from robotos.kernel.kernel import Handler, Kernel
from robotos.kernel.process import Process
from robotos.kernel.resolve import Named


def recall(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Where a thing is, what is at a place, or what was told."""
    about = _named(args, "about")
    if about is None:
        return Result(Errno.EINVAL, reason="recall needs something to look for")
    disk, name = kernel.ports.disk, str(about.value)
    if about.kind is Kind.THING:
        belief = disk.where(name)
        if belief is not None and belief.place:
            place = kernel.ports.home.places.get(belief.place)
            room = place.room if place is not None else ""
            facts = {"thing": name, "place": belief.place, "room": room, "at": belief.at, "source": belief.source}
            return Result(data=facts)
        return Result(Errno.ENOENT, {"thing": name}, reason=f"I don't know where the {name} is.")
    if about.kind is Kind.PLACE:
        things = [belief.thing for belief in disk.things_at(name)]
        return Result(data={"place": name, "things": things})
    if about.kind is Kind.PERSON and name in kernel.ports.home.people:
        person = kernel.ports.home.people[name]
        return Result(data={"person": name, "room": person.room})
    found = [m for m in disk.recall(name) if m.score > 0]
    if not found:
        return Result(Errno.ENOENT, {"about": name}, reason=f"I remember nothing about {name}.")
    return Result(data={"about": name, "memories": [(m.text, m.source) for m in found]})


def remember(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Where a thing is, or the owner's words as they were said."""
    what, at = args["what"], _named(args, "at")
    subject = what[0] if isinstance(what, tuple) else None
    wall = kernel.ports.clock.wall()
    if isinstance(subject, Named) and subject.kind is Kind.THING:
        if at is None:
            return Result(Errno.EINVAL, {"thing": subject.value}, reason=f"I did not get where the {subject.value} is.")
        kernel.ports.disk.moved(str(subject.value), str(at.value), "told", wall)
        return Result(data={"thing": subject.value, "place": at.value})
    text = str(subject.value) if isinstance(subject, Named) else str(process.args.get("text", ""))
    if not text.strip():
        return Result(Errno.EINVAL, reason="I did not get what to remember.")
    kernel.ports.disk.remember(text, process.taint.value, wall)
    return Result(data={"text": text})


def forget(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Delete what was told about something."""
    about = _named(args, "about")
    text = str(about.value) if about is not None else str(process.args.get("text", ""))
    count = kernel.ports.disk.forget(text)
    if count == 0:
        return Result(Errno.ENOENT, {"about": text}, reason=f"I remember nothing about {text}.")
    return Result(data={"about": text, "count": count})


def history(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """When a task was last done, or what was done today."""
    task_values, room = args.get("task", ()), _named(args, "room")
    task = str(task_values[0]) if isinstance(task_values, tuple) and task_values else ""
    wall = kernel.ports.clock.wall()
    since = datetime.combine(wall.date(), time.min) if not task and room is None else None
    found = kernel.ports.disk.tasks(task, str(room.value) if room is not None else "", since)
    records = [r for r in found if r.outcome in {"done", "interrupted"}]
    facts = {"task": task, "room": room.value if room is not None else "", "records": records}
    if not records:
        return Result(Errno.ENOENT, facts)
    return Result(data=facts)


def _named(args: Mapping[str, object], name: str) -> Named | None:
    values = args.get(name, ())
    first = values[0] if isinstance(values, tuple) and values else None
    return first if isinstance(first, Named) else None


HANDLERS = {
    "sys.recall": Handler(recall),
    "sys.remember": Handler(remember, "disk"),
    "sys.forget": Handler(forget, "disk"),
    "sys.history": Handler(history),
}
