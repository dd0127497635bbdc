"""Ways as driven: the whole system sent about the apartment while people walk through it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from robotos.bench.driven import order, system
from robotos.bench.localisation_homes import APARTMENT, home_of
from robotos.boot.simulated import CYCLE, Rig
from robotos.boot.system import costmap_of
from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.calls import Kind
from robotos.kernel.resolve import Named
from robotos.navigation.costmap import Costmap
from robotos.navigation.planner import Point, Unreachable, length, plan
from robotos.policy import load
from robotos.sim.people import RADIUS

LIMIT = 240.0  # virtual s for an order
PACE = 0.5  # m/s
KEEPS_OFF = 0.75  # m between a walker's middle and the robot's: nobody walks into it
STANDS = 4.0  # s that a walker stands at the end of a way
WALKERS = ("guest", "grandma")


@dataclass(frozen=True, slots=True)
class Journey:
    """One order: whether it got there and else why not, metres, over the optimum, contacts, m/s towards people."""

    goal: str
    reached: bool
    reason: str
    metres: float
    ratio: float
    people: int
    walls: int
    towards: float


@dataclass(slots=True)
class Stroller:
    """Somebody who walks from one chance spot to another, and stops for the robot; `step` is one control period."""

    rig: Rig
    name: str
    costmap: Costmap
    random: Generator
    _way: list[Point] = field(default_factory=list)
    _rests: float = 0.0

    def step(self) -> None:
        """One period's worth of walking."""
        world = self.rig.robot.world
        person, robot = world.people[self.name], world.pose
        if self.rig.clock.now() < self._rests:
            return
        if not self._way:
            self._choose(Pose(person.x, person.y))
            return
        target = self._way[0]
        off = math.dist((person.x, person.y), target)
        stride = min(PACE * CYCLE, off)
        x = person.x + (target[0] - person.x) * stride / max(off, 1e-9)
        y = person.y + (target[1] - person.y) * stride / max(off, 1e-9)
        nearer = math.dist((x, y), (robot.x, robot.y))
        if nearer < KEEPS_OFF and nearer < math.dist((person.x, person.y), (robot.x, robot.y)):
            self._way.clear()  # goes somewhere else
            return
        self.rig.robot.move_person(self.name, x, y)
        if stride >= off - 1e-9:
            self._way.pop(0)

    def _choose(self, at: Pose) -> None:
        self._rests = self.rig.clock.now() + STANDS
        cells = np.argwhere(self.costmap.free)
        row, column = cells[int(self.random.integers(len(cells)))]
        way = plan(self.costmap, at, Pose(*self.costmap.grid.to_world(int(row), int(column))))
        self._way = [] if isinstance(way, Unreachable) else list(way[1:])


def journeys(count: int, seed: int) -> list[Journey]:
    """So many orders to go to chance rooms and places, one after the other."""
    random = np.random.default_rng([seed, 17])
    home, policy = home_of(APARTMENT), load()
    costmap = costmap_of(home, policy)
    goals = [Named(Kind.ROOM, name) for name in home.rooms] + [Named(Kind.PLACE, name) for name in home.places]
    done = []
    with system(home, home.dock, seed) as rig:
        floor = Costmap(home.grid, RADIUS, 0.05, home.keepouts)
        for name in WALKERS:
            rig.robot.move_person(name, *home.grid.to_world(*map(int, np.argwhere(floor.free)[random.integers(900)])))
            rig.walkers.append(Stroller(rig, name, floor, random).step)
        truth = rig.robot.truth
        for _ in range(count):
            goal = goals[int(random.integers(len(goals)))]
            path, touched, begin = truth.path, len(truth.touched), rig.robot.world.pose
            result, _ = order(rig, "goto", {"dest": (goal,)}, LIMIT)
            shortest = plan(costmap, begin, rig.robot.world.pose, 0.1)
            optimum = math.inf if isinstance(shortest, Unreachable) else max(0.5, length(shortest))
            contacts = truth.touched[touched:]
            metres = truth.path - path
            towards = max((near.approach_in_stop_zone for near in truth.near.values()), default=0.0)
            people = sum(contact.person for contact in contacts)
            reason = "not finished in time" if result is None else result.reason
            done.append(
                Journey(str(goal.value), result is not None and result.ok, reason, metres, metres / optimum, people,
                        len(contacts) - people, towards)
            )  # fmt: skip
            if result is None:
                rig.kernel.cancel_all(Errno.ECANCELED, "bench")
    return done
