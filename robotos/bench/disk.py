"""`robotos bench disk`: how fast the disk answers when it is full, and whether it keeps what it was told."""

from __future__ import annotations

import gc
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from robotos.bench import disk_home, disk_start
from robotos.bench.figure import Figure
from robotos.bench.quantile import quantile
from robotos.bench.registry import Options
from robotos.clock import VirtualClock
from robotos.disk import SqliteDisk, backup, open_disk

RECORDS, QUICK_RECORDS = 100_000, 5_000
EXACT, FUZZY = 150, 400  # questions of each kind
WRITES, FORGETS = 200, 5
KILLS, QUICK_KILLS = 10, 2
SEED = 1
WARM_WITHIN = 120.0  # s
EXACT_GOAL, FUZZY_P50, FUZZY_P99 = "<= 2", "<= 15", "<= 50"


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock on the wall, and of this thread's processor time."""

    wall: float
    cpu: float


def measure(options: Options) -> Sequence[Figure]:
    """All figures of this area."""
    records = QUICK_RECORDS if options.quick else RECORDS
    with tempfile.TemporaryDirectory(prefix="robotos-bench-disk-") as directory:
        home = Path(directory) / "home"
        began = time.perf_counter()
        disk_home.fill(home, records)
        note = f"{records:,} each of memories, tasks, beliefs and events, and the index over the memories"
        figures = [Figure("home filled", round(time.perf_counter() - began, 1), "s", "", note)]
        figures += disk_start.starts(home, records)
        figures += _questions(home, records)
        figures += _writes(home, records)
    return [*figures, *disk_start.damages(), *_kills(QUICK_KILLS if options.quick else KILLS)]


# ---------------------------------------------------------------- questions


def _questions(home: Path, records: int) -> list[Figure]:
    disk = open_disk(home, VirtualClock(disk_home.END))
    try:
        exact = {kind: _timed(ask, EXACT) for kind, ask in _exact(disk).items()}
        disk.warm()
        until = time.monotonic() + WARM_WITHIN
        while not disk.warmed and time.monotonic() < until:
            time.sleep(0.05)
        if not disk.warmed:
            why = f"the index was not open after {WARM_WITHIN:.0f} s"
            return [*_exact_figures(exact, records), Figure("fuzzy question, p99", None, "ms", FUZZY_P99, why)]
        return [*_exact_figures(exact, records), *_fuzzy(disk, records)]
    finally:
        disk.close()


def _exact(disk: SqliteDisk) -> Mapping[str, Callable[[int], object]]:
    """Every kind of exact question; its argument varies it."""
    rooms, places = disk_home.ROOMS, disk_home.PLACES
    day = disk_home.END - timedelta(days=1)
    return {
        "last cleaning of a room": lambda n: disk.last_task("clean", rooms[n % len(rooms)]),
        "last task of a kind": lambda n: disk.last_task(("fetch", "dock")[n % 2], ""),
        "what was done today": lambda n: disk.tasks(since=day),
        "newest tasks in a room": lambda n: disk.tasks("clean", rooms[n % len(rooms)]),
        "cells to go on with": lambda n: disk.open_ledger(rooms[n % len(rooms)]),
        "where a thing is": lambda n: disk.where(f"thing {n % 500}"),
        "where a thing was": lambda n: disk.sightings(f"thing {n % 500}"),
        "what is at a place": lambda n: disk.things_at(places[n % len(places)]),
        "what was said last": lambda n: disk.conversation(limit=20),
        "what was said that day": lambda n: disk.conversation(day - timedelta(days=n % 20), day, limit=20),
        "what somebody likes": lambda n: disk.preferences(who=disk_home.name(n).lower()),
        "events since": lambda n: disk.events(after=disk.last_seq() - 20),
        "what is planned": lambda n: disk.planned(),
    }


def _exact_figures(exact: Mapping[str, Sequence[Spent]], records: int) -> list[Figure]:
    everything = [one for some in exact.values() for one in some]
    slowest = max(exact, key=lambda kind: _ms(exact[kind], 0.99))
    note = f"{len(everything)} questions of {len(exact)} kinds on {records:,} records of each kind; {_cpu(everything)}"
    told = f"{slowest}; {_cpu(exact[slowest])}"
    return [
        Figure("exact question, p50", _ms(everything, 0.5), "ms", "", note),
        Figure("exact question, p99", _ms(everything, 0.99), "ms", EXACT_GOAL, note),
        Figure("exact question, p99 of the slowest kind", _ms(exact[slowest], 0.99), "ms", EXACT_GOAL, told),
    ]


def _fuzzy(disk: SqliteDisk, records: int) -> list[Figure]:
    facts = [fact for _number, fact in disk_home.questions(records, FUZZY)]
    right: set[int] = set()

    def ask(number: int) -> None:
        found = disk.recall(facts[number].question)
        if found and found[0].text == facts[number].text:
            right.add(number)

    spent = _timed(ask, FUZZY)
    note = f"{FUZZY} questions in other words than what was told, over {records:,} memories; Chroma and words together"
    note += f"; {_cpu(spent)} on this side of the pipe"
    return [
        Figure("fuzzy question, p50", _ms(spent, 0.5), "ms", FUZZY_P50, note),
        Figure("fuzzy question, p99", _ms(spent, 0.99), "ms", FUZZY_P99, note),
        Figure("fuzzy questions with the right answer first", round(100 * len(right) / FUZZY, 1), "%", "", note),
        Figure("fuzzy questions that the index answered too late for", disk.late, "", "", "answered by words alone"),
    ]


# ---------------------------------------------------------------- writes


def _writes(home: Path, records: int) -> list[Figure]:
    disk = open_disk(home, VirtualClock(disk_home.END))
    try:
        events = _timed(lambda n: disk.append("tick", {"n": n}), WRITES)
        words = _timed(lambda n: disk.remember(f"parcel {n} is in locker {n * 31}", "owner", disk_home.END), WRITES)
        forgets = _timed(lambda n: disk.forget(f"what i told you about parcel {n}"), FORGETS)
        began = time.perf_counter()
        size = backup(home, home.parent / "copy.db")
        took = time.perf_counter() - began
    finally:
        disk.close()
    shutil.rmtree(home)
    note = f"durable (WAL, synchronous=FULL), {records:,} records of each kind, this machine's storage"
    return [
        Figure("event written, p99", _ms(events, 0.99), "ms", "", note),
        Figure("memory written, p99", _ms(words, 0.99), "ms", "", note),
        Figure("forgotten, journal included, at most", _ms(forgets, 1.0), "ms", "", f"{FORGETS} times"),
        Figure("backup while running", round(took, 1), "s", "", f"{size / 2**20:.0f} MB, checked page by page"),
    ]


def _kills(count: int) -> list[Figure]:
    from robotos.trials import disk_kills

    found = disk_kills.run(count, SEED)
    told = f"{count} × kill -9, {found.counts['writes acknowledged']} writes acknowledged; make soak does 200"
    note = "; ".join(found.violations[:5]) or told
    return [Figure("lost of what was acknowledged", len(found.violations), "", "<= 0", note)]


def _timed(ask: Callable[[int], object], count: int) -> list[Spent]:
    """What each took."""
    gc.collect()
    ask(0)
    spent = []
    for number in range(count):
        began = Spent(time.perf_counter(), time.thread_time())
        ask(number)
        spent.append(Spent(time.perf_counter() - began.wall, time.thread_time() - began.cpu))
    return spent


def _ms(spent: Sequence[Spent], share: float) -> float:
    return round(1e3 * quantile([one.wall for one in spent], share), 2)


def _cpu(spent: Sequence[Spent], share: float = 0.99) -> str:
    """For a note: on a busy machine the wall-clock tells more of what else runs."""
    return f"processor time p99 {1e3 * quantile([one.cpu for one in spent], share):.2f} ms"
