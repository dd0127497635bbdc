"""How soon a disk is ready after a start, and what becomes of an index whose files were damaged meanwhile."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from robotos.bench import disk_home
from robotos.bench.figure import Figure
from robotos.clock import VirtualClock
from robotos.disk import open_disk

READY = "<= 2"
STARTS = 3
SMALL = 300  # memories of a home whose index is damaged
_LIMIT = 180.0  # s

# What a live system does with its disk, in a process of its own: the first line when it has answered an exact and a
# fuzzy question, the second when the index is open, its canaries asked.
_START = """
import sys, time
from pathlib import Path
from robotos.clock import RealClock
from robotos.disk import open_disk
disk = open_disk(Path(sys.argv[1]), RealClock())
disk.warm()
last, found = disk.last_task("clean", "kitchen"), disk.recall(sys.argv[2])
print(last is not None and bool(found) and found[0].text == sys.argv[3], flush=True)
while not disk.warmed:
    time.sleep(0.01)
found = disk.recall(sys.argv[2])
print(bool(found) and found[0].text == sys.argv[3], flush=True)
disk.close()
print(disk.rebuilds, flush=True)
"""


def starts(home: Path, records: int) -> list[Figure]:
    """From the start of a process to its answers; the slowest of some."""
    answered, opened, wrong, rebuilt = [], [], 0, 0
    for _, fact in disk_home.questions(records, STARTS):
        began = time.monotonic()
        command = [sys.executable, "-c", _START, str(home), fact.question, fact.text]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None  # asked for with PIPE
            wrong += process.stdout.readline() != "True\n"
            answered.append(time.monotonic() - began)
            wrong += process.stdout.readline() != "True\n"
            opened.append(time.monotonic() - began)
            rebuilt += process.stdout.readline() != "0\n"
            process.wait(_LIMIT)
    note = f"slowest of {STARTS}, {records:,} records of each kind, an exact and a fuzzy question answered"
    told = f"until then words alone find; {rebuilt} of {STARTS} starts rebuilt it"
    return [
        Figure("start to ready", round(max(answered), 2), "s", READY, note),
        Figure("start to index open, canaries asked", round(max(opened), 2), "s", "", told),
        Figure("wrong answers after a start", wrong, "", "<= 0", note),
    ]


def _truncate(files: Path) -> None:
    largest = max((file for file in files.rglob("*") if file.is_file()), key=lambda file: file.stat().st_size)
    largest.write_bytes(largest.read_bytes()[: largest.stat().st_size // 2])


def _garble(files: Path) -> None:
    for file in files.rglob("*"):
        if file.is_file():
            file.write_bytes(b"\xa5garbage" * (file.stat().st_size // 8 + 1))


def _lose(files: Path) -> None:
    for file in files.rglob("*"):
        if file.is_file():
            file.unlink()


_DAMAGES: Mapping[str, Callable[[Path], None]] = {"truncated": _truncate, "garbage": _garble, "missing": _lose}


def damages() -> list[Figure]:
    """Each damage once: found at the start, rebuilt, answered."""
    good, notes = 0, []
    for name, damage in _DAMAGES.items():
        with tempfile.TemporaryDirectory(prefix="robotos-bench-disk-") as directory:
            home = Path(directory)
            disk_home.fill(home, SMALL)
            damage(home / "index")
            disk = open_disk(home, VirtualClock(disk_home.END))
            try:
                fact = disk_home.fact(SMALL // 2)
                found = disk.recall(fact.question)
                reports = [str(event.body["why"]) for event in disk.events(kind="index_rebuilt")]
            finally:
                disk.close()
            good += len(reports) == 2 and bool(found) and found[0].text == fact.text
            notes.append(f"{name}: {reports[-1]}")
    note = f"{good} of {len(_DAMAGES)} found at the start, rebuilt, answered ({'; '.join(notes)})"
    return [Figure("damaged indices survived", round(100 * good / len(_DAMAGES)), "%", ">= 100", note)]
