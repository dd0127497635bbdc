"""Wheels that drift and slip, beams that show anything, and a sensor that takes its time to look round."""

import math

import numpy as np
import pytest

from robotos.geometry import Pose
from robotos.navigation.home import load_home
from robotos.sim.flaws import IDEAL, SLIP, Grip, Imperfection, outliers, wheel_scales
from robotos.sim.kinematic import KinematicWorld
from robotos.sim.world import NO_ECHO, WHEEL_BASE

START = Pose(2.9, 3.9, 0.0)


@pytest.fixture(scope="module")
def home():
    from pathlib import Path

    return load_home(Path(__file__).parents[2] / "maps" / "apartment")


def driven(home, imperfection, seed=1, seconds=4.0):
    world = KinematicWorld(home, START, seed, imperfection)
    for name in list(world.people):
        world.move_person(name, -50.0, -50.0)
    for _ in range(int(seconds * 100)):
        world.step(120, 120, 0, 0.01)
    return world


@pytest.mark.parametrize("drift", [0.02, 0.05])
def test_drift_is_so_much_a_metre_along_and_aside(drift):
    for seed in range(8):
        left, right = wheel_scales(seed, Imperfection(drift=drift), WHEEL_BASE)
        assert abs((left + right) / 2 - 1.0) == pytest.approx(drift)
        assert abs(right - left) / WHEEL_BASE == pytest.approx(drift)  # rad per m


def test_a_drifting_robot_is_off_by_what_its_encoders_do_not_tell(home):
    ideal = driven(home, IDEAL)
    seen = set()
    for seed in range(6):
        world = driven(home, Imperfection(0.0, 0.0, 0.0, 0.0, drift=0.02), seed)
        way, told = world.pose.distance(START), world.encoders
        assert told == ideal.encoders
        assert abs(way / ideal.pose.distance(START) - 1.0) == pytest.approx(0.02, abs=0.002)
        assert abs(world.pose.yaw) == pytest.approx(0.02 * way, rel=0.1)
        seen.add((world.pose.yaw > 0.0, way > ideal.pose.distance(START)))
    assert len(seen) > 1


def test_a_wheel_that_slips_turns_the_robot_and_its_encoder_does_not_know(home):
    world = driven(home, Imperfection(0.0, 0.0, 0.0, 0.0, slip_rate=2.0))
    assert world.body.slips > 0
    assert abs(world.pose.yaw) == pytest.approx(SLIP / WHEEL_BASE, rel=0.2) or world.body.slips > 1
    assert world.encoders == driven(home, IDEAL).encoders


def test_grip_is_lost_for_a_stretch_and_comes_back():
    grip = Grip(3, Imperfection(slip_rate=1.0))
    at = grip._at[0]
    assert grip.of(at - 0.001, 0) == (1.0, 1.0, 0)
    left, right, slips = grip.of(at + SLIP / 2, 0)
    assert sorted((left, right)) == [0.0, 1.0] and slips == 0
    assert grip.of(at + SLIP, 0) == (1.0, 1.0, 1)
    assert Grip(3, IDEAL).perfect


def test_outliers_are_the_share_that_was_asked_for(home):
    shown = outliers(1, Imperfection(outliers=0.2), 512, 72, 6.0)
    assert np.isfinite(shown).mean() == pytest.approx(0.2, abs=0.01)
    world, clean = (
        driven(home, Imperfection(0.0, 0.0, 0.0, 0.0, outliers=0.2), seconds=0.01),
        driven(home, IDEAL, seconds=0.01),
    )
    differ = np.mean([a != b for _ in range(50) for a, b in zip(world.scan(), clean.scan(), strict=True)])
    assert differ == pytest.approx(0.2, abs=0.03)


def test_the_same_seed_slips_the_same_and_a_copy_goes_on_as_the_original(home):
    flaws = Imperfection(drift=0.02, slip_rate=1.0, outliers=0.1)
    one, other = driven(home, flaws, 5), driven(home, flaws, 5)
    assert one.pose == other.pose and one.scan() == other.scan()
    copy = one.snapshot()
    for _ in range(100):
        one.step(120, 120, 0, 0.01)
    ended = one.pose
    one.restore(copy)
    for _ in range(100):
        one.step(120, 120, 0, 0.01)
    assert one.pose == ended


def test_a_sensor_that_takes_its_time_bends_a_scan_only_while_the_robot_turns(home):
    slow, quick = Imperfection(0.0, 0.0, 0.0, 0.0, scan_time=0.1), IDEAL
    still = [KinematicWorld(home, START, 1, flaws).scan() for flaws in (slow, quick)]
    assert still[0] == still[1]
    turning = []
    for flaws in (slow, quick):
        world = KinematicWorld(home, START, 1, flaws)
        for _ in range(60):
            world.step(-100, 100, 0, 0.01)
        turning.append(np.array([math.nan if r == NO_ECHO else r for r in world.scan()]))
    off = np.abs(turning[0] - turning[1])
    assert np.nanmax(off) > 50.0
    assert np.nanmean(off[-6:]) < np.nanmean(off)  # the last beams are of now
