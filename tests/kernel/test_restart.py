"""The power fails in the middle of a cleaning: what was done is known, and what is left gets done."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.robot import Robot

Restart = Callable[..., Robot]


@pytest.mark.parametrize("order", ["clean r1", "resume"])
def test_a_killed_cleaning_is_interrupted_and_goes_on_from_its_ledger(
    robot: Robot, restart: Restart, order: str
) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.until(lambda: robot.rig.robot.world.tool_on)
    robot.run(35.0)
    swept = robot.rig.robot.truth.swept
    again = restart()
    record = again.history("clean")[0]
    assert record.outcome == "interrupted" and record.end is not None
    assert again.rig.robot.truth.path == 0.0 and again.running() == [], "nothing moves by itself"
    began = again.rig.clock.now()
    again.do("clean the kitchen", order)
    newest = again.history("clean")[0]
    assert newest.outcome == "done" and newest.coverage >= 0.95
    assert again.rig.clock.now() - began < 60.0, "not all of it again"
    floor = robot.rig.home.rooms["kitchen"].mask
    both = (swept | again.rig.robot.truth.swept) & floor
    assert np.count_nonzero(both) / np.count_nonzero(floor) > 0.9, "the two runs together cleaned it"


def test_what_was_held_and_known_is_known_again(robot: Robot, restart: Restart) -> None:
    robot.do("the keys are on the shelf", "remember o1 at p1")
    again = restart()
    again.do("where are the keys", "recall o1")
    assert "shelf" in again.said[-1]
