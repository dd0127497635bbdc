"""The words the processor reads and the calls it writes: handles, words, operands, calls and results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from robotos.errno import Errno


class Kind(StrEnum):
    """What a handle stands for; its value is the letter used in prompts and calls."""

    ROOM = "r"  # value: room name, str
    PLACE = "p"  # value: place name, str
    THING = "o"  # value: thing name, str
    PERSON = "h"  # value: person name, str ("owner", "grandma", ...)
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

    def bind(self, kind: Kind, value: object) -> tuple[Bindings, Handle]:
        """The handle for `value`, reusing one bound to the same kind and value; oldest index is reused when full."""
        for handle, known in self.values.items():
            if handle.kind == kind and known == value:
                return self, handle
        used = [h.index for h in self.values if h.kind == kind]
        if len(used) < HANDLES_PER_KIND:
            handle = Handle(kind, max(used, default=0) + 1)
        else:
            handle = next(h for h in self.values if h.kind == kind)
        rest = {h: v for h, v in self.values.items() if h != handle}
        return Bindings({**rest, handle: value}), handle


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


@dataclass(frozen=True, slots=True)
class Result:
    """What a syscall answered: an errno, typed data for the program, and a sentence for a person when it refused."""

    errno: Errno = Errno.OK
    data: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""

    @property
    def ok(self) -> bool:
        return self.errno is Errno.OK


class Taint(StrEnum):
    """Where words came from; only `OWNER` and `SYSTEM` may lead to motion without asking."""

    OWNER = "owner"
    SYSTEM = "system"
    PERSON = "person"  # somebody in the home who is not the owner
    PAPER = "paper"  # read from the world: notes, labels
    WEB = "web"
