"""A gate on a simulated robot that drives through a home from goal to goal, with people about."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

from robotos.boot.body import CYCLE, ELSEWHERE, BodyRig, body_rig
from robotos.geometry import Pose, Twist, wrap
from robotos.kernel.ports import Refused
from robotos.navigation.costmap import Costmap
from robotos.navigation.home import Home
from robotos.navigation.planner import plan
from robotos.navigation.tracking import Arrived, Tracker
from robotos.policy import load
from robotos.sim.flaws import Imperfection

Floats = NDArray[np.float64]

TTL = 0.2  # s
STALLED = 3.0  # s without progress after which another goal is chosen
WALK = 0.8  # m/s
SHY = 0.8  # m from the robot's centre that people keep
ABOUT = 0.4  # share of the time that each of them is in the home
STAYS = 15.0  # s, on average, before somebody leaves
WALKERS = ("guest", "visitor")
NEAREST_GOAL = 1.0  # m
TRIES = 30  # goals tried before there is no way anywhere


@dataclass(slots=True)
class Log:
    """One entry per cycle of 50 ms while the pose was believed: seconds, metres and radians off; and what happened."""

    times: list[float] = field(default_factory=list)
    off: list[float] = field(default_factory=list)
    turned: list[float] = field(default_factory=list)
    true: list[Pose] = field(default_factory=list)
    driving: float = 0.0  # s with the wheels turning
    path: float = 0.0  # m
    losses: list[float] = field(default_factory=list)  # when it took itself for lost
    asked: list[str] = field(default_factory=list)  # why it needed help: "ambiguous" or "nowhere"
    stuck: int = 0  # times that it could not go on and was carried to another spot, with its knowledge


class Roamer:
    """Drives, unless it is `idle`; `cycle` is 50 ms of everything. All chance comes from `seed`."""

    def __init__(
        self, home: Home, imperfection: Imperfection, seed: int, people: int = 2, start_known: bool = True
    ) -> None:
        self.random = np.random.default_rng(seed)
        self.home = home
        self._costmap = Costmap(home.grid, keepouts=home.keepouts)
        self._spots = _reachable(self._costmap, home)
        self.rig: BodyRig = body_rig(
            home, load(), start=self.spot(), seed=seed, imperfection=imperfection, known=start_known
        )
        self.log = Log()
        self._walkers = [
            _Walker(name, *self._standing_room(), self._standing_room(), not start_known) for name in WALKERS[:people]
        ]
        self._tracker: Tracker | None = None
        self._last, self._since = self.rig.gate.state().pose, 0.0
        self.idle = False
        self.rig.gate.engage("roam")

    def spot(self) -> Pose:
        """A random pose that the robot can stand at and get to."""
        x, y = self._spots[self.random.integers(len(self._spots))]
        return Pose(float(x), float(y), float(self.random.uniform(-math.pi, math.pi)))

    def _standing_room(self) -> tuple[float, float]:
        """A random point at which somebody can stand, two steps from the robot."""
        here = self.rig.robot.world.pose
        while True:
            spot = self.spot()
            if spot.distance(here) > 2 * SHY:
                return spot.x, spot.y

    @property
    def error(self) -> tuple[float, float]:
        """Metres and radians between where it is and where it believes that it is."""
        truth, pose = self.rig.robot.world.pose, self.rig.gate.state().pose
        return truth.distance(pose), abs(wrap(truth.yaw - pose.yaw))

    def cycle(self) -> None:
        """One control period: steer, move people, note how far off the pose is."""
        gate, before = self.rig.gate, self.rig.robot.world.pose
        state = gate.state()
        if state.latched:
            self._latched(state.latched)
        elif state.located != "lost" and not self.idle:
            wanted = self._wanted(state.pose)
            if isinstance(gate.drive(wanted.v, wanted.w, TTL), Refused):
                gate.engage("roam")
        self._walk()
        self.rig.cycle()
        for event in gate.poll():
            if event.kind == "lost":
                self.log.losses.append(self.rig.clock.now())
            elif event.kind in {"ambiguous", "nowhere"}:
                self.log.asked.append(event.kind)
        self._note(before)

    def run(self, seconds: float) -> Log:
        """So many seconds of the robot's time."""
        end = self.rig.clock.now() + seconds
        while self.rig.clock.now() < end:
            self.cycle()
        return self.log

    def _note(self, before: Pose) -> None:
        log, world = self.log, self.rig.robot.world
        if world.moving:
            log.driving += CYCLE
            log.path += before.distance(world.pose)
        if self.rig.gate.state().located != "lost":
            off, turned = self.error
            log.times.append(self.rig.clock.now())
            log.off.append(off)
            log.turned.append(turned)
            log.true.append(world.pose)

    # ------------------------------------------------------------ driving

    def _wanted(self, pose: Pose) -> Twist:
        now = self.rig.clock.now()
        if pose.distance(self._last) > 0.05 or abs(wrap(pose.yaw - self._last.yaw)) > 0.1:
            self._last, self._since = pose, now
        elif now - self._since > STALLED:
            self._since, self._tracker = now, None
        if self._tracker is None:
            self._tracker = self._way(pose)
        if self._tracker is None:
            return Twist(0.0, 0.5)
        wanted = self._tracker.steer(pose)
        if isinstance(wanted, Arrived):
            self._tracker = None
            return Twist(0.0, 0.0)
        return wanted

    def _way(self, pose: Pose) -> Tracker | None:
        for _ in range(TRIES):
            goal = self.spot()
            if goal.distance(pose) < NEAREST_GOAL:
                continue
            path = plan(self._costmap, pose, goal)
            if isinstance(path, tuple):
                return Tracker(path)
        return None

    def _latched(self, reason: str) -> None:
        """What an owner would do: order it on, arm it, or pull it free."""
        gate = self.rig.gate
        self._tracker = None
        if reason in {"bumper", "cliff"}:
            if isinstance(gate.recover(), Refused):
                self._free()
        elif gate.state().located != "lost":
            gate.engage("roam")

    def _free(self) -> None:
        """Pull it back onto open floor, a hand's breadth, its wheels on the ground: it follows by its scans."""
        world = self.rig.robot.world
        x, y = self._spots[int(np.argmin(np.hypot(*(self._spots - (world.pose.x, world.pose.y)).T)))]
        world.move_robot(Pose(float(x), float(y), world.pose.yaw))
        self.log.stuck += 1
        gate = self.rig.gate
        gate.arm("console")

    def _walk(self) -> None:
        here = self.rig.robot.world.pose
        for walker in self._walkers:
            at = walker.step(self.random, self._spots, here)
            self.rig.robot.world.move_person(walker.name, *at)


@dataclass(slots=True)
class _Walker:
    """Somebody who walks from spot to spot, through furniture if need be, stops before the robot, and leaves again."""

    name: str
    x: float
    y: float
    to: tuple[float, float]
    here: bool = True

    def step(self, random: Generator, spots: Floats, robot: Pose) -> tuple[float, float]:
        """Where they are a cycle later, metres."""
        leave = CYCLE / STAYS * (1.0 if self.here else ABOUT / (1.0 - ABOUT))
        if random.random() < leave:
            self.here = not self.here
            self.x, self.y = spots[random.integers(len(spots))].tolist()
            self.here = self.here and math.hypot(self.x - robot.x, self.y - robot.y) > 2 * SHY
        if not self.here:
            return ELSEWHERE
        away = math.hypot(self.to[0] - self.x, self.to[1] - self.y)
        if away < 0.1:
            self.to = tuple(spots[random.integers(len(spots))].tolist())
            return self.x, self.y
        share = min(1.0, WALK * CYCLE / away)
        x, y = self.x + share * (self.to[0] - self.x), self.y + share * (self.to[1] - self.y)
        gap = math.hypot(x - robot.x, y - robot.y)
        if gap >= SHY or gap > math.hypot(self.x - robot.x, self.y - robot.y):
            self.x, self.y = x, y
        else:
            self.to = tuple(spots[random.integers(len(spots))].tolist())
        return self.x, self.y


def _reachable(costmap: Costmap, home: Home) -> Floats:
    """Points (n, 2), metres, of the largest connected part of where the robot's centre may be."""
    labels, count = ndimage.label(costmap.free)
    sizes = ndimage.sum_labels(np.ones_like(labels), labels, range(1, count + 1))
    cells = np.argwhere(labels == 1 + int(np.argmax(sizes)))
    xs, ys = home.grid.centres()
    return np.column_stack((xs[cells[:, 1]], ys[cells[:, 0]]))
