import math

import numpy as np
import pytest

from robotos.actuation.estimate import SIGMA_LOST, Estimator
from robotos.actuation.localiser import Localiser
from robotos.actuation.surroundings import Surroundings
from robotos.geometry import Pose
from robotos.sim.kinematic import KinematicWorld

START = Pose(2.9, 3.9, 0.3)


@pytest.fixture
def localiser(home):
    return Localiser(home.grid)


def scan(home, pose, seed=0, guest=None):
    world = KinematicWorld(home, pose, seed)
    for name in home.people:
        world.move_person(name, -50.0, -50.0)
    if guest is not None:
        world.move_person("guest", *guest)
    return tuple(math.inf if value == 65535 else value / 1000 for value in world.scan())


def test_odometry_moves_the_pose_in_its_own_frame(localiser):
    estimator = Estimator(START, 0.01, localiser)
    estimator.odometry(Pose(5.0, 5.0, 1.0))
    estimator.odometry(Pose(5.0 + 0.5 * math.cos(1.0), 5.0 + 0.5 * math.sin(1.0), 1.0))
    expected = START.compose(Pose(0.5, 0.0, 0.0))
    assert estimator.pose.distance(expected) < 1e-9
    assert estimator.pose.yaw == pytest.approx(expected.yaw)


def test_uncertainty_grows_with_every_metre(localiser):
    estimator = Estimator(START, 0.01, localiser)
    for step in range(101):
        estimator.odometry(Pose(0.1 * step, 0.0, 0.0))
    assert estimator.sigma == pytest.approx(0.01 + 0.3)


def test_a_scan_brings_it_back(home, localiser):
    estimator = Estimator(START, 0.1, localiser)
    truth = START.compose(Pose(0.06, -0.05, 0.05))
    for seed in range(4):
        estimator.scan(scan(home, truth, seed))
        estimator._since = math.inf
    assert estimator.pose.distance(truth) < 0.02
    assert estimator.sigma < 0.05


def test_a_leap_is_not_believed(home, localiser):
    estimator = Estimator(START, 0.005, localiser)
    estimator.scan(scan(home, START.compose(Pose(0.2, 0.0))))
    assert estimator.pose.distance(START) < 0.07


def test_scans_of_somewhere_else_mean_that_it_is_lost(home, localiser):
    estimator = Estimator(START, 0.01, localiser)
    elsewhere = home.places["bed"].approach
    for seed in range(30):
        estimator.scan(scan(home, elsewhere, seed))
    assert estimator.sigma == SIGMA_LOST


def test_a_controller_that_restarts_leaves_a_doubt(localiser):
    estimator = Estimator(START, 0.01, localiser)
    estimator.odometry(Pose(3.0, 0.0))
    estimator.reset_odometry()
    estimator.odometry(Pose(0.0, 0.0))
    assert estimator.pose == START
    assert estimator.sigma == pytest.approx(0.06)


def test_readings_the_map_explains_are_put_where_the_map_has_them(home, localiser):
    wall = Pose(3.2, 3.2 + 0.2, 0.0)
    around = Surroundings(localiser, 2.0)
    for seed in range(5):
        around.update(wall, scan(home, wall, seed), 0.0)
        below = np.array(around.obstacles(wall).points)
        below = below[abs(below[:, 0]) < 0.2]
        assert len(below) > 4
        assert below[:, 1] == pytest.approx(-0.2, abs=0.004)


def test_what_no_map_explains_is_a_person(home, localiser):
    around = Surroundings(localiser, 2.0)
    around.update(START, scan(home, START), 0.0)
    assert len(around.people(START).points) == 0
    guest = START.compose(Pose(0.8, 0.1))
    around.update(START, scan(home, START, guest=(guest.x, guest.y)), 0.0)
    people = np.array(around.people(START).points)
    assert len(people) >= 4
    assert abs(people[:, 1] - 0.1).max() < 0.25
    assert 0.55 < people[:, 0].min() < 0.65


def test_odometry_carries_what_was_seen_until_the_next_scan(home, localiser):
    around = Surroundings(localiser, 2.0)
    guest = START.compose(Pose(0.8, 0.0))
    around.update(START, scan(home, START, guest=(guest.x, guest.y)), 0.0)
    nearer = START.compose(Pose(0.1, 0.0, 0.0))
    assert min(around.people(nearer).points)[0] == pytest.approx(min(around.people(START).points)[0] - 0.1)


def test_a_scan_taken_while_turning_corrects_nothing_but_still_tells_that_it_is_elsewhere(home, localiser):
    """A lidar needs a tenth of a second for its own turn: a pose made to fit such a scan is off by as much."""
    ranges = scan(home, Pose(START.x, START.y, START.yaw + 0.1))
    estimator = Estimator(START, 0.01, localiser)
    estimator.scan(ranges, straight=False)
    assert estimator.pose == START
    estimator.scan(ranges)
    assert estimator.pose.yaw == pytest.approx(START.yaw + 0.1, abs=0.02)
    lost = Estimator(home.places["bed"].approach, 0.01, localiser)
    for _ in range(20):
        lost.scan(ranges, straight=False)
    assert lost.sigma == SIGMA_LOST
