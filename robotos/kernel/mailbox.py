"""Messages between processes; each carries its sender and the taint of what it says."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from robotos.kernel.calls import Taint

CAPACITY = 64


@dataclass(frozen=True, slots=True)
class Message:
    """One typed message: `kind` names what `body` is."""

    sender: int
    kind: str
    body: object
    taint: Taint = Taint.SYSTEM


@dataclass(slots=True)
class Mailbox:
    """A bounded queue; a full one refuses, so that a sender notices."""

    _queue: deque[Message] = field(default_factory=deque)

    def put(self, message: Message) -> bool:
        """False when the box is full."""
        if len(self._queue) >= CAPACITY:
            return False
        self._queue.append(message)
        return True

    def take(self) -> Message | None:
        return self._queue.popleft() if self._queue else None

    def __len__(self) -> int:
        return len(self._queue)
