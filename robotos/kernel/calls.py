"""The words the processor reads and the calls it writes: handles, words, operands, calls and results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from robotos.errno import Errno


class Kind(StrEnum):
    """What a handle stands for; its value is the letter used in prompts and calls."""

    ROOM = "r"  # value: room name, str
    PLACE = "p"  # value: place name, str
    THING = "o"  # value: thing name, str
    PERSON = "h"  # value: person name, str ("owner", "grandma", ...)
    CATEGORY = "c"  # value: a kind of things, singular: "fruit", "drink", "cup"
    NUMBER = "n"  # value: float
    TIME = "t"  # value: datetime.datetime, the next such time of day
    DURATION = "d"  # value: float, seconds
    DISTANCE = "m"  # value: float, metres
    ANGLE = "a"  # value: float, radians, unsigned
    TEXT = "q"  # value: str: quoted or free words
    UNKNOWN = "x"  # value: str: a noun the home does not know
    PROCESS = "k"  # value: int, pid


HANDLES_PER_KIND = 8


@dataclass(frozen=True, slots=True)
class Handle:
    """A typed reference such as `r1`; what it stands for is in a `Bindings`."""

    kind: Kind
    index: int  # from 1 to HANDLES_PER_KIND

    def __str__(self) -> str:
        return f"{self.kind.value}{self.index}"


Value = str | float | int | object
Word = str | Handle


@dataclass(frozen=True, slots=True)
class Bindings:
    """What each handle of one conversation stands for. Immutable: `bind` returns a new one and the handle."""

    values: Mapping[Handle, object] = field(default_factory=dict)
    rebound: frozenset[Handle] = frozenset()  # handles that had to be given another meaning since `keep`

    def bind(self, kind: Kind, value: object) -> tuple[Bindings, Handle]:
        """The handle for `value`: the one already bound to the same kind and value, a free one, or the oldest.

        A handle that is taken from its older meaning is in `rebound` from then on: whoever still shows a page that
        mentions it must drop that page.
        """
        for handle, known in self.values.items():
            if handle.kind == kind and known == value:
                return self, handle
        used = {h.index for h in self.values if h.kind == kind}
        last = max(used, default=0)
        if last < HANDLES_PER_KIND:
            return Bindings({**self.values, Handle(kind, last + 1): value}, self.rebound), Handle(kind, last + 1)
        for index in range(1, HANDLES_PER_KIND + 1):
            if index not in used:
                return Bindings({**self.values, Handle(kind, index): value}, self.rebound), Handle(kind, index)
        oldest = next(h for h in self.values if h.kind == kind)
        rest = {h: v for h, v in self.values.items() if h != oldest}
        return Bindings({**rest, oldest: value}, self.rebound | {oldest}), oldest

    def keep(self, handles: Iterable[Handle]) -> Bindings:
        """Only these handles, with nothing counted as rebound."""
        wanted = set(handles)
        return Bindings({handle: value for handle, value in self.values.items() if handle in wanted})


@dataclass(frozen=True, slots=True)
class Call:
    """One syscall as the processor wrote it: operands by name, each a tuple of handles, literal words or one call."""

    name: str
    operands: Mapping[str, tuple[Handle | str | Call, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [self.name]
        for name, values in self.operands.items():
            parts.append(f"{name}={','.join(str(v) for v in values)}" if values else name)
        return " ".join(parts)


def spelled(call: Call, bindings: Bindings) -> str:
    """The call with what its handles stand for, for people: `clean rooms='living room' force`."""
    parts = [call.name]
    for name, values in call.operands.items():
        words = [_spelled(value, bindings) for value in values]
        parts.append(f"{name}={','.join(words)}" if words else name)
    return " ".join(parts)


def _spelled(value: Handle | str | Call, bindings: Bindings) -> str:
    if isinstance(value, Call):
        return f"({spelled(value, bindings)})"
    if not isinstance(value, Handle) or value not in bindings.values:
        return str(value)
    known = bindings.values[value]
    return repr(known) if isinstance(known, str) and " " in known else str(known)


@dataclass(frozen=True, slots=True)
class Result:
    """What a syscall answered: an errno, typed data for the program, and a sentence for a person when it refused."""

    errno: Errno = Errno.OK
    data: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    mentions: tuple[Handle, ...] = ()  # what the answer spoke of, so that "bring it to me" can mean it

    @property
    def ok(self) -> bool:
        return self.errno is Errno.OK


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A phrase that was authored or taught, with the calls it means: `clean all but {room}`, names as slots."""

    phrase: str
    calls: tuple[str, ...]
    similarity: float = 0.0  # cosine to what was said, -1 to 1


class Taint(StrEnum):
    """Where words came from; what each origin may lead to is in `capabilities.GRANTS`."""

    OWNER = "owner"
    SYSTEM = "system"
    PERSON = "person"  # somebody in the home who is not the owner
    PAPER = "paper"  # read from the world: notes, labels
    WEB = "web"
