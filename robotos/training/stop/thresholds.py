"""Recall against false stops at every threshold, and the threshold for each word, chosen on speakers kept for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.stop.words import WORDS
from robotos.training.stop.material import Trial
from robotos.training.stop.network import StopNet
from robotos.training.stop.scoring import peaks

RECALL, NOISY_RECALL = 0.95, 0.90  # of people's stops among those who choose; 0.94 and 0.88 are asked for
GRID: Final = tuple(round(0.20 + 0.01 * step, 2) for step in range(80))  # 0.20 to 0.99
MOST_FALSE: Final = 0.01  # of people's other words, taken for each stop word


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """The highest score of each stop word in each sound of a trial: arrays (n, words), by what the sounds are."""

    stops: NDArray[np.float32]
    noisy_stops: NDArray[np.float32]
    others: NDArray[np.float32]
    noisy_others: NDArray[np.float32]
    spoken: Sequence[NDArray[np.float32]]
    near: NDArray[np.float32]
    talk: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold for "stop": shares of people's stops found and of other words taken for one, clean and noisy."""

    threshold: float
    recall: float
    noisy_recall: float
    false: float
    noisy_false: float
    talk: int  # sentences of talk with a false stop


def peaks_of(net: StopNet, trial: Trial) -> Peaks:
    """Run the network over a whole trial."""
    return Peaks(
        peaks(net, trial.stops),
        peaks(net, trial.noisy_stops),
        peaks(net, trial.others),
        peaks(net, trial.noisy_others),
        [peaks(net, sounds) for sounds in trial.spoken],
        peaks(net, trial.near),
        peaks(net, trial.talk),
    )


def curve(found: Peaks) -> list[Point]:
    """For the word "stop", which alone is recorded from people."""
    return [
        Point(
            threshold,
            _share(found.stops, 0, threshold),
            _share(found.noisy_stops, 0, threshold),
            _share(found.others, 0, threshold),
            _share(found.noisy_others, 0, threshold),
            int((found.talk[:, 0] >= threshold).sum()),
        )
        for threshold in GRID
    ]


def choose(found: Peaks) -> Mapping[str, float]:
    """A threshold for each word.

    "stop", recorded from people: the highest that hears `RECALL` of them clean and `NOISY_RECALL` in noise, for a
    missed stop is worse than a false one. The others: the lowest with no false stop in talk and `MOST_FALSE` of
    people's other words, clean and in noise alike, for nobody knows how well people are heard saying them.
    """
    return {word: _lowest(found, index) if index else _highest(found) for index, word in enumerate(WORDS)}


def _highest(found: Peaks) -> float:
    for threshold in reversed(GRID):
        clean, noisy = _share(found.stops, 0, threshold), _share(found.noisy_stops, 0, threshold)
        if clean >= RECALL and noisy >= NOISY_RECALL:
            return threshold
    return GRID[0]


def _lowest(found: Peaks, word: int) -> float:
    others = np.concatenate((found.others, found.noisy_others))
    for threshold in GRID:
        if _share(others, word, threshold) <= MOST_FALSE and not (found.talk[:, word] >= threshold).any():
            return threshold
    return GRID[-1]


def _share(peaks: NDArray[np.float32], word: int, threshold: float) -> float:
    return float((peaks[:, word] >= threshold).mean())
