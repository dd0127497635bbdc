"""The whole system on virtual time, with the calls of each utterance given by the test in place of a model."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from robotos.boot.simulated import Rig, simulate
from robotos.clock import Clock
from robotos.cpu.grammar import parse_linear
from robotos.errno import Errno
from robotos.kernel.calls import Call
from robotos.kernel.ports import BodyState, Decoded, Fault, Instruction, PageKind, TaskRecord, Usage
from robotos.kernel.process import Main, Priority, Program
from robotos.kernel.syscalls import TABLE
from robotos.kernel.trace import Entry
from robotos.navigation.home import Home
from robotos.policy import Policy, load


def call(text: str) -> Call:
    """A call in linear form, such as `clean r1 force`."""
    return parse_linear(text, TABLE)


@dataclass(frozen=True, slots=True)
class _Thought:
    ready: float
    answer: Decoded | Fault


class Planned:
    """Implements `ports.Processor`: the n-th utterance that is read is answered with the n-th list of calls.

    Each answer takes `thinking` virtual seconds; `probability` is that of every call.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.plans: list[Sequence[Call | Fault]] = []
        self.thinking = 0.0
        self.probability = 1.0
        self.seen: list[Instruction] = []
        self.interrupted: list[int] = []
        self._turns: dict[int, Sequence[Call | Fault]] = {}
        self._thoughts: list[_Thought] = []
        self._next = 1

    def submit(self, instruction: Instruction) -> int:
        self.seen.append(instruction)
        ticket, self._next = self._next, self._next + 1
        if instruction.pid not in self._turns:
            self._turns[instruction.pid] = self.plans.pop(0) if self.plans else ()
        plan = self._turns[instruction.pid]
        user = max(i for i, page in enumerate(instruction.pages) if page.kind is PageKind.USER)
        step = sum(page.kind is PageKind.CALL for page in instruction.pages[user:])
        wanted = plan[step] if step < len(plan) else Call("exit")
        answer: Decoded | Fault
        if isinstance(wanted, Fault):
            answer = replace(wanted, ticket=ticket)
        else:
            answer = Decoded(ticket, wanted, self.probability, Usage(20, 10, 4))
        self._thoughts.append(_Thought(self._clock.now() + self.thinking, answer))
        return ticket

    def poll(self) -> Sequence[Decoded | Fault]:
        now = self._clock.now()
        ready = [thought.answer for thought in self._thoughts if thought.ready <= now]
        self._thoughts = [thought for thought in self._thoughts if thought.ready > now]
        return ready

    def interrupt(self, ticket: int) -> None:
        self.interrupted.append(ticket)
        self._thoughts = [
            _Thought(0.0, Fault(ticket, Errno.EINTR, "interrupted")) if t.answer.ticket == ticket else t
            for t in self._thoughts
        ]

    def release(self, pid: int) -> None:
        self._turns.pop(pid, None)

    def close(self) -> None: ...


class Robot:
    """A simulated robot to talk to."""

    def __init__(self, home: Home, directory: Path, policy: Policy | None = None, **options: Any) -> None:
        made: list[Planned] = []

        def processor(clock: Clock) -> Planned:
            made.append(Planned(clock))
            return made[0]

        self.rig: Rig = simulate(home, policy or load(), processor, directory, index=False, **options)
        self.processor = made[0]
        self.directory = directory
        self.entries: list[Entry] = []
        self.rig.kernel.trace.watchers.append(self.entries.append)

    # ------------------------------------------------------------ talking

    def say(self, text: str, *calls: str | Call | Fault, speaker: str = "owner") -> None:
        """Words, and what the processor makes of them; one step later they are on their way."""
        if calls:
            self.processor.plans.append([call(c) if isinstance(c, str) else c for c in calls])
        self.rig.ears.type(text, speaker)
        self.rig.step()

    def do(self, text: str, *calls: str | Call | Fault, speaker: str = "owner", limit: float = 400.0) -> list[str]:
        """Say it and wait until everything has ended; what the robot said meanwhile."""
        before = len(self.said)
        self.say(text, *calls, speaker=speaker)
        self.finish(limit)
        return self.said[before:]

    def finish(self, limit: float = 400.0) -> None:
        """Run until nothing works and nobody speaks."""
        assert self.rig.run_until(lambda: self.rig.kernel.idle, limit), f"still at work: {self.tail()}"

    def run(self, seconds: float) -> None:
        self.rig.run(seconds)

    def until(self, done: Callable[[], bool], limit: float = 120.0) -> None:
        """Run until something is so."""
        assert self.rig.run_until(done, limit), f"never came: {self.tail()}"

    def install(self, name: str, main: Main, priority: Priority = Priority.INTERACTIVE) -> None:
        """Put a test's own program in the place of one of the robot's."""
        kernel = self.rig.kernel
        kernel.programs = {**kernel.programs, name: Program(name, main, priority)}

    # ------------------------------------------------------------ looking

    @property
    def said(self) -> list[str]:
        return [text for _, text in self.rig.speech.said]

    @property
    def state(self) -> BodyState:
        return self.rig.gate.state()

    @property
    def moving(self) -> bool:
        return self.rig.robot.world.moving

    @property
    def room(self) -> str:
        pose = self.rig.robot.world.pose
        return self.rig.home.room_at(pose.x, pose.y)

    def results(self, name: str) -> list[str]:
        """Errnos of all calls of this name, oldest first."""
        done = [e for e in self.entries if e.kind == "result" and e.text.split(" ")[0] == name]
        return [entry.errno for entry in done]

    def history(self, task: str = "") -> list[TaskRecord]:
        """Newest first."""
        return self.rig.disk.tasks(task)

    def running(self) -> list[str]:
        """Names of the programs that work, in the order they were started."""
        return [p.program.name for p in self.rig.kernel.life.working]

    def tail(self) -> str:
        return " | ".join(f"{e.at:.1f} {e.kind} {e.text} {e.errno}" for e in self.entries[-8:])

    def restart(self, **options: Any) -> Robot:
        """The power fails now, and a robot is started where this one stands, with what its disk held at that moment."""
        copy = self.directory.with_name(self.directory.name + " later")
        shutil.copytree(self.directory, copy)
        world = self.rig.robot.world
        options.setdefault("wall", self.rig.clock.wall())
        return Robot(self.rig.home, copy, start=world.pose, **options)
