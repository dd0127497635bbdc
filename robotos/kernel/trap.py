"""How a program asks the kernel for something: it awaits a `Trap`; the kernel answers now or blocks the process."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field

from robotos.errno import Errno


@dataclass(frozen=True, slots=True)
class Trap:
    """One request from user space, by the name of its handler."""

    name: str
    args: Mapping[str, object] = field(default_factory=dict)

    def __await__(self) -> Generator[Trap, object, object]:
        return (yield self)


@dataclass(frozen=True, slots=True)
class Blocked:
    """A handler's answer that comes later: `poll` is asked every step until it returns something else than `PENDING`.

    `deadline` is in clock seconds; past it the process gets `late()`. `abandon` is called when the process is killed
    while it waits, so that nobody goes on working for it.
    """

    poll: Callable[[], object]
    deadline: float
    late: Callable[[], object]
    label: str = ""
    abandon: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A handler's answer that is raised in the program as `TrapRefusedError`: the trap was not carried out."""

    errno: Errno
    reason: str


class Pending:
    """The type of `PENDING`."""


PENDING = Pending()


class TrapRefusedError(Exception):
    """The kernel did not carry out a trap. A program that does not catch it ends with this errno."""

    def __init__(self, errno: Errno, reason: str) -> None:
        super().__init__(f"{errno}: {reason}")
        self.errno = errno
        self.reason = reason


class Killed(BaseException):
    """Raised inside a program that is being killed, at the trap it waits in."""

    def __init__(self, errno: Errno, reason: str) -> None:
        super().__init__(f"{errno}: {reason}")
        self.errno = errno
        self.reason = reason
