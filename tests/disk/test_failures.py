"""Power cuts, second processes and damaged files: nothing is lost, and one sentence says what to do."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from robotos.clock import VirtualClock
from robotos.disk import DiskBusyError, DiskCorruptError, DiskError, fsck, open_disk

NOON = datetime(2026, 11, 20, 12, 0)

WRITER = """
import sys, signal
from datetime import datetime
from pathlib import Path
from robotos.clock import VirtualClock
from robotos.disk import open_disk

clock = VirtualClock(datetime(2026, 11, 20, 12, 0))
disk = open_disk(Path(sys.argv[1]), clock, index=False)
disk.remember("the plumber comes on Tuesday", "owner", clock.wall())
done = disk.begin_task("clean", "study", "owner", clock.wall())
disk.end_task(done, "done", 1.0, clock.wall())
task = disk.begin_task("clean", "kitchen", "owner", clock.wall())
for n in range(1_000_000):
    clock.advance(1.0)
    disk.save_ledger(task, "kitchen", n.to_bytes(4, "big") * 100)
    disk.append("progress", {"n": n})
    print(n, flush=True)
"""


@pytest.fixture
def writer(tmp_path: Path):
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.wait(10)
    process.stdout.close()


def test_killed_writer_loses_nothing_it_was_told_is_written(
    writer: subprocess.Popen[str], tmp_path: Path, clock: VirtualClock
) -> None:
    acknowledged = -1
    while acknowledged < 20:
        acknowledged = int(writer.stdout.readline())
    writer.send_signal(signal.SIGKILL)
    acknowledged = max([acknowledged, *(int(line) for line in writer.stdout.read().split("\n")[:-1])])
    writer.wait(10)

    disk = open_disk(tmp_path, clock, index=False)
    cells = disk.open_ledger("kitchen")
    assert cells is not None
    assert len(cells) == 400
    assert cells == cells[:4] * 100
    assert int.from_bytes(cells[:4], "big") >= acknowledged
    assert [e.body["n"] for e in disk.events()][: acknowledged + 1] == list(range(acknowledged + 1))
    kitchen, study = disk.tasks()
    assert (kitchen.outcome, study.outcome) == ("interrupted", "done")
    assert kitchen.end is not None  # the last sign of life, not the time of the next start
    assert NOON <= kitchen.end <= datetime(2026, 11, 20, 12, 59)
    assert disk.memories()[0].text == "the plumber comes on Tuesday"
    disk.close()
    assert fsck(tmp_path).tasks == 2


def test_second_process_is_turned_away(writer: subprocess.Popen[str], tmp_path: Path, clock: VirtualClock) -> None:
    assert writer.stdout.readline()
    with pytest.raises(DiskBusyError, match=f"{tmp_path}.*process {writer.pid}.*--home"):
        open_disk(tmp_path, clock, index=False)
    with pytest.raises(DiskBusyError):
        fsck(tmp_path)


def test_the_lock_is_free_again_after_close_and_after_a_failed_open(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path, clock, index=False)
    with pytest.raises(DiskBusyError):
        open_disk(tmp_path, clock, index=False)
    disk.close()
    (tmp_path / "robotos.db").write_bytes(b"no database" * 1000)
    for _ in range(2):
        with pytest.raises(DiskCorruptError):
            open_disk(tmp_path, clock, index=False)


def filled(home: Path, clock: VirtualClock) -> Path:
    disk = open_disk(home, clock, index=False)
    with disk.transaction():
        for n in range(500):
            disk.append("heard", {"text": f"clean the kitchen {n} times"})
            disk.moved(f"thing {n}", "desk", "told", NOON)
    disk.close()
    return home / "robotos.db"


def overwrite(content: bytes) -> bytes:
    return b"\x00garbage" * (len(content) // 8)


def truncate(content: bytes) -> bytes:
    return content[: len(content) // 2]


def scribble(content: bytes) -> bytes:
    return content[:8192] + b"\xa5" * 8192 + content[16384:]


@pytest.mark.parametrize("damage", [overwrite, truncate, scribble])
def test_a_damaged_database_is_named_and_left_alone(tmp_path: Path, clock: VirtualClock, damage) -> None:
    file = filled(tmp_path, clock)
    file.write_bytes(damage(file.read_bytes()))
    before = file.read_bytes()
    for attempt in (lambda: open_disk(tmp_path, clock, index=False), lambda: fsck(tmp_path)):
        with pytest.raises(DiskCorruptError, match=r"robotos\.db: the database is damaged .*Nothing was changed.*mv "):
            attempt()
    assert file.read_bytes() == before
    file.rename(tmp_path / "robotos.db.damaged")  # the cure it names
    disk = open_disk(tmp_path, clock, index=False)
    assert disk.events() == []
    disk.close()


def test_damage_found_while_running_is_explained_too(tmp_path: Path, clock: VirtualClock) -> None:
    file = filled(tmp_path, clock)
    disk = open_disk(tmp_path, clock, index=False)
    disk._db.execute("PRAGMA shrink_memory")  # pages read at the opening are still in memory
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    with pytest.raises(DiskCorruptError, match="damaged"):
        disk.events()
    disk.close()


def test_somebody_elses_database_is_not_touched(tmp_path: Path, clock: VirtualClock) -> None:
    with sqlite3.connect(tmp_path / "robotos.db") as other:
        other.execute("CREATE TABLE photos (name)")
    other.close()
    with pytest.raises(DiskCorruptError, match="did not make"):
        open_disk(tmp_path, clock, index=False)
    with sqlite3.connect(tmp_path / "robotos.db") as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("photos",)]
    other.close()


def test_a_full_device_is_explained_and_the_disk_stays_usable(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path, clock, index=False)
    pages = disk._db.value("PRAGMA page_count")
    disk._db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(DiskError, match="no space left"), disk.transaction():
        for _ in range(1000):
            disk.append("heard", {"text": "clean the kitchen " * 20})
    assert disk.events() == []
    assert disk.append("heard", {"text": "stop"}) == 1
    disk.close()


def test_a_home_that_cannot_be_made(tmp_path: Path, clock: VirtualClock) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DiskError, match=r"file.*--home"):
        open_disk(tmp_path / "file", clock, index=False)
    with pytest.raises(DiskError, match="no such file"):
        fsck(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="index=False"):
        open_disk(Path(":memory:"), clock)


def test_the_home_is_private(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path / "home", clock, index=False)
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    disk.close()
