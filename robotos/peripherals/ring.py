"""A ring of sound blocks between PortAudio's callback and the thread that listens: one writer, one reader, no lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """`samples` (size, channels) int16, when the callback got them (clock seconds), how many before it were lost."""

    samples: NDArray[np.int16]
    at: float
    lost: int


class BlockRing:
    """Room for `blocks` blocks of `size` samples. The counters only grow, each is written by one side alone."""

    def __init__(self, blocks: int, size: int, channels: int = 1) -> None:
        self._memory = np.zeros((blocks, size, channels), np.int16)
        # Made beforehand: the callback must not allocate, and a slice is a new object.
        self._rows = list(self._memory)
        self._times = np.zeros(blocks)
        self._room = blocks
        self._written = 0
        self._read = 0

    def write(self, block: NDArray[Any], at: float = 0.0) -> None:
        """Called by the callback: copy `block` (size, channels) in; the oldest is overwritten when nobody reads."""
        slot = self._written % self._room
        np.copyto(self._rows[slot], block)
        self._times[slot] = at
        self._written += 1

    @property
    def waiting(self) -> int:
        """Blocks written and not read."""
        return self._written - self._read

    @property
    def written(self) -> int:
        """Blocks that ever came in."""
        return self._written

    def read(self) -> Block | None:
        """The next block; None when there is none yet."""
        waiting = self._written - self._read
        if waiting <= 0:
            return None
        lost = max(0, waiting - self._room + 1)  # one more than needed: the writer may be in the oldest
        self._read += lost
        slot = self._read % self._room
        block = Block(self._rows[slot].copy(), float(self._times[slot]), lost)
        self._read += 1
        return block
