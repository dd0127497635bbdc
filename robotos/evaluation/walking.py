"""People who do something: once the robot has come up to them they go along with it, or walk somewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

from robotos.boot.simulated import CYCLE, Rig
from robotos.evaluation.scenario import Point, Walk
from robotos.geometry import Pose
from robotos.navigation.costmap import Costmap
from robotos.navigation.planner import Unreachable, plan
from robotos.policy import Policy
from robotos.sim.people import RADIUS as PERSON_RADIUS

MEETS = 1.4  # m from the robot's centre within which somebody has been come up to
HESITATES = 6.0  # s from then on, in which words are said
BEHIND = 1.7  # m of the robot's way at which somebody who goes along stays: outside the zone where it is slow
TOO_FAR = 2.4  # m behind at which somebody who is followed waits
ROOM_TO_PASS = 0.75  # m from the robot's centre, which nobody walks nearer to
REPLAN = 1.0  # s
_STEP = 0.05  # m between points of the robot's way


@dataclass(slots=True)
class Walker:
    """One person of a rig; `step` is called each control period. `away`: how far they have got, in metres."""

    rig: Rig
    name: str
    walk: Walk
    costmap: Costmap
    met: float | None = None  # when the robot had come up to them
    away: float = 0.0
    _trail: list[Point] = field(default_factory=list)
    _path: list[Point] = field(default_factory=list)
    _planned: float = -math.inf

    def step(self) -> None:
        """Wait for the robot; then go where they go."""
        world, now = self.rig.robot.world, self.rig.clock.now()
        robot, person = world.pose, world.people[self.name]
        off = math.dist((robot.x, robot.y), (person.x, person.y))
        if self.met is None:
            same = self.rig.home.room_at(robot.x, robot.y) == person.room
            if not world.moving and off <= MEETS and same:
                self.met = now
            return
        self._remember((robot.x, robot.y))
        if now - self.met < HESITATES:
            return
        if self.walk.to is None:
            self._along((person.x, person.y))
        elif off <= TOO_FAR or not self.walk.waits:
            self._to((person.x, person.y), self.walk.to, now)

    def _remember(self, at: Point) -> None:
        if not self._trail or math.dist(self._trail[-1], at) >= _STEP:
            self._trail.append(at)

    def _along(self, at: Point) -> None:
        """Behind the robot, on its own way."""
        if math.dist(at, self._trail[0]) + sum(math.dist(a, b) for a, b in pairwise(self._trail)) <= BEHIND:
            return
        while len(self._trail) > 1 and math.dist(at, self._trail[0]) < 2 * _STEP:
            self._trail.pop(0)
        self._go(at, self._trail[0])

    def _to(self, at: Point, goal: Point, now: float) -> None:
        if math.dist(at, goal) < 0.1:
            return
        if not self._path or now - self._planned >= REPLAN:
            self._planned, self._path = now, self._way(at, goal)
        while len(self._path) > 1 and math.dist(at, self._path[0]) < 0.05:
            self._path.pop(0)
        if self._path:
            self._go(at, self._path[0])

    def _way(self, at: Point, goal: Point) -> list[Point]:
        """Around the robot and everybody else, as far as there is a way."""
        world = self.rig.robot.world
        others = [(p.x, p.y) for p in world.people.values() if p.name != self.name and p.standing]
        robot = (world.pose.x, world.pose.y)
        for obstacles, keep in (([*others, robot], 0.5), ([*others, robot], 0.3), (others, 0.1)):
            costmap = self.costmap.blocked(obstacles, keep) if obstacles else self.costmap
            way = plan(costmap, Pose(*at), Pose(*goal), tolerance=0.5)
            if not isinstance(way, Unreachable):
                return list(way)[1:]
        return []

    def _go(self, at: Point, target: Point) -> None:
        robot = self.rig.robot.world.pose
        off = math.dist(at, target)
        if off < 1e-6:
            return
        length = min(self.walk.speed * CYCLE, off)
        x, y = at[0] + (target[0] - at[0]) * length / off, at[1] + (target[1] - at[1]) * length / off
        near, nearer = math.dist(at, (robot.x, robot.y)), math.dist((x, y), (robot.x, robot.y))
        if nearer < ROOM_TO_PASS and nearer < near:
            return
        self.away += length
        self.rig.robot.move_person(self.name, x, y)


def set_walking(rig: Rig, walks: dict[str, Walk], policy: Policy) -> None:
    """Give each of these people of the rig something to do."""
    keep = policy.clearance
    for name, walk in walks.items():
        costmap = Costmap(
            rig.home.grid, PERSON_RADIUS, keep.walls, rig.home.keepouts, keepout_margin=keep.keepout_margin
        )
        rig.walkers.append(Walker(rig, name, walk, costmap).step)
