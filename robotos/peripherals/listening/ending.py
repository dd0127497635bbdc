"""Whether what was said so far sounds finished: by its words, and by a vowel that is drawn out."""

from __future__ import annotations

import itertools
from collections import deque
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from robotos.language.word_set import word_set
from robotos.peripherals.sound import RATE, Pcm, to_float
from robotos.peripherals.vad import FRAME

_HESITATIONS: Final = word_set("erm uh um er hmm hm eh ah mm well so like please hey hi okay ok robot robbie robo")
# No order and no answer ends with these.
_OPEN: Final = word_set(
    """
    a an the my your our their this every each some any no to from of at into onto with without for by than and or but
    because if when while until unless before after then that which who whose where near behind beside between under
    is are was i we you can could would will shall should may might must do does did not don't let's in on
    clean bring fetch find tell take put give show carry get want need go move look lead follow remind say ask
    very more less one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty half
    """
)
# With these alone an utterance may end though they open others: "turn it on", "what time is it", "go on".
_CLOSED: Final[tuple[tuple[str, ...], ...]] = (
    ("it", "on"), ("go", "on"), ("come", "in"), ("carry", "on"), ("let", "go"), ("yes", "do"), ("i", "do"),
    ("you", "can"), ("you", "may"), ("where", "i", "am"), ("they", "are"), ("it", "is"), ("the", "one"),
)  # fmt: skip
_ALONE: Final = word_set(
    "yes no stop halt freeze cancel continue wait dock quiet hello thanks kitchen bedroom bathroom one two three four"
)


class Ending(Enum):
    """How the words so far end."""

    UNKNOWN = "unknown"  # nothing is recognised yet
    FINISHED = "finished"
    OPEN = "open"  # something must follow, or the speaker hesitates


def ending_of(words: str) -> Ending:
    """Judges a partial result in lower case, as recognisers write it."""
    said = words.split()
    if not said:
        return Ending.UNKNOWN
    if said[-1] in _HESITATIONS:
        return Ending.OPEN
    if len(said) == 1 and said[0] in _ALONE:
        return Ending.FINISHED
    if any(tuple(said[-len(closed) :]) == closed for closed in _CLOSED):
        return Ending.FINISHED
    return Ending.OPEN if said[-1] in _OPEN else Ending.FINISHED


_BANDS: Final = 20
_LOWEST, _HIGHEST = 100.0, 4000.0  # Hz
_ALIKE: Final = 0.965  # cosine of two frames' band levels from which they are the same sound
_DRAWN: Final = 7  # frames of the same sound that are no word's end: 0.22 s
_VOICED: Final = 0.15  # of the loudest frame's level, that such a sound has at least
_LATELY: Final = 10  # frames with speech: the voice dies away after the sound


class DrawnOut:
    """Hears "erm" and "the-e-e": the last quarter of a second of speech was one and the same voiced sound.

    Fed with the frames that hold speech; the measure is the cosine between the band levels of successive frames. Of
    24 hesitations stretched by flite's voices it hears 11, and takes 3 of 60 last words of orders for one.
    """

    def __init__(self) -> None:
        edges = np.geomspace(_LOWEST, _HIGHEST, _BANDS + 1)
        bins = np.fft.rfftfreq(FRAME, 1 / RATE)
        self._weights = np.array([(bins >= low) & (bins < high) for low, high in itertools.pairwise(edges)])
        self._weights = self._weights[self._weights.any(axis=1)].astype(np.float64)
        self._window = np.hanning(FRAME)
        self.reset()

    def reset(self) -> None:
        """Another utterance begins."""
        self._before: NDArray[np.float64] | None = None
        self._runs: deque[int] = deque(maxlen=_LATELY)
        self._loudest = 0.0

    def push(self, frame: Pcm) -> None:
        """The next frame (512,) with speech."""
        power = np.abs(np.fft.rfft(to_float(frame) * self._window)) ** 2
        bands = np.sqrt(self._weights @ power)
        size = float(np.linalg.norm(bands))
        self._loudest = max(self._loudest, size)
        same = size > _VOICED * self._loudest and self._before is not None and _cosine(self._before, bands) >= _ALIKE
        self._runs.append(self._runs[-1] + 1 if same and self._runs else int(same))
        self._before = bands

    @property
    def drawn(self) -> bool:
        """Whether the last sound has gone on for so long."""
        return max(self._runs, default=0) >= _DRAWN


def _cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-12))
