"""What the kernel keeps on the disk: the port, and the values that cross it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol

from robotos.kernel.calls import Kind


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One line of the robot's history. Times are civil; `outcome` is running, done, interrupted, failed, declined."""

    id: int
    task: str  # "clean", "goto", "fetch", ...
    room: str
    begin: datetime
    end: datetime | None
    outcome: str
    coverage: float  # share of the reachable floor, 0 to 1; 0 where it means nothing
    asked_by: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Belief:
    """Where the disk thinks a thing is: a place name, or `owner`/a person, or `robot`; who said so and when."""

    thing: str
    place: str
    source: str  # "seen", "told", "layout", "moved"
    at: datetime
    told_by: str = ""  # who told it; "" when nobody did


@dataclass(frozen=True, slots=True)
class Memory:
    """A remembered sentence and where it came from (a `Taint` value such as "owner" or "web")."""

    id: int
    text: str
    source: str
    at: datetime
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Planned:
    """A scheduled call: when next, and every how many seconds again (0: once).

    `due` is the time it is planned for, which `at` is later than when it was put off; `ran` the last such time that was
    handed out. None in what an earlier version wrote.
    """

    id: int
    at: datetime
    every: float
    call: str  # JSON, as the kernel wrote it
    asked_by: str
    due: datetime | None = None
    ran: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taught:
    """What the owner means by a phrase: `call` as `agenda.dump` wrote it."""

    phrase: str  # as `spoken.plain` writes it
    call: str
    at: datetime


Aliases = Mapping[str, tuple[Kind, str]]
"""The owner's own names, as `spoken.plain_name` writes them, with kind and canonical name of what each means."""


class Disk(Protocol):
    """The truth: journal, history, ledgers, things, memories, schedule. Every write is durable when it returns."""

    def append(self, kind: str, body: Mapping[str, object]) -> int:
        """Add an event to the journal before it takes effect; returns its sequence number."""

    def begin_task(self, task: str, room: str, asked_by: str, at: datetime, detail: str = "") -> int: ...

    def end_task(self, task_id: int, outcome: str, coverage: float, at: datetime, detail: str = "") -> None: ...

    def last_task(self, task: str, room: str, outcome: str = "done") -> TaskRecord | None:
        """The newest that ended with `outcome`."""

    def tasks(self, task: str = "", room: str = "", since: datetime | None = None, limit: int = 50) -> list[TaskRecord]:
        """Newest first; empty strings match all."""

    def save_ledger(self, task_id: int, room: str, cells: bytes) -> None:
        """The covered cells of a running cleaning, as packed bits; replaces the earlier one of this task."""

    def open_ledger(self, room: str, since: datetime | None = None) -> bytes | None:
        """Cells of the newest cleaning of `room` if that one was interrupted or never ended; None otherwise.

        With `since`, only cells saved then or later.
        """

    def where(self, thing: str) -> Belief | None: ...

    def things_at(self, place: str) -> list[Belief]: ...

    def sightings(self, thing: str, limit: int = 20) -> list[Belief]:
        """Everything believed about the thing, newest first."""

    def moved(self, thing: str, place: str, source: str, at: datetime, told_by: str = "") -> None:
        """The thing is (believed to be) at `place`; an empty place means it was not where it should be."""

    def untold(self, thing: str, at: datetime) -> int:
        """Delete all that was told about where a thing is; how much. If that was the last word, it is nowhere known."""

    def remember(self, text: str, source: str, at: datetime) -> int: ...

    def recall(self, query: str, limit: int = 3) -> list[Memory]: ...

    def forget(self, query: str) -> int:
        """Delete what matches best; returns how many were deleted."""

    def alias(self, name: str, kind: Kind, target: str, at: datetime) -> None:
        """From now on the owner calls `target` by `name`; replaces what `name` meant before."""

    def unalias(self, name: str) -> bool:
        """Forget one of the owner's names; whether there was one."""

    def aliases(self) -> Aliases: ...

    def teach(self, phrase: str, call: str, at: datetime) -> None:
        """From now on `phrase` means `call`; replaces what it meant before."""

    def unteach(self, phrase: str) -> bool:
        """Forget what a phrase means; whether it meant anything."""

    def taught(self) -> list[Taught]: ...

    def plan(self, at: datetime, every: float, call: str, asked_by: str, ran: datetime | None = None) -> int:
        """Keep a call for later; `ran` counts as the last time it was handed out."""

    def planned(self) -> list[Planned]: ...

    def unplan(self, planned_id: int) -> None: ...

    def replan(self, planned_id: int, at: datetime, due: datetime | None = None, ran: datetime | None = None) -> None:
        """Move it to another time, all of it at once; `due` and `ran` stay as they are where they are left out."""

    def told_time(self, name: str, clock: time, at: datetime) -> None:
        """From now on `name` ("dinner") is at that time of the day, as the owner said."""

    def told_times(self) -> dict[str, time]:
        """What the owner has said about the home's day, by name."""

    def close(self) -> None: ...
