"""A second opinion for scans that fit only so-so: is there another place on the map that they fit better?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from robotos.geometry import Pose
from robotos.navigation.localisation.beams import Ends
from robotos.navigation.localisation.fit import fit
from robotos.navigation.localisation.search import Searcher, alike

SOSO = 0.55  # score, averaged, below which there is doubt: people, outliers, moved furniture, or a wrong pose
FOLLOWS = 0.1  # how quickly the average follows: a second at ten scans a second
BETTER = 0.15  # by which another place must fit better than this one, by the same scan
FITS = 0.45  # score that it must have
PAUSE = 30  # scans from one search to the next


class Doubt:
    """Searches the map in slices (`work`) whenever the average score is low; `refuted` tells what came of it.

    The monitor alone would take long in a home whose rooms look alike: there a wrong pose explains half of the beams.
    """

    def __init__(self, make: Callable[[], Searcher]) -> None:
        """`make` is asked for a searcher when the first doubt comes up."""
        self._make = make
        self.reset()

    def reset(self) -> None:
        """The pose is a new one, or a good one."""
        self._average = 1.0
        self._search: Iterator[bool] | None = None
        self._waited = PAUSE
        self.refuted = False

    @property
    def any(self) -> bool:
        """Whether the last scans fit so-so."""
        return self._average < SOSO

    def scan(self, pose: Pose, ends: Ends, score: float) -> None:
        """A scan scored so much at `pose`, the robot's when it was taken."""
        self._average += FOLLOWS * (score - self._average)
        self._waited += 1
        if self.any and self._search is None and self._waited >= PAUSE:
            self._search = self._look(self._make(), pose, ends, score)
            self._waited = 0

    def work(self) -> bool:
        """Do one slice, about a millisecond; False when there is nothing to do."""
        if self._search is None:
            return False
        if next(self._search, None) is None:
            self._search = None
        return True

    def _look(self, searcher: Searcher, pose: Pose, ends: Ends, score: float) -> Iterator[bool]:
        places: list[Pose] = []
        for found in searcher.search(ends):
            places = found
            yield True
        others = (fit(other, ends, searcher.grid).score for other in places if not alike(other, pose))
        best = max(others, default=0.0)
        self.refuted = best >= max(FITS, score + BETTER)
