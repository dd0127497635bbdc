"""A processor that takes a handful of plain orders literally, for trials of everything behind the processor."""

from __future__ import annotations

from collections.abc import Sequence

from robotos.cpu.grammar import parse_linear
from robotos.kernel.calls import Call
from robotos.kernel.ports import Decoded, Fault, Instruction, PageKind, Usage
from robotos.kernel.syscalls import TABLE

NOTHING = Call("exit")


class ObedientProcessor:
    """Implements `ports.Processor`: "go to the X" becomes `goto X`, anything else is over at once.

    It starts in no time and answers in no time, so that a trial spends its seconds on driving.
    """

    def __init__(self) -> None:
        self._next = 1
        self._done: list[Decoded | Fault] = []

    def submit(self, instruction: Instruction) -> int:
        ticket, self._next = self._next, self._next + 1
        user = max(i for i, page in enumerate(instruction.pages) if page.kind is PageKind.USER)
        words = instruction.pages[user].content
        text = " ".join(str(word) for word in words) if isinstance(words, tuple) else str(words)
        answered = any(page.kind is PageKind.CALL for page in instruction.pages[user:])
        self._done.append(Decoded(ticket, NOTHING if answered else order(text), 1.0, Usage()))
        return ticket

    def poll(self) -> Sequence[Decoded | Fault]:
        done, self._done = self._done, []
        return done

    def interrupt(self, ticket: int) -> None: ...

    def release(self, pid: int) -> None: ...

    def close(self) -> None: ...


def order(text: str) -> Call:
    """The call that linked words such as "go to the r1" stand for."""
    place = text.removeprefix("go to the ")
    return parse_linear(f"goto {place}", TABLE) if place != text and place.isalnum() else NOTHING
