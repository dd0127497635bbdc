"""`kill -9` while a process writes to the disk: what it was told is written must be there at the next start."""

from __future__ import annotations

import json
import random
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from robotos.clock import VirtualClock
from robotos.disk import Reader, SqliteDisk, fsck, open_disk
from robotos.trials.disk_writer import CELLS, NOON, ROOMS, fact

LONGEST = 0.6  # s from its first write to the kill
START_WITHIN = 60.0  # s for the writer's first write
INDEX_EVERY = 10  # of so many writers one has the index open when it is killed


@dataclass(slots=True)
class Told:
    """What writers were told is on the disk."""

    events: dict[int, int] = field(default_factory=dict)  # seq → number
    groups: set[int] = field(default_factory=set)
    tasks: dict[int, tuple[str, str]] = field(default_factory=dict)  # id → room, detail
    ledger: tuple[int, int] | None = None  # task and number of the last
    beliefs: dict[str, list[int]] = field(default_factory=dict)
    memories: dict[int, int] = field(default_factory=dict)  # number → id
    forgotten: set[int] = field(default_factory=set)
    plans: dict[int, int] = field(default_factory=dict)
    unplanned: set[int] = field(default_factory=set)
    count: int = 0
    last: int = 0

    def take(self, message: Mapping[str, Any]) -> None:
        """One line of a writer's."""
        kind, n = message["wrote"], message.get("n", 0)
        self.count += kind not in {"forgetting", "unplanning"}
        self.last = max(self.last, n)
        if kind == "event":
            self.events[message["seq"]] = n
        elif kind == "group":
            self.groups.add(n)
        elif kind == "task":
            self.tasks[message["id"]] = (message["room"], str(n))
        elif kind == "ledger":
            self.ledger = (message["task"], n)
        elif kind == "belief":
            self.beliefs.setdefault(message["thing"], []).append(n)
        elif kind == "memory":
            self.memories[n] = message["id"]
        elif kind == "forgetting":
            self.memories.pop(n, None)  # from here on it may be there or not
        elif kind == "forgotten":
            self.forgotten.add(n)
        elif kind == "plan":
            self.plans[message["id"]] = n
        elif kind == "unplanning":
            self.plans.pop(message["id"], None)
        else:
            self.unplanned.add(message["id"])


@dataclass(frozen=True, slots=True)
class Kills:
    """What came of them; as the soak takes it."""

    counts: Mapping[str, int]
    violations: tuple[str, ...]
    figures: Mapping[str, float]


def run(count: int, seed: int, tell: Callable[[int], None] = lambda done: None) -> Kills:
    """Kill `count` writers one after the other on one home, each at a random moment, and look after each."""
    chance, told, wrong = random.Random(seed), Told(), []
    opening = 0.0
    with tempfile.TemporaryDirectory(prefix="robotos-kills-") as directory:
        home = Path(directory)
        for number in range(count):
            index = number % INDEX_EVERY == INDEX_EVERY - 1 or number == count - 1
            _write_and_kill(home, chance, told, index)
            began = time.monotonic()
            disk = open_disk(home, VirtualClock(NOON), index=index)
            opening = max(opening, time.monotonic() - began)
            try:
                wrong += [f"kill {number + 1}: {what}" for what in _lost(disk, told, index)]
            finally:
                disk.close()
            tell(number + 1)
        checked = fsck(home)  # raises where the database is damaged
        wrong += [f"fsck: {why}" for why in checked.rebuilt]
    counts = {"kills": count, "writes acknowledged": told.count, "memories forgotten": len(told.forgotten)}
    return Kills(counts, tuple(wrong), {"opening after a kill, ms": round(1e3 * opening, 1)})


def _write_and_kill(home: Path, chance: random.Random, told: Told, index: bool) -> None:
    how = "index" if index else "words"
    command = [sys.executable, "-m", "robotos.trials.disk_writer", str(home)]
    command += [str(chance.randrange(2**31)), str(told.last), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None  # asked for with PIPE
        try:
            if not select.select([writer.stdout], [], [], START_WITHIN)[0]:
                raise RuntimeError(f"the writer has not written anything for {START_WITHIN:.0f} s")
            time.sleep(chance.uniform(0.0, LONGEST))
        finally:
            writer.kill()
        *lines, _torn = writer.stdout.read().split(b"\n")
    if not lines:
        raise RuntimeError(f"the writer ended with exit code {writer.returncode} before it wrote anything")
    for line in lines:
        told.take(json.loads(line))
    told.last += 1  # what it was at when it was killed has a number too


def _lost(disk: SqliteDisk, told: Told, index: bool) -> list[str]:
    """Everything that is not as it was told to be."""
    lost = [*_lost_events(disk, told), *_lost_memories(disk, told)]
    tasks = {task.id: task for task in disk.tasks(limit=-1)}
    for number, (room, detail) in told.tasks.items():
        task = tasks.get(number)
        if task is None or (task.room, task.detail, task.outcome) != (room, detail, "done"):
            lost.append(f"task {number} is {task}")
    lost += [f"task {task.id} still runs" for task in tasks.values() if task.outcome == "running"]
    lost += _torn_ledger(disk, told)
    for thing, numbers in told.beliefs.items():
        places = {belief.place for belief in disk.sightings(thing, limit=-1)}
        lost += [f"{thing} on shelf {n}" for n in numbers if f"shelf {n}" not in places]
        now = disk.where(thing)
        if now is None or now not in disk.things_at(now.place) or int(now.place.split()[1]) < numbers[-1]:
            lost.append(f"{thing} is said to be at {now}")
    planned = {planned.id for planned in disk.planned()}
    lost += [f"plan {number}" for number in told.plans if number not in planned]
    lost += [f"plan {number} was taken off, and is there" for number in told.unplanned & planned]
    if index:
        newest = fact(max(told.memories, default=0))
        found = disk.recall(newest, limit=1)  # opens the index, or builds it anew
        if told.memories and (not found or found[0].text != newest):
            lost.append(f"{newest!r} is not found")
    return lost


def _lost_events(disk: Reader, told: Told) -> list[str]:
    events = {event.seq: event for event in disk.events(limit=-1)}
    lost = [f"event {seq}" for seq, n in told.events.items() if seq not in events or events[seq].body["n"] != n]
    parts: dict[int, int] = {}
    for event in events.values():
        if event.kind == "part":
            parts[event.body["n"]] = parts.get(event.body["n"], 0) + 1
    lost += [f"group {n}" for n in told.groups if n not in parts]
    return lost + [f"group {n} is torn: {count} of 3" for n, count in parts.items() if count != 3]


def _lost_memories(disk: Reader, told: Told) -> list[str]:
    texts = disk.texts()
    lost = [f"memory {number}" for n, number in told.memories.items() if texts.get(number) != fact(n)]
    held = set(texts.values()) | {said.text.removeprefix("remember that ") for said in disk.conversation(limit=-1)}
    return lost + [f"{fact(n)!r} was forgotten, and is there" for n in told.forgotten if fact(n) in held]


def _torn_ledger(disk: Reader, told: Told) -> list[str]:
    if told.ledger is None:
        return []
    task, n = told.ledger
    rows = disk.ledgers(ROOMS[0])
    cells = rows.get(task, b"")
    if len(cells) != 4 * CELLS or cells != cells[:4] * CELLS or int.from_bytes(cells[:4], "big") < n:
        return [f"ledger of task {task}, number {n}"]
    return []
