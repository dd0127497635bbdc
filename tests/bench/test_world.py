"""The simulator's speed is measured on a robot that really drives."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from robotos.bench import world as bench
from robotos.bench.registry import Options
from robotos.navigation.home import load_home
from robotos.sim.kinematic import KinematicWorld
from robotos.sim.pace import pace


def test_a_robot_is_driven_with_or_without_its_range_sensor() -> None:
    home = load_home(bench.APARTMENT)
    runs = []
    for scans in (False, True):
        world = KinematicWorld(home)
        for name in home.people:
            world.move_person(name, *bench.AWAY)
        runs.append(pace(world, 3.0, scans))
        assert (world.body.scans > 0) == scans
        assert world.sweep.mask.any(), "with the tool on"
    assert all(run.speed > 1.0 for run in runs)
    assert 0.3 < runs[0].metres == runs[1].metres


def test_without_mujoco_its_figure_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "ROUND", 1.0)
    monkeypatch.setitem(sys.modules, "mujoco", None)
    figures = {figure.name: figure for figure in bench.measure(Options(quick=True))}
    assert figures["kinematic world, range sensor off"].value and figures["kinematic world, range sensor off"].goal
    missing = figures["MuJoCo world, range sensor at 10 Hz"]
    assert missing.value is None and "pip install" in missing.note


@pytest.mark.skipif(
    find_spec("mujoco") is None, reason="the physical world needs MuJoCo: pip install 'robotos[mujoco]'"
)
def test_every_world_has_its_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "ROUND", 1.0)
    figures = bench.measure(Options(quick=True))
    assert all(figure.value for figure in figures) and sum(bool(figure.goal) for figure in figures) == 3


def test_without_a_map_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "APARTMENT", Path("/nowhere"))
    assert all(figure.value is None and "checkout" in figure.note for figure in bench.measure(Options()))
