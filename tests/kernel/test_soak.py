"""A bad day, by chance but repeatable: orders, stops, people, contacts and trouble on top of each other."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from robotos.kernel.process import State
from tests.robot import Robot

ORDERS = (
    ("clean the kitchen", "clean r1 force"), ("clean the study", "clean r1"), ("clean everything", "clean all"),
    ("go to the hall", "goto r1"), ("come here", "goto h1"), ("go to grandma", "goto h1"), ("go home", "dock"),
    ("bring me the cup", "fetch o1 to h1"), ("put the keys on the shelf", "fetch o1 to p1"),
    ("find the book", "find o1"),
    ("turn around", "turn_by around"), ("go forward", "move_by forward"), ("follow grandma", "follow h1"),
    ("hold on", "pause"), ("carry on", "resume"), ("never mind", "kill current"), ("cancel it all", "kill everything"),
    ("how much is left", "status progress"), ("clean the hall in one minute", "schedule d1 do clean r1"),
    ("look around", "look here"), ("back away", "recover"), ("look into the study", "look r1"),
)  # fmt: skip
SPOTS = ((1.6, 0.5), (0.3, 2.1), (2.15, 1.05), (3.6, 0.5), (5.2, 0.4), (2.6, 0.4))


class Day:
    """What happens, by a seeded die."""

    def __init__(self, robot: Robot, seed: int) -> None:
        self.robot = robot
        self.dice = random.Random(seed)
        self.stopped_at: float | None = None
        self.told: list[str] = []

    def step(self) -> None:
        happening = self.dice.choices(
            [self.order, self.stop, self.walk, self.touch, self.button, self.cable, self.wait],
            [10, 2, 4, 1, 0.5, 0.5, 4],
        )[0]
        self.told.append(happening.__name__)
        happening()
        self.robot.run(self.dice.choice([0.05, 0.5, 3.0, 15.0]))
        self.check()

    def order(self) -> None:
        words, call = self.dice.choice(ORDERS)
        self.told[-1] = words
        self.stopped_at = None
        self.robot.say(words, call)

    def stop(self) -> None:
        self.robot.say("stop")
        self.stopped_at = self.robot.rig.clock.now()

    def walk(self) -> None:
        x, y = self.dice.choice(SPOTS)
        pose = self.robot.rig.robot.world.pose
        if (x - pose.x) ** 2 + (y - pose.y) ** 2 > 0.6**2:  # nobody walks into the robot
            self.robot.rig.robot.move_person(self.dice.choice(["owner", "grandma"]), x, y)

    def touch(self) -> None:
        self.robot.rig.robot.press_bumper(self.dice.choice(["left", "right", "both"]))

    def button(self) -> None:
        self.robot.rig.robot.stop_button(True)
        self.robot.run(1.0)
        assert not self.robot.moving
        self.robot.rig.robot.stop_button(False)
        self.robot.run(0.5)
        self.robot.rig.gate.arm("console")

    def cable(self) -> None:
        self.robot.rig.robot.cut_link()
        self.robot.run(1.0)
        assert not self.robot.moving
        self.robot.rig.robot.restore_link()
        self.robot.run(1.0)
        self.robot.rig.gate.arm("console")

    def wait(self) -> None:
        self.robot.run(20.0)

    def check(self) -> None:
        """What must be so at any moment."""
        robot, kernel = self.robot, self.robot.rig.kernel
        truth = robot.rig.robot.truth
        assert not any("crashed" in e.text or "failed:" in e.text for e in robot.entries), robot.tail()
        assert [t for t in truth.touched if t.person] == []
        if self.stopped_at is not None and robot.rig.clock.now() > self.stopped_at + 0.5:
            assert not truth.wheels.during(self.stopped_at + 0.5), "it moved after a stop"
        holder = kernel.base.holder
        assert holder is None or not holder.ended
        for process in kernel.life.working:
            assert process.state is not State.SUSPENDED or process in kernel.base.aside
            assert process.state is not State.QUEUED or process in kernel.base.queue
        if holder is None:
            assert kernel.base.everyone() == []


@pytest.mark.parametrize("seed", [1, 15, 39])
def test_a_bad_day(make: Callable[..., Robot], seed: int) -> None:
    robot = make(seed=seed)
    day = Day(robot, seed)
    for _ in range(45):
        day.step()
    robot.rig.robot.move_person("owner", 5.65, 2.1)
    robot.rig.robot.move_person("grandma", 0.3, 2.1)
    robot.do("cancel it all", "kill everything")
    assert robot.running() == [] and all(task.outcome != "running" for task in robot.history())
    robot.do("go home", "dock")
    assert robot.state.charging, (day.told, robot.tail())
