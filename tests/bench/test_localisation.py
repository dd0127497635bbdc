"""The localisation benchmark: what it drives is really driven, and its figures come from that."""

import math

import pytest

from robotos.bench.localisation import STRESS, USUAL, _kidnapped, _tracked
from robotos.bench.localisation_drive import Log, Roamer
from robotos.bench.localisation_homes import APARTMENT, DATA, home_of, names, said
from robotos.bench.localisation_lost import Kidnapping, awake, kidnap
from robotos.bench.localisation_replay import replay


@pytest.fixture(scope="module")
def home():
    return home_of(APARTMENT)


@pytest.fixture(scope="module")
def log(home):
    return Roamer(home, USUAL, seed=1).run(15.0)


def test_it_drives_with_an_error_that_is_measured_against_the_truth(log):
    assert log.path > 0.5 and log.driving > 3.0
    assert 0.0 < max(log.off) < 0.08 and len(log.off) == len(log.turned) == len(log.times)


def test_a_robot_that_is_carried_off_knows_in_time(home):
    found = kidnap(home, STRESS, 2001)
    assert found.within and not found.wrong and found.carried >= 1.0


def test_woken_anywhere_it_finds_itself_or_asks(home):
    found = awake(home, USUAL, 7)
    assert not found.wrong and (math.isfinite(found.found) or found.asked)


def test_both_ways_to_follow_a_pose_are_run_on_the_same_drive(home, log):
    matched, sampled = replay(home.grid, log.true[:80], 0.02, 0.05, 1)
    assert len(matched.off) == len(sampled.off) > 30
    assert max(matched.off) < 0.08 and max(sampled.off) < 0.3
    assert all(count > 0 for count in sampled.particles)


def test_figures_are_of_what_was_measured_and_goals_can_be_missed():
    good = Log(times=[0.0, 1.0], off=[0.01, 0.02], turned=[0.01, 0.02], driving=10.0, path=2.0)
    bad = Log(times=[0.0], off=[0.5], turned=[0.5], driving=10.0, path=2.0, losses=[1.0, 2.0])
    met = {figure.name: figure.met for figure in _tracked("", [("a", good)], "", "<= 8", "<= 4")}
    missed = {figure.name: figure.met for figure in _tracked("", [("a", good), ("b", bad)], "", "<= 8", "<= 4")}
    assert met["position error, p95"] and met["heading error, p95"] and met["false losses"]
    assert not any(missed[name] for name in ("position error, p95", "heading error, p95", "false losses"))
    late = Kidnapping(12.0, math.inf, 1.0, True, False, 2.0)
    figures = {figure.name: figure for figure in _kidnapped("", [late], "", ">= 1")}
    assert figures["carried off: known within 10 s"].value == 0.0
    assert figures["carried off: believed a wrong place"].met is False


def test_without_recorded_maps_it_says_so(tmp_path):
    found = names({DATA: str(tmp_path)})
    assert found == [APARTMENT] and "no recorded maps" in said(found)
