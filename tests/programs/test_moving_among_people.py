"""Going somewhere while somebody walks across the way, towards the robot, or beside it, at the gate's own speeds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from robotos.boot.simulated import CYCLE
from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.sim.people import RADIUS as PERSON_RADIUS
from robotos.sim.world import RADIUS
from tests.robot import Robot

MakeRobot = Callable[..., Robot]
Spot = tuple[float, float]

START = Pose(2.45, 1.05, 0.0)  # in the kitchen, by the door to the hall; the way to the study goes straight on
KEEPS_OFF = 0.55  # m between middles at which somebody who sees a robot in their way stands still
STANDS = 3.0  # s that they wait there, and then they turn back
COULD_STOP = 0.5  # s in somebody's stop zone: a scan, the gate's reaction, braking from the slow zone's speed, motors
CREEP = 0.03  # m/s, a pose's and a body's rounding
ACROSS = ((3.1, 0.35), (3.1, 1.65))  # of the kitchen
TOWARDS = ((5.2, 1.05), (2.6, 1.05))  # out of the study, through the door that the robot goes to
BESIDE = ((2.6, 0.4), (3.75, 0.4))  # along the way, 0.65 m from it


@dataclass(slots=True)
class Walker:
    """Walks to and fro between two points at `pace` m/s, and walks into nobody; `times` ways, then they stay."""

    robot: Robot
    ways: Sequence[Spot]
    pace: float
    times: int
    late: float = field(default=0.0, init=False)  # fastest towards them, m/s, once the robot could have stopped
    _near_since: float | None = field(default=None, init=False)
    _turned: int = field(default=0, init=False)
    _waits: float = field(default=0.0, init=False)

    def step(self) -> None:
        """One period of gate and kernel."""
        self._watch()
        self._walk()

    def _watch(self) -> None:
        body, person = self.robot.rig.robot.world.body, self.robot.rig.robot.world.people["owner"]
        dx, dy = person.x - body.x, person.y - body.y
        gap = math.hypot(dx, dy)
        if gap - RADIUS - PERSON_RADIUS >= self.robot.rig.kernel.ports.policy.clearance.person_stop:
            self._near_since = None
            return
        now = self.robot.rig.clock.now()
        self._near_since = now if self._near_since is None else self._near_since
        if now - self._near_since >= COULD_STOP:
            self.late = max(self.late, body.v * (math.cos(body.yaw) * dx + math.sin(body.yaw) * dy) / gap)

    def _walk(self) -> None:
        rig = self.robot.rig
        person, robot = rig.robot.world.people["owner"], rig.robot.world.pose
        if self._turned >= self.times or rig.clock.now() < self._waits:
            return
        target = self.ways[(self._turned + 1) % 2]
        off = math.dist((person.x, person.y), target)
        share = min(1.0, self.pace * CYCLE / max(off, 1e-9))
        x, y = person.x + (target[0] - person.x) * share, person.y + (target[1] - person.y) * share
        near = math.dist((x, y), (robot.x, robot.y))
        if near < KEEPS_OFF and near < math.dist((person.x, person.y), (robot.x, robot.y)):
            self._waits = rig.clock.now() + STANDS
            self._turned += 1
            return
        rig.robot.move_person("owner", x, y)
        if share >= 1.0:
            self._turned += 1


@pytest.mark.parametrize("pace", [0.15, 0.3, 0.8])
@pytest.mark.parametrize("ways", [ACROSS, TOWARDS, BESIDE], ids=["across", "towards", "beside"])
def test_nobody_who_walks_is_touched_and_the_goal_is_reached_or_told_why_not(
    make: MakeRobot, ways: Sequence[Spot], pace: float
) -> None:
    robot = make(start=START)
    robot.rig.robot.move_person("owner", *ways[0])
    walker = Walker(robot, ways, pace, times=4)
    robot.rig.walkers.append(walker.step)
    said = robot.do("go to the study", "goto r1")
    truth = robot.rig.robot.truth
    assert truth.touched == [], "nobody and nothing"
    assert walker.late <= CREEP, "not on towards somebody in the stop zone"
    (outcome,) = robot.results("goto")
    if outcome == str(Errno.OK):
        assert robot.room == "study"
    else:
        assert outcome == "EHOSTUNREACH" and "way" in said[-1], "why it gave up"
        assert not robot.moving
    assert robot.running() == []
