"""The syscalls that ask and tell the disk: recall, remember, forget, history; and where a thing was taken from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from robotos.errno import Errno
from robotos.kernel.calls import Kind, Result
from robotos.kernel.handler import Handler
from robotos.kernel.handlers.learning import forget_taught, is_taught
from robotos.kernel.kernel import Kernel
from robotos.kernel.ports import TaskRecord
from robotos.kernel.process import Process
from robotos.kernel.resolve import Named

SURE = 0.5  # relevance (0 to 1) from which a memory answers a question that names nothing the home knows
AS_GOOD = 0.9  # share of the best one's relevance from which another memory is told with it


def recall(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Where a thing is, what is at a place, or what was told; `words`: what answers the question as it was asked."""
    about = _named(args, "about")
    if about is None:
        return _answer(kernel, str(process.args.get("text", "")))
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


def _answer(kernel: Kernel, question: str) -> Result:
    """The memories that answer a whole question, or none: half of what it asks for must be in them."""
    found = kernel.ports.disk.recall(question)
    best = max((memory.score for memory in found), default=0.0)
    if best < SURE:
        return Result(Errno.ENOENT, reason="I know nothing about that.")
    told = [memory for memory in found if memory.score >= AS_GOOD * best]
    return Result(data={"about": question, "memories": [{"text": m.text, "source": m.source} for m in told]})


def _where(kernel: Kernel, name: str) -> Result:
    belief = kernel.ports.disk.where(name)
    if belief is None or not belief.place:
        return Result(Errno.ENOENT, {"thing": name}, reason=f"I don't know where the {name} is.")
    place = kernel.ports.home.places.get(belief.place)
    room = place.room if place is not None else ""
    facts = {"thing": name, "place": belief.place, "room": room, "at": belief.at, "source": belief.source}
    if belief.told_by:
        facts["by"] = belief.told_by
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
        kernel.ports.disk.moved(str(subject.value), str(at.value), "told", wall, process.asked_by)
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
    count = forget_taught(kernel, text) if about is None and is_taught(kernel, text) else kernel.ports.disk.forget(text)
    if about is not None and about.kind is Kind.THING:
        count += kernel.ports.disk.untold(text, kernel.ports.clock.wall())
    if count == 0 and about is not None:  # nothing was told about it, but perhaps it has a name of the owner's
        count = forget_taught(kernel, str(process.args.get("text", "")))
    if count == 0:
        return Result(Errno.ENOENT, {"about": text}, reason=f"I remember nothing about {text}.")
    kernel.conversation.remembered = ""
    return Result(data={"about": text, "count": count})


def history(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """When a task was last done, each room cleaned on the last day that any was, or what was done today."""
    task_values, room = args.get("task", ()), _named(args, "room")
    task = str(task_values[0]) if isinstance(task_values, tuple) and task_values else ""
    wall = kernel.ports.clock.wall()
    since = datetime.combine(wall.date(), time.min) if not task and room is None else None
    found = kernel.ports.disk.tasks(task, str(room.value) if room is not None else "", since)
    records = [r for r in found if r.outcome in {"done", "interrupted"}]
    if task == "clean" and room is None:
        records = _last_day(records)
    facts = {"task": task, "room": room.value if room is not None else "", "records": records}
    if not records:
        return Result(Errno.ENOENT, facts)
    return Result(data=facts)


def _last_day(records: Sequence[TaskRecord]) -> list[TaskRecord]:
    """Of the newest day, each room once, oldest first: as it was cleaned, or as far as its cleaning came."""
    rooms: dict[str, TaskRecord] = {}
    for record in records:
        if record.begin.date() != records[0].begin.date():
            break
        known = rooms.get(record.room)
        if known is None or (known.outcome != "done" and record.outcome == "done"):
            rooms[record.room] = record
    return sorted(rooms.values(), key=lambda record: (record.begin, record.id))


def taken_from(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The place a thing was at before the robot last took it; failing that, where it belongs; "" for neither."""
    thing, home = str(args["thing"]), kernel.ports.home
    sightings = kernel.ports.disk.sightings(thing)
    taken = next((i for i, belief in enumerate(sightings) if belief.place == "robot"), None)
    if taken is not None:
        earlier = (belief.place for belief in sightings[taken:] if belief.place in home.places)
        origin = next(earlier, "")
        if origin:
            return origin
    belongs = home.things[thing].place if thing in home.things else ""
    return belongs if belongs in home.places else ""


def _named(args: Mapping[str, object], name: str) -> Named | None:
    values = args.get(name, ())
    first = values[0] if isinstance(values, tuple) and values else None
    return first if isinstance(first, Named) else None


HANDLERS = {
    "sys.recall": Handler(recall),
    "sys.remember": Handler(remember, "disk"),
    "sys.forget": Handler(forget, "disk"),
    "sys.history": Handler(history),
    "taken_from": Handler(taken_from),
}
