"""Questions to the database, answered exactly; also from other processes while the robot runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from robotos.disk.database import Database
from robotos.disk.errors import DiskError
from robotos.disk.schema import MIGRATIONS
from robotos.geometry import Pose
from robotos.kernel.calls import Kind
from robotos.kernel.ports import Belief, Memory, Planned, TaskRecord, Taught

FILE = "robotos.db"
_TASK = "SELECT id, task, room, begin, end, outcome, coverage, asked_by, detail FROM task"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the journal: civil time `at`, monotonic seconds `clock` of the run that wrote it."""

    seq: int
    at: datetime
    clock: float
    kind: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredPlace:
    """A named place as imported from the home's layout; `approach` is where the robot stands to reach it."""

    name: str
    room: str
    x: float
    y: float
    z: float
    approach: Pose
    aliases: tuple[str, ...]


class Reader:
    """Reads one home. Every method raises `DiskError` when the file fails."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # ------------------------------------------------------------ journal and history

    def events(self, after: int = 0, kind: str = "", limit: int = 1000) -> list[Event]:
        """Journal entries with a sequence number above `after`, oldest first; an empty kind matches all."""
        rows = self._db.rows(
            "SELECT seq, at, clock, kind, body FROM journal WHERE seq > ? AND (? = '' OR kind = ?) "
            "ORDER BY seq LIMIT ?",
            (after, kind, kind, limit),
        )
        return [Event(seq, _time(at), clock, name, json.loads(body)) for seq, at, clock, name, body in rows]

    def last_seq(self) -> int:
        """The newest journal entry's sequence number, 0 for an empty journal."""
        return self._db.value("SELECT max(seq) FROM journal") or 0

    def last_task(self, task: str, room: str, outcome: str = "done") -> TaskRecord | None:
        """The newest (by its end) that ended with `outcome`; empty strings match all."""
        rows = self._db.rows(
            f"{_TASK} WHERE (? = '' OR task = ?) AND (? = '' OR room = ?) AND (? = '' OR outcome = ?) "
            "ORDER BY coalesce(end, begin) DESC, id DESC LIMIT 1",
            (task, task, room, room, outcome, outcome),
        )
        return _record(rows[0]) if rows else None

    def tasks(self, task: str = "", room: str = "", since: datetime | None = None, limit: int = 50) -> list[TaskRecord]:
        """Newest first (by begin); empty strings match all. `since`: still running, or ended then or later."""
        rows = self._db.rows(
            f"{_TASK} WHERE (? = '' OR task = ?) AND (? = '' OR room = ?) AND (? = '' OR end IS NULL OR end >= ?) "
            "ORDER BY begin DESC, id DESC LIMIT ?",
            (task, task, room, room, *[stamp(since) if since else ""] * 2, limit),
        )
        return [_record(row) for row in rows]

    def open_ledger(self, room: str, since: datetime | None = None) -> bytes | None:
        """Cells of the newest cleaning of `room` if that one was interrupted or never ended; None otherwise.

        A cleaning that was declined, or broke off before it saved any cells, does not hide an older ledger. With
        `since`, only a ledger saved then or later counts.
        """
        rows = self._db.rows(
            "SELECT task.outcome, ledger.cells, ledger.at FROM task LEFT JOIN ledger "
            "ON ledger.task_id = task.id AND ledger.room = ? WHERE task.outcome != 'declined' "
            "AND ((task.task = 'clean' AND task.room = ?) OR ledger.cells IS NOT NULL) ORDER BY begin DESC, id DESC",
            (room, room),
        )
        for outcome, cells, at in rows:
            if outcome not in {"running", "interrupted"}:
                return None
            if cells is not None:
                return None if since and at < stamp(since) else bytes(cells)
        return None

    # ------------------------------------------------------------ things and places

    def where(self, thing: str) -> Belief | None:
        """The newest belief, None for a thing never heard of. Its place is "" when it was not where it should be."""
        found = self.sightings(thing, 1)
        return found[0] if found else None

    def sightings(self, thing: str, limit: int = 20) -> list[Belief]:
        """Everything believed about the thing, newest first: where to look next when it is not at the first."""
        rows = self._db.rows(
            "SELECT thing, place, source, at FROM belief WHERE thing = ? ORDER BY seq DESC LIMIT ?", (thing, limit)
        )
        return [Belief(name, place, source, _time(at)) for name, place, source, at in rows]

    def things_at(self, place: str) -> list[Belief]:
        """What is believed to be at `place` now, by name."""
        rows = self._db.rows(
            "SELECT thing, place, source, at FROM belief "
            "WHERE seq IN (SELECT max(seq) FROM belief GROUP BY thing) AND place = ? ORDER BY thing",
            (place,),
        )
        return [Belief(name, place, source, _time(at)) for name, place, source, at in rows]

    def things(self) -> list[str]:
        """Every thing in the layout or in a belief, by name."""
        return [row[0] for row in self._db.rows("SELECT name FROM thing UNION SELECT thing FROM belief ORDER BY 1")]

    def rooms(self) -> list[str]:
        """Names of the rooms imported."""
        return [row[0] for row in self._db.rows("SELECT name FROM room ORDER BY name")]

    def place(self, name: str) -> StoredPlace | None:
        """An imported place by its name."""
        rows = self._db.rows(
            "SELECT name, room, x, y, z, approach_x, approach_y, approach_yaw, aliases FROM place WHERE name = ?",
            (name,),
        )
        if not rows:
            return None
        _, room, x, y, z, approach_x, approach_y, yaw, aliases = rows[0]
        return StoredPlace(name, room, x, y, z, Pose(approach_x, approach_y, yaw), tuple(json.loads(aliases)))

    # ------------------------------------------------------------ memories and schedule

    def memories(self, ids: Sequence[int] | None = None) -> list[Memory]:
        """Everything remembered, or what of it is numbered in `ids`, oldest first."""
        some = "" if ids is None else "WHERE id IN (SELECT value FROM json_each(?))"
        rows = self._db.rows(
            f"SELECT id, text, source, at FROM memory {some} ORDER BY id", () if ids is None else (json.dumps(ids),)
        )
        return [Memory(number, text, source, _time(at)) for number, text, source, at in rows]

    def texts(self, ids: Sequence[int] | None = None) -> dict[int, str]:
        """The words of `memories`, by their ids."""
        return {memory.id: memory.text for memory in self.memories(ids)}

    def planned(self) -> list[Planned]:
        """Scheduled calls, soonest first."""
        rows = self._db.rows("SELECT id, at, every, call, asked_by FROM schedule ORDER BY at, id")
        return [Planned(number, _time(at), every, call, asked_by) for number, at, every, call, asked_by in rows]

    # ------------------------------------------------------------ what the owner has taught

    def aliases(self) -> dict[str, tuple[Kind, str]]:
        """The owner's own names, with kind and name of what each means."""
        rows = self._db.rows("SELECT name, kind, target FROM alias ORDER BY name")
        return {name: (Kind(kind), target) for name, kind, target in rows}

    def taught(self) -> list[Taught]:
        """Phrases that stand for a call, in order of the alphabet."""
        rows = self._db.rows("SELECT phrase, call, at FROM taught ORDER BY phrase")
        return [Taught(phrase, call, _time(at)) for phrase, call, at in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def open_reader(directory: Path) -> Reader:
    """Read a home that another process may have open; takes no lock and changes nothing.

    Raises:
        DiskError: there is no home in `directory`, or it was made by another version.
    """
    file = directory / FILE
    if not file.is_file():
        raise DiskError(f"{file}: no such file; start robotos once with --home {directory}, or name another directory")
    database = Database(file, readonly=True)
    try:
        version = database.value("PRAGMA user_version")
        if version != len(MIGRATIONS):
            raise DiskError(
                f"{file}: of version {version}, not {len(MIGRATIONS)}; start robotos once to bring it up to date"
            )
    except BaseException:
        database.close()
        raise
    return Reader(database)


def stamp(at: datetime) -> str:
    """Civil time as stored."""
    return at.isoformat(timespec="microseconds")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _record(row: tuple[Any, ...]) -> TaskRecord:
    number, task, room, begin, end, outcome, coverage, asked_by, detail = row
    return TaskRecord(
        number, task, room, _time(begin), _time(end) if end else None, outcome, coverage, asked_by, detail
    )
