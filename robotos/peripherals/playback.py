"""What a loudspeaker's callback plays: a ring that is ducked or emptied within one block, and what really went out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.sound import Pcm

_NOTED: Final = 128  # blocks that may wait to be told to the listener


class PlayedListener(Protocol):
    """Told what is really heard of the robot, such as `echo.EchoReference`."""

    def played(self, pcm: Pcm, rate: int, at: float) -> None:
        """`pcm` (n,) at `rate` Hz, its first sample sounds at clock second `at`."""


class Playback:
    """Samples on their way to a device. One thread writes, the callback reads, anybody drops or ducks; no lock.

    The counters only grow and each has one writer, but for `_dropped`, where the latest wins and any is right.
    """

    def __init__(self, rate: int, block: int, seconds: float) -> None:
        """Room for `seconds` at `rate` Hz; the callback asks for `block` samples at a time at most."""
        self.rate, self.block = rate, block
        self._memory = np.zeros(max(block, int(seconds * rate)), np.int16)
        self._written = self._read = self._dropped = 0  # samples since the beginning
        self._level = 1.0  # wanted
        self._gain = 1.0  # of the last sample
        self._steps = np.arange(1, block + 1, dtype=np.float32) / np.float32(block)
        self._ramp = np.zeros(block, np.float32)
        self._noted = np.zeros((_NOTED, block), np.int16)
        self._times = np.zeros(_NOTED)
        self._noted_in = self._noted_out = 0
        self.calls = 0  # of the callback

    @property
    def waiting(self) -> int:
        """Samples that are written, not dropped and not yet with the device."""
        return self._written - max(self._read, self._dropped)

    def write(self, pcm: Pcm) -> int:
        """Take as many samples of `pcm` as there is room for; how many."""
        room = len(self._memory)
        count = min(len(pcm), room - (self._written - self._read))
        start = self._written % room
        head = min(count, room - start)
        self._memory[start : start + head] = pcm[:head]
        self._memory[: count - head] = pcm[head:count]
        self._written += count
        return count

    def drop(self) -> None:
        """What is written is not played any more but for one block, which fades out."""
        self._dropped = self._written

    def duck(self, level: float) -> None:
        """Play `level` times as loud (0 to 1), ramped over the next block."""
        self._level = min(1.0, max(0.0, level))

    def fill(self, out: NDArray[np.int16], at: float) -> None:
        """The callback: fill `out` (n,), n at most `block`, of which the first sample sounds at clock second `at`."""
        self.calls += 1
        dropped = self._dropped
        gone = dropped > self._read
        count = min(len(out), (dropped if gone else self._written) - self._read)
        out[count:] = 0
        if count > 0:
            self._copy(out, count)
            self._fade(out, count, 0.0 if gone else self._level)
            self._note(out, at)
        self._gain = self._level  # silence needs no ramp
        self._read = dropped if gone else self._read + count

    def taken(self) -> Iterator[tuple[Pcm, float]]:
        """Blocks that the device got since the last call, and when they sound; silence is left out."""
        while self._noted_out < self._noted_in:
            lost = self._noted_in - self._noted_out - _NOTED + 1
            self._noted_out += max(0, lost)  # nobody listened for more than a second
            slot = self._noted_out % _NOTED
            yield self._noted[slot].copy(), float(self._times[slot])
            self._noted_out += 1

    def _copy(self, out: NDArray[np.int16], count: int) -> None:
        start = self._read % len(self._memory)
        head = min(count, len(self._memory) - start)
        out[:head] = self._memory[start : start + head]
        out[head:count] = self._memory[: count - head]

    def _fade(self, out: NDArray[np.int16], count: int, level: float) -> None:
        if level == 1.0 and self._gain == 1.0:
            return
        ramp = self._ramp[:count]
        np.multiply(self._steps[:count], level - self._gain, out=ramp)
        ramp += self._gain
        np.multiply(out[:count], ramp, out=out[:count], casting="unsafe")

    def _note(self, out: NDArray[np.int16], at: float) -> None:
        slot = self._noted_in % _NOTED
        self._noted[slot, : len(out)] = out
        self._noted[slot, len(out) :] = 0
        self._times[slot] = at
        self._noted_in += 1


def dac_delay(time: Any) -> float:
    """Seconds from now until the block that is being filled is heard, from PortAudio's time structure; 0 if unknown."""
    delay = float(time.outputBufferDacTime) - float(time.currentTime)
    return delay if 0.0 < delay < 2.0 else 0.0
