"""When the blocks of a stream sound or sounded: by counting samples, held to the clock, whose stamps jitter."""

from __future__ import annotations

from typing import Final

_SETTLING: Final = 1.0  # s after which the first guess is mended once: streams stutter when they start
_SETTLED: Final = 0.002  # s that the guess may be off without being mended
_MOST: Final = 0.04  # s that counting may drift from the clock before it is set right
_LOST: Final = 0.25  # s by which a single block is off when blocks before it were lost
_WEIGHT: Final = 0.02  # of the newest difference in their mean


class SampleClock:
    """Stamps blocks that follow on each other exactly one after the other.

    `jumps` counts how often it had to be set: what relies on the distance to another stream learns it anew then. Two
    streams of one sound card drift alike, so that between two jumps their distance holds to the sample.
    """

    def __init__(self) -> None:
        self._next: float | None = None
        self._off = 0.0
        self._age = 0.0
        self.jumps = 0

    def stamp(self, seen: float, seconds: float) -> float:
        """Clock second of the first sample of the next block, which lasts `seconds`; `seen`: as far as one can see."""
        if self._next is None or abs(seen - self._next) > _LOST:
            self._set(seen)
        assert self._next is not None
        settled = self._age >= _SETTLING
        self._off += (_WEIGHT if settled else 0.1) * (seen - self._next - self._off)
        if abs(self._off) > (_MOST if settled else _LOST) or (
            not settled and self._age + seconds >= _SETTLING and abs(self._off) > _SETTLED
        ):
            self._set(self._next + self._off, self._age)
        self._age += seconds
        at, self._next = self._next, self._next + seconds
        return at

    def _set(self, at: float, age: float = 0.0) -> None:
        self.jumps += self._next is not None
        self._next, self._off, self._age = at, 0.0, age
