"""The gate's quick looks and early ways out give the answers of the plain calculation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.actuation.areas import Areas
from robotos.actuation.body import Body
from robotos.actuation.localiser import Localiser
from robotos.actuation.motion import CRAWL, PERSON_REACH, Motion
from robotos.actuation.surroundings import Surroundings
from robotos.actuation.zones import Braking, PersonZones, gap, person_speed, wall_speed
from robotos.geometry import Pose, Twist
from robotos.policy import load
from robotos.sim.kinematic import KinematicWorld
from tests.actuation import plain

R = Body().radius
BRAKE = Braking(0.9, 0.1)
ZONES = PersonZones(0.33, 1.03, 0.15)
metres = st.floats(-1.5, 1.5)
points = st.lists(st.tuples(metres, metres).filter(lambda at: math.hypot(*at) > 1e-6), max_size=12)
curvatures = st.one_of(st.just(0.0), st.floats(-8.0, 8.0))


@given(points, st.booleans(), curvatures)
@settings(max_examples=300)
def test_point_by_point_is_as_all_at_once(found, forward, curvature):
    found = sorted(found, key=lambda at: math.hypot(*at))
    array = np.array(found).reshape(-1, 2)
    for x, y in found:
        whole = plain.gaps(np.array([[x, y]]), forward, curvature, R + 0.02, 0.3)[0]
        assert gap(x, y, forward, curvature, R + 0.02, 0.3) == pytest.approx(whole, abs=1e-6)
    assert wall_speed(found, forward, curvature, R, 0.02, BRAKE) == pytest.approx(
        plain.wall_speed(array, forward, curvature, R, 0.02, BRAKE), abs=1e-6
    )
    assert person_speed(found, forward, curvature, R, ZONES, BRAKE) == pytest.approx(
        plain.person_speed(array, forward, curvature, R, ZONES, BRAKE), abs=1e-6
    )


@pytest.fixture(scope="module")
def scene(home):
    """Something to look from anywhere in the home, with somebody near or nobody."""
    localiser, body, policy = Localiser(home.grid), Body(), load()
    areas = Areas(home, body.radius, policy.clearance.keepout_margin, policy.clearance.walls)
    world = KinematicWorld(home, home.dock, 3)
    free = np.argwhere(np.any([room.mask for room in home.rooms.values()], axis=0))

    def look(place, yaw, guest, bearing):
        x, y = home.grid.to_world(*free[place % len(free)])
        pose = Pose(x, y, yaw)
        world.move_robot(pose)
        world.move_person("guest", x + guest * math.cos(bearing), y + guest * math.sin(bearing))
        around = Surroundings(localiser, PERSON_REACH)
        for now in (0.0, 0.1):  # twice, so that nobody seems to have come just now
            around.update(pose, [math.inf if mm == 65535 else mm / 1000 for mm in world.scan()], now)
        return pose, Motion(policy, areas, around, body)

    return look


def glance(motion, wanted, pose, sigma):
    """`Motion.clip` without what it does about people who come or are all but touched."""
    outlook = motion.look(pose, sigma)
    if outlook.met or outlook.people.nearest <= motion._touching:
        return motion._clip(wanted, outlook)
    return motion.clip(wanted, pose, sigma)


steps = st.lists(
    st.tuples(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05), st.floats(-0.5, 0.5), st.floats(0.0, 0.1)),
    min_size=1, max_size=6,
)  # fmt: skip


@given(
    st.integers(0, 10**6), st.floats(-3.1, 3.1), st.floats(0.4, 3.0), st.floats(-3.1, 3.1), steps,
    st.floats(0.01, 0.306), st.floats(-1.9, 1.9), st.booleans(),
)  # fmt: skip
@settings(max_examples=250)
def test_a_glance_permits_what_the_whole_calculation_permits(scene, place, yaw, guest, bearing, steps, v, w, forward):
    """Wherever it is, and having moved a little since it looked: the same speed, and the same names for the limits."""
    pose, motion = scene(place, yaw, guest, bearing)
    wanted = Twist(v if forward else -v, w)
    for dx, dy, turned, sigma in steps:
        pose = Pose(pose.x + dx, pose.y + dy, pose.yaw + turned)
        clipped = glance(motion, wanted, pose, sigma)
        speed, by = plain.motion_speed(motion, wanted, pose, sigma)
        assert clipped.by == by
        expected = speed if not by or speed >= CRAWL else 0.0
        assert abs(clipped.twist.v) == pytest.approx(expected, abs=1e-6)
