"""Journal, history, ledgers, things and schedule: what was written is what is read, to the microsecond."""

from __future__ import annotations

import sqlite3
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.clock import VirtualClock
from robotos.disk import DiskError, SqliteDisk, lexical, open_disk, open_reader
from robotos.disk.database import Database
from robotos.disk.reader import FILE
from robotos.disk.schema import MIGRATIONS, migrate
from robotos.kernel.calls import Kind
from robotos.kernel.ports import Disk, TaskRecord, Taught

NOON = datetime(2026, 11, 20, 12, 0)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def disk(tmp_path: Path, clock: VirtualClock) -> SqliteDisk:
    return open_disk(tmp_path / "home", clock, index=False, durable=False)


def finished(disk: SqliteDisk, room: str, begin: datetime, minutes: float, outcome: str = "done") -> int:
    task = disk.begin_task("clean", room, "owner", begin)
    disk.end_task(task, outcome, 0.98, begin + minutes * MINUTE)
    return task


def test_implements_the_port(disk: SqliteDisk) -> None:
    port: Disk = disk
    assert port.planned() == []


def test_last_task_is_exact(disk: SqliteDisk) -> None:
    begin = datetime(2026, 11, 20, 14, 31, 7, 123457)
    task = finished(disk, "kitchen", begin, 29.5)
    finished(disk, "bathroom", begin + MINUTE, 3)
    assert disk.last_task("clean", "kitchen") == TaskRecord(
        task, "clean", "kitchen", begin, begin + 29.5 * MINUTE, "done", 0.98, "owner", ""
    )
    assert disk.last_task("clean", "study") is None
    assert disk.last_task("fetch", "kitchen") is None


def test_last_task_goes_by_time_not_by_order_of_writing(disk: SqliteDisk) -> None:
    newest = finished(disk, "kitchen", NOON, 10)
    finished(disk, "kitchen", NOON - 60 * MINUTE, 10)
    finished(disk, "kitchen", NOON + 60 * MINUTE, 1, outcome="interrupted")
    last = disk.last_task("clean", "kitchen")
    assert last is not None
    assert last.id == newest
    anything = disk.last_task("", "", "")
    assert anything is not None
    assert anything.outcome == "interrupted"


def test_tasks_filters_and_counts_from_the_end(disk: SqliteDisk) -> None:
    over_midnight = finished(disk, "kitchen", NOON - 13 * 60 * MINUTE, 120)
    finished(disk, "kitchen", NOON - 48 * 60 * MINUTE, 5)
    running = disk.begin_task("fetch", "", "grandma", NOON - 24 * 60 * MINUTE, "red cup")
    today = NOON.replace(hour=0)
    assert [t.id for t in disk.tasks(since=today)] == [over_midnight, running]
    assert [t.id for t in disk.tasks(task="fetch")] == [running]
    assert len(disk.tasks(room="kitchen")) == 2
    assert len(disk.tasks(limit=1)) == 1
    assert disk.tasks(task="fetch")[0].detail == "red cup"


def test_end_keeps_the_detail_unless_there_is_a_new_one(disk: SqliteDisk) -> None:
    first, second = (disk.begin_task("fetch", "", "owner", NOON, "red cup") for _ in range(2))
    disk.end_task(first, "done", 0, NOON)
    disk.end_task(second, "failed", 0, NOON, "not there")
    assert [t.detail for t in disk.tasks()] == ["not there", "red cup"]


@pytest.mark.parametrize(("outcome", "coverage"), [("done", float("nan")), ("done", 1.2), ("triumph", 0.5)])
def test_nonsense_is_not_written(disk: SqliteDisk, outcome: str, coverage: float) -> None:
    task = disk.begin_task("clean", "kitchen", "owner", NOON)
    with pytest.raises(ValueError, match="not written"):
        disk.end_task(task, outcome, coverage, NOON)
    assert disk.tasks()[0].outcome == "running"
    with pytest.raises(ValueError, match="no task 99"):
        disk.end_task(99, "done", 1.0, NOON)
    with pytest.raises(ValueError, match="not written"):
        disk.save_ledger(99, "kitchen", b"")


@given(st.lists(st.tuples(st.integers(0, 600), st.sampled_from(["done", "failed", "interrupted"])), max_size=12))
@settings(deadline=None, max_examples=30)
def test_last_task_agrees_with_a_plain_list(runs: list[tuple[int, str]]) -> None:
    disk = open_disk(Path(":memory:"), VirtualClock(NOON), index=False)
    for minute, outcome in runs:
        finished(disk, "kitchen", NOON + minute * MINUTE, 1, outcome)
    expected = max((NOON + m * MINUTE for m, outcome in runs if outcome == "done"), default=None)
    last = disk.last_task("clean", "kitchen")
    assert (last.begin if last else None) == expected
    assert [t.begin for t in disk.tasks()] == sorted((NOON + m * MINUTE for m, _ in runs), reverse=True)
    disk.close()


def test_open_ledger(disk: SqliteDisk) -> None:
    assert disk.open_ledger("kitchen") is None
    first = disk.begin_task("clean", "kitchen", "owner", NOON)
    disk.save_ledger(first, "kitchen", b"\x01")
    disk.save_ledger(first, "kitchen", b"\x03\x00\xff")
    assert disk.open_ledger("kitchen") == b"\x03\x00\xff"
    assert disk.open_ledger("bathroom") is None
    disk.end_task(first, "interrupted", 0.4, NOON + MINUTE)
    assert disk.open_ledger("kitchen") == b"\x03\x00\xff"
    assert disk.open_ledger("kitchen", since=datetime(2026, 11, 20, 15, 11)) is None  # saved at 15:10

    declined = disk.begin_task("clean", "kitchen", "owner", NOON + 2 * MINUTE)
    disk.end_task(declined, "declined", 0, NOON + 2 * MINUTE)
    disk.begin_task("clean", "kitchen", "owner", NOON + 3 * MINUTE)  # broke off before its first save
    assert disk.open_ledger("kitchen") == b"\x03\x00\xff"

    finished(disk, "kitchen", NOON + 4 * MINUTE, 10)
    assert disk.open_ledger("kitchen") is None


def test_one_task_may_hold_ledgers_of_several_rooms(disk: SqliteDisk) -> None:
    task = disk.begin_task("clean", "", "owner", NOON)
    disk.save_ledger(task, "kitchen", b"k")
    disk.save_ledger(task, "study", b"s")
    assert (disk.open_ledger("kitchen"), disk.open_ledger("study")) == (b"k", b"s")


def test_journal_keeps_order_time_and_odd_values(disk: SqliteDisk, clock: VirtualClock) -> None:
    first = disk.append("heard", {"text": 'clean "the" kitchen \udcff\n', "n": 3})
    clock.advance(2.5)
    second = disk.append("sensor", {"range": float("inf"), "at": NOON, "kinds": {"b", "a"}, 1: (True, None, b"x")})
    assert second == first + 1 == disk.last_seq()
    heard, sensor = disk.events()
    assert (heard.kind, heard.body["n"], heard.clock) == ("heard", 3, 0.0)
    assert heard.body["text"] == 'clean "the" kitchen \udcff\n'
    assert (sensor.at, sensor.clock) == (datetime(2026, 11, 20, 15, 10, 2, 500000), 2.5)
    assert sensor.body == {
        "range": "inf",
        "at": "2026-11-20T12:00:00.000000",
        "kinds": ["a", "b"],
        "1": [True, None, "b'x'"],
    }
    assert [e.seq for e in disk.events(after=first)] == [second]
    assert [e.seq for e in disk.events(kind="heard")] == [first]


def test_things_move(disk: SqliteDisk) -> None:
    assert disk.where("red cup") is None
    disk.moved("red cup", "coffee table", "seen", NOON)
    disk.moved("vase", "coffee table", "told", NOON)
    disk.moved("red cup", "owner", "moved", NOON - MINUTE)  # the last word wins, whatever its clock said
    belief = disk.where("red cup")
    assert belief is not None
    assert (belief.place, belief.source, belief.at) == ("owner", "moved", NOON - MINUTE)
    assert [b.thing for b in disk.things_at("coffee table")] == ["vase"]
    disk.moved("vase", "", "seen", NOON)
    assert disk.things_at("coffee table") == []
    gone = disk.where("vase")
    assert gone is not None
    assert gone.place == ""
    assert [b.place for b in disk.sightings("vase")] == ["", "coffee table"]
    assert disk.things() == ["red cup", "vase"]


def test_schedule(disk: SqliteDisk) -> None:
    later = disk.plan(NOON + 5 * MINUTE, 0, '{"name": "dock"}', "owner")
    daily = disk.plan(NOON + MINUTE, 86400, '{"name": "clean"}', "grandma")
    assert [p.id for p in disk.planned()] == [daily, later]
    disk.replan(daily, NOON + 1441 * MINUTE)
    assert [(p.id, p.every) for p in disk.planned()] == [(later, 0), (daily, 86400)]
    disk.unplan(later)
    disk.unplan(later)
    assert [p.asked_by for p in disk.planned()] == ["grandma"]
    with pytest.raises(ValueError, match="nothing planned"):
        disk.replan(later, NOON)
    with pytest.raises(ValueError, match="not an interval"):
        disk.plan(NOON, float("inf"), "{}", "owner")
    with pytest.raises(ValueError, match="not written"):
        disk.plan(NOON, -1, "{}", "owner")


def test_everything_is_there_after_reopening(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path, clock, index=False)
    disk.append("boot", {})
    task = finished(disk, "kitchen", NOON, 10)
    disk.save_ledger(task, "kitchen", b"cells")
    disk.moved("book", "desk", "told", NOON)
    disk.remember("the plumber comes on Tuesday", "owner", NOON)
    disk.plan(NOON, 60, "{}", "owner")
    disk.close()
    disk.close()
    again = open_disk(tmp_path, clock, index=False)
    assert again.last_seq() == 1
    assert again.tasks()[0].id == task
    assert again.where("book") is not None
    assert [m.text for m in again.memories()] == ["the plumber comes on Tuesday"]
    assert len(again.planned()) == 1
    again.close()


def test_transaction_is_all_or_nothing(disk: SqliteDisk) -> None:
    with pytest.raises(ValueError, match="no task"), disk.transaction():
        disk.append("one", {})
        disk.begin_task("clean", "kitchen", "owner", NOON)
        disk.end_task(99, "done", 1.0, NOON)
    assert disk.events() == []
    assert disk.tasks() == []
    with disk.transaction(), disk.transaction():
        disk.append("one", {})
    assert len(disk.events()) == 1


def test_another_process_may_read_while_it_runs(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path, clock, index=False)
    reader = open_reader(tmp_path)
    disk.append("heard", {"text": "stop"})
    assert [e.body["text"] for e in reader.events()] == ["stop"]
    with pytest.raises(DiskError):
        Database(tmp_path / "robotos.db", readonly=True).execute("DELETE FROM journal")
    reader.close()
    disk.close()
    with pytest.raises(DiskError, match="no such file"):
        open_reader(tmp_path / "nowhere")


def test_migrations_keep_the_rows_and_apply_once(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    database = Database(file, durable=False)
    migrate(database, file, MIGRATIONS)
    database.execute("INSERT INTO room VALUES ('kitchen', 'tiles', '[]')")
    newer = (*MIGRATIONS, "ALTER TABLE room ADD COLUMN colour TEXT NOT NULL DEFAULT 'white'")
    migrate(database, file, newer)
    migrate(database, file, newer)
    assert database.rows("SELECT name, colour FROM room") == [("kitchen", "white")]
    with pytest.raises(DiskError, match="newer robotos"):
        migrate(database, file, MIGRATIONS)
    with pytest.raises(DiskError):
        migrate(database, file, (*newer, "CREATE TABLE half (x)", "nonsense"))
    assert database.value("SELECT count(*) FROM sqlite_master WHERE name = 'half'") == 0
    database.close()


def test_durable_homes_flush_every_write(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path, clock, index=False)
    assert (disk._db.value("PRAGMA journal_mode"), disk._db.value("PRAGMA synchronous")) == ("wal", 2)
    disk.close()
    with sqlite3.connect(tmp_path / "robotos.db") as raw:  # any SQLite tool can read it
        assert raw.execute("SELECT count(*) FROM task").fetchone() == (0,)
    raw.close()


def test_names_and_phrases_of_the_owners(disk: SqliteDisk) -> None:
    disk.alias("lair", Kind.ROOM, "study", NOON)
    disk.alias("lair", Kind.PLACE, "desk", NOON)
    disk.teach("lights out", "one", NOON)
    disk.teach("lights out", "two", NOON)
    assert disk.aliases() == {"lair": (Kind.PLACE, "desk")} and disk.taught() == [Taught("lights out", "two", NOON)]
    assert disk.unalias("lair") and not disk.unalias("lair") and disk.aliases() == {}
    assert disk.unteach("lights out") and not disk.unteach("lights out") and disk.taught() == []


def test_a_home_of_the_first_version_is_brought_up_to_date(tmp_path: Path, clock: VirtualClock) -> None:
    file = tmp_path / FILE
    old = Database(file)
    migrate(old, file, MIGRATIONS[:1])
    old.execute("INSERT INTO memory (text, source, at) VALUES ('a', 'owner', '2026-11-20T12:00:00.000000')")
    old.close()
    disk = open_disk(tmp_path, clock, index=False, durable=False)
    disk.alias("lair", Kind.ROOM, "study", NOON)
    assert [memory.text for memory in disk.memories()] == ["a"] and disk.aliases() == {"lair": (Kind.ROOM, "study")}
    disk.close()


def test_a_home_of_the_second_version_keeps_everything_and_learns_where_things_are(
    tmp_path: Path, clock: VirtualClock
) -> None:
    file = tmp_path / FILE
    old = Database(file)
    migrate(old, file, MIGRATIONS[:2])
    for statement in (
        "INSERT INTO journal (at, clock, kind, body) VALUES ('2026-11-20T11:00:00', 1.0, 'heard', "
        '\'{"text": "hello", "by": "owner"}\')',
        "INSERT INTO task (task, room, begin, end, outcome, coverage, asked_by, detail) VALUES "
        "('clean', 'kitchen', '2026-11-20T11:00:00', '2026-11-20T11:30:00', 'interrupted', 0.4, 'owner', '')",
        "INSERT INTO ledger (task_id, room, at, cells) VALUES (1, 'kitchen', '2026-11-20T11:30:00', x'0102')",
        "INSERT INTO belief (thing, place, source, at) VALUES ('keys', 'shelf', 'seen', '2026-11-20T11:00:00')",
        "INSERT INTO belief (thing, place, source, at) VALUES ('keys', 'sofa', 'told', '2026-11-20T11:05:00')",
        "INSERT INTO memory (text, source, at) VALUES ('the plumber comes on Tuesday', 'owner', '2026-11-20T11:00:00')",
        "INSERT INTO taught (phrase, call, at) VALUES ('lights out', '{}', '2026-11-20T11:00:00')",
    ):
        old.execute(statement)
    old.close()
    disk = open_disk(tmp_path, clock, index=False, durable=False)
    assert [one.text for one in disk.conversation()] == ["hello"] and disk.open_ledger("kitchen") == b"\x01\x02"
    assert [(b.thing, b.source, b.told_by) for b in disk.things_at("sofa")] == [("keys", "told", "")]
    assert disk.things_at("shelf") == [] and [b.place for b in disk.sightings("keys")] == ["sofa", "shelf"]
    disk.moved("keys", "desk", "told", NOON, "grandma")
    assert disk.things_at("sofa") == [] and disk.things_at("desk")[0].told_by == "grandma"
    assert disk.changes() == [(1, 1)] and lexical.find(disk._db, "plumbers", 3) == [1] and lexical.wrong(disk._db) == 0
    assert disk.taught()[0].phrase == "lights out"
    disk.close()


def test_what_the_third_version_had_planned_is_kept(tmp_path: Path, clock: VirtualClock) -> None:
    file = tmp_path / FILE
    old = Database(file)
    migrate(old, file, MIGRATIONS[:3])
    old.execute("INSERT INTO schedule (at, every, call, asked_by) VALUES ('2026-11-20T12:00:00', 60.0, 'c', 'owner')")
    old.close()
    disk = open_disk(tmp_path, clock, index=False, durable=False)
    (entry,) = disk.planned()
    assert (entry.at, entry.every, entry.due, entry.ran) == (NOON, 60.0, None, None)
    disk.replan(entry.id, NOON + timedelta(hours=2), NOON + timedelta(hours=1), NOON)
    disk.replan(entry.id, NOON + timedelta(hours=3))
    (entry,) = disk.planned()
    assert (entry.at, entry.due, entry.ran) == (NOON + timedelta(hours=3), NOON + timedelta(hours=1), NOON)
    disk.told_time("dinner", time(18, 30), NOON)
    disk.told_time("dinner", time(19, 30), NOON)
    assert disk.told_times() == {"dinner": time(19, 30)}
    disk.close()


def test_a_migration_that_fails_half_way_leaves_the_old_version(tmp_path: Path, clock: VirtualClock) -> None:
    file = tmp_path / FILE
    old = Database(file)
    migrate(old, file, MIGRATIONS[:2])
    old.execute("CREATE TABLE preference (somebody TEXT)")  # in the way
    old.close()
    with pytest.raises(DiskError):
        open_disk(tmp_path, clock, index=False)
    old = Database(file)
    assert old.value("PRAGMA user_version") == 2
    old.execute("DROP TABLE preference")
    old.close()
    open_disk(tmp_path, clock, index=False).close()


EXACT = (
    lambda disk: disk.last_task("clean", "kitchen"),
    lambda disk: disk.last_task("clean", ""),
    lambda disk: disk.last_task("", "", "failed"),
    lambda disk: disk.last_task("", "", ""),
    lambda disk: disk.tasks(),
    lambda disk: disk.tasks("clean"),
    lambda disk: disk.tasks("clean", "kitchen"),
    lambda disk: disk.tasks(room="kitchen"),
    lambda disk: disk.tasks(since=NOON),
    lambda disk: disk.open_ledger("kitchen"),
    lambda disk: disk.where("keys"),
    lambda disk: disk.things_at("desk"),
    lambda disk: disk.things(),
    lambda disk: disk.conversation(since=NOON),
    lambda disk: disk.conversation(limit=5),
    lambda disk: disk.preferences(who="owner"),
    lambda disk: disk.events(after=5),
    lambda disk: disk.events(kind="heard"),
    lambda disk: disk.last_seq(),
    lambda disk: disk.memories([1, 2]),
    lambda disk: disk.changes(5),
)


@pytest.mark.parametrize("ask", EXACT)
def test_no_exact_question_reads_all_that_ever_happened(disk: SqliteDisk, ask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    rows = Database.rows
    monkeypatch.setattr(Database, "rows", lambda self, sql, p=(): asked.append((sql, tuple(p))) or rows(self, sql, p))
    ask(disk)
    monkeypatch.undo()
    assert asked
    for sql, parameters in asked:
        for *_, step in disk._db.rows(f"EXPLAIN QUERY PLAN {sql}", parameters):
            ordered = "USING" in step and "ORDER BY" in sql and "LIMIT" in sql  # backwards until there are enough
            whole = step.startswith("SCAN") and step.split()[1] in {"task", "journal", "belief", "memory", "ledger"}
            assert ordered or not whole, f"{step}: {sql}"
            sorts = "TEMP B-TREE" in step and "FROM journal" in sql  # of which there are most
            assert not sorts, f"{step}: {sql}"


def test_where_things_are_is_what_was_believed_last(disk: SqliteDisk) -> None:
    for number in range(60):
        disk.moved(f"thing {number % 7}", f"place {number % 5}", "seen", NOON)
    for place in range(5):
        plain = {thing for thing in disk.things() if disk.sightings(thing, 1)[0].place == f"place {place}"}
        assert {belief.thing for belief in disk.things_at(f"place {place}")} == plain
