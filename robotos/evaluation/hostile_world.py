"""What goes on around a robot that is being abused: people who walk, and everything that can happen to its hardware."""

from __future__ import annotations

import math

import numpy as np

from robotos.boot.body import ELSEWHERE, BodyRig
from robotos.geometry import Pose
from robotos.sim.people import RADIUS as PERSON
from robotos.sim.robot import PERIOD
from robotos.sim.world import RADIUS

NAMES = ("guest", "child")
FASTEST = 1.2  # m/s
PACES = (0.0, 0.15, 0.3, 0.5, 0.8, FASTEST)
MINDS = ("stand", "wander", "at the robot", "across", "away")
TOUCHED = RADIUS + PERSON + 0.001  # m between the middles of a robot and somebody who has walked up to it


class Passers:
    """Two people who come, stand, walk about and walk straight at the robot, never through a wall.

    They walk into the robot but do not push it along: a shove needs no wheels, and no gate can prevent it.
    """

    def __init__(self, rig: BodyRig, random: np.random.Generator) -> None:
        self._rig, self._random = rig, random
        self._minds: dict[str, tuple[str, float, float, float]] = {}  # what, pace, heading, until
        self.at: dict[str, tuple[float, float]] = {}
        self.velocity: dict[str, tuple[float, float]] = dict.fromkeys(NAMES, (0.0, 0.0))

    def walk(self) -> None:
        """Ten milliseconds of it."""
        now = self._rig.clock.now()
        for name in NAMES:
            if name not in self._minds or now >= self._minds[name][3]:
                self._think(name, now)
            if name in self.at:
                self._step(name)

    def nearest(self) -> tuple[float, float] | None:
        """Where the nearest one is, m; None when nobody is at home."""
        pose = self._rig.robot.world.pose
        return min(self.at.values(), key=lambda at: math.hypot(at[0] - pose.x, at[1] - pose.y), default=None)

    def _think(self, name: str, now: float) -> None:
        random = self._random
        if name not in self.at or random.random() < 0.15:
            self._appear(name)
        what = MINDS[int(random.integers(len(MINDS)))]
        pace = PACES[int(random.integers(len(PACES)))] if what != "stand" else 0.0
        self._minds[name] = (what, pace, float(random.uniform(-math.pi, math.pi)), now + float(random.uniform(0.5, 5)))

    def _appear(self, name: str) -> None:
        """At a distance on free floor, or gone."""
        self.at.pop(name, None)
        pose = self._rig.robot.world.pose
        for _ in range(10):
            far, bearing = self._random.uniform(1.2, 3.5), self._random.uniform(-math.pi, math.pi)
            x, y = pose.x + float(far * math.cos(bearing)), pose.y + float(far * math.sin(bearing))
            if self._free(x, y):
                self.at[name] = (x, y)
                self._rig.robot.world.move_person(name, x, y)
                return
        self._rig.robot.world.move_person(name, *ELSEWHERE)

    def _step(self, name: str) -> None:
        what, pace, heading, _ = self._minds[name]
        (x, y), pose = self.at[name], self._rig.robot.world.pose
        bearing = math.atan2(pose.y - y, pose.x - x)
        heading = {"at the robot": bearing, "away": bearing + math.pi, "across": bearing + 0.7}.get(what, heading)
        step = pace * PERIOD
        new = x + step * math.cos(heading), y + step * math.sin(heading)
        before, after = (math.hypot(at[0] - pose.x, at[1] - pose.y) for at in ((x, y), new))
        shoves = after < before < TOUCHED
        if after < min(before, TOUCHED):  # up to the robot's edge, and no further
            new = pose.x + (new[0] - pose.x) * TOUCHED / after, pose.y + (new[1] - pose.y) * TOUCHED / after
        if pace == 0.0 or shoves or not self._free(*new):
            self.velocity[name] = (0.0, 0.0)
            return
        self.at[name], self.velocity[name] = new, (pace * math.cos(heading), pace * math.sin(heading))
        self._rig.robot.world.move_person(name, *new)

    def _free(self, x: float, y: float) -> bool:
        grid = self._rig.home.grid
        row, column = grid.to_cell(x, y)
        return grid.inside(row, column) and float(grid.distance[row, column]) > PERSON and bool(grid.free[row, column])


class Mischief:
    """Bumps, edges that are not there, a cut cable, a controller that restarts, a stop button that is pressed."""

    def __init__(self, rig: BodyRig, random: np.random.Generator) -> None:
        self._rig, self._random = rig, random
        self._undo: list[tuple[float, str]] = []
        self._boots = 100
        self.done: dict[str, int] = {}

    def perhaps(self) -> None:
        """Once a cycle: now and then something happens, and what happened before ends."""
        now, robot = self._rig.clock.now(), self._rig.robot
        for at, what in list(self._undo):
            if now >= at:
                self._undo.remove((at, what))
                robot.restore_link() if what == "cable" else robot.stop_button(False)
        if self._random.random() >= 0.006:
            return
        what = ("bump", "bump", "bump", "edge", "cable", "reset", "button")[int(self._random.integers(7))]
        self.done[what] = self.done.get(what, 0) + 1
        lasts = float(self._random.uniform(0.02, 0.8))
        side = ("left", "right", "both")[int(self._random.integers(3))]
        if what == "bump":
            robot.press_bumper(side, lasts)
        elif what == "edge":
            robot.cliff(side, lasts)
        elif what == "reset":
            self._boots += 1
            robot.reset_controller(self._boots)
        else:
            robot.cut_link() if what == "cable" else robot.stop_button(True)
            self._undo.append((now + lasts, what))


def gap(pose: Pose, at: tuple[float, float]) -> float:
    """Metres between the robot's edge and a person's."""
    return math.hypot(at[0] - pose.x, at[1] - pose.y) - RADIUS - PERSON
