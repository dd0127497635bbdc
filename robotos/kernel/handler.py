"""What serves a trap: a function, the capability it takes, and whether it still serves a process that is dying."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from robotos.kernel.process import Process

if TYPE_CHECKING:
    from robotos.kernel.kernel import Kernel

Serve = Callable[["Kernel", Process, Mapping[str, object]], object]


@dataclass(frozen=True, slots=True)
class Handler:
    """One entry of the trap table. `run` answers a value, `Blocked` or `Forbidden`.

    A dying process may keep its books but not begin anything: `dying` is False for what begins something.
    """

    run: Serve
    capability: str = ""
    dying: bool = True
