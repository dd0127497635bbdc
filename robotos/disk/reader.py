"""Questions to the database, answered exactly; also from other processes while the robot runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from robotos.disk.database import Database
from robotos.disk.errors import DiskError
from robotos.disk.ranking import RELEVANT, Query
from robotos.disk.schema import MIGRATIONS
from robotos.geometry import Pose
from robotos.kernel.calls import Kind
from robotos.kernel.ports import Belief, Memory, Planned, TaskRecord, Taught

FILE = "robotos.db"
_TASK = "SELECT id, task, room, begin, end, outcome, coverage, asked_by, detail FROM task"
_BELIEF = "SELECT belief.thing, belief.place, belief.source, belief.at, belief.told_by FROM belief"
_PLACE = "SELECT name, room, x, y, z, approach_x, approach_y, approach_yaw, aliases FROM place"
_LOOKED_THROUGH = 2000
_KEPT = "task.outcome != 'declined' AND"
_UNDONE = "task.outcome IN ('running', 'interrupted')"
# The newest cleaning of a room that decides: one that ended otherwise than interrupted, or has saved cells. The first
# half reads its index backwards until the first that does; the second has tasks over several rooms (their own is "").
_DECISIVE = f"""
SELECT id, outcome FROM (
    SELECT * FROM (
        SELECT id, outcome, begin FROM task WHERE {_KEPT} task.task = 'clean' AND task.room = ? AND (NOT {_UNDONE}
        OR EXISTS (SELECT 1 FROM ledger WHERE ledger.task_id = task.id AND ledger.room = ?))
        ORDER BY begin DESC, id DESC LIMIT 1
    ) UNION ALL SELECT * FROM (
        SELECT id, outcome, begin FROM task WHERE {_KEPT} task.task = 'clean' AND task.room = ''
        AND EXISTS (SELECT 1 FROM ledger WHERE ledger.task_id = task.id AND ledger.room = ?)
        ORDER BY begin DESC, id DESC LIMIT 1
    )
) ORDER BY begin DESC, id DESC LIMIT 1
"""


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


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a conversation: who said it ("robot", "owner" or another person) and when."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Preference:
    """What somebody likes or wants, as it was told: `about` is what it is of ("tea"), "" when of no one thing."""

    who: str
    about: str
    text: str
    source: str
    at: datetime


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
        where, values = _matching(task=task, room=room, outcome=outcome)
        rows = self._db.rows(f"{_TASK} WHERE {where} ORDER BY coalesce(end, begin) DESC, id DESC LIMIT 1", values)
        return _record(rows[0]) if rows else None

    def tasks(self, task: str = "", room: str = "", since: datetime | None = None, limit: int = 50) -> list[TaskRecord]:
        """Newest first (by begin); empty strings match all. `since`: still running, or ended then or later."""
        where, values = _matching(task=task, room=room)
        if since is not None:
            newest = self.tasks(task, room, limit=limit) if limit >= 0 else []
            if newest and len(newest) == limit and all(one.end is None or one.end >= since for one in newest):
                return newest  # on a busy day: there is no need to look at all of it
            where += " AND id IN (SELECT id FROM task WHERE end IS NULL UNION ALL SELECT id FROM task WHERE end >= ?)"
            values = (*values, stamp(since))
        rows = self._db.rows(f"{_TASK} WHERE {where} ORDER BY begin DESC, id DESC LIMIT ?", (*values, limit))
        return [_record(row) for row in rows]

    def open_ledger(self, room: str, since: datetime | None = None) -> bytes | None:
        """Cells of the newest cleaning of `room` if that one was interrupted or never ended; None otherwise.

        A cleaning that was declined, or broke off before it saved any cells, does not hide an older ledger. With
        `since`, only a ledger saved then or later counts.
        """
        rows = self._db.rows(_DECISIVE, (room, room, room))
        if not rows:
            return None
        number, outcome = rows[0]
        found = self._db.rows("SELECT cells, at FROM ledger WHERE task_id = ? AND room = ?", (number, room))
        if outcome not in {"running", "interrupted"} or not found or (since and found[0][1] < stamp(since)):
            return None
        return bytes(found[0][0])

    def ledgers(self, room: str) -> dict[int, bytes]:
        """All cells kept of a room, by the task that covered them."""
        rows = self._db.rows("SELECT task_id, cells FROM ledger WHERE room = ?", (room,))
        return {task: bytes(cells) for task, cells in rows}

    def conversation(
        self, since: datetime | None = None, until: datetime | None = None, about: str = "", limit: int = 100
    ) -> list[Said]:
        """What was said to the robot and by it, oldest first: of all in that time, the newest `limit`.

        `about` leaves only what is about that, among the newest 2000.
        """
        rows = self._db.rows(
            "SELECT at, kind, body FROM journal INDEXED BY journal_said "
            "WHERE kind IN ('heard', 'say') AND at >= ? AND at <= ? "
            "ORDER BY at DESC, seq DESC LIMIT ?",
            (stamp(since) if since else "", stamp(until) if until else "9999", _LOOKED_THROUGH if about else limit),
        )
        said = [_said(at, kind, json.loads(body)) for at, kind, body in rows]
        if about:
            asked = Query(about)
            said = [one for one in said if asked.relevance(one.text) >= RELEVANT]
        return said[:limit][::-1]

    # ------------------------------------------------------------ things and places

    def where(self, thing: str) -> Belief | None:
        """The newest belief, None for a thing never heard of. Its place is "" when it was not where it should be."""
        found = self.sightings(thing, 1)
        return found[0] if found else None

    def sightings(self, thing: str, limit: int = 20) -> list[Belief]:
        """Everything believed about the thing, newest first: where to look next when it is not at the first."""
        rows = self._db.rows(f"{_BELIEF} WHERE belief.thing = ? ORDER BY belief.seq DESC LIMIT ?", (thing, limit))
        return [_belief(row) for row in rows]

    def things_at(self, place: str) -> list[Belief]:
        """What is believed to be at `place` now, by name."""
        rows = self._db.rows(
            f"{_BELIEF} JOIN whereabouts USING (seq) WHERE whereabouts.place = ? ORDER BY belief.thing", (place,)
        )
        return [_belief(row) for row in rows]

    def things(self) -> list[str]:
        """Every thing in the layout or in a belief, by name."""
        return [
            row[0] for row in self._db.rows("SELECT name FROM thing UNION SELECT thing FROM whereabouts ORDER BY 1")
        ]

    def rooms(self) -> list[str]:
        """Names of the rooms imported."""
        return [row[0] for row in self._db.rows("SELECT name FROM room ORDER BY name")]

    def place(self, name: str) -> StoredPlace | None:
        """An imported place by its name."""
        return next((_place(row) for row in self._db.rows(f"{_PLACE} WHERE name = ?", (name,))), None)

    def places(self) -> list[StoredPlace]:
        """Every imported place, by name."""
        return [_place(row) for row in self._db.rows(f"{_PLACE} ORDER BY name")]

    # ------------------------------------------------------------ memories and schedule

    def changes(self, after: int = 0) -> list[tuple[int, int]]:
        """Memories kept or forgotten since the index was last closed: a growing number, and the memory's id."""
        found = self._db.rows("SELECT seq, memory FROM unindexed WHERE seq > ? ORDER BY seq", (after,))
        return [(seq, memory) for seq, memory in found]

    def setting(self, name: str) -> str:
        """What the disk keeps about itself; "" for nothing."""
        return self._db.value("SELECT value FROM setting WHERE name = ?", (name,)) or ""

    def memories(self, ids: Sequence[int] | None = None) -> list[Memory]:
        """Everything remembered, or what of it is numbered in `ids`, oldest first."""
        some = "" if ids is None else "WHERE id IN (SELECT value FROM json_each(?))"
        rows = self._db.rows(
            f"SELECT id, text, source, at FROM memory {some} ORDER BY id", () if ids is None else (json.dumps(ids),)
        )
        return [Memory(number, text, source, _time(at)) for number, text, source, at in rows]

    def ids(self) -> list[int]:
        """The ids of all memories, oldest first."""
        return [row[0] for row in self._db.rows("SELECT id FROM memory ORDER BY id")]

    def texts(self, ids: Sequence[int] | None = None) -> dict[int, str]:
        """The words of `memories`, by their ids."""
        some = "" if ids is None else "WHERE id IN (SELECT value FROM json_each(?))"
        asked = () if ids is None else (json.dumps(ids),)
        return dict(self._db.rows(f"SELECT id, text FROM memory {some} ORDER BY id", asked))

    def preferences(self, who: str = "", about: str = "") -> list[Preference]:
        """What people like and want, newest first; empty strings match all. One that a newer one replaced is left out.

        `who` as `preferences.read` names people: "owner" for whoever speaks of themselves.
        """
        where, values = _matching(who=who, about=about)
        rows = self._db.rows(
            f"SELECT preference.who, preference.about, memory.text, memory.source, memory.at FROM preference "
            f"JOIN memory ON memory.id = preference.memory WHERE {where} AND (about = '' OR NOT EXISTS "
            "(SELECT 1 FROM preference newer WHERE newer.who = preference.who AND newer.about = preference.about "
            "AND newer.memory > preference.memory)) ORDER BY memory.at DESC, memory.id DESC",
            values,
        )
        return [Preference(who, of, text, source, _time(at)) for who, of, text, source, at in rows]

    def replaced(self, ids: Sequence[int]) -> set[int]:
        """Those of the memories `ids` that are preferences, and were replaced by a newer one."""
        rows = self._db.rows(
            "SELECT memory FROM preference WHERE memory IN (SELECT value FROM json_each(?)) AND about != '' AND EXISTS "
            "(SELECT 1 FROM preference newer WHERE newer.who = preference.who AND newer.about = preference.about "
            "AND newer.memory > preference.memory)",
            (json.dumps(list(ids)),),
        )
        return {row[0] for row in rows}

    def planned(self) -> list[Planned]:
        """Scheduled calls, soonest first."""
        rows = self._db.rows("SELECT id, at, every, call, asked_by, due, ran FROM schedule ORDER BY at, id")
        return [
            Planned(
                number, _time(at), every, call, by,
                _time(due) if due is not None else None, _time(ran) if ran is not None else None,
            )
            for number, at, every, call, by, due, ran in rows
        ]  # fmt: skip

    def told_times(self) -> dict[str, time]:
        """When the owner says the home's meals are, by name."""
        return {name: time.fromisoformat(clock) for name, clock in self._db.rows("SELECT name, clock FROM day_time")}

    # ------------------------------------------------------------ what the owner has taught

    def aliases(self) -> dict[str, tuple[Kind, str]]:
        """The owner's own names, with kind and name of what each means."""
        rows = self._db.rows("SELECT name, kind, target FROM alias ORDER BY name")
        return {name: (Kind(kind), target) for name, kind, target in rows}

    def taught(self) -> list[Taught]:
        """Phrases that stand for a call, in order of the alphabet."""
        rows = self._db.rows("SELECT phrase, call, at FROM taught ORDER BY phrase")
        return [Taught(phrase, call, _time(at)) for phrase, call, at in rows]

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside is of one moment, whoever writes meanwhile."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

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


def _matching(**wanted: str) -> tuple[str, tuple[str, ...]]:
    """A condition on the columns that are asked about, so that an index serves it, and its values."""
    given = {column: value for column, value in wanted.items() if value}
    return " AND ".join([f"{column} = ?" for column in given] or ["true"]), tuple(given.values())


def _place(row: tuple[Any, ...]) -> StoredPlace:
    name, room, x, y, z, approach_x, approach_y, yaw, aliases = row
    return StoredPlace(name, room, x, y, z, Pose(approach_x, approach_y, yaw), tuple(json.loads(aliases)))


def _belief(row: tuple[Any, ...]) -> Belief:
    thing, place, source, at, told_by = row
    return Belief(thing, place, source, _time(at), told_by)


def _said(at: str, kind: str, body: dict[str, Any]) -> Said:
    who = "robot" if kind == "say" else str(body.get("by", ""))
    return Said(_time(at), who, str(body.get("text", "")))


def _record(row: tuple[Any, ...]) -> TaskRecord:
    number, task, room, begin, end, outcome, coverage, asked_by, detail = row
    return TaskRecord(
        number, task, room, _time(begin), _time(end) if end else None, outcome, coverage, asked_by, detail
    )
