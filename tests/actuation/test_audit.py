import contextlib
import json
import os
import time

import pytest

from robotos.actuation.audit import ROOM, WAITING, AuditFile
from robotos.errno import Errno
from robotos.kernel.ports import Refused, Sent
from tests.actuation.conftest import Rig

SOON = 5.0  # s for what takes a moment, on a busy machine


def until(true):
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def entries(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_one_line_an_entry(tmp_path):
    audit = AuditFile(tmp_path / "deep" / "audit.jsonl")
    audit({"call": "drive", "sent": [0.1, 0.0]})
    audit({"call": "stop", "reason": "enough"})
    audit.close()
    assert [entry["call"] for entry in entries(tmp_path / "deep" / "audit.jsonl")] == ["drive", "stop"]


def test_it_goes_on_in_the_same_file(tmp_path):
    for call in ("a", "b"):
        audit = AuditFile(tmp_path / "audit")
        audit({"call": call})
        audit.close()
    assert [entry["call"] for entry in entries(tmp_path / "audit")] == ["a", "b"]


def test_it_never_grows_beyond_its_files(tmp_path):
    audit = AuditFile(tmp_path / "audit", max_bytes=300, kept=2)
    for number in range(100):
        audit({"call": "drive", "number": number})
    audit.close()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["audit", "audit.1", "audit.2"]
    assert all((tmp_path / name).stat().st_size <= 300 for name in files)
    kept = [entry["number"] for name in ("audit.2", "audit.1", "audit") for entry in entries(tmp_path / name)]
    assert kept == list(range(kept[0], 100))


def test_a_full_disk_is_told_once_and_stops_nothing(tmp_path, capsys):
    audit = AuditFile(tmp_path / "audit")
    audit.close()
    audit({"call": "stop"})
    audit({"call": "stop"})
    assert audit.lost == 2
    assert capsys.readouterr().err.count("cannot write") == 1


def test_orders_that_are_followed_wait_for_the_turns_end_and_everything_else_does_not(tmp_path, monkeypatch):
    monkeypatch.setattr("robotos.actuation.audit.LOOK", 60.0)
    audit = AuditFile(tmp_path / "audit")
    audit({"call": "drive", "sent": [0.1, 0.0]})
    assert entries(tmp_path / "audit") == []
    assert audit.flush(SOON)
    assert len(entries(tmp_path / "audit")) == 1
    audit({"call": "drive", "sent": [0.1, 0.0]})
    audit({"call": "drive", "errno": "EPERM"})
    until(lambda: len(entries(tmp_path / "audit")) == 3)
    assert [entry.get("errno") for entry in entries(tmp_path / "audit")] == [None, None, "EPERM"]
    for _ in range(WAITING):
        audit({"call": "drive"})
    until(lambda: len(entries(tmp_path / "audit")) == 3 + WAITING)
    audit.close()


def test_times_are_in_tenths_of_a_millisecond(tmp_path):
    audit = AuditFile(tmp_path / "audit")
    audit({"at": 1.23456789, "call": "drive"})
    audit.close()
    assert entries(tmp_path / "audit") == [{"at": 1.2346, "call": "drive"}]


@pytest.fixture
def hung(tmp_path):
    """A trail whose disk takes nothing (a pipe that nobody empties), and the pipe."""
    path = tmp_path / "audit"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    audit = AuditFile(path)
    audit({"call": "fill", "with": "x" * 100_000})  # more than a pipe holds
    yield audit, reader
    os.close(reader)
    audit.close()


def test_a_disk_that_hangs_holds_nobody_up_and_is_told(hung, capsys):
    audit, reader = hung
    assert not audit.flush(0.01)
    for _ in range(ROOM // 2):
        audit({"call": "drive"})
    assert audit.behind()
    assert audit.lost == 0
    for _ in range(ROOM):
        audit({"call": "drive"})
    assert audit.lost == ROOM // 2 + 1
    assert capsys.readouterr().err.count("the disk hangs") == 1

    def written():
        with contextlib.suppress(BlockingIOError):
            os.read(reader, 65536)
        return audit.flush(0.001)

    until(written)
    assert not audit.behind()


def test_nothing_moves_that_leaves_no_trace(home):
    behind = [False]
    one = Rig(home, behind=lambda: behind[0]).ready()
    assert isinstance(one.gate.drive(0.1, 0.0, 0.2), Sent)
    behind[0] = True
    refused = one.gate.drive(0.1, 0.0, 0.2)
    assert isinstance(refused, Refused)
    assert (refused.errno, "audit" in refused.reason) == (Errno.EIO, True)
    assert isinstance(one.gate.tool(True), Refused)
    one.gate.disengage()
    assert isinstance(one.gate.engage("go"), Refused)
    assert isinstance(one.gate.arm("console"), Refused)
    assert isinstance(one.gate.drive(0.0, 0.0, 0.2), Sent)
    behind[0] = False
    assert isinstance(one.gate.engage("go"), Sent)
