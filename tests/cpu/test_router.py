from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.clock import VirtualClock
from robotos.cpu.engine import ModelError
from robotos.cpu.late import LateProcessor
from robotos.cpu.router import Escalations, Router
from robotos.errno import Errno
from robotos.kernel.calls import Call
from robotos.kernel.ports import Decoded, Fault, Instruction, Processor, Usage

WALL = datetime(2026, 11, 20, 15, 10)
CLEAN, DOCK = Call("clean"), Call("dock")
THRESHOLD, DEADLINE = 0.5, 4.0


@dataclass
class Scripted:
    """A processor that always answers the same, after so many seconds of the clock."""

    clock: VirtualClock
    answer: tuple[Call, float] | Errno
    seconds: float = 0.0
    base: int = 0  # tickets differ between processors
    asked: list[Instruction] = field(default_factory=list)
    interrupted: list[int] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    closed: bool = False
    _pending: list[tuple[float, int]] = field(default_factory=list)

    def submit(self, instruction: Instruction) -> int:
        self.asked.append(instruction)
        ticket = self.base + len(self.asked)
        self._pending.append((self.clock.now() + self.seconds, ticket))
        return ticket

    def poll(self) -> Sequence[Decoded | Fault]:
        now = self.clock.now()
        ready = [ticket for at, ticket in self._pending if at <= now]
        self._pending = [(at, ticket) for at, ticket in self._pending if at > now]
        return [self._result(ticket) for ticket in ready]

    def _result(self, ticket: int) -> Decoded | Fault:
        if isinstance(self.answer, Errno) or ticket in self.interrupted:
            return Fault(ticket, self.answer if isinstance(self.answer, Errno) else Errno.EINTR, "scripted")
        return Decoded(ticket, *self.answer, Usage(100, 60, 5, 0.1))

    def interrupt(self, ticket: int) -> None:
        self.interrupted.append(ticket)

    def release(self, pid: int) -> None:
        self.released.append(pid)

    def close(self) -> None:
        self.closed = True


def make(
    first: tuple[Call, float] | Errno, larger: tuple[Call, float] | Errno, seconds: float = 1.0
) -> tuple[Router, Scripted, Scripted, VirtualClock]:
    clock = VirtualClock(WALL)
    small, big = Scripted(clock, first, 0.1), Scripted(clock, larger, seconds, base=1000)
    return Router(small, big, clock, THRESHOLD, DEADLINE), small, big, clock


def answers(router: Router, clock: VirtualClock, seconds: float) -> list[tuple[float, Decoded | Fault]]:
    """What comes back and when, at 20 Hz."""
    found: list[tuple[float, Decoded | Fault]] = []
    began = clock.now()
    while clock.now() - began < seconds:
        clock.advance(0.05)
        found += [(round(clock.now() - began, 2), result) for result in router.poll()]
    return found


INSTRUCTION = Instruction(3, (), (), ())


def test_a_sure_answer_never_reaches_the_larger_model() -> None:
    router, _, big, clock = make((CLEAN, 0.5), (DOCK, 0.99))
    ticket = router.submit(INSTRUCTION)
    ((_, result),) = answers(router, clock, 6.0)
    assert isinstance(result, Decoded)
    assert (result.ticket, result.call, result.by) == (ticket, CLEAN, "")
    assert big.asked == [] and router.counts == Escalations(answered=1)


def test_an_unsure_answer_is_replaced_by_a_surer_one() -> None:
    router, _, big, clock = make((CLEAN, 0.49), (DOCK, 0.9))
    ticket = router.submit(INSTRUCTION)
    ((at, result),) = answers(router, clock, 6.0)
    assert isinstance(result, Decoded)
    assert (result.ticket, result.call, result.by, result.probability) == (ticket, DOCK, "larger", 0.9)
    assert at == pytest.approx(1.15, abs=0.06)
    assert big.asked == [INSTRUCTION]
    assert result.usage == Usage(200, 120, 10, 0.2), "both models' work is charged"
    assert router.counts == Escalations(1, 1, 1, 0)


def test_when_both_are_unsure_the_first_reading_is_asked_about() -> None:
    router, _, _, clock = make((CLEAN, 0.4), (DOCK, 0.49))
    ticket = router.submit(INSTRUCTION)
    ((_, result),) = answers(router, clock, 6.0)
    assert isinstance(result, Decoded)
    assert (result.ticket, result.call, result.probability, result.by) == (ticket, CLEAN, 0.4, "")
    assert router.counts.taken == 0


def test_patience_ends_and_a_late_answer_belongs_to_nobody() -> None:
    router, _, big, clock = make((CLEAN, 0.4), (DOCK, 0.99), seconds=5.0)
    router.submit(INSTRUCTION)
    ((at, result),) = answers(router, clock, 8.0)
    assert isinstance(result, Decoded) and result.call == CLEAN
    assert DEADLINE <= at <= DEADLINE + 0.2
    assert big.interrupted == [1001] and router.counts == Escalations(1, 1, 0, 1)


def test_a_larger_model_that_fails_changes_nothing() -> None:
    router, _, _, clock = make((CLEAN, 0.4), Errno.EIO)
    router.submit(INSTRUCTION)
    ((_, result),) = answers(router, clock, 6.0)
    assert isinstance(result, Decoded) and result.call == CLEAN


def test_a_fault_of_the_first_is_no_doubt() -> None:
    router, _, big, clock = make(Errno.EINVAL, (DOCK, 0.99))
    ticket = router.submit(INSTRUCTION)
    ((_, result),) = answers(router, clock, 6.0)
    assert isinstance(result, Fault) and (result.ticket, result.errno) == (ticket, Errno.EINVAL)
    assert big.asked == []


def test_interrupting_reaches_whichever_is_at_work() -> None:
    router, small, big, clock = make((CLEAN, 0.4), (DOCK, 0.99), seconds=3.0)
    one = router.submit(INSTRUCTION)
    router.interrupt(one)
    assert small.interrupted == [1]
    ((_, result),) = answers(router, clock, 1.0)
    assert isinstance(result, Fault) and result.errno is Errno.EINTR and big.asked == []

    two = router.submit(INSTRUCTION)
    assert answers(router, clock, 1.0) == []
    router.interrupt(two)
    assert big.interrupted == [1001]
    ((at, result),) = answers(router, clock, 6.0)
    assert at == 0.05 and isinstance(result, Fault)
    assert (result.ticket, result.errno) == (two, Errno.EINTR)


def test_both_let_go_of_a_process_and_both_are_closed() -> None:
    router, small, big, _ = make((CLEAN, 0.4), (DOCK, 0.99))
    router.release(7)
    router.close()
    assert small.released == big.released == [7] and small.closed and big.closed


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 8)), min_size=1, max_size=6),
)
def test_every_instruction_is_answered_once_and_in_time(cases: list[tuple[float, float, float]]) -> None:
    clock = VirtualClock(WALL)
    small, big = Scripted(clock, (CLEAN, 0.0), 0.1), Scripted(clock, (DOCK, 0.0), base=1000)
    router = Router(small, big, clock, THRESHOLD, DEADLINE)
    for first, second, seconds in cases:
        small.answer, big.answer, big.seconds = (CLEAN, first), (DOCK, second), seconds
        ticket = router.submit(INSTRUCTION)
        found = answers(router, clock, DEADLINE + 0.4)
        assert [result.ticket for _, result in found] == [ticket]
        (_, result) = found[0]
        assert isinstance(result, Decoded)
        assert result.call == CLEAN or (first < THRESHOLD <= second)
        assert result.probability >= min(first, THRESHOLD)


def test_a_model_still_being_loaded_is_not_waited_for() -> None:
    clock, gate = VirtualClock(WALL), threading.Event()
    ready = Scripted(clock, (DOCK, 0.9))

    def load() -> Processor:
        gate.wait(10.0)
        return ready

    late = LateProcessor(load)
    router = Router(Scripted(clock, (CLEAN, 0.3)), late, clock, THRESHOLD, DEADLINE)
    router.submit(INSTRUCTION)
    ((at, result),) = answers(router, clock, 1.0)
    assert at == 0.05 and isinstance(result, Decoded) and result.call == CLEAN
    gate.set()
    assert late.wait(10.0) and late.ready and not late.problem
    router.submit(INSTRUCTION)
    ((_, result),) = answers(router, clock, 1.0)
    assert isinstance(result, Decoded) and result.call == DOCK
    router.close()
    assert ready.closed


def test_a_model_that_does_not_load_says_why_and_is_done_without() -> None:
    def load() -> Processor:
        raise ModelError("the file is damaged; pull it again")

    clock = VirtualClock(WALL)
    late = LateProcessor(load)
    assert late.wait(10.0)
    assert late.problem == "the file is damaged; pull it again" and not late.ready
    router = Router(Scripted(clock, (CLEAN, 0.3)), late, clock, THRESHOLD, DEADLINE)
    router.submit(INSTRUCTION)
    ((_, result),) = answers(router, clock, 1.0)
    assert isinstance(result, Decoded) and result.call == CLEAN
    late.close()


def test_what_is_loaded_after_closing_is_freed() -> None:
    clock, gate = VirtualClock(WALL), threading.Event()
    ready = Scripted(clock, (DOCK, 0.9))

    def load() -> Processor:
        gate.wait(10.0)
        return ready

    late = LateProcessor(load)
    late.close()
    gate.set()
    assert late.wait(10.0) and ready.closed and not late.ready
