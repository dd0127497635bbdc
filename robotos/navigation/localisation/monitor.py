"""Whether the pose still holds: a cumulative sum over scans that do not fit, so that one bad scan says little."""

from __future__ import annotations

import math
from enum import StrEnum

# Chosen by scans at random spots of the apartment and ten recorded homes, right poses against wrong ones; see `Fit`.
FITS = 0.30  # score of a fit from which a scan speaks for the pose
LARGEST = 0.6  # how much one scan may count
UNCERTAIN_AT = 0.6  # of the sum
LOST_AT = 2.0  # of the sum: four scans in a row that are as bad as can be, or more that are less bad


class Located(StrEnum):
    """How well the robot knows where it is; the value is what `BodyState.located` shows."""

    TRACKING = "tracking"
    UNCERTAIN = "uncertain"  # the last scans do not fit; motion goes on only as far as the uncertainty allows
    LOST = "lost"


class Monitor:
    """Page's cumulative sum test on scores of fits (E. S. Page, "Continuous inspection schemes", Biometrika 1954)."""

    def __init__(self) -> None:
        self._sum = 0.0

    @property
    def state(self) -> Located:
        """What the scans so far mean."""
        if self._sum >= LOST_AT:
            return Located.LOST
        return Located.UNCERTAIN if self._sum >= UNCERTAIN_AT else Located.TRACKING

    @property
    def calm(self) -> bool:
        """No scan has spoken against the pose lately."""
        return self._sum == 0.0

    def scan(self, score: float) -> Located:
        """Take in one score (at most 1; anything that is no number counts as the worst)."""
        badness = LARGEST if math.isnan(score) else FITS - score
        self._sum = min(max(0.0, self._sum + min(max(badness, -LARGEST), LARGEST)), LOST_AT)
        return self.state

    def reset(self) -> None:
        """The pose is a new one."""
        self._sum = 0.0
