"""The index in a process of its own: never waited for, never trusted blindly, and gone when its robot is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from robotos.clock import VirtualClock
from robotos.disk import SqliteDisk, open_disk
from robotos.disk.apart import STARTS

NOON = datetime(2026, 11, 20, 12, 0)
LIMIT = 60.0  # s; importing Chroma takes seconds on a busy machine


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] == "Z"
    except FileNotFoundError:
        return True


def rebuilds(disk: SqliteDisk) -> list[str]:
    return [event.body["why"] for event in disk.events(kind="index_rebuilt")]


def test_words_find_until_the_index_is_open_and_then_both(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path, clock)
    disk.remember("the plumber comes on Tuesday", "owner", NOON)
    pid = disk.warm()
    assert pid and disk.warm() == pid
    began = time.monotonic()
    assert "Tuesday" in disk.recall("when does the plumber come")[0].text, "found by its words"
    assert time.monotonic() - began < LIMIT / 10
    assert disk.recall("the plumbre") == [], "only the index finds what is misspelt"
    until(lambda: disk.warmed)
    until(lambda: finds(disk, "the plumbre", "Tuesday"))  # a busy machine may be late once or twice
    disk.remember("the piano tuner is called Otto", "owner", NOON)
    until(lambda: finds(disk, "pianno tunner", "Otto"))
    assert disk.forget("plumber") == 1
    until(lambda: disk._index.search("plumbre", 3) == [2])
    assert rebuilds(disk) == ["there is no index yet"]
    disk.close()
    assert gone(pid) and "chromadb" not in sys.modules.get("robotos.disk.apart").__dict__
    again = open_disk(tmp_path, clock)
    again.warm()
    until(lambda: again.warmed)
    until(lambda: finds(again, "pianno tunner", "Otto"))
    assert rebuilds(again) == ["there is no index yet"], "it was sealed: nothing is built anew"
    again.close()


def test_an_index_that_is_killed_is_started_again_and_built_anew(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path, clock)
    disk.remember("the plumber comes on Tuesday", "owner", NOON)
    pid = disk.warm()
    until(lambda: disk.warmed)
    os.kill(pid, signal.SIGKILL)
    assert "Tuesday" in disk.recall("plumber")[0].text
    until(lambda: noticed(disk, pid) and disk.warmed)
    until(lambda: finds(disk, "plumbre", "Tuesday"))
    assert rebuilds(disk) == ["there is no index yet", "its process ended (signal 9)", "it was not closed"]
    for _ in range(STARTS - 1):
        pid = disk.warm()
        os.kill(pid, signal.SIGKILL)
        until(partial(noticed, disk, pid))
    assert disk.warm() == 0 and "Tuesday" in disk.recall("plumber")[0].text, "without it, words find"
    disk.close()


def finds(disk: SqliteDisk, query: str, expected: str) -> bool:
    return any(expected in memory.text for memory in disk.recall(query))


def noticed(disk: SqliteDisk, pid: int) -> bool:
    return (disk.warmed, disk.warm())[1] != pid  # what the pipe says is taken in first


ORPHAN = """
import sys, time
from datetime import datetime
from functools import partial
from pathlib import Path
from robotos.clock import VirtualClock
from robotos.disk import open_disk
disk = open_disk(Path(sys.argv[1]), VirtualClock(datetime(2026, 11, 20, 12, 0)))
print(disk.warm(), flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("wait", [0.0, 1.5])
def test_it_ends_with_a_robot_that_is_killed(tmp_path: Path, clock: VirtualClock, wait: float) -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHAN, str(tmp_path)], stdout=subprocess.PIPE, text=True) as robot:
        assert robot.stdout is not None
        pid = int(robot.stdout.readline())
        time.sleep(wait)
        robot.kill()
    until(lambda: gone(pid))
    open_disk(tmp_path, clock).close()


def test_a_stuck_index_is_not_waited_for(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path, clock)
    disk.remember("the plumber comes on Tuesday", "owner", NOON)
    pid = disk.warm()
    until(lambda: disk.warmed)
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert "Tuesday" in disk.recall("plumber")[0].text and disk.late == 1
        assert time.monotonic() - began < 1.0
        for _ in range(3000):
            disk._index.catch_up()  # a full pipe holds nobody up
    finally:
        os.kill(pid, signal.SIGCONT)
    disk.close()
    assert gone(pid)
