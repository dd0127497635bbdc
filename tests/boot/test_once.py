from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from robotos.boot.children import BootError
from robotos.boot.once import Once, run_once
from robotos.boot.utterance import Outcome, Report
from robotos.clock import RealClock
from robotos.disk import open_disk, open_reader
from robotos.disk.reader import FILE
from robotos.kernel.trace import Entry
from tests.boot.conftest import scripted

Say = Callable[[str], tuple[Report, list[tuple[str, datetime]]]]


@pytest.fixture
def say(tmp_path: Path, cottage_directory: Path) -> Say:
    def one(text: str) -> tuple[Report, list[tuple[str, datetime]]]:
        seen: list[tuple[str, datetime]] = []

        def watch(entry: Entry, at: datetime) -> None:
            seen.append((entry.kind, at))

        return run_once(Once(str(cottage_directory), tmp_path, scripted), text, "text", watch), seen

    return one


def test_the_disk_outlives_the_run_and_time_goes_on_from_it(say: Say, tmp_path: Path) -> None:
    first, seen = say("clean the kitchen")
    assert first.outcome is Outcome.DONE
    again, later = say("clean the kitchen")
    assert again.outcome is Outcome.REFUSED and "EALREADY" in again.calls[0]["errno"]
    assert later[0][1] > seen[-1][1]
    reader = open_reader(tmp_path)
    try:
        assert [task.outcome for task in reader.tasks("clean")].count("done") == 1
        assert [event.at for event in reader.events()] == sorted(event.at for event in reader.events())
    finally:
        reader.close()


def test_things_lie_where_they_were_left(say: Say, tmp_path: Path, cottage_directory: Path) -> None:
    moved, _ = say("put the keys on the counter")
    assert moved.outcome is Outcome.DONE, moved
    picked, _ = say("pick up the keys")
    assert picked.outcome is Outcome.DONE, picked


def test_a_damaged_disk_is_one_sentence_and_is_left_alone(say: Say, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database" * 200)
    with pytest.raises(BootError, match=r"robotos\.db.*damaged"):
        say("what time is it")
    assert (tmp_path / FILE).read_bytes().startswith(b"not a database")


def test_a_home_in_use_is_left_to_its_user(say: Say, tmp_path: Path) -> None:
    disk = open_disk(tmp_path, RealClock(), index=False)
    try:
        with pytest.raises(BootError, match="already open"):
            say("what time is it")
    finally:
        disk.close()
