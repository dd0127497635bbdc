"""Calls that nobody sane would make: any numbers in any order, with a taste for walls, people, stairs and silence."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from robotos.boot.body import BodyRig
from robotos.evaluation.hostile_world import Passers
from robotos.geometry import wrap
from robotos.kernel.ports import Refused

AIMS = ("ahead", "ahead", "person", "person", "forbidden", "forbidden", "circle", "back", "spin", "noise", "silence")
SPEEDS = (0.306, 0.306, 0.306, 0.31, 1.0, 9.9, 0.1, 0.02)
LIVES = (0.2, 0.2, 0.2, 0.5, 0.5, 0.05, 0.001)
NUMBERS: tuple[Any, ...] = (
    math.nan, math.inf, -math.inf, 1e308, -1e308, 1e-308, 0.0, -0.0, 10**400, 10.0, -10.1, 0.306, 2**31, True, None,
    "1", b"1", [0.1], 1j,
)  # fmt: skip
DEADLINES: tuple[Any, ...] = (0, -1, 2**32 - 1, 2**32, 2**63, 0.5, None, "now", True)
OWNER_WAITS = (0.1, 1.5)  # s from a latch until somebody says "go on"
CUNNING = 0.75  # share of its time


class Caller:
    """Makes the calls, and plays the owner who lets it go on. `made` counts calls by name, refusals included."""

    def __init__(self, rig: BodyRig, random: np.random.Generator, passers: Passers) -> None:
        self._rig, self._random, self._passers = rig, random, passers
        self._aim, self._until = "ahead", -1.0
        self._cunning = False  # only calls that are obeyed: what is refused stops the robot, and nothing comes of it
        self._v = self._w = 0.0
        self._latched_at: float | None = None
        self.made: dict[str, int] = {}

    def calls_now(self) -> None:
        """What is called within these ten milliseconds: nothing, one call, or a burst."""
        now = self._rig.clock.now()
        if now >= self._until:
            self._aim = AIMS[int(self._random.integers(len(AIMS)))]
            self._until = now + float(self._random.uniform(0.3, 5.0))
            self._cunning = self._random.random() < CUNNING
            self._v = SPEEDS[int(self._random.integers(len(SPEEDS)))]
            self._w = float(self._random.uniform(-2.0, 2.0))
        if self._aim == "silence" and self._random.random() < 0.98:
            return
        luck = self._random.random()
        for _ in range(0 if luck < 0.5 else 6 if luck > 0.97 else 1):
            if self._cunning and self._aim not in ("noise", "silence"):
                self._call("drive", self._rig.gate.drive, *self._wish(), 0.5 if luck < 0.7 else 0.2)
            else:
                self._one()

    def owner(self) -> None:
        """Lets it go on some time after a stop: with words, and where they don't suffice at the console."""
        now, gate = self._rig.clock.now(), self._rig.gate
        if gate.state().armed:
            self._latched_at = None
            return
        if self._latched_at is None:
            self._latched_at = now + float(self._random.uniform(*OWNER_WAITS))
        if now >= self._latched_at:
            if isinstance(self._call("engage", gate.engage, "go on"), Refused):
                self._call("arm", gate.arm, "console")
            self._latched_at = now + 0.5

    # ------------------------------------------------------------ calls

    def _one(self) -> None:
        gate, luck = self._rig.gate, self._random.random()
        if self._aim == "noise" and luck < 0.7:
            self._nonsense()
        elif luck < 0.80:
            v, w = self._wish()
            self._call("drive", gate.drive, v, w, LIVES[int(self._random.integers(len(LIVES)))])
        elif luck < 0.88:
            v, w = self._wish()
            ahead = int(self._random.integers(-300, 900))
            self._call("drive_until", gate.drive_until, v, w, (gate.deadline(0.0) + ahead) % 2**32)
        elif luck < 0.91:
            self._call("poll", gate.poll)
        elif luck < 0.94:
            self._call("tool", gate.tool, bool(self._random.integers(2)))
        elif luck < 0.96:
            x, y = (float(value) for value in self._random.uniform(-1.0, 1.0, 2))
            self._call("gripper", gate.gripper, bool(self._random.integers(2)), (x, y, 0.3))
        elif luck < 0.99:
            self._call("recover", gate.recover)
        elif luck < 0.996:
            self._nonsense()
        elif luck < 0.998:
            self._call("disengage", gate.disengage)
        else:
            self._call("stop", gate.stop, "hm")

    def _nonsense(self) -> None:
        gate, any_of = self._rig.gate, self._any_of
        which = int(self._random.integers(8))
        if which < 3:
            self._call("drive", gate.drive, any_of(NUMBERS), any_of(NUMBERS), any_of(NUMBERS))
        elif which < 5:
            self._call("drive_until", gate.drive_until, any_of((0.3, *NUMBERS)), 0.0, any_of(DEADLINES))
        elif which == 5:
            self._call("tool", gate.tool, any_of(NUMBERS))
        elif which == 6:
            aim = (any_of(NUMBERS), any_of(NUMBERS), any_of(NUMBERS))
            self._call("gripper", gate.gripper, any_of((True, *NUMBERS)), any_of((aim, *NUMBERS)))
        else:
            self._call("engage", gate.engage, any_of(("", "go", *NUMBERS)))
            self._call("arm", gate.arm, any_of(("words", "", "kernel")))

    def _call(self, name: str, function: Callable[..., object], *arguments: object) -> object:
        self.made[name] = self.made.get(name, 0) + 1
        return function(*arguments)

    def _any_of(self, values: tuple[Any, ...]) -> Any:
        return values[int(self._random.integers(len(values)))]

    # ------------------------------------------------------------ where to

    def _wish(self) -> tuple[float, float]:
        pose = self._rig.robot.world.pose  # it knows better than the gate
        if self._aim == "person" and (at := self._passers.nearest()) is not None:
            return self._towards(*at)
        if self._aim == "forbidden":
            middles = [area.polygon.mean(axis=0) for area in self._rig.home.keepouts]
            if middles:
                x, y = min(middles, key=lambda at: math.hypot(at[0] - pose.x, at[1] - pose.y))
                return self._towards(float(x), float(y))
        if self._aim == "back":
            return -self._v, 0.3 * self._w
        if self._aim == "spin":
            return 0.0, 5.0 * self._w
        if self._aim == "circle":
            return self._v, self._w
        return self._v, 0.1 * self._w

    def _towards(self, x: float, y: float) -> tuple[float, float]:
        pose = self._rig.robot.world.pose
        off = wrap(math.atan2(y - pose.y, x - pose.x) - pose.yaw)
        return (self._v if abs(off) < 1.2 else 0.05), 2.5 * off
