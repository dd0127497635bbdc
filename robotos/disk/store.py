"""The disk of a running robot: every write is in SQLite, durably, before its method returns."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from robotos.clock import Clock
from robotos.disk import forgetting, lexical, preferences, retention
from robotos.disk.apart import ApartIndex
from robotos.disk.database import MEMORY, Database
from robotos.disk.embedding import words
from robotos.disk.errors import DiskError
from robotos.disk.index import SETTING, ChromaIndex, Closed, Index, ScanIndex
from robotos.disk.layout import write_home
from robotos.disk.lock import HomeLock
from robotos.disk.ranking import RELEVANT, Query
from robotos.disk.reader import FILE, Reader, stamp
from robotos.disk.schema import migrate
from robotos.kernel.calls import Kind
from robotos.kernel.ports import Memory

if TYPE_CHECKING:
    from robotos.navigation.home import Home

_CANDIDATES = 24  # proposed by the index for the exact ranking, beyond four a wanted result
_SAME_SUBJECT = 0.85  # share of the best match's relevance from which `forget` takes a memory along


class SqliteDisk(Reader):
    """`kernel.ports.Disk` on one SQLite file. Made by `open_disk`; for the thread that opened it.

    Methods raise `DiskError` when the file fails and `ValueError` when a row makes no sense (no such task, a coverage
    outside 0..1, an outcome unheard of); then nothing is written.
    """

    def __init__(self, database: Database, clock: Clock, index: Index, lock: HomeLock | None) -> None:
        super().__init__(database)
        self._clock = clock
        self._index = index
        self._lock = lock
        self.rebuilds = 0  # of the index since it was opened, each with its reason in the journal

    # ------------------------------------------------------------ journal and history

    def append(self, kind: str, body: Mapping[str, object]) -> int:
        """Add an event to the journal before it takes effect; returns its sequence number.

        What JSON cannot hold is written as text: the journal never refuses an event.
        """
        return self._db.insert(
            "INSERT INTO journal (at, clock, kind, body) VALUES (?, ?, ?, ?)",
            (stamp(self._clock.wall()), self._clock.now(), kind, json.dumps(_plain(body))),
        )

    def begin_task(self, task: str, room: str, asked_by: str, at: datetime, detail: str = "") -> int:
        """Record that a task has begun; returns its id."""
        return self._db.insert(
            "INSERT INTO task (task, room, begin, outcome, coverage, asked_by, detail) "
            "VALUES (?, ?, ?, 'running', 0, ?, ?)",
            (task, room, stamp(at), asked_by, detail),
        )

    def end_task(self, task_id: int, outcome: str, coverage: float, at: datetime, detail: str = "") -> None:
        """Record how a task ended; an empty `detail` keeps the one it began with."""
        changed = self._db.execute(
            "UPDATE task SET end = ?, outcome = ?, coverage = ?, detail = coalesce(nullif(?, ''), detail) WHERE id = ?",
            (stamp(at), outcome, coverage, detail, task_id),
        ).rowcount
        if not changed:
            raise ValueError(f"no task {task_id} to end")

    def save_ledger(self, task_id: int, room: str, cells: bytes) -> None:
        """The covered cells of a running cleaning, as packed bits; replaces the earlier one of this task and room."""
        self._db.execute(
            "INSERT INTO ledger (task_id, room, at, cells) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (task_id, room) DO UPDATE SET at = excluded.at, cells = excluded.cells",
            (task_id, room, stamp(self._clock.wall()), cells),
        )

    # ------------------------------------------------------------ things

    def moved(self, thing: str, place: str, source: str, at: datetime, told_by: str = "") -> None:
        """The thing is (believed to be) at `place`; an empty place means it was not where it should be."""
        self._db.insert(
            "INSERT INTO belief (thing, place, source, at, told_by) VALUES (?, ?, ?, ?, ?)",
            (thing, place, source, stamp(at), told_by),
        )

    def untold(self, thing: str, at: datetime) -> int:
        """Delete all that was told about where a thing is; how much. If that was the last word, it is nowhere known."""
        last = self.where(thing)
        with self._db.transaction():
            count = self._db.execute(
                "DELETE FROM belief WHERE thing = ? AND source = 'told' AND place != ''", (thing,)
            ).rowcount
            if last is not None and last.source == "told" and last.place:
                self.moved(thing, "", "told", at)
        self._vacate()
        return count

    # ------------------------------------------------------------ memories

    def remember(self, text: str, source: str, at: datetime) -> int:
        """Keep a sentence; returns its id. The same words from the same source are kept once, with the newer time.

        Raises:
            ValueError: there is no word in it.
        """
        if not words(text):
            raise ValueError(f"nothing to remember in {text!r}")
        known = self._db.value("SELECT id FROM memory WHERE text = ? AND source = ?", (text, source))
        if known is not None and not self.replaced([known]):
            self._db.execute("UPDATE memory SET at = ? WHERE id = ?", (stamp(at), known))
            return int(known)
        with self._db.transaction():
            if known is not None:  # a preference that was another meanwhile is the newest again
                self._db.execute("DELETE FROM memory WHERE id = ?", (known,))
            number = self._db.insert(
                "INSERT INTO memory (text, source, at) VALUES (?, ?, ?)", (text, source, stamp(at))
            )
            lexical.write(self._db, number, text)
            liked = preferences.read(text) if source == preferences.SPEAKER else None
            if liked is not None:
                self._db.execute("INSERT INTO preference VALUES (?, ?, ?)", (number, liked.who, liked.about))
        return number

    def recall(self, query: str, limit: int = 3) -> list[Memory]:
        """What was told about something, best first, with `score` 0 to 1; nothing rather than something unrelated.

        Chroma proposes what sounds alike and the database what has the same words; an exact look ranks them all. A
        preference that a newer one replaced is left out.
        """
        if limit < 1 or not words(query):
            return []
        wanted = 4 * limit + _CANDIDATES
        found = {*self._index.search(query, wanted), *lexical.find(self._db, query, wanted)}
        self._report_rebuilds()
        known = {memory.id: memory for memory in self.memories(sorted(found - self.replaced(sorted(found))))}
        texts = {number: memory.text for number, memory in known.items()}
        scores = Query(query).best(texts, limit, RELEVANT)
        first = sorted(scores, key=lambda number: (-round(scores[number], 6), -number))[:limit]
        return [replace(known[number], score=scores[number]) for number in first]

    def forget(self, query: str) -> int:
        """Delete what matches best, and what matches about as well; returns how many memories were deleted.

        "Forget what I said about the plumber" takes every plumber; a sentence quoted in full takes itself alone. The
        words leave the journal too, those of the query even where nothing was remembered.
        """
        matching = self.recall(query, limit=50)
        doomed = [memory for memory in matching if memory.score >= _SAME_SUBJECT * matching[0].score]
        with self._db.transaction():
            for memory in doomed:
                self._db.execute("DELETE FROM memory WHERE id = ?", (memory.id,))
            forgetting.scrub(self._db, query, [memory.text for memory in doomed])
        self._index.catch_up()
        self._vacate()
        return len(doomed)

    def _vacate(self) -> None:
        """What was overwritten must not live on in the write-ahead log."""
        self._db.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def _report_rebuilds(self) -> None:
        while self._index.rebuilt:
            self.rebuilds += 1
            self.append("index_rebuilt", {"why": self._index.rebuilt.pop(0)})

    # ------------------------------------------------------------ what the owner has taught

    def alias(self, name: str, kind: Kind, target: str, at: datetime) -> None:
        """From now on the owner calls `target` by `name`; replaces what `name` meant before."""
        self._db.execute(
            "INSERT INTO alias (name, kind, target, at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, target = excluded.target, at = excluded.at",
            (name, kind.value, target, stamp(at)),
        )

    def unalias(self, name: str) -> bool:
        """Forget one of the owner's names; whether there was one."""
        return self._db.execute("DELETE FROM alias WHERE name = ?", (name,)).rowcount > 0

    def teach(self, phrase: str, call: str, at: datetime) -> None:
        """From now on `phrase` means `call`; replaces what it meant before."""
        self._db.execute(
            "INSERT INTO taught (phrase, call, at) VALUES (?, ?, ?) "
            "ON CONFLICT (phrase) DO UPDATE SET call = excluded.call, at = excluded.at",
            (phrase, call, stamp(at)),
        )

    def unteach(self, phrase: str) -> bool:
        """Forget what a phrase means; whether it meant anything."""
        return self._db.execute("DELETE FROM taught WHERE phrase = ?", (phrase,)).rowcount > 0

    # ------------------------------------------------------------ schedule

    def plan(self, at: datetime, every: float, call: str, asked_by: str, ran: datetime | None = None) -> int:
        """Keep a call for later, repeated `every` seconds (0: once); returns its id. `ran`: as if handed out then."""
        if not math.isfinite(every):
            raise ValueError(f"not an interval: {every}")
        return self._db.insert(
            "INSERT INTO schedule (at, every, call, asked_by, due, ran) VALUES (?, ?, ?, ?, ?, ?)",
            (stamp(at), every, call, asked_by, stamp(at), stamp(ran) if ran is not None else None),
        )

    def unplan(self, planned_id: int) -> None:
        """Take a call off the schedule; one that is not there is no error."""
        self._db.execute("DELETE FROM schedule WHERE id = ?", (planned_id,))

    def replan(self, planned_id: int, at: datetime, due: datetime | None = None, ran: datetime | None = None) -> None:
        """Move a scheduled call to another time; `due` and `ran` stay as they are where they are left out."""
        moved = self._db.execute(
            "UPDATE schedule SET at = ?, due = coalesce(?, due), ran = coalesce(?, ran) WHERE id = ?",
            (stamp(at), stamp(due) if due is not None else None, stamp(ran) if ran is not None else None, planned_id),
        )
        if not moved.rowcount:
            raise ValueError(f"nothing planned under {planned_id}")

    def told_time(self, name: str, clock: time, at: datetime) -> None:
        """From now on `name` ("dinner") is at that time of the day, as the owner said."""
        self._db.execute(
            "INSERT OR REPLACE INTO day_time (name, clock, at) VALUES (?, ?, ?)",
            (name, clock.isoformat("minutes"), stamp(at)),
        )

    # ------------------------------------------------------------ lifetime

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Group writes: all of them happen, and cost one flush, or none does."""
        with self._db.transaction():
            yield

    def import_home(self, home: Home) -> None:
        """Write what a home's layout names; may be repeated. See `layout.write_home`."""
        write_home(self._db, home, self._clock.wall())

    def interrupt_running(self) -> None:
        """Close the tasks a run left open when it died: `interrupted`, at the last sign of life, ledgers kept."""
        last = self._db.value("SELECT at FROM journal ORDER BY seq DESC LIMIT 1") or ""
        self._db.execute(
            "UPDATE task SET outcome = 'interrupted', end = max(begin, ?, "
            "coalesce((SELECT max(at) FROM ledger WHERE task_id = task.id), '')) WHERE outcome = 'running'",
            (last,),
        )

    def tidy(self, rules: retention.Rules, limit: int = retention.BATCH) -> int:
        """Delete at most `limit` rows of what is kept no longer; how many. Call it again while there are any."""
        return retention.apply(self._db, rules, self._clock.wall(), limit)

    def warm(self) -> int:
        """Begin to open the index now, in a process of its own whose id is returned; 0 where it is opened otherwise.

        Until it is ready, `recall` finds by words alone.
        """
        if isinstance(self._index, ChromaIndex) and self._lock is not None and not self._index.ready:
            self._index = ApartIndex(self._lock.directory)
        return self._index.pid if isinstance(self._index, ApartIndex) else 0

    @property
    def warmed(self) -> bool:
        """Whether the index answers by now without further ado."""
        return self._index.ready

    @property
    def late(self) -> int:
        """How many searches were answered by words alone because the index, open by then, did not answer in time."""
        return self._index.late if isinstance(self._index, ApartIndex) else 0

    def close(self) -> None:
        """Close index, file and lock. May be called again."""
        try:
            closed = self._index.close()
            self._report_rebuilds()
            if closed is not None:
                note_seal(self._db, closed)
        finally:
            super().close()
            if self._lock is not None:
                self._lock.release()


def note_seal(database: Database, closed: Closed) -> None:
    """Keep what the index was sealed with, and no longer what it holds already."""
    with database.transaction():
        database.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (SETTING, closed.token))
        database.execute("DELETE FROM unindexed WHERE seq <= ?", (closed.applied,))


def open_disk(directory: Path, clock: Clock, index: bool = True, durable: bool = True) -> SqliteDisk:
    """Open the home in `directory`, made when new. Tasks an earlier run left running become interrupted.

    `index`: recall through Chroma, which is imported at the first recall; without it, by comparing every memory.
    `durable`: each write survives a power failure; without it writes are fast and the home is for throwing away.
    `Path(":memory:")` is a home without files, for `index=False`.

    Raises:
        DiskBusyError: another process has it open.
        DiskCorruptError: the database is damaged; nothing was changed.
        DiskError: it cannot be read, written or understood; the message says what to do.
    """
    if directory == MEMORY:
        if index:
            raise ValueError("a home in memory has no place for an index: open it with index=False")
        return _opened(Database(MEMORY), MEMORY, clock, None, index)
    lock = lock_home(directory)
    try:
        file = directory / FILE
        return _opened(Database(file, durable), file, clock, lock, index)
    except BaseException:
        lock.release()
        raise


def lock_home(directory: Path) -> HomeLock:
    """Make the directory if need be, readable by its owner only, and take its lock."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DiskError(f"{directory}: cannot be made ({error.strerror}); choose another with --home") from error
    return HomeLock(directory)


def _opened(database: Database, file: Path, clock: Clock, lock: HomeLock | None, index: bool) -> SqliteDisk:
    try:
        database.check()
        migrate(database, file)
        lexical.bring_up_to_date(database)
        reader = Reader(database)
        disk = SqliteDisk(database, clock, ChromaIndex(file.parent, reader) if index else ScanIndex(reader), lock)
        disk.interrupt_running()
    except BaseException:
        database.close()
        raise
    return disk


def _plain(value: object) -> object:
    """`value` as strict JSON can hold it: numbers that are not finite and unknown types become text."""
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in (sorted(value, key=str) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, datetime):
        return stamp(value)
    return str(value)
