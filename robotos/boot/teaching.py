"""Teaching a phrase from the shell: the owner's words for a call, handed to a running kernel as the call `teach`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from robotos.boot.words import linker_of
from robotos.cpu.grammar import GrammarError, Symbol, parse_symbols
from robotos.errno import Errno
from robotos.kernel import agenda
from robotos.kernel.calls import Bindings, Call, Handle, Kind, Result, Taint, spelled
from robotos.kernel.kernel import Kernel
from robotos.kernel.mailbox import Message
from robotos.kernel.process import Process
from robotos.kernel.spoken import plain
from robotos.kernel.syscalls import BY_NAME, TABLE
from robotos.kernel.table import Syscall
from robotos.programs.assistant import DUE
from robotos.programs.turn import Linker

_PART = re.compile(r'"([^"]*)"|(\S+)')
_ARTICLES = frozenset({"the", "a", "an", "my", "our"})
_SPEAKER = frozenset({"me", "i", "us"})
_INTRODUCTION = re.compile(r"^\s*(?:when|if|whenever)\s+i\s+say(?:\s+|$)", re.IGNORECASE)
_EXAMPLES = 'dock; clean kitchen force; goto "living room"; fetch "red cup" from counter to me; say joke'


class TeachingError(ValueError):
    """What was to be taught makes no sense; the message says why and what would."""


def phrase_of(text: str) -> str:
    """`when I say lights out` or plain `lights out`."""
    return _INTRODUCTION.sub("", text).strip(" \t,\"'")


def kept_phrase(text: str) -> str:
    """The phrase as the disk keeps it."""
    return plain(phrase_of(text))


def read_call(text: str, kernel: Kernel) -> tuple[Call, Bindings]:
    """A call in linear form with names in place of handles: `fetch "red cup" to me`.

    Raises:
        TeachingError: it is no call of the table, or it names what this home does not know.
    """
    parts = [(quoted or plain, bool(quoted)) for quoted, plain in _PART.findall(text)]
    row = BY_NAME.get(parts[0][0].lower()) if parts else None
    if row is None or not row.model or any(operand.call for operand in row.operands):
        raise TeachingError(f"{text!r} does not begin with a call that can be taught; such as: {_EXAMPLES}")
    reader = _Reader(kernel, row)
    symbols = [row.name, *reader.symbols(parts[1:])]
    try:
        return parse_symbols(symbols, [one for one in TABLE if one.model]), reader.bindings
    except GrammarError as error:
        raise TeachingError(f"{text!r} is no call: {error}. Calls look like: {_EXAMPLES}") from error


class _Reader:
    """Runs of words between the fixed words of a row, each read as names by the home's own linker."""

    def __init__(self, kernel: Kernel, row: Syscall) -> None:
        self._link: Linker = linker_of(kernel.ports.home)
        self._kernel = kernel
        self._takes_unknown = any(Kind.UNKNOWN in operand.kinds for operand in row.operands)
        self._takes_text = any(Kind.TEXT in operand.kinds for operand in row.operands)
        keywords = {operand.keyword for operand in row.operands if operand.keyword}
        self._fixed = keywords | {literal for operand in row.operands for literal in operand.literals}
        self.bindings = Bindings()

    def symbols(self, parts: list[tuple[str, bool]]) -> Iterator[Symbol]:
        run: list[str] = []
        for part, quoted in parts:
            if quoted or part.lower() in self._fixed:
                yield from self._names(run)
                run = []
                yield from self._quoted(part) if quoted else [part.lower()]
            else:
                run.append(part)
        yield from self._names(run)

    def _quoted(self, text: str) -> Iterator[Symbol]:
        if not self._takes_text:
            yield from self._names([text])
            return
        self.bindings, handle = self.bindings.bind(Kind.TEXT, text)
        yield handle

    def _names(self, run: list[str]) -> Iterator[Symbol]:
        if not run:
            return
        ports = self._kernel.ports
        linked = self._link(" ".join(run), self.bindings, ports.clock.wall(), "owner", "", ports.disk.aliases())
        self.bindings = linked.bindings
        nothing = TeachingError(f"this home has nothing called {' '.join(run)!r}; names of two words go in quotes")
        if not linked.words:
            raise nothing
        for word in linked.words:
            if isinstance(word, Handle) and (word.kind is not Kind.UNKNOWN or self._takes_unknown):
                yield word
            elif word in _SPEAKER:
                self.bindings, speaker = self.bindings.bind(Kind.PERSON, "owner")
                yield speaker
            elif word not in _ARTICLES:
                raise nothing


def spelled_out(kept: str) -> str:
    """A call as the disk keeps it, for people."""
    try:
        what = agenda.load(kept)
    except ValueError:
        return "(written by another version)"
    return spelled(what.call, what.bindings)


@dataclass(slots=True)
class Lesson:
    """A phrase handed in; the kernel must be stepped until `result` is there."""

    kernel: Kernel
    after: int  # the newest pid before

    @classmethod
    def hand_in(cls, kernel: Kernel, phrase: str, text: str) -> Lesson:
        """Teach `phrase`, as the owner; raises `TeachingError` for a call that makes no sense."""
        call, bindings = read_call(text, kernel)
        bindings, said = bindings.bind(Kind.TEXT, phrase_of(phrase))
        if not phrase_of(phrase):
            raise TeachingError("there are no words to give a meaning to")
        lesson = cls(kernel, max(kernel.processes, default=0))
        teach = Call("teach", {"phrase": (said,), "call": (call,)})
        if not kernel.deliver(Message(0, "due", agenda.dump(teach, bindings, Taint.OWNER))):
            raise TeachingError("the robot has too much to listen to just now; try again")
        return lesson

    @property
    def result(self) -> Result | None:
        """What came of it, once that is known."""
        process = self._process()
        if process is None or not process.ended:
            return None
        return process.result or Result(Errno.EINTR, reason="it was broken off")

    def told(self, phrase: str) -> dict[str, Any]:
        """What came of it as JSON has it; `errno` is "" while that is not known."""
        result = self.result
        if result is None:
            return {"errno": "", "reason": "the robot did not get round to it", "phrase": phrase}
        return {"errno": result.errno.value, "reason": result.reason, "phrase": phrase}

    def _process(self) -> Process | None:
        new = (process for pid, process in self.kernel.processes.items() if pid > self.after)
        return next((process for process in new if process.program.name == DUE.name), None)


def forget(kernel: Kernel, phrase: str) -> bool:
    """Forget a taught phrase; whether there was one."""
    said = kept_phrase(phrase)
    kernel.journal("unteach", {"phrase": said})
    store = kernel.ports.exemplars
    if store is not None:
        store.unlearn(said)
    return kernel.ports.disk.unteach(said)
