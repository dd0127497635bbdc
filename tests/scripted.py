"""A processor that reads its calls from a script, for tests of what lies behind the processor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from robotos.kernel.calls import Call
from robotos.kernel.ports import Decoded, Fault, Instruction, PageKind, Usage


class ScriptedProcessor:
    """Implements `ports.Processor`: the words of the last USER page choose a list of calls, one is written a step.

    A call is text such as `clean r1 force`; operands are matched to the table by `parse`.
    """

    def __init__(self, script: Mapping[str, Sequence[Call]]) -> None:
        self.script = script
        self.seen: list[Instruction] = []
        self._next = 1
        self._done: list[Decoded | Fault] = []

    def submit(self, instruction: Instruction) -> int:
        self.seen.append(instruction)
        ticket, self._next = self._next, self._next + 1
        user = max(i for i, page in enumerate(instruction.pages) if page.kind is PageKind.USER)
        words = instruction.pages[user].content
        assert isinstance(words, tuple)
        text = " ".join(str(word) for word in words)
        step = sum(page.kind is PageKind.CALL for page in instruction.pages[user:])
        calls = self.script.get(text, ())
        call = calls[step] if step < len(calls) else Call("exit")
        self._done.append(Decoded(ticket, call, 1.0, Usage()))
        return ticket

    def poll(self) -> Sequence[Decoded | Fault]:
        done, self._done = self._done, []
        return done

    def interrupt(self, ticket: int) -> None: ...

    def release(self, pid: int) -> None: ...

    def close(self) -> None: ...
