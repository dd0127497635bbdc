"""Everything a home's disk holds about its people, as plain values, for them to read and to take elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from robotos.disk.reader import Reader

FORMAT = 1
_PAGE = 1000


def export(reader: Reader, at: datetime) -> Iterator[Mapping[str, object]]:
    """One mapping after the other, each with a `record` that says what it is; the first is `export`.

    Records: room, place, thing, sighting, task, memory, preference, alias, phrase, planned, day_time, event (of the
    journal, which has the conversations: kinds `heard` and `say`). Times are civil, ISO 8601.
    """
    yield {"record": "export", "format": FORMAT, "at": at.isoformat(timespec="seconds")}
    for name in reader.rooms():
        yield {"record": "room", "name": name}
    for place in reader.places():
        yield {"record": "place", **asdict(place)}
    for thing in reader.things():
        yield {"record": "thing", "name": thing}
        for belief in reversed(reader.sightings(thing, limit=-1)):
            yield _plain("sighting", asdict(belief))
    for task in reversed(reader.tasks(limit=-1)):
        yield _plain("task", asdict(task))
    for memory in reader.memories():
        yield _plain("memory", {key: value for key, value in asdict(memory).items() if key != "score"})
    for preference in reader.preferences():
        yield _plain("preference", asdict(preference))
    yield from _taught(reader)
    last = 0
    while events := reader.events(after=last, limit=_PAGE):
        for event in events:
            yield _plain("event", asdict(event))
        last = events[-1].seq


def _taught(reader: Reader) -> Iterator[Mapping[str, object]]:
    """What the owner has told it to call things, to do, and when."""
    for name, (kind, target) in reader.aliases().items():
        yield {"record": "alias", "name": name, "kind": kind.name.lower(), "means": target}
    for taught in reader.taught():
        yield _plain("phrase", asdict(taught))
    for planned in reader.planned():
        yield _plain("planned", asdict(planned))
    for name, clock in reader.told_times().items():
        yield {"record": "day_time", "name": name, "clock": clock.isoformat("minutes")}


def _plain(record: str, values: Mapping[str, object]) -> dict[str, object]:
    plain = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}
    return {"record": record, **plain}
