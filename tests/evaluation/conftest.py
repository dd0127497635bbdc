"""A processor that knows the answers, in place of a model: what lies behind the processor is tested without one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from robotos.cpu.grammar import parse_linear
from robotos.evaluation.batch import Job
from robotos.evaluation.recording import Recording
from robotos.evaluation.result import Result
from robotos.evaluation.run import record, run
from robotos.evaluation.scenario import Scenario, parse
from robotos.kernel.calls import Call, Handle
from robotos.kernel.ports import Decoded, Fault, Instruction, Page, PageKind, Usage
from robotos.kernel.syscalls import TABLE
from robotos.navigation.home import Home
from robotos.policy import load

ROWS = tuple(row for row in TABLE if row.model)


class Oracle:
    """Implements `ports.Processor`. `script[n]` are the calls, in linear form, of the n-th utterance that is read.

    `$r1` is the first room that the utterance mentions, `$here` and `$me` are those of the state page, `$last.r` is the
    room of the call before.
    """

    def __init__(self, script: Sequence[Sequence[str]]) -> None:
        self._script = script
        self._turns: list[int] = []  # pids, in the order of their first instruction
        self._done: list[Decoded | Fault] = []
        self._next = 1
        self.read: list[str] = []

    def submit(self, instruction: Instruction) -> int:
        ticket, self._next = self._next, self._next + 1
        user = max(i for i, page in enumerate(instruction.pages) if page.kind is PageKind.USER)
        if instruction.pid not in self._turns:
            self._turns.append(instruction.pid)
            words = instruction.pages[user].content
            assert isinstance(words, tuple)
            self.read.append(" ".join(map(str, words)))
        turn = self._turns.index(instruction.pid)
        step = sum(page.kind is PageKind.CALL for page in instruction.pages[user:])
        calls = self._script[turn] if turn < len(self._script) else ()
        call = parse_linear(_filled(calls[step], instruction.pages, user), ROWS) if step < len(calls) else Call("exit")
        self._done.append(Decoded(ticket, call, 1.0, Usage(prompt=20, cached=10, generated=4)))
        return ticket

    def poll(self) -> Sequence[Decoded | Fault]:
        done, self._done = self._done, []
        return done

    def interrupt(self, ticket: int) -> None: ...

    def release(self, pid: int) -> None: ...

    def close(self) -> None: ...


def _filled(call: str, pages: Sequence[Page], user: int) -> str:
    """The call with the handles that these pages have for its slots."""
    said, state = pages[user].content, pages[user - 1].content
    assert isinstance(said, tuple) and isinstance(state, tuple)
    slots = {"$me": str(state[state.index("from") + 1]), "$here": str(state[state.index("at") + 1])}
    mentioned = Counter[str]()
    for word in said:
        if isinstance(word, Handle):
            mentioned[word.kind.value] += 1
            slots[f"${word.kind.value}{mentioned[word.kind.value]}"] = str(word)
    for page in pages[:user]:
        if isinstance(page.content, Call):
            handles = [v for values in page.content.operands.values() for v in values if isinstance(v, Handle)]
            slots |= {f"$last.{handle.kind.value}": str(handle) for handle in handles}
    return " ".join(slots.get(word, word) for word in call.split())


ANSWERS: Mapping[str, Sequence[Sequence[str]]] = json.loads(Path(__file__).with_name("answers.json").read_text())
Script = Sequence[Sequence[str]]


def no_sound(path: Path, home: Home) -> str:
    return "go to the kitchen"


class OracleJob(Job):
    """A batch that runs on the right answers to the scenarios of `tests/scenarios`."""

    def runner(self) -> Callable[[Scenario], Result]:
        return lambda scenario: run(scenario, lambda clock: Oracle(ANSWERS[scenario.id]), no_sound)


@pytest.fixture(scope="session")
def play() -> Callable[..., Recording]:
    """Plays a scenario, given as a mapping without an id, with these calls for each utterance."""

    def played(script: Script, **line: Any) -> Recording:
        scenario = parse(json.dumps({"id": "test", **line}), "test:1")
        return record(scenario, lambda clock: Oracle(script), no_sound, load())

    return played


@pytest.fixture
def answers() -> Mapping[str, Script]:
    return ANSWERS


@pytest.fixture
def right_job() -> type[Job]:
    return OracleJob
