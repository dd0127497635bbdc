"""A running program: its coroutine, what it waits for, what it may do and what it has used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from robotos.kernel.budget import Budget
from robotos.kernel.calls import Bindings, Call, Result, Taint
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


@dataclass(frozen=True, slots=True)
class Order:
    """On whose words a process runs: where they came from, who said them, and what they may use up together."""

    taint: Taint
    asked_by: str
    budget: Budget


@dataclass(frozen=True, slots=True)
class Task:
    """What a process was started for: the call, what its handles stand for, and what is said when it begins."""

    call: Call
    bindings: Bindings = field(default_factory=Bindings)
    announcement: str = ""


@dataclass(slots=True, eq=False)
class Process:
    """One entry of the process table."""

    pid: int
    parent: int
    program: Program
    args: Args
    capabilities: frozenset[str]
    order: Order
    began: float
    coroutine: Coroutine[Trap, object, Result]
    task: Task | None = None
    announcement: str = ""  # still to be said
    state: State = State.READY
    waiting: Blocked | None = None
    reply: object = None  # handed to the coroutine at its next turn
    mailbox: Mailbox = field(default_factory=Mailbox)
    progress: Mapping[str, object] = field(default_factory=dict)
    result: Result | None = None
    ended_at: float = 0.0
    resumed: bool = False  # the base was away: the next `drive` answers EINTR, so that the program looks around anew
    dying: bool = False
    crashed: bool = False
    tool_on: bool = False
    open_tasks: set[int] = field(default_factory=set)  # lines of history it has begun and not ended

    @property
    def ended(self) -> bool:
        return self.state is State.ENDED

    @property
    def held(self) -> bool:
        """Whether it may not run now, whatever it waits for."""
        return self.state in {State.QUEUED, State.SUSPENDED, State.PAUSED}

    @property
    def call(self) -> Call | None:
        """The call it carries out."""
        return self.task.call if self.task is not None else None

    @property
    def taint(self) -> Taint:
        return self.order.taint

    @property
    def asked_by(self) -> str:
        return self.order.asked_by

    @property
    def budget(self) -> Budget:
        return self.order.budget
