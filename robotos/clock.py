"""Time as an argument: the real clock, and a virtual one that moves only when told to."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What anything that waits or stamps is handed."""

    def now(self) -> float:
        """Monotonic seconds; the zero is arbitrary."""

    def wall(self) -> datetime:
        """Local civil time, without a zone."""


class RealClock:
    """The machine's own time."""

    def now(self) -> float:
        return time.monotonic()

    def wall(self) -> datetime:
        return datetime.now()


class VirtualClock:
    """A clock that stands still until `advance`; `start` is the civil time of its zero."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def wall(self) -> datetime:
        return self._start + timedelta(seconds=self._now)

    def advance(self, seconds: float) -> None:
        """Move forward by `seconds` (not negative)."""
        if seconds < 0:
            raise ValueError(f"time does not run backwards: advance({seconds})")
        self._now += seconds
