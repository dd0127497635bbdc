"""The syscall log: a bounded record of every call, and whoever wants to watch it live."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

LENGTH = 4096


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of strace: clock seconds, who, what, how it ended. `kind` is call, result, say, ask, hear or event."""

    at: float
    pid: int
    program: str
    kind: str
    text: str
    errno: str = ""


@dataclass(slots=True)
class Trace:
    """Keeps the newest `LENGTH` entries and passes each one on."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=LENGTH))
    watchers: list[Callable[[Entry], None]] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        for watcher in self.watchers:
            watcher(entry)
