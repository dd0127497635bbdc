"""Cancelling a way at any moment: the robot stands within its braking distance, and is as good as new."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.navigation.home import Home
from robotos.sim.world import TIME_CONSTANT
from tests.robot import Robot

START = Pose(0.9, 1.4, 0.0)  # in the hall
LONGEST = 14.0  # s: the way to the kitchen takes about that
REACTION = 0.15  # s from the word to the first command that slows down: three periods of the gate
LAG = 5  # time constants of a motor until it stands
ROUNDING = 0.005  # m


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cancelled")


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(moment=st.floats(0.0, LONGEST), how=st.sampled_from(["stop", "cancel", "replaced"]))
def test_a_way_may_be_cancelled_at_any_moment(cottage: Home, folders: Path, moment: float, how: str) -> None:
    robot = Robot(cottage, folders / f"{len(list(folders.iterdir()))}", start=START)
    try:
        cancelled(robot, moment, how)
        then_goes_on(robot, cottage)
    finally:
        robot.rig.close()


def cancelled(robot: Robot, moment: float, how: str) -> None:
    """On the way to the kitchen something else is wanted, or nothing any more."""
    motion = robot.rig.kernel.ports.policy.motion
    robot.say("go to the kitchen", "goto r1")
    robot.run(moment)
    speed, path = abs(robot.rig.robot.world.body.v), robot.rig.robot.truth.path
    begin = robot.rig.clock.now()
    if how == "stop":
        robot.say("stop")
    elif how == "cancel":
        robot.rig.kernel.cancel_all(Errno.ECANCELED, "test")
    else:
        return  # by the next order, while it drives
    robot.until(lambda: not robot.moving, limit=2.0)
    slowing = motion.max_speed / motion.max_acceleration
    assert robot.rig.clock.now() - begin <= REACTION + slowing + LAG * TIME_CONSTANT
    braked = robot.rig.robot.truth.path - path
    most = speed + motion.max_acceleration * REACTION  # it may have been gathering speed
    assert braked <= most * REACTION + most**2 / (2 * motion.max_acceleration) + most * TIME_CONSTANT + ROUNDING
    robot.run(2.0)
    assert not robot.moving and robot.running() == [], "nothing goes on by itself"
    assert robot.rig.kernel.base.holder is None and not robot.rig.robot.world.tool_on


def then_goes_on(robot: Robot, cottage: Home) -> None:
    """The next order works as if nothing had been."""
    robot.do("go to the table", "goto p1")
    assert robot.results("goto")[-1] == "OK"
    assert robot.rig.robot.world.pose.distance(cottage.places["table"].approach) < 0.08
    assert robot.rig.robot.truth.touched == [] and robot.running() == []
    assert robot.history("goto")[0].outcome == "done"
