"""Sound that arrives in blocks, brought to another rate without a seam between the blocks."""

from __future__ import annotations

from math import gcd
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
"""Samples of one channel, shape (n,), full scale 1."""

_HALF: Final = 10  # half the filter's length in periods of the lower rate, as scipy.signal.resample_poly has it
_KAISER: Final = 5.0  # shape of its window


class StreamResampler:
    """A polyphase filter that remembers the end of the block before (Crochiere and Rabiner, 1983, chapter 3).

    The output lags the input by `delay` seconds, half the filter's length.
    """

    def __init__(self, rate: int, to: int) -> None:
        """Hz. Raises `ValueError` for rates that are not above zero."""
        if rate <= 0 or to <= 0:
            raise ValueError(f"rates are above zero, not {rate} and {to}")
        common = gcd(rate, to)
        self._up, self._down = to // common, rate // common
        self._bank = _bank(self._up, self._down)
        self.delay = 0.0 if self._up == self._down else _HALF * max(self._up, self._down) / (self._up * rate)
        self.reset()

    def reset(self) -> None:
        """Forget the sound so far."""
        self._rest: Floats = np.zeros(self._bank.shape[1] - 1, np.float32)
        self._next = 0  # where the next output lies, in samples of `_up` times the input's rate, from the next input on

    def push(self, block: Floats) -> Floats:
        """The next block (n,) at the other rate: n * to / rate samples, one more or less."""
        if self._up == self._down:
            return block
        up, reach = self._up, self._bank.shape[1]
        sound = np.concatenate((self._rest, block)).astype(np.float32, copy=False)
        at = np.arange(self._next, len(block) * up, self._down)
        self._next += len(at) * self._down - len(block) * up
        self._rest = sound[len(sound) - reach + 1 :]
        if len(at) == 0:
            return np.zeros(0, np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(sound, reach)
        return np.asarray(np.einsum("ij,ij->i", self._bank[at % up], windows[at // up]), np.float32)


def _bank(up: int, down: int) -> Floats:
    """A Kaiser-windowed sinc cut into `up` phases: (up, reach), the newest sample last."""
    widest = max(up, down)
    taps = np.arange(-_HALF * widest, _HALF * widest + 1)
    filtered = np.sinc(taps / widest) * np.kaiser(len(taps), _KAISER) * up / widest
    reach = -(-len(taps) // up)
    padded = np.zeros(reach * up)
    padded[: len(taps)] = filtered
    return np.ascontiguousarray(padded.reshape(reach, up).T[:, ::-1], dtype=np.float32)
