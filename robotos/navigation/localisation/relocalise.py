"""Finding out where a lost robot is while it stands: gather scans, search the whole map, let particles judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from robotos.geometry import Pose
from robotos.navigation.localisation.beams import Ends, ends_of, settled
from robotos.navigation.localisation.fit import fit
from robotos.navigation.localisation.particles import ParticleFilter
from robotos.navigation.localisation.search import Searcher, alike
from robotos.navigation.localise import match

GATHERED = 3  # scans before a search
JUDGED = 6  # scans that the places found are held against
CERTAIN = 0.97  # share of the particles' weight that the best place must have
GOOD = 0.6  # score of the fit of what those scans have in common
MARGIN = 0.15  # by which its fit must be better than that of any other place
CLOUD = (0.04, 0.03)  # m, rad: how far around a place its particles lie
SIGMA = 0.05  # m, reported for a place that was found
PATIENCE = 20  # scans after which a search that found nothing is begun anew: people may have moved on

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Searching:
    """Not known yet."""


@dataclass(frozen=True, slots=True)
class Found:
    """The robot is here: `pose`, and one sigma of its position, metres."""

    pose: Pose
    sigma: float


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The scans fit several places, likeliest first; somebody must say which, or move the robot."""

    places: tuple[Pose, ...]


@dataclass(frozen=True, slots=True)
class Nowhere:
    """The scans fit no place of the map."""


Answer = Searching | Found | Ambiguous | Nowhere


class Relocaliser:
    """Give it every scan (`scan`), every step of odometry (`moved`) and some time (`work`); `answer` is the outcome.

    Deterministic by `random`. What a search finds must hold for `JUDGED` scans more, and be the only place that does.
    """

    def __init__(self, searcher: Searcher, random: Generator) -> None:
        self._grid = searcher.grid
        self._searcher = searcher
        self._particles = ParticleFilter(searcher.field, random)
        self._within: Bools | None = None
        self.answer: Answer = Searching()
        self._begin()

    def begin(self, within: Bools | None = None) -> None:
        """Search anew. `within` (H, W) are the cells it is in, by what somebody has said or the dock's contacts tell.

        That only decides between places that the scans leave open: no word puts the robot where nothing fits.
        """
        self._within = within
        self.answer = Searching()
        self._begin()

    def _begin(self) -> None:
        self._gathered: list[Sequence[float]] = []
        self._work: Iterator[bool] | None = None
        self._places: list[Pose] = []
        self._waited = 0

    def moved(self, step: Pose) -> None:
        """The robot was moved by `step` in its own frame: what was gathered belongs to another spot."""
        if step == Pose(0.0, 0.0, 0.0):
            return
        self._particles.moved(step)
        self._places = [place.compose(step) for place in self._places]
        if not self._places:
            self._begin()

    def scan(self, ranges: Sequence[float]) -> None:
        """Take in one scan."""
        if self._work is not None:
            return
        if self._places:
            self._gathered.append(ranges)
            self._particles.scan(ends_of(ranges))
            if len(self._gathered) >= JUDGED:
                self._work = self._judge(ends_of(settled(self._gathered)))
        elif isinstance(self.answer, Searching) or self._waited >= PATIENCE:
            self._gathered.append(ranges)
            if len(self._gathered) >= GATHERED:
                self._work = self._search(ends_of(settled(self._gathered)))
        else:
            self._waited += 1

    def work(self) -> bool:
        """Do one slice of what is to be worked out, about a millisecond; False when there is nothing to do."""
        if self._work is None:
            return False
        if next(self._work, None) is None:
            self._work = None
        return True

    def _search(self, ring: Ends) -> Iterator[bool]:
        """Look for places; where there are some, the next scans decide between them."""
        places: list[Pose] = []
        for found in self._searcher.search(ring):
            places = found
            yield True
        self._begin()
        self._places = places
        self._particles.around(places, *CLOUD)
        if not places:
            self.answer = Nowhere()

    def _judge(self, ring: Ends) -> Iterator[bool]:
        """Hold all places against what the scans since the search have in common."""
        scored: list[tuple[float, Pose]] = []
        for place in self._places:
            better, _, share = match(place, ring, self._grid)
            near = better if share > 0.0 and better.distance(place) < CLOUD[0] * 3 else place
            scored.append((fit(near, ring, self._grid).score, near))
            yield True
        self.answer = self._verdict(sorted(scored, key=lambda one: -one[0]))
        self._begin()

    def _verdict(self, ranked: list[tuple[float, Pose]]) -> Answer:
        best, place = ranked[0]
        if best < GOOD:
            return Nowhere()
        places = [place]
        for score, other in ranked[1:]:
            if score > best - MARGIN and not any(alike(other, known) for known in places):
                places.append(other)
        for cluster in self._particles.clusters():
            if cluster.weight > 1.0 - CERTAIN and not any(alike(cluster.pose, known) for known in places):
                places.append(cluster.pose)
        told = [one for one in places if self._may_be(one)]
        if len(told) == 1:
            return Found(told[0], SIGMA)
        return Ambiguous(tuple(told or places))

    def _may_be(self, pose: Pose) -> bool:
        """Whether it is where somebody has said."""
        row, column = self._grid.to_cell(pose.x, pose.y)
        return self._within is None or (self._grid.inside(row, column) and bool(self._within[row, column]))
