"""A task that charges on the way: disarmed while it waits on the dock, armed again by its own order, unless stopped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from robotos.errno import Errno
from robotos.policy import load
from tests.robot import Robot

MakeRobot = Callable[..., Robot]
SETTLED = 4.5  # s on the dock after which the drive is disarmed: the kernel's two, and the program's last words


@pytest.fixture
def charging(make: MakeRobot) -> Robot:
    """Cleaning, interrupted to charge, and on the dock for a while."""
    policy = load()
    policy = policy.model_copy(update={"battery": policy.battery.model_copy(update={"full": 0.21})})
    robot = make(policy=policy, battery=0.193)
    robot.say("clean the kitchen", "clean r1")
    robot.until(lambda: robot.moving, limit=60.0)
    robot.until(lambda: robot.state.charging and any("going to charge" in text for text in robot.said), limit=600.0)
    robot.run(SETTLED)
    return robot


def test_it_is_disarmed_on_the_dock_and_goes_on_by_its_own_order(charging: Robot) -> None:
    assert "clean" in charging.running()
    assert charging.state.charging and not charging.state.armed
    charging.finish(2000.0)
    assert charging.results("clean") == ["OK"] and charging.history("clean")[0].coverage >= 0.95
    assert charging.rig.robot.truth.touched == []


def test_what_was_stopped_on_the_dock_stays_there(charging: Robot) -> None:
    path = charging.rig.robot.truth.path
    charging.say("stop")
    charging.run(400.0)
    assert charging.running() == [] and not charging.moving
    assert charging.rig.robot.truth.path == pytest.approx(path, abs=1e-3)


def test_a_latch_that_killed_nothing_still_keeps_it_on_the_dock(charging: Robot) -> None:
    """The gate was stopped by somebody else than the kernel: the order it once had does not clear that."""
    path = charging.rig.robot.truth.path
    charging.rig.gate.stop("a hand on the console")
    charging.run(1.0)
    holder = charging.rig.kernel.base.holder
    if holder is not None:
        refused = charging.rig.kernel.custody.wake(holder)
        assert refused is not None and refused.errno is Errno.EPERM
    charging.rig.robot.set_battery(0.5)
    charging.run(60.0)
    assert charging.state.latched and charging.rig.robot.truth.path == pytest.approx(path, abs=1e-3)
