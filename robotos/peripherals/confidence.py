"""How far a recogniser's words can be believed: the decoder's own figures, weighed on recordings of known words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LEAST: Final = 0.05  # confidence below which words are rejected: none of 26 that were right, a tenth of overheard talk
_DOUBTFUL: Final = 1e-6  # posteriors are not told apart below this

# Logistic regression of "said to the robot, and every word right", on 40 orders by two voices of flite, in quiet and at
# 15 dB, and 49 turns of overheard talk. The benchmark has other orders; its talk is of the same kind.
_BIAS, _FIT, _WORST, _POSTERIOR = 2.84, 0.10, 0.55, 0.86


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the decoder says about an utterance.

    `posterior` of all words among the lattice's; per word `fits`, the log-likelihood of its sound over that of the
    best sound of any kind, frame by frame (0 at best), and its `frames` of 10 ms.
    """

    posterior: float
    fits: Sequence[float]
    frames: Sequence[int]

    @property
    def features(self) -> tuple[float, float, float]:
        """Fit per frame, that of the worst word, and the log posterior per word."""
        if not self.fits:
            return (0.0, 0.0, math.log(_DOUBTFUL))
        words = [fit / max(1, count) for fit, count in zip(self.fits, self.frames, strict=True)]
        fit = sum(self.fits) / max(1, sum(self.frames))
        return (fit, min(words), math.log(min(1.0, max(_DOUBTFUL, self.posterior))) / len(self.fits))


def confidence(evidence: Evidence) -> float:
    """Probability that the words are right and meant for the robot, as far as the decoder can tell: 0 to 1."""
    fit, worst, posterior = evidence.features
    return 1.0 / (1.0 + math.exp(-(_BIAS + _FIT * fit + _WORST * worst + _POSTERIOR * posterior)))
