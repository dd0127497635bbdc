"""Two processors as one: where the bundled model is unsure, a larger one is asked, for as long as patience lasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from robotos.clock import Clock
from robotos.errno import Errno
from robotos.kernel.ports import Decoded, Fault, Instruction, Processor, Usage

DEADLINE = 8.0  # s for the larger model's answer; well within what the kernel allows a processor
LARGER = "larger"


@dataclass(frozen=True, slots=True)
class Escalations:
    """Counts since the start: instructions answered, asked of the larger model, its answers taken, and too late."""

    answered: int = 0
    escalated: int = 0
    taken: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class _Question:
    """An instruction that the larger model has: the router's ticket for it, the first answer, and until when."""

    ticket: int
    first: Decoded
    until: float


class Router:
    """Implements `ports.Processor` over two others.

    An answer of the first whose probability is below `threshold` is put to the larger one; what that says is taken
    when it is at least so probable and there within `deadline` seconds. Otherwise the first answer stands as it is,
    unsure, and whoever reads it asks the person. A stop never comes here: the kernel knows it without a processor.
    """

    def __init__(
        self, first: Processor, larger: Processor, clock: Clock, threshold: float, deadline: float = DEADLINE
    ) -> None:
        self.larger = larger
        self.counts = Escalations()
        self._first = first
        self._clock = clock
        self._threshold = threshold
        self._deadline = deadline
        self._next = 1
        self._begun: dict[int, tuple[int, Instruction]] = {}  # by the first processor's ticket
        self._escalated: dict[int, _Question] = {}  # by the larger processor's ticket
        self._done: list[Decoded | Fault] = []

    def submit(self, instruction: Instruction) -> int:
        ticket, self._next = self._next, self._next + 1
        self._begun[self._first.submit(instruction)] = ticket, instruction
        return ticket

    def poll(self) -> Sequence[Decoded | Fault]:
        for result in self._first.poll():
            self._answered(result)
        self._lose_patience()
        for result in self.larger.poll():
            self._settled(result)
        done, self._done = self._done, []
        return done

    def interrupt(self, ticket: int) -> None:
        for number, (ours, _) in self._begun.items():
            if ours == ticket:
                self._first.interrupt(number)
                return
        for number, question in list(self._escalated.items()):
            if question.ticket == ticket:
                del self._escalated[number]
                self.larger.interrupt(number)
                self._done.append(Fault(ticket, Errno.EINTR, "interrupted"))

    def release(self, pid: int) -> None:
        self._first.release(pid)
        self.larger.release(pid)

    def close(self) -> None:
        self._first.close()
        self.larger.close()

    def _answered(self, result: Decoded | Fault) -> None:
        ticket, instruction = self._begun.pop(result.ticket)
        self._count(answered=1)
        result = replace(result, ticket=ticket)
        if isinstance(result, Fault) or result.probability >= self._threshold:
            self._done.append(result)
            return
        self._count(escalated=1)
        number = self.larger.submit(instruction)
        self._escalated[number] = _Question(ticket, result, self._clock.now() + self._deadline)

    def _settled(self, result: Decoded | Fault) -> None:
        question = self._escalated.pop(result.ticket, None)
        if question is None:
            return  # an answer to a question that was given up
        if isinstance(result, Fault):
            self._done.append(question.first)
            return
        usage = _sum(question.first.usage, result.usage)
        if result.probability >= self._threshold:
            self._count(taken=1)
            self._done.append(replace(result, ticket=question.ticket, usage=usage, by=LARGER))
        else:
            self._done.append(replace(question.first, usage=usage))

    def _lose_patience(self) -> None:
        for number, question in list(self._escalated.items()):
            if self._clock.now() > question.until:
                del self._escalated[number]
                self.larger.interrupt(number)
                self._count(late=1)
                self._done.append(question.first)

    def _count(self, answered: int = 0, escalated: int = 0, taken: int = 0, late: int = 0) -> None:
        c = self.counts
        self.counts = Escalations(c.answered + answered, c.escalated + escalated, c.taken + taken, c.late + late)


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        one.prompt + other.prompt,
        one.cached + other.cached,
        one.generated + other.generated,
        one.seconds + other.seconds,
    )
