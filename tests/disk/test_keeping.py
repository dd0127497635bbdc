"""How long things are kept, how they are taken elsewhere, and what was said."""

from __future__ import annotations

import json
import sqlite3
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from robotos.clock import VirtualClock
from robotos.disk import DiskError, SqliteDisk, backup, export, open_disk, open_reader
from robotos.disk.reader import FILE
from robotos.kernel.calls import Kind
from robotos.policy import Disk as Rules
from robotos.policy import PolicyError, load

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 20, 15, 10)
FOREVER = Rules(conversation_days=0, journal_days=0, history_days=0, sightings_days=0, memories_days=0)


@pytest.fixture
def disk(tmp_path: Path, clock: VirtualClock):
    disk = open_disk(tmp_path / "home", clock, index=False, durable=False)
    yield disk
    disk.close()


def aged(home: Path, days: int) -> SqliteDisk:
    """A disk on which a day's worth was written so many days ago."""
    disk = open_disk(home, VirtualClock(NOW - days * DAY), index=False, durable=False)
    then = NOW - days * DAY
    disk.append("heard", {"text": f"heard {days} days ago", "by": "owner"})
    disk.append("result", {"call": f"{days} days ago"})
    for room in ("kitchen", "study"):
        task = disk.begin_task("clean", room, "owner", then)
        disk.save_ledger(task, room, bytes([days % 256]))
        disk.end_task(task, "done" if days % 2 else "interrupted", 0.9, then)
    disk.moved("red cup", f"place {days}", "seen", then)
    disk.moved(f"thing {days}", "desk", "seen", then)
    disk.remember(f"fact number {days}", "owner", then)
    return disk


def lived_in(home: Path) -> SqliteDisk:
    for days in (900, 801, 400, 100, 5):
        aged(home, days).close()
    return open_disk(home, VirtualClock(NOW), index=False, durable=False)


def all_gone(disk: SqliteDisk, rules: Rules, limit: int = 7) -> int:
    count = 0
    while deleted := disk.tidy(rules, limit):
        assert deleted <= limit
        count += deleted
    return count


def test_what_is_too_old_goes_and_what_is_true_now_stays(tmp_path: Path) -> None:
    disk = lived_in(tmp_path)
    rules = Rules(conversation_days=50, journal_days=200, history_days=730, sightings_days=365, memories_days=850)
    assert all_gone(disk, rules) > 0
    assert [one.text for one in disk.conversation()] == ["heard 5 days ago"]
    assert [event.body["call"] for event in disk.events(kind="result")] == ["100 days ago", "5 days ago"]
    assert [b.place for b in disk.sightings("red cup")] == ["place 5", "place 100"]
    assert disk.where("thing 900") is not None, "nobody has seen it since: it is still believed to be there"
    assert [memory.text for memory in disk.memories()] == [f"fact number {days}" for days in (801, 400, 100, 5)]
    kitchen = [(NOW - task.begin).days for task in disk.tasks(room="kitchen")]
    assert kitchen == [5, 100, 400]
    last, newest = disk.last_task("clean", "kitchen"), disk.last_task("clean", "kitchen", "interrupted")
    assert last is not None and newest is not None
    assert ((NOW - last.begin).days, (NOW - newest.begin).days) == (5, 100)
    assert disk.tidy(rules) == 0
    disk.close()


def test_the_last_of_each_kind_stays_however_old(tmp_path: Path) -> None:
    disk = lived_in(tmp_path)
    all_gone(disk, Rules(history_days=1, sightings_days=1))
    assert sorted((task.room, task.outcome) for task in disk.tasks()) == [
        ("kitchen", "done"), ("kitchen", "interrupted"), ("study", "done"), ("study", "interrupted"),
    ]  # fmt: skip
    assert {thing: disk.where(thing).place for thing in disk.things()} == {  # type: ignore[union-attr]
        "red cup": "place 5", **{f"thing {days}": "desk" for days in (900, 801, 400, 100, 5)},
    }  # fmt: skip
    disk.close()


def test_nothing_goes_where_policy_says_for_ever(tmp_path: Path) -> None:
    disk = lived_in(tmp_path)
    assert disk.tidy(FOREVER, 1_000_000) == 0
    disk.close()


def test_it_is_policy_that_says_so(tmp_path: Path) -> None:
    default = load()
    assert default.disk.conversation_days == 90 and default.disk.memories_days == 0
    file = tmp_path / "policy.toml"
    text = Path(load.__globals__["DEFAULT"]).read_text(encoding="utf-8")
    file.write_text(text.replace("conversation_days = 90", "conversation_days = 7"), encoding="utf-8")
    assert load(file).disk.conversation_days == 7
    file.write_text(text.replace("conversation_days = 90", "conversation_days = -1"), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"policy\.toml:\d+: disk\.conversation_days"):
        load(file)
    file.write_text(text[: text.index("[disk]")], encoding="utf-8")
    assert load(file).disk == Rules(), "an owner's older file still serves"


# ---------------------------------------------------------------- conversations


def test_conversations_by_time_and_by_subject(disk: SqliteDisk, clock: VirtualClock) -> None:
    for kind, body in (
        ("heard", {"text": "when does the plumber come", "by": "owner"}),
        ("say", {"pid": 1, "text": "On Tuesday."}),
        ("result", {"call": "recall"}),
        ("heard", {"text": "clean the kitchen", "by": "grandma"}),
    ):
        disk.append(kind, body)
        clock.advance(60.0)
    assert [(one.who, one.text) for one in disk.conversation()] == [
        ("owner", "when does the plumber come"), ("robot", "On Tuesday."), ("grandma", "clean the kitchen"),
    ]  # fmt: skip
    assert [one.text for one in disk.conversation(limit=1)] == ["clean the kitchen"]
    assert [one.text for one in disk.conversation(since=NOW + timedelta(minutes=2))] == ["clean the kitchen"]
    assert [one.who for one in disk.conversation(until=NOW)] == ["owner"]
    assert [one.text for one in disk.conversation(about="the plumber")] == ["when does the plumber come"]
    assert disk.conversation(about="the electrician") == []


# ---------------------------------------------------------------- export and backup


def furnished(disk: SqliteDisk) -> None:
    disk.append("heard", {"text": "I like my tea with milk", "by": "owner"})
    disk.remember("I like my tea with milk", "owner", NOW)
    disk.moved("keys", "shelf", "told", NOW, "grandma")
    disk.end_task(disk.begin_task("clean", "kitchen", "owner", NOW), "done", 0.98, NOW)
    disk.alias("lair", Kind.ROOM, "study", NOW)
    disk.teach("lights out", "{}", NOW)
    disk.plan(NOW, 0.0, "{}", "owner")


def test_everything_is_exported(disk: SqliteDisk) -> None:
    furnished(disk)
    for _ in range(1500):
        disk.append("tick", {})
    records = [json.loads(json.dumps(record)) for record in export(disk, NOW)]
    kinds = [record["record"] for record in records]
    assert kinds[0] == "export" and kinds.count("event") == 1501
    by_kind = {record["record"]: record for record in reversed(records)}
    assert by_kind["sighting"]["told_by"] == "grandma" and by_kind["task"]["coverage"] == 0.98
    assert by_kind["memory"]["text"] == by_kind["preference"]["text"] == "I like my tea with milk"
    assert by_kind["alias"] == {"record": "alias", "name": "lair", "kind": "room", "means": "study"}
    assert by_kind["event"]["body"]["text"] == "I like my tea with milk"
    assert {"phrase", "planned", "thing"} <= set(kinds)


def test_a_backup_is_whole_while_somebody_writes(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path / "home", clock, index=False)
    furnished(disk)
    over = threading.Event()
    copied: list[int] = []

    def copy() -> None:
        for number in range(5):
            copied.append(backup(tmp_path / "home", tmp_path / f"copy {number}.db"))
        over.set()

    thread = threading.Thread(target=copy)
    thread.start()
    written = 0
    while not over.is_set():
        with disk.transaction():
            first = disk.append("pair", {"n": written})
            disk.append("pair", {"n": written})
        written += 1
        assert first == disk.last_seq() - 1
    thread.join(30)
    disk.close()
    assert len(copied) == 5 and min(copied) > 0 and written > 0
    for number in range(5):
        new = tmp_path / f"home {number}"
        new.mkdir()
        (tmp_path / f"copy {number}.db").rename(new / FILE)
        reader = open_reader(new)
        pairs = [event.body["n"] for event in reader.events(kind="pair", limit=-1)]
        assert pairs == [n for n in range(len(pairs) // 2) for _ in range(2)], "no half of a transaction"
        assert reader.memories()[0].text == "I like my tea with milk"
        reader.close()


def test_a_backup_is_restored_beside_an_index_of_later(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path / "home", clock)
    disk.remember("the plumber comes on Tuesday", "owner", NOW)
    assert disk.recall("plumber")
    backup(tmp_path / "home", tmp_path / "copy.db")
    disk.remember("the piano tuner is called Otto", "owner", NOW)
    assert disk.forget("plumber") == 1
    disk.close()
    (tmp_path / "home" / FILE).unlink()
    (tmp_path / "copy.db").rename(tmp_path / "home" / FILE)
    disk = open_disk(tmp_path / "home", clock)
    assert "Tuesday" in disk.recall("plumber")[0].text and disk.recall("piano") == []
    assert [event.body["why"] for event in disk.events(kind="index_rebuilt")][-1] == "it is not this database's"
    disk.close()


def test_what_keeps_a_backup_from_being_made(tmp_path: Path, clock: VirtualClock) -> None:
    with pytest.raises(DiskError, match="no such file"):
        backup(tmp_path, tmp_path / "copy.db")
    open_disk(tmp_path, clock, index=False).close()
    backup(tmp_path, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    with pytest.raises(DiskError, match="exists already"):
        backup(tmp_path, tmp_path / "copy.db")
    with pytest.raises(DiskError, match="cannot be written"):
        backup(tmp_path, tmp_path / "no such directory" / "copy.db")
    content = bytearray((tmp_path / FILE).read_bytes())
    content[4096:8192] = b"\xa5" * 4096
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(DiskError, match="damaged"):
        backup(tmp_path, tmp_path / "second.db")
    assert not list(tmp_path.glob("second*"))


def test_a_backup_is_read_by_any_tool(disk: SqliteDisk, tmp_path: Path) -> None:
    furnished(disk)
    backup(tmp_path / "home", tmp_path / "copy.db")
    raw = sqlite3.connect(tmp_path / "copy.db")
    assert raw.execute("SELECT text FROM memory").fetchall() == [("I like my tea with milk",)]
    raw.close()
