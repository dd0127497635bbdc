"""What the robot itself plays, sample by sample and by the clock, so that it can be taken out of what it hears."""

from __future__ import annotations

from typing import Final

import numpy as np

from robotos.peripherals.resampling import Floats, StreamResampler
from robotos.peripherals.sound import RATE, Pcm, to_float

SECONDS: Final = 16.0  # that are kept
_SEAM: Final = 0.004  # s between where a block was expected and where it is said to be, that are rounding


class EchoReference:
    """A ring of the sound that was played, at 16 kHz, addressed by clock seconds.

    One thread writes (`played`, `cut`), one reads (`between`); no lock. Blocks that follow on each other are laid end
    to end.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._memory: Floats = np.zeros(int(seconds * RATE), np.float32)
        self._end = 0  # number of the sample after the last one written; sample n is heard at n / RATE clock seconds
        self._rate = 0
        self._resampler: StreamResampler | None = None

    def played(self, pcm: Pcm, rate: int, at: float) -> None:
        """`pcm` (n,) at `rate` Hz goes to the loudspeaker; its first sample sounds at `at`, seconds of the clock.

        To be called before it is heard, with the samples as they are played (ducked, if they are), and for all that is
        played, tones as well. A constant error of `at` of up to 0.2 s does no harm; that from block to block must be
        that of counting samples, see `robotos.peripherals.sample_clock`.
        """
        if len(pcm) == 0:
            return
        begin = round(at * RATE)
        if self._resampler is None or rate != self._rate:
            self._resampler, self._rate = StreamResampler(rate, RATE), rate
        if abs(begin - self._end) > _SEAM * RATE:
            self._resampler.reset()
            self._move(begin)
        self._write(self._resampler.push(to_float(pcm)))

    def cut(self, at: float) -> None:
        """Nothing of what was handed in sounds after `at`: it was dropped."""
        begin = round(at * RATE)
        if begin < self._end:
            self._move(max(begin, self._end - len(self._memory)))

    def between(self, began: float, count: int) -> Floats:
        """`count` samples from clock second `began` on; zero where nothing is known to have been played."""
        first = round(began * RATE)
        found = np.zeros(count, np.float32)
        low, high = max(first, self._end - len(self._memory), 0), min(first + count, self._end)
        if low < high:
            found[low - first : high - first] = self._memory.take(range(low, high), mode="wrap")
        return found

    @property
    def ended(self) -> float:
        """Clock seconds at which the last sample sounds that is known of."""
        return self._end / RATE

    def _move(self, begin: int) -> None:
        """Go on writing at sample `begin`: with silence before it, or instead of what stands there already."""
        room = len(self._memory)
        if begin > self._end:
            silent = np.arange(max(self._end, begin - room), begin) % room
        else:
            silent = np.arange(begin, min(self._end, begin + room)) % room
        self._memory[silent] = 0.0
        self._end = begin

    def _write(self, sound: Floats) -> None:
        kept = sound[-len(self._memory) :]
        last = self._end + len(sound)
        self._memory[np.arange(last - len(kept), last) % len(self._memory)] = kept
        self._end = last
