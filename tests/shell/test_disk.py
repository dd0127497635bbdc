"""`robotos disk` and `robotos fsck`: what a home holds, shown, copied, exported and made less."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from robotos.clock import VirtualClock
from robotos.disk import open_disk, open_reader
from robotos.disk.reader import FILE
from robotos.kernel.agenda import dump
from robotos.kernel.calls import Bindings, Call, Kind, Taint
from robotos.kernel.recurrence import Rule
from robotos.shell.main import main

NOON = datetime.now().replace(microsecond=0) - timedelta(hours=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    disk = open_disk(tmp_path / "home", VirtualClock(NOON), index=False, durable=False)
    disk.append("heard", {"text": "remember that the wifi password is blue elephant", "by": "owner"})
    disk.append("say", {"pid": 1, "text": "All right."})
    disk.remember("the wifi password is blue elephant", "owner", NOON)
    disk.remember("I like my tea with milk", "owner", NOON)
    disk.moved("red cup", "shelf", "told", NOON, "grandma")
    disk.moved("red cup", "desk", "seen", NOON)
    disk.close()
    return tmp_path / "home"


def ran(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> str:
    assert main([str(one) for one in arguments]) == code
    told = capsys.readouterr()
    return told.out if code == 0 else told.out + told.err


def test_it_is_shown(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "owner: remember that the wifi" in ran(capsys, "disk", "conversation", "--home", home)
    assert "robot" not in ran(capsys, "disk", "conversation", "wifi", "password", "--home", home, "--days", 1)
    assert ran(capsys, "disk", "conversation", "--home", home, "--days", 0.001) == "nothing\n"
    assert "blue elephant" in ran(capsys, "disk", "memories", "--home", home)
    assert ran(capsys, "disk", "preferences", "--home", home) == "owner: I like my tea with milk\n"
    assert "desk" in ran(capsys, "disk", "things", "--home", home)
    sightings = json.loads(ran(capsys, "disk", "things", "red", "cup", "--home", home, "--json"))
    assert [(one["place"], one["told_by"]) for one in sightings] == [("desk", ""), ("shelf", "grandma")]


def test_what_is_planned_is_shown(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    disk = open_disk(home, VirtualClock(NOON), index=False, durable=False)
    bindings, room = Bindings().bind(Kind.ROOM, "kitchen")
    call = dump(Call("clean", {"rooms": (room,)}), bindings, Taint.OWNER, Rule("after dinner"))
    disk.plan(datetime(2030, 1, 4, 19, 45), 86400.0, call, "owner")
    disk.close()
    shown = "2030-01-04 19:45  clean the kitchen after dinner, at 19:45, every day  (owner)\n"
    assert ran(capsys, "disk", "planned", "--home", home) == shown
    (plain,) = json.loads(ran(capsys, "disk", "planned", "--home", home, "--json"))
    assert (plain["every"], plain["due"], plain["ran"]) == (86400.0, "2030-01-04 19:45:00", None)


def test_it_is_exported_for_its_owner_only(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "all.jsonl"
    assert str(file) in ran(capsys, "disk", "export", "--home", home, "--file", file)
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert {"export", "thing", "sighting", "memory", "preference", "event"} <= {record["record"] for record in records}
    assert file.stat().st_mode & 0o777 == 0o600
    assert "name another file" in ran(capsys, "disk", "export", "--home", home, "--file", file, code=1)
    assert len(ran(capsys, "disk", "export", "--home", home).splitlines()) == len(records)


def test_a_backup_while_it_runs_and_a_restored_home(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running = open_disk(home, VirtualClock(NOON), index=False)
    assert "checked" in ran(capsys, "disk", "backup", tmp_path / "copy.db", "--home", home)
    assert "already open" in ran(capsys, "disk", "forget", "wifi", "--home", home, code=1)
    running.close()
    (tmp_path / "new").mkdir()
    (tmp_path / "copy.db").rename(tmp_path / "new" / FILE)
    assert "2 memories" in ran(capsys, "fsck", "--home", tmp_path / "new")
    assert "tea" in ran(capsys, "disk", "memories", "--home", tmp_path / "new")


def test_it_is_forgotten_and_pruned(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "disk", "forget", "the", "wifi", "password", "--home", home, "--json") == '{"forgotten": 1}\n'
    ran(capsys, "disk", "forget", "the submarine", "--home", home, code=1)
    assert "elephant" not in ran(capsys, "disk", "export", "--home", home)
    old = open_disk(home, VirtualClock(NOON - timedelta(days=400)), index=False, durable=False)
    old.append("heard", {"text": "long ago", "by": "owner"})
    old.close()
    assert json.loads(ran(capsys, "disk", "prune", "--home", home, "--json")) == {"deleted": 1}
    reader = open_reader(home)
    assert len(reader.conversation()) == 2
    reader.close()


@pytest.mark.parametrize("what", [["memories"], ["export"], ["backup", "copy.db"]])
def test_a_home_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str], what: list[str]) -> None:
    assert "no such file" in ran(capsys, "disk", *what, "--home", tmp_path, code=1)
