"""Forgetting on request: the memories, the words kept in the journal, and no trace in any file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from robotos.clock import VirtualClock
from robotos.disk import SqliteDisk, open_disk
from robotos.disk.forgetting import FORGOTTEN

NOON = datetime(2026, 11, 20, 12, 0)


@pytest.fixture
def disk(tmp_path: Path, clock: VirtualClock):
    disk = open_disk(tmp_path, clock, index=False)
    yield disk
    disk.close()


def told(disk: SqliteDisk, text: str) -> None:
    """As the kernel does it: the words are heard, remembered, said back, and leave the context window."""
    disk.append("heard", {"text": f"robot, remember that {text}", "by": "owner", "confidence": 1.0})
    disk.remember(text, "owner", NOON)
    disk.append("say", {"pid": 1, "text": f'You told me: "{text}".'})
    disk.append("evict", {"pages": ["('status', 'idle')", f"('remember', 'that', '{text}')"]})


def texts(disk: SqliteDisk) -> str:
    return " | ".join(str(event.body) for event in disk.events())


def test_the_journal_forgets_too(disk: SqliteDisk) -> None:
    told(disk, "the plumber comes on Tuesday at nine")
    told(disk, "the spare key is under the flower pot")
    disk.append("heard", {"text": "when does the plumber come?", "by": "owner"})
    disk.append("heard", {"text": "what I told you about the plumbers, forget that", "by": "owner"})
    seqs = [(event.seq, event.at, event.kind) for event in disk.events()]
    assert disk.forget("what I told you about the plumber") == 1
    left = texts(disk)
    assert "lumber" not in left and "Tuesday" not in left and FORGOTTEN in left
    assert left.count("flower pot") == 3, "what was told about other things stays"
    assert [(event.seq, event.at, event.kind) for event in disk.events()] == seqs, "that something was said stays"
    pages = next(event for event in disk.events(kind="evict")).body["pages"]
    assert pages == ["('status', 'idle')", FORGOTTEN]


def test_the_same_thing_in_other_words_is_forgotten_too(disk: SqliteDisk) -> None:
    told(disk, "Grandma takes a pill after breakfast")
    disk.append("heard", {"text": "which medication does granny take?", "by": "owner"})
    assert disk.forget("grandma's medicine") == 1
    assert "pill" not in texts(disk) and "medication" not in texts(disk)


def test_what_was_said_and_never_remembered_is_forgotten_too(disk: SqliteDisk) -> None:
    disk.append("heard", {"text": "my door code is four seven one one", "by": "owner"})
    disk.append("say", {"pid": 1, "text": "All right."})
    assert disk.forget("my door code") == 0
    assert "four" not in texts(disk) and "All right." in texts(disk)


@pytest.mark.parametrize("name", ["Jürgen", "Łukasz", "Ärzte", "Иван"])
def test_names_that_json_escapes_are_found(disk: SqliteDisk, name: str) -> None:
    told(disk, f"{name} is allergic to peanuts")
    told(disk, "the bins go out on Thursday")
    assert disk.forget(name) == 1
    assert name not in texts(disk) and "bins" in texts(disk)


def test_a_sentence_takes_only_itself(disk: SqliteDisk) -> None:
    told(disk, "the plumber comes on Tuesday at nine")
    told(disk, "the plumber wants to be paid in cash")
    assert disk.forget("the plumber comes on Tuesday at nine") == 1
    assert "Tuesday" not in texts(disk) and texts(disk).count("cash") == 3


@pytest.mark.parametrize("query", ["", "the", "?!", "what I told you"])
def test_words_that_say_nothing_forget_nothing(disk: SqliteDisk, query: str) -> None:
    told(disk, "the plumber comes on Tuesday")
    before = texts(disk)
    assert disk.forget(query) == 0 and texts(disk) == before


def test_no_file_holds_the_words_any_more(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path, clock)
    told(disk, "the safe opens with xylophone")
    for number in range(50):
        told(disk, f"locker {number} holds a parcel for xylia")
    assert disk.recall("safe")
    assert disk.forget("the safe") == 1
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(b"xylophone" in file.read_bytes() for file in files), "while it runs"
    disk.close()
    assert not any(b"xylophone" in file.read_bytes() for file in files if file.is_file())
    assert any(b"xylia" in file.read_bytes() for file in files if file.is_file())


def test_what_was_told_about_a_thing_is_deleted_and_what_was_seen_stays(disk: SqliteDisk) -> None:
    disk.moved("keys", "shelf", "seen", NOON)
    disk.moved("keys", "safe", "told", NOON, "grandma")
    belief = disk.where("keys")
    assert belief is not None and (belief.place, belief.source, belief.told_by) == ("safe", "told", "grandma")
    assert disk.untold("keys", NOON) == 1
    assert [b.place for b in disk.sightings("keys")] == ["", "shelf"]
    assert disk.untold("keys", NOON) == 0
    disk.moved("keys", "desk", "told", NOON, "owner")
    disk.moved("keys", "sofa", "seen", NOON)
    assert disk.untold("keys", NOON) == 1
    now = disk.where("keys")
    assert now is not None and now.place == "sofa", "what was seen since is not forgotten"
    assert disk.things_at("safe") == disk.things_at("desk") == []
