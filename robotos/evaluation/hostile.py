"""A hostile caller against the gate, in a simulated home with people about: nothing may come of it that does harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from robotos.boot.body import BodyRig, body_rig
from robotos.evaluation.hostile_caller import Caller
from robotos.evaluation.hostile_judge import Judge
from robotos.evaluation.hostile_world import Mischief, Passers
from robotos.geometry import Pose
from robotos.navigation.home import Home
from robotos.policy import Policy, load
from robotos.sim.kinematic import Imperfection

EPISODE = 60.0  # s of virtual time at most in one place
HELPLESS = 6.0  # s without being armed after which somebody would come and set it right: the episode ends
BODIES = (Imperfection(), Imperfection(0.01, 0.03, 0.01), Imperfection(0.005, 0.02, 0.015))
STAIRS = Pose(7.6, 3.9, 0.0)
DOORWAY = Pose(2.9, 3.9, 1.5)


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of a long run came to. `violations` are sentences; each says how to see it again."""

    name: str
    counts: Mapping[str, int]
    violations: tuple[str, ...]
    figures: Mapping[str, float]


@dataclass(slots=True)
class Tally:
    """What happened in all episodes so far."""

    counts: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    def add(self, counts: Mapping[str, int], figures: Mapping[str, float]) -> None:
        """Counts are summed, of figures the largest is kept."""
        for name, count in counts.items():
            self.counts[name] = self.counts.get(name, 0) + count
        for name, value in figures.items():
            self.figures[name] = max(self.figures.get(name, value), value)


def run(count: int, seed: int, progress: Callable[[int], None], home: Home, policy: Policy | None = None) -> Part:
    """At least `count` calls of the gate, in episodes of their own; the same seed makes the same calls.

    `progress` is told how many calls were made so far.
    """
    tally, calls, number = Tally(), 0, 0
    while calls < count:
        calls += episode(home, policy or load(), seed * 1_000_003 + number, tally)
        number += 1
        progress(calls)
    tally.counts["episodes"] = number
    return Part("gate", tally.counts, tuple(tally.violations), tally.figures)


def episode(home: Home, policy: Policy, seed: int, tally: Tally) -> int:
    """One robot in one place until it is helpless or time is up; the number of calls."""
    random = np.random.default_rng(seed)
    body = BODIES[int(random.integers(len(BODIES)))]
    audit: list[dict[str, object]] = []
    rig = body_rig(home, policy, start=_place(home, random), seed=seed % 2**31, imperfection=body, audit=audit.append)
    passers, mischief = Passers(rig, random), Mischief(rig, random)
    caller, judge = Caller(rig, random, passers), Judge(rig, passers)
    armed_at = rig.clock.now()
    until = rig.clock.now() + EPISODE
    while rig.clock.now() < until and rig.clock.now() - armed_at < HELPLESS:
        for _ in range(5):
            caller.calls_now()
            passers.walk()
            rig.period()
            judge.look(audit)
            audit.clear()
        mischief.perhaps()
        rig.gate.cycle()
        caller.owner()
        if rig.gate.state().armed:
            armed_at = rig.clock.now()
    judge.finish()
    tally.add({**caller.made, **mischief.done, **judge.counts}, judge.figures)
    tally.violations += [f"seed {seed}: {text}" for text in judge.violations]
    return sum(caller.made.values())


def _place(home: Home, random: np.random.Generator) -> Pose:
    """Somewhere where there is something to run into."""
    starts = [STAIRS, STAIRS, DOORWAY, home.dock, *(place.approach for place in home.places.values())]
    at = starts[int(random.integers(len(starts)))]
    return Pose(at.x, at.y, float(random.uniform(-3.1, 3.1)))


__all__ = ["BodyRig", "Part", "Tally", "episode", "run"]
