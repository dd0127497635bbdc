"""Beyond one scan: is the pose still right, and where is the robot when it is not."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.geometry import Pose, Twist, wrap
from robotos.navigation.grid import FREE, OCCUPIED, OccupancyGrid
from robotos.navigation.localisation.beams import deskewed, ends_of, settled
from robotos.navigation.localisation.doubt import Doubt
from robotos.navigation.localisation.fit import fit, glance
from robotos.navigation.localisation.likelihood import LikelihoodField
from robotos.navigation.localisation.monitor import Located, Monitor
from robotos.navigation.localisation.particles import FEWEST, ParticleFilter
from robotos.navigation.localisation.relocalise import Ambiguous, Found, Nowhere, Relocaliser, Searching
from robotos.navigation.localisation.search import Searcher
from robotos.navigation.localise import correct, match
from robotos.navigation.raycast import cast


def scan(grid, pose, rng=None, outliers=0.0):
    ranges = cast(grid.distance, grid.resolution, grid.origin, pose.x, pose.y, pose.yaw)
    if rng is None:
        return ranges
    ranges = ranges + rng.normal(0.0, 0.01, len(ranges))
    return np.where(rng.random(len(ranges)) < outliers, rng.uniform(0.1, 6.0, len(ranges)), ranges)


def somewhere(home, costmap, rng):
    cells = np.argwhere(costmap.free)
    return Pose(*home.grid.to_world(*cells[rng.integers(len(cells))]), float(rng.uniform(-3.1, 3.1)))


@pytest.fixture(scope="module")
def searcher(home):
    return Searcher(home.grid)


@pytest.fixture
def relocaliser(searcher):
    return Relocaliser(searcher, np.random.default_rng(1))


@pytest.fixture(scope="module")
def twins():
    """Two rooms that are alike to the last cell, wall to wall."""
    room = np.full((80, 100), OCCUPIED, dtype=np.int8)
    room[2:-2, 2:-2] = FREE
    room[2:30, 2:20] = OCCUPIED
    return OccupancyGrid(np.hstack((room, room)), 0.05, Pose(0.0, 0.0))


def settle(relocaliser, scans):
    for ranges in scans:
        relocaliser.scan(ranges)
        while relocaliser.work():
            pass
        if not isinstance(relocaliser.answer, Searching):
            break
    return relocaliser.answer


# ---------------------------------------------------------------- beams


@settings(max_examples=30, deadline=None)
@given(st.floats(-0.3, 0.3), st.floats(-1.9, 1.9), st.floats(-3.0, 3.0))
def test_what_a_turning_sensor_saw_is_put_straight_by_odometry(home, v, w, yaw):
    """Each beam was measured from where the robot was then; put straight, all end on the walls."""
    end, count, scan_time = Pose(2.9, 3.9, yaw), 72, 0.1
    ranges = []
    for beam in range(count):
        age = scan_time * (1.0 - (beam + 1) / count)
        then = end.compose(Pose(-v * age * math.cos(-w * age / 2), -v * age * math.sin(-w * age / 2), -w * age))
        ranges.append(cast(home.grid.distance, 0.05, home.grid.origin, then.x, then.y, then.yaw)[beam])
    straight = deskewed(ranges, Twist(v, w), scan_time)
    assert glance(end, straight, home.grid) == 1.0
    if abs(w) > 1.0:
        _, _, bent = match(end, ends_of(ranges), home.grid)
        pose, _, share = match(end, straight, home.grid)
        assert share >= bent
        assert abs(wrap(pose.yaw - end.yaw)) < math.radians(1.0)


def test_a_scan_at_once_or_at_rest_is_left_as_it_is():
    ranges = np.linspace(1.0, 2.0, 72)
    for ends in (deskewed(ranges, Twist(0.3, 1.0), 0.0), deskewed(ranges, Twist(0.0, 0.0), 0.1)):
        assert np.array_equal(ends.x, ends_of(ranges).x)


def test_who_passes_by_is_not_in_what_the_scans_have_in_common():
    here, gone = [2.0] * 72, [0.7] * 10 + [2.0] * 62
    assert (settled([here, gone, here]) == 2.0).all()
    assert settled([[math.inf], [math.inf], [1.0]])[0] == math.inf


# ---------------------------------------------------------------- fit and monitor


def test_people_speak_less_against_a_pose_than_beams_through_walls(home):
    here = Pose(2.9, 3.9, 0.3)
    ranges = scan(home.grid, here)
    crowd, ghost = ranges.copy(), ranges.copy()
    crowd[:20] = np.minimum(crowd[:20], 0.6)
    ghost[:20] = ghost[:20] + 1.0
    assert fit(here, ends_of(ranges), home.grid).score == 1.0
    assert fit(here, ends_of(crowd), home.grid).through == 0.0
    assert fit(here, ends_of(ghost), home.grid).score < fit(here, ends_of(crowd), home.grid).score - 0.3


def test_nothing_met_where_nothing_is_counts_as_explained(home):
    hall = OccupancyGrid(np.zeros((400, 400), dtype=np.int8), 0.05, Pose(0.0, 0.0))
    silence = ends_of([math.inf] * 72)
    assert fit(Pose(10.0, 10.0), silence, hall).score == 1.0
    assert fit(Pose(2.9, 3.9), silence, home.grid).score < 0.0
    assert fit(Pose(2.9, 3.9), ends_of([]), home.grid).score == 0.0
    assert glance(Pose(2.9, 3.9), silence, home.grid) == 0.0


def test_one_bad_scan_is_not_a_lost_robot_and_bad_ones_in_a_row_are():
    monitor = Monitor()
    assert monitor.scan(-2.0) is Located.UNCERTAIN
    for _ in range(4):
        monitor.scan(0.9)
    assert monitor.state is Located.TRACKING and monitor.calm
    states = [monitor.scan(-2.0) for _ in range(4)]
    assert states[-1] is Located.LOST and Located.LOST not in states[:-1]
    monitor.reset()
    assert monitor.scan(math.nan) is Located.UNCERTAIN


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.3, 1.0), max_size=200))
def test_scans_that_fit_never_lose_it(scores):
    monitor = Monitor()
    assert all(monitor.scan(score) is Located.TRACKING for score in scores)


def test_doubt_asks_whether_another_place_fits_better(home, searcher):
    here, elsewhere = Pose(2.9, 3.9, 0.3), home.places["bed"].approach
    for truth, refuted in ((here, False), (elsewhere, True)):
        doubt, ends = Doubt(lambda: searcher), ends_of(scan(home.grid, truth, np.random.default_rng(4)))
        for _ in range(20):
            doubt.scan(here, ends, 0.3)
        assert doubt.any
        assert fit(here, ends, home.grid).score > 0.9 or refuted
        doubt.reset()
        for _ in range(10):
            doubt.scan(here, ends, fit(here, ends, home.grid).score)
        while doubt.work():
            pass
        assert doubt.refuted is refuted


# ---------------------------------------------------------------- particles


def test_the_likelihood_is_highest_where_the_scan_was_taken(home):
    truth = Pose(2.9, 3.9, 0.3)
    field, ends = LikelihoodField(home.grid), ends_of(scan(home.grid, truth))
    poses = np.array([(truth.x, truth.y, truth.yaw), (3.2, 3.9, 0.3), (2.9, 3.9, 0.6), (-90.0, 0.0, 0.0)])
    found = field.log_likelihood(poses, ends)
    assert found[0] > found[1:].max() + 1.0
    assert found[3] == found.min()


def test_a_cloud_follows_the_robot_and_shrinks_where_it_is_sure(home):
    rng = np.random.default_rng(3)
    truth = Pose(2.0, 3.9, 0.0)
    cloud = ParticleFilter(LikelihoodField(home.grid), rng)
    cloud.around([truth], 0.15, 0.1, each=1500)
    for _ in range(25):
        step = Pose(0.05, 0.0, 0.02)
        truth = truth.compose(step)
        cloud.moved(Pose(step.x * 1.02, 0.0, step.yaw * 1.02))
        cloud.scan(ends_of(scan(home.grid, truth, rng, 0.05)))
        if cloud.effective < len(cloud.poses) / 2:
            cloud.resample()
    best = cloud.clusters()[0]
    assert best.pose.distance(truth) < 0.06 and best.weight > 0.95
    assert abs(wrap(best.pose.yaw - truth.yaw)) < math.radians(3.0)
    assert FEWEST <= len(cloud.poses) < 1500
    assert best.sigma < 0.1


def test_a_cloud_that_no_longer_fits_asks_for_fresh_particles(home):
    rng = np.random.default_rng(3)
    here, there = Pose(2.9, 3.9, 0.3), home.places["bed"].approach
    cloud = ParticleFilter(LikelihoodField(home.grid), rng)
    cloud.around([here], 0.05, 0.05)
    for _ in range(20):
        cloud.scan(ends_of(scan(home.grid, here, rng)))
    assert cloud.doubt < 0.05
    for _ in range(3):
        cloud.scan(ends_of(scan(home.grid, there, rng)))
    assert cloud.doubt > 0.2
    cloud.resample(np.array([(there.x, there.y, there.yaw)]))
    cloud.scan(ends_of(scan(home.grid, there, rng)))
    assert cloud.clusters()[0].pose.distance(there) < 0.1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(-0.2, 0.2), st.floats(-1.0, 1.0))
def test_weights_are_a_distribution_whatever_happens(home, seed, way, turn):
    rng = np.random.default_rng(seed)
    cloud = ParticleFilter(LikelihoodField(home.grid), rng)
    cloud.around([Pose(2.9, 3.9, 0.3), Pose(50.0, 50.0, 0.0)], 0.2, 0.2, each=40)
    cloud.moved(Pose(way, 0.0, turn))
    cloud.scan(ends_of(rng.uniform(0.1, 6.0, 72)))
    assert cloud.weights.sum() == pytest.approx(1.0) and (cloud.weights >= 0.0).all()
    assert sum(one.weight for one in cloud.clusters()) <= 1.0 + 1e-9
    cloud.resample()
    assert np.isfinite(cloud.poses).all() and len(cloud.poses) == len(cloud.weights)


# ---------------------------------------------------------------- finding it again


@pytest.mark.parametrize("seed", range(6))
def test_a_lost_robot_finds_itself_by_a_second_of_scans(home, costmap, relocaliser, seed):
    rng = np.random.default_rng(seed)
    truth = somewhere(home, costmap, rng)
    answer = settle(relocaliser, [scan(home.grid, truth, rng, 0.05) for _ in range(12)])
    if isinstance(answer, Ambiguous):
        assert any(place.distance(truth) < 0.1 for place in answer.places)
    else:
        assert isinstance(answer, Found)
        assert answer.pose.distance(truth) < 0.05
        assert abs(wrap(answer.pose.yaw - truth.yaw)) < math.radians(2.0)


def test_the_same_seed_finds_the_same(home, searcher):
    scans = [scan(home.grid, Pose(2.9, 3.9, 0.3), np.random.default_rng(k), 0.1) for k in range(12)]
    first, second = (settle(Relocaliser(searcher, np.random.default_rng(7)), scans) for _ in range(2))
    assert isinstance(first, Found) and first == second


def test_between_two_rooms_alike_it_asks_and_takes_the_owners_word(twins):
    truth = Pose(7.5, 2.5, 0.4)  # in the right one
    rng = np.random.default_rng(2)
    scans = [scan(twins, truth, rng, 0.05) for _ in range(12)]
    relocaliser = Relocaliser(Searcher(twins), np.random.default_rng(1))
    answer = settle(relocaliser, scans)
    assert isinstance(answer, Ambiguous)
    assert any(place.distance(truth) < 0.1 for place in answer.places)
    assert any(place.distance(Pose(truth.x - 5.0, truth.y)) < 0.1 for place in answer.places)
    right = np.zeros(twins.shape, dtype=bool)
    right[:, 100:] = True
    relocaliser.begin(right)
    answer = settle(relocaliser, scans)
    assert isinstance(answer, Found) and answer.pose.distance(truth) < 0.05


def test_no_word_puts_it_where_nothing_fits(home, relocaliser):
    """Told a wrong room, it does not go there: it is where its scans say, or it goes on asking."""
    truth, rng = home.places["bed"].approach, np.random.default_rng(5)
    relocaliser.begin(home.rooms["kitchen"].mask)
    answer = settle(relocaliser, [scan(home.grid, truth, rng, 0.05) for _ in range(12)])
    assert not isinstance(answer, Found) or answer.pose.distance(truth) < 0.1


def test_scans_of_no_place_on_the_map_find_nothing(relocaliser):
    rng = np.random.default_rng(8)
    ring = rng.uniform(0.3, 5.0, 72)
    assert isinstance(settle(relocaliser, [ring + rng.normal(0.0, 0.01, 72) for _ in range(12)]), Nowhere)


def test_blind_it_finds_nothing(relocaliser):
    assert isinstance(settle(relocaliser, [[math.inf] * 72] * 12), Nowhere)


def test_after_nothing_was_found_it_looks_again(home, relocaliser):
    settle(relocaliser, [[math.inf] * 72] * 12)
    truth, rng = Pose(2.9, 3.9, 0.3), np.random.default_rng(1)
    for _ in range(60):
        relocaliser.scan(scan(home.grid, truth, rng))
        while relocaliser.work():
            pass
    assert isinstance(relocaliser.answer, Found)


def test_pushed_while_it_looks_it_begins_with_what_it_sees_from_there(home, relocaliser):
    rng = np.random.default_rng(1)
    before, step = Pose(2.9, 3.9, 0.3), Pose(0.4, 0.0, 0.5)
    for _ in range(2):
        relocaliser.scan(scan(home.grid, before, rng))
    relocaliser.moved(step)
    after = before.compose(step)
    answer = settle(relocaliser, [scan(home.grid, after, rng) for _ in range(12)])
    assert isinstance(answer, Found) and answer.pose.distance(after) < 0.05


def test_it_keeps_to_the_right_map_frame(home):
    """A map whose corner is not at zero, as most are."""
    moved = replace(home.grid, origin=Pose(-3.0, 12.0))
    truth, rng = Pose(2.9 - 3.0 - home.grid.origin.x, 3.9 + 12.0 - home.grid.origin.y, 0.3), np.random.default_rng(1)
    answer = settle(
        Relocaliser(Searcher(moved), np.random.default_rng(1)), [scan(moved, truth, rng) for _ in range(12)]
    )
    assert isinstance(answer, Found) and answer.pose.distance(truth) < 0.05
    assert correct(truth, scan(moved, truth), moved)[2] == 1.0
