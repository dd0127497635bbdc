"""A real `robotos sim` under observation: when it was ready, what it logged, how much memory it all took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

LIMIT = 180.0  # s for a run
SAMPLE_EVERY = 0.25  # s


class RunError(Exception):
    """The system did not run; the text says why."""


@dataclass(frozen=True, slots=True)
class Observed:
    """`ready` seconds after its process was started, the log, and proportional memory of all processes in MB."""

    ready: float
    log: tuple[dict[str, Any], ...]
    memory_ready: float
    memory_peak: float


def observe(words: Sequence[str], model: Path | None) -> Observed:
    """Start it on a new home, say the words one after the other, wait until all is done. Raises `RunError`."""
    with tempfile.TemporaryDirectory(prefix="robotos-bench-") as home:
        said = [argument for text in words for argument in ("--say", text)]
        command = [sys.executable, "-m", "robotos.shell.main", "sim", "--json", "--mute", "--home", home, *said]
        command += ["--exit-when-idle", *(["--model", str(model)] if model is not None else [])]
        began = time.monotonic()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            return _watch(process, began)
        finally:
            process.kill()
            process.communicate()


def _watch(process: subprocess.Popen[str], began: float) -> Observed:
    assert process.stdout is not None and process.stderr is not None  # asked for with PIPE
    over = Event()

    def guard() -> None:
        if not over.wait(LIMIT):
            process.kill()

    Thread(target=guard, daemon=True).start()
    first = process.stdout.readline()
    ready = time.monotonic() - began
    if not first:
        over.set()
        raise RunError(process.stderr.read().strip() or "it ended before it was ready")
    greeting = json.loads(first)
    pids = [int(greeting["pid"]), *greeting["children"].values()]
    samples = [memory_of(pids)]

    def sample() -> None:
        while not over.wait(SAMPLE_EVERY):
            samples.append(memory_of(pids))

    sampler = Thread(target=sample, daemon=True)
    sampler.start()
    log = tuple(json.loads(line) for line in process.stdout)
    over.set()
    sampler.join()
    if process.wait(LIMIT) != 0:
        raise RunError(process.stderr.read().strip() or f"it ended with exit code {process.returncode}")
    return Observed(ready, log, samples[0], max(samples))


def memory_of(pids: Iterable[int]) -> float:
    """Proportional set size of these processes together, MB: what they share is counted once (proc_pid_smaps(5))."""
    return sum(_pss(pid) for pid in pids) / 1024


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0  # it has ended
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def latencies(log: Sequence[dict[str, Any]]) -> list[float]:
    """Seconds from each heard sentence to the first call after it, where there was one before the next sentence."""
    found: list[float] = []
    heard: datetime | None = None
    for line in log:
        if line["kind"] == "hear":
            heard = datetime.fromisoformat(line["at"])
        elif line["kind"] == "call" and heard is not None:
            found.append((datetime.fromisoformat(line["at"]) - heard).total_seconds())
            heard = None
    return found


def evict(roots: Iterable[Path]) -> int:
    """Ask the system to drop all files below from its page cache, so that the next start is a cold one; how many."""
    count = 0
    for root in roots:
        for directory, _, files in os.walk(root):
            for name in files:
                count += _drop(Path(directory, name))
    return count


def _drop(file: Path) -> int:
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except OSError:
        return 0
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    except OSError:
        return 0
    finally:
        os.close(descriptor)
    return 1
