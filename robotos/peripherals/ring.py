"""A ring of sound blocks between PortAudio's callback and the thread that listens: one writer, one reader, no lock."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class BlockRing:
    """Room for `blocks` blocks of `size` samples. The counters only grow, each is written by one side alone."""

    def __init__(self, blocks: int, size: int) -> None:
        self._memory = np.zeros((blocks, size, 1), np.int16)
        # Made beforehand: the callback must not allocate, and a slice is a new object.
        self._rows = list(self._memory)
        self._room = blocks
        self._written = 0
        self._read = 0

    def write(self, block: NDArray[Any]) -> None:
        """Called by the callback: copy `block` (size, 1) in; the oldest is overwritten when nobody reads."""
        np.copyto(self._rows[self._written % self._room], block)
        self._written += 1

    @property
    def waiting(self) -> int:
        """Blocks written and not read."""
        return self._written - self._read

    @property
    def written(self) -> int:
        """Blocks that ever came in."""
        return self._written

    def read(self) -> tuple[NDArray[np.int16], int] | None:
        """The next block (size,) and how many before it were lost; None when there is none yet."""
        waiting = self._written - self._read
        if waiting <= 0:
            return None
        lost = max(0, waiting - self._room + 1)  # one more than needed: the writer may be in the oldest
        self._read += lost
        block = self._rows[self._read % self._room][:, 0].copy()
        self._read += 1
        return block, lost
