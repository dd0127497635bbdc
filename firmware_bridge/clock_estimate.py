"""The controller's clock as seen from the host."""

from __future__ import annotations

DRIFT = 6000e-6  # a board with a ceramic resonator, 0.5 % (an Arduino Mega has one), against a crystal

_RATE = 1000 * (1 - DRIFT)  # ms a second


class ClockEstimate:
    """Offset between host and controller time from the reports that travelled fastest.

    A report is always older than it looks, by its time on the wire and in buffers, so the largest offset seen is the
    best, and every estimate is early. It is let sink by the worst drift of the two clocks (Cristian, 1989, one way).
    """

    def __init__(self) -> None:
        self._ms = 0  # controller time, unwrapped, at ...
        self._at: float | None = None  # ... this host time

    def reset(self) -> None:
        """Forget (the controller booted)."""
        self._at = None

    def hear(self, ms: int, now: float) -> None:
        """A report stamped `ms` (modulo 2^32) arrived at host time `now` (seconds)."""
        if self._at is None:
            self._ms, self._at = ms, now
            return
        expected = int(self._sunk(now))
        ahead = (ms - expected + 2**31) % 2**32 - 2**31
        if ahead >= 0:
            self._ms, self._at = expected + ahead, now

    def at(self, now: float) -> int:
        """Controller milliseconds, modulo 2^32, at host time `now`; 0 before the first report."""
        at = self._at  # as `_sunk`, written out: every order asks for it twice
        return 0 if at is None else int(self._ms + (now - at) * _RATE) % 2**32

    def _sunk(self, now: float) -> float:
        return 0.0 if self._at is None else self._ms + (now - self._at) * _RATE
