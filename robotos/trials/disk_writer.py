"""A process that writes to a disk as fast as it can and says what was written, to be killed at any moment.

`python -m robotos.trials.disk_writer HOME SEED FIRST index|words`: one JSON object a line, printed after the write has
returned (`forgetting` and `unplanning` before it). FIRST numbers its first write; the numbers are in what is written.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from robotos.clock import VirtualClock
from robotos.disk import SqliteDisk, open_disk

NOON = datetime(2026, 11, 20, 12, 0)
ROOMS = ("kitchen", "study", "bathroom", "hallway")
THINGS = ("red cup", "book", "keys", "vase")
MOST = 100_000  # writes, should nobody kill it
INDEX_EVERY = 40  # so many writes between searches, which open the index
CELLS = 100


def fact(number: int) -> str:
    """What is remembered under a number: no two are alike, and its word is its own."""
    return f"locker {_word(number)} holds parcel {number}"


def _word(number: int) -> str:
    syllables = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru")
    return "".join(syllables[int(digit)] for digit in str(number))


class Writer:
    """All kinds of writes, in an order of chance."""

    def __init__(self, disk: SqliteDisk, clock: VirtualClock, seed: int, number: int) -> None:
        self._disk = disk
        self._clock = clock
        self._random = random.Random(seed)
        self.number = number
        self._remembered: list[int] = []
        self._planned: list[int] = []
        self._task = disk.begin_task("clean", ROOMS[0], "owner", clock.wall())

    def write(self) -> None:
        """One write of some kind."""
        self.number += 1
        self._clock.advance(1.0)
        ways: tuple[Callable[[], Mapping[str, object]], ...] = (
            self._event, self._group, self._task_done, self._ledger, self._moved, self._remember, self._plan,
            self._unplan, self._forget,
        )  # fmt: skip
        weights = (6.0, 4.0, 3.0, 4.0, 4.0, 4.0, 1.5, 0.5, 0.3)
        self._say(self._random.choices(ways, weights)[0]())

    def _say(self, message: Mapping[str, object]) -> None:
        print(json.dumps(message), flush=True)

    def _event(self) -> Mapping[str, object]:
        return {"wrote": "event", "seq": self._disk.append("tick", {"n": self.number}), "n": self.number}

    def _group(self) -> Mapping[str, object]:
        with self._disk.transaction():
            for part in range(3):
                self._disk.append("part", {"n": self.number, "part": part})
        return {"wrote": "group", "n": self.number}

    def _task_done(self) -> Mapping[str, object]:
        room, wall = self._random.choice(ROOMS), self._clock.wall()
        task = self._disk.begin_task("clean", room, "owner", wall, str(self.number))
        self._disk.end_task(task, "done", 0.97, wall)
        return {"wrote": "task", "id": task, "room": room, "n": self.number}

    def _ledger(self) -> Mapping[str, object]:
        self._disk.save_ledger(self._task, ROOMS[0], self.number.to_bytes(4, "big") * CELLS)
        return {"wrote": "ledger", "task": self._task, "n": self.number}

    def _moved(self) -> Mapping[str, object]:
        thing = self._random.choice(THINGS)
        self._disk.moved(thing, f"shelf {self.number}", "told", self._clock.wall(), "owner")
        return {"wrote": "belief", "thing": thing, "n": self.number}

    def _remember(self) -> Mapping[str, object]:
        self._disk.append("heard", {"text": f"remember that {fact(self.number)}", "by": "owner"})
        number = self._disk.remember(fact(self.number), "owner", self._clock.wall())
        self._remembered.append(self.number)
        return {"wrote": "memory", "id": number, "n": self.number}

    def _plan(self) -> Mapping[str, object]:
        self._planned.append(self._disk.plan(self._clock.wall(), 0.0, json.dumps({"n": self.number}), "owner"))
        return {"wrote": "plan", "id": self._planned[-1], "n": self.number}

    def _unplan(self) -> Mapping[str, object]:
        if not self._planned:
            return self._plan()
        gone = self._planned.pop(0)
        self._say({"wrote": "unplanning", "id": gone})
        self._disk.unplan(gone)
        return {"wrote": "unplan", "id": gone}

    def _forget(self) -> Mapping[str, object]:
        if not self._remembered:
            return self._remember()
        number = self._remembered.pop(self._random.randrange(len(self._remembered)))
        self._say({"wrote": "forgetting", "n": number})
        self._disk.forget(fact(number))
        return {"wrote": "forgotten", "n": number}


def main(home: Path, seed: int, first: int, index: bool) -> None:
    """Write until killed."""
    clock = VirtualClock(NOON)
    disk = open_disk(home, clock, index=index)
    writer = Writer(disk, clock, seed, first)
    for turn in range(MOST):
        writer.write()
        if index and turn % INDEX_EVERY == 0:
            disk.recall("parcel")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "index")
