"""Beams and poses: rays are exact on the grid, and a scan puts a drifting pose right."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.geometry import Pose, wrap
from robotos.navigation.localise import correct, unmapped
from robotos.navigation.raycast import cast


def scan(home, pose, rng=None, noise=0.01):
    ranges = cast(home.grid.distance, home.grid.resolution, home.grid.origin, pose.x, pose.y, pose.yaw)
    return ranges if rng is None else ranges + rng.normal(0.0, noise, len(ranges))


def march(home, x, y, angle):
    travelled = np.arange(0.0, 6.0, 0.001)
    rows = np.floor((y + travelled * math.sin(angle) - home.grid.origin.y) / home.grid.resolution).astype(int)
    columns = np.floor((x + travelled * math.cos(angle) - home.grid.origin.x) / home.grid.resolution).astype(int)
    inside = (rows >= 0) & (rows < home.grid.shape[0]) & (columns >= 0) & (columns < home.grid.shape[1])
    hit = np.zeros(len(travelled), dtype=bool)
    hit[inside] = home.grid.occupied[rows[inside], columns[inside]]
    return travelled[int(np.argmax(hit))] if hit.any() else math.inf


@settings(max_examples=25, deadline=None)
@given(st.floats(0.3, 9.7), st.floats(0.3, 7.8), st.floats(-3.1, 3.1))
def test_rays_meet_what_a_march_meets(home, x, y, yaw):
    ranges = cast(home.grid.distance, 0.05, home.grid.origin, x, y, yaw, n=24)
    for beam, measured in enumerate(ranges):
        expected = march(home, x, y, yaw + 2 * math.pi * beam / 24)
        # a ray through the very corner of a cell may be missed by the march
        assert measured == pytest.approx(expected, abs=0.002) or measured < expected


def test_rays_stop_at_their_range_and_off_the_map(home):
    assert np.isinf(cast(home.grid.distance, 0.05, home.grid.origin, 4.0, 3.9, 0.0, max_range=0.3)).all()
    assert np.isinf(cast(home.grid.distance, 0.05, home.grid.origin, -9.0, 3.9, 0.0)).all()
    assert (cast(home.grid.distance, 0.05, home.grid.origin, 0.05, 0.05, 0.0) == 0.0).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(-0.05, 0.05), st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
def test_a_pose_near_the_truth_is_put_right(home, costmap, seed, dx, dy, turn):
    rng = np.random.default_rng(seed)
    cells = np.argwhere(costmap.free)
    truth = Pose(*home.grid.to_world(*cells[seed % len(cells)]), float(rng.uniform(-3, 3)))
    readings = scan(home, truth, rng)
    readings[rng.random(72) < 0.05] = 0.4  # somebody's legs
    pose, sigma, share = correct(Pose(truth.x + dx, truth.y + dy, truth.yaw + turn), readings, home.grid)
    assert pose.distance(truth) <= 0.04
    assert abs(wrap(pose.yaw - truth.yaw)) <= math.radians(2.0)
    assert 0.0 < sigma < 0.05 and share > 0.6


def test_no_beams_say_nothing(home):
    pose, sigma, share = correct(home.dock, [math.inf] * 72, home.grid)
    assert pose == home.dock and sigma >= 0.5 and share == 0.0


def test_far_from_the_truth_few_beams_are_explained(home):
    readings = scan(home, Pose(2.0, 5.0, 0.3))
    _, _, share = correct(Pose(7.5, 6.5, 2.0), readings, home.grid)
    assert share < 0.6


def test_a_person_is_not_on_the_map(home):
    truth = Pose(3.0, 3.9, 0.2)
    readings = scan(home, truth, np.random.default_rng(3))
    assert len(unmapped(truth, readings, home.grid)) == 0
    readings[0] = 1.0
    points = unmapped(truth, readings, home.grid)
    assert points == pytest.approx(np.array([(3.0 + math.cos(0.2), 3.9 + math.sin(0.2))]))


def test_a_reading_beyond_the_walls_is_nobody(home):
    assert len(unmapped(Pose(0.5, 3.9, math.pi), [3.0], home.grid)) == 0
