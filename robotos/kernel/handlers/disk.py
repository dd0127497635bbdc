"""The syscalls that ask and tell the disk: recall, remember, forget, history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from robotos.errno import Errno
from robotos.kernel.calls import Kind, Result
from robotos.kernel.handler import Handler
from robotos.kernel.kernel import Kernel
from robotos.kernel.process import Process
from robotos.kernel.resolve import Named


def recall(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Where a thing is, what is at a place, or what was told."""
    about = _named(args, "about")
    if about is None:
        return Result(Errno.EINVAL, reason="recall needs something to look for")
    disk, name = kernel.ports.disk, str(about.value)
    if about.kind is Kind.THING:
        return _where(kernel, name)
    if about.kind in {Kind.PLACE, Kind.ROOM}:
        places = [name] if about.kind is Kind.PLACE else _places_in(kernel, name)
        things = [belief.thing for place in places for belief in disk.things_at(place)]
        return Result(data={"place": name, "things": things})
    if about.kind is Kind.PERSON and name in kernel.ports.home.people:
        person = kernel.ports.home.people[name]
        return Result(data={"person": name, "room": person.room})
    found = [m for m in disk.recall(name) if m.score > 0]
    if not found:
        return Result(Errno.ENOENT, {"about": name}, reason=f"I remember nothing about {name}.")
    return Result(data={"about": name, "memories": [{"text": m.text, "source": m.source} for m in found]})


def _where(kernel: Kernel, name: str) -> Result:
    belief = kernel.ports.disk.where(name)
    if belief is None or not belief.place:
        return Result(Errno.ENOENT, {"thing": name}, reason=f"I don't know where the {name} is.")
    place = kernel.ports.home.places.get(belief.place)
    room = place.room if place is not None else ""
    facts = {"thing": name, "place": belief.place, "room": room, "at": belief.at, "source": belief.source}
    return Result(data=facts)


def _places_in(kernel: Kernel, room: str) -> list[str]:
    return [place.name for place in kernel.ports.home.places.values() if place.room == room]


def remember(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Where a thing is, or words as they were said; `that` is what was said, or read out, just before."""
    what, at = args["what"], _named(args, "at")
    subject = what[0] if isinstance(what, tuple) else None
    wall = kernel.ports.clock.wall()
    if isinstance(subject, Named) and subject.kind is Kind.THING:
        if at is None:
            return Result(Errno.EINVAL, {"thing": subject.value}, reason=f"I did not get where the {subject.value} is.")
        kernel.ports.disk.moved(str(subject.value), str(at.value), "told", wall)
        return Result(data={"thing": subject.value, "place": at.value})
    that = kernel.conversation.subject
    text, source = (str(subject.value), process.taint) if isinstance(subject, Named) else (that.text, that.source)
    try:
        kernel.ports.disk.remember(text, source.value, wall)
    except ValueError:  # there is no word in it
        return Result(Errno.EINVAL, reason="I did not get what to remember.")
    kernel.conversation.remembered = text
    return Result(data={"text": text})


def forget(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Delete what was told about something; `that` is what was remembered last."""
    about = _named(args, "about")
    text = str(about.value) if about is not None else kernel.conversation.remembered
    if not text:
        return Result(Errno.ENOENT, reason="I don't know what to forget.")
    count = kernel.ports.disk.forget(text)
    belief = kernel.ports.disk.where(text) if about is not None and about.kind is Kind.THING else None
    if belief is not None and belief.source == "told" and belief.place:
        kernel.ports.disk.moved(text, "", "told", kernel.ports.clock.wall())
        count += 1
    if count == 0:
        return Result(Errno.ENOENT, {"about": text}, reason=f"I remember nothing about {text}.")
    kernel.conversation.remembered = ""
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
