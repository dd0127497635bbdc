"""From the network's probabilities to one detection for each word said: smoothing, thresholds, a time of rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.stop.words import WORDS

SMOOTHED: Final = 2  # frames whose mean counts: a click lasts one
_AGAIN: Final = 0.5  # share of the threshold below which a word must fall before it counts anew
_REST: Final = 25  # frames (0.8 s) after a detection in which there is no other: the same word rings on


@dataclass(frozen=True, slots=True)
class Crossing:
    """A word of `WORDS` whose smoothed probability has reached its threshold."""

    word: str
    score: float


class Decision:
    """Fed with the probabilities of one frame after the other."""

    def __init__(self, thresholds: NDArray[np.float32]) -> None:
        """`thresholds` (words,) between 0 and 1."""
        self._thresholds = thresholds
        self.reset()

    def reset(self) -> None:
        """Forget the frames so far."""
        self._last = np.zeros((SMOOTHED, len(self._thresholds)), np.float32)
        self._ready = np.ones(len(self._thresholds), bool)
        self._rest = 0

    def push(self, probabilities: NDArray[np.float32]) -> Crossing | None:
        """Probabilities (words,) after the next frame; the word that has just been said, if any."""
        self._last = np.concatenate((self._last[1:], probabilities[np.newaxis]))
        scores = self._last.mean(axis=0)
        self._rest = max(0, self._rest - 1)
        over = scores >= self._thresholds
        new = over & self._ready
        self._ready = (self._ready & ~over) | (scores < _AGAIN * self._thresholds)
        if self._rest or not new.any():
            return None
        self._rest = _REST
        word = int(np.argmax(np.where(new, scores - self._thresholds, -1.0)))
        return Crossing(WORDS[word], float(scores[word]))


def smoothed(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """The scores `Decision` compares with its thresholds, for all frames (n, words) at once."""
    padded = np.concatenate((np.zeros((SMOOTHED - 1, probabilities.shape[1]), np.float32), probabilities))
    windows = np.lib.stride_tricks.sliding_window_view(padded, SMOOTHED, axis=0)
    return np.asarray(windows.mean(axis=2), np.float32)
