"""Processors without a model: one that is given the calls, one that does as the nearest authored phrase does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from robotos.cpu.grammar import GrammarError, parse_linear
from robotos.errno import Errno
from robotos.kernel.calls import Call, Exemplar, Handle
from robotos.kernel.ports import Decoded, Fault, Instruction, Page, PageKind, Usage
from robotos.kernel.syscalls import TABLE

ROWS = tuple(row for row in TABLE if row.model)
UNKNOWN = ("say unclear",)

Calls = Sequence[str]
_SLOT = re.compile(r"\{([a-z]+)\d*\}")


class Scripted:
    """Implements `ports.Processor`. `script` answers the calls, in linear form, for pages whose words are at an index.

    In a call `$p2` is the second place that the words mention, `$me` whoever said them; `{place}` is the next place.
    """

    def __init__(self, script: Callable[[Sequence[Page], int], Calls]) -> None:
        self._script = script
        self._done: list[Decoded | Fault] = []
        self._next = 1

    def submit(self, instruction: Instruction) -> int:
        ticket, self._next = self._next, self._next + 1
        pages = instruction.pages
        user = max(i for i, page in enumerate(pages) if page.kind is PageKind.USER)
        step = sum(page.kind is PageKind.CALL for page in pages[user:])
        try:
            call = _call(_filled(self._script(pages, user), pages, user), step)
        except GrammarError as error:  # a name was not recognised, or is of another kind
            self._done.append(Fault(ticket, Errno.EINVAL, str(error)))
        else:
            self._done.append(Decoded(ticket, call, 1.0, Usage(prompt=20, cached=10, generated=4)))
        return ticket

    def poll(self) -> Sequence[Decoded | Fault]:
        done, self._done = self._done, []
        return done

    def interrupt(self, ticket: int) -> None: ...

    def release(self, pid: int) -> None: ...

    def close(self) -> None: ...


def given(calls: Calls) -> Scripted:
    """Writes these calls, whatever is said."""
    return Scripted(lambda pages, user: calls)


def as_nearest() -> Scripted:
    """Writes the calls of the phrase nearest to what is said, with what is mentioned in its slots, in order.

    Where there is none, or a slot finds nothing, the robot says that it did not understand.
    """
    return Scripted(_nearest)


def _nearest(pages: Sequence[Page], user: int) -> Calls:
    shown = [page.content for page in pages[user:] if isinstance(page.content, Exemplar)]
    if not shown:
        return UNKNOWN
    mentioned = Counter(handle.kind.name.lower() for handle in _handles(pages, user))
    wanted = Counter(_SLOT.findall(" ".join(shown[0].calls)))
    lacking = {kind for kind, count in wanted.items() if count > mentioned[kind]}
    return shown[0].calls if lacking <= {"person"} else UNKNOWN


def _call(calls: Calls, step: int) -> Call:
    return parse_linear(calls[step], ROWS) if step < len(calls) else Call("exit")


def _filled(calls: Calls, pages: Sequence[Page], user: int) -> list[str]:
    """The calls with handles in place of slots."""
    state = pages[user - 1].content
    assert isinstance(state, tuple)  # what a page of state holds
    me = str(state[state.index("from") + 1])
    numbered, waiting, count = {"$me": me}, {"person": [me]}, Counter[str]()
    for handle in reversed(_handles(pages, user)):
        waiting.setdefault(handle.kind.name.lower(), []).append(str(handle))
    for handle in _handles(pages, user):
        count[handle.kind.value] += 1
        numbered[f"${handle.kind.value}{count[handle.kind.value]}"] = str(handle)

    def next_one(slot: re.Match[str]) -> str:
        left = waiting.get(slot[1], [])
        return left.pop() if left else slot[0]

    return [_SLOT.sub(next_one, " ".join(numbered.get(word, word) for word in call.split())) for call in calls]


def _handles(pages: Sequence[Page], user: int) -> list[Handle]:
    said = pages[user].content
    assert isinstance(said, tuple)  # words
    return [word for word in said if isinstance(word, Handle)]
