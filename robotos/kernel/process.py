"""A running program: its coroutine, what it waits for, what it may do and what it has used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from robotos.kernel.budget import Budget
from robotos.kernel.calls import Call, Result, Taint
from robotos.kernel.mailbox import Mailbox
from robotos.kernel.trap import Blocked, Trap

if TYPE_CHECKING:
    from robotos.kernel.api import Sys


class Priority(StrEnum):
    """How a program shares the base. BATCH work is set aside for INTERACTIVE work and goes on afterwards."""

    BATCH = "batch"
    INTERACTIVE = "interactive"
    DAEMON = "daemon"  # never holds the base


class State(StrEnum):
    """READY, BLOCKED in a trap, QUEUED for the base, SUSPENDED for another task, PAUSED by the owner, or ENDED."""

    READY = "ready"
    BLOCKED = "blocked"
    QUEUED = "queued"
    SUSPENDED = "suspended"
    PAUSED = "paused"
    ENDED = "ended"


Args = Mapping[str, object]
Main = Callable[["Sys", Args], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class Program:
    """Something that can be started: `main(sys, args) -> Result` and how it shares the base."""

    name: str
    main: Main
    priority: Priority
    moves: bool = True  # holds the base while it runs


@dataclass(slots=True)
class Process:
    """One entry of the process table."""

    pid: int
    parent: int
    program: Program
    args: Args
    capabilities: frozenset[str]
    taint: Taint
    asked_by: str
    budget: Budget
    began: float
    coroutine: Coroutine[Trap, object, Result] | None = None
    call: Call | None = None
    announcement: str = ""
    state: State = State.READY
    waiting: Blocked | None = None
    reply: object = None  # handed to the coroutine at its next turn
    mailbox: Mailbox = field(default_factory=Mailbox)
    progress: Mapping[str, object] = field(default_factory=dict)
    result: Result | None = None
    resumed: bool = False  # the base was away: the next `drive` answers EINTR, so that the program looks around anew
    dying: bool = False
    tool_on: bool = False

    @property
    def ended(self) -> bool:
        return self.state is State.ENDED

    @property
    def held(self) -> bool:
        """Whether it may not run now, whatever it waits for."""
        return self.state in {State.QUEUED, State.SUSPENDED, State.PAUSED}
