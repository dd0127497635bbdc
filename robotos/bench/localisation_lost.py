"""Carrying a driving robot off: how soon it notices, and what becomes of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from robotos.bench.localisation_drive import Roamer
from robotos.geometry import Pose, wrap
from robotos.navigation.home import Home
from robotos.sim.flaws import Imperfection

BEFORE = 10.0  # s of driving before somebody takes it away
WITHIN = 10.0  # s in which it must know, or say that it does not
AFTERWARDS = 12.0  # s for finding itself
CARRIED = 1.0  # m at least
NEAR, NEAR_TURNED = 0.25, math.radians(15.0)  # m, rad: what counts as knowing where it is


@dataclass(frozen=True, slots=True)
class Kidnapping:
    """Seconds (infinite for never) until the gate said that it was lost, and until it had the right pose again.

    `way` is what it drove on a pose that was wrong, metres; `wrong`: in the end it believed in a wrong place.
    """

    noticed: float
    recovered: float
    way: float
    wrong: bool
    asked: bool  # the scans fitted several places, or none, and it asked
    carried: float  # m

    @property
    def within(self) -> bool:
        """Whether it knew, or said that it did not, soon enough."""
        return min(self.noticed, self.recovered) <= WITHIN


def kidnap(home: Home, imperfection: Imperfection, seed: int, standing: bool = False) -> Kidnapping:
    """Drive, be put down elsewhere with the wheels turning (or `standing`), go on as if nothing had happened."""
    roamer = Roamer(home, imperfection, seed)
    roamer.run(BEFORE)
    roamer.idle = standing
    rig = roamer.rig
    asked_before = len(roamer.log.asked)
    before, to = rig.robot.world.pose, _elsewhere(roamer)
    rig.robot.world.move_robot(to)
    began, path = rig.clock.now(), roamer.log.path
    noticed = recovered = math.inf
    way = 0.0
    while rig.clock.now() - began < WITHIN + AFTERWARDS:
        roamer.cycle()
        passed, state = rig.clock.now() - began, rig.gate.state()
        if state.located == "lost":
            noticed = min(noticed, passed)
        elif _knows(roamer):
            recovered = min(recovered, passed)
            if passed > WITHIN:
                break
        if recovered == math.inf and noticed == math.inf:
            way = roamer.log.path - path
    wrong = rig.gate.state().located != "lost" and not _knows(roamer)
    asked = len(roamer.log.asked) > asked_before
    return Kidnapping(noticed, recovered, way, wrong, asked, before.distance(to))


def _elsewhere(roamer: Roamer) -> Pose:
    here = roamer.rig.robot.world.pose
    while True:
        spot = roamer.spot()
        if spot.distance(here) >= CARRIED:
            return Pose(spot.x, spot.y, wrap(spot.yaw))


def _knows(roamer: Roamer) -> bool:
    off, turned = roamer.error
    return off <= NEAR and turned <= NEAR_TURNED


@dataclass(frozen=True, slots=True)
class Awakening:
    """A start at an unknown spot: `found` (s, infinite for not), `wrong`: in another place; else it asked."""

    found: float
    wrong: bool
    asked: bool


def awake(home: Home, imperfection: Imperfection, seed: int) -> Awakening:
    """Be switched on somewhere, with nothing but the map; two people are about."""
    roamer = Roamer(home, imperfection, seed, start_known=False)
    roamer.idle = True
    began = roamer.rig.clock.now()
    while roamer.rig.clock.now() - began < WITHIN:
        roamer.cycle()
        if roamer.rig.gate.state().located != "lost":
            right = _knows(roamer)
            return Awakening(roamer.rig.clock.now() - began if right else math.inf, not right, False)
    return Awakening(math.inf, False, bool(roamer.log.asked))
