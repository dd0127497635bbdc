"""Cleaning for longer than a battery lasts, through a power cut, and in an order that makes sense."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from robotos.boot.system import costmap_of
from robotos.geometry import Pose
from robotos.navigation.coverage import reachable
from robotos.navigation.home import Home, load_home
from robotos.navigation.ledger import Ledger
from robotos.navigation.planner import Unreachable, length, plan
from robotos.navigation.reasons import why
from robotos.policy import load
from robotos.programs.clean import Area, in_order
from robotos.programs.destinations import room_spot
from tests.robot import Robot

MakeRobot = Callable[..., Robot]
APARTMENT = Path(__file__).resolve().parents[2] / "maps" / "apartment"


def test_a_battery_that_does_not_last_is_charged_and_the_room_finished(make: MakeRobot) -> None:
    policy = load()
    policy = policy.model_copy(update={"battery": policy.battery.model_copy(update={"full": 0.21})})
    robot = make(policy=policy, battery=0.193)
    said = robot.do("clean the kitchen", "clean r1", limit=2000.0)
    record = robot.history("clean")[0]
    assert any("going to charge" in text for text in said)
    assert robot.results("clean") == ["OK"] and record.outcome == "done" and record.coverage >= 0.95
    assert robot.rig.robot.truth.touched == [] and len(robot.history("clean")) == 1


KILLED = """
import sys
from pathlib import Path
from tests.cottage import build
from tests.robot import Robot
directory = Path(sys.argv[1])
(directory / "home").mkdir()
robot = Robot(build(directory / "home"), directory / "disk", durable=True)
robot.say("clean the kitchen", "clean r1")
while True:
    robot.run(1.0)
    holder = robot.rig.kernel.base.holder
    print(round(holder.progress.get("coverage", 0.0), 3) if holder else 0.0, flush=True)
"""


def test_what_was_swept_survives_kill_9(cottage: Home, make: MakeRobot, tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[2], env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert child.stdout is not None
    share = 0.0
    for line in child.stdout:
        share = float(line)
        if share > 0.4:
            break
    child.send_signal(signal.SIGKILL)
    assert child.wait(30.0) == -signal.SIGKILL
    robot = make(directory=tmp_path / "disk", start=Pose(3.1, 1.0, 0.0))
    kept = robot.rig.disk.open_ledger("kitchen")
    assert kept is not None
    floor = reachable(robot.rig.kernel.ports.costmap, cottage.rooms["kitchen"].mask)
    ledger = Ledger(cottage.grid, floor)
    ledger.unpack(kept)
    assert ledger.share >= share - 0.001, "what was told is kept"
    robot.do("clean the kitchen", "clean r1")
    swept = robot.rig.robot.truth.coverage({"kitchen": floor})["kitchen"]
    assert robot.results("clean") == ["OK"] and swept < 0.93, "what was swept before is not swept again"


def test_rooms_are_taken_as_they_lie_on_the_way() -> None:
    home = load_home(APARTMENT)
    costmap = costmap_of(home, load())
    areas = [Area(name, room.mask) for name, room in home.rooms.items()]
    ordered = [area.room for area in in_order(home, costmap, areas, home.dock)]
    assert sorted(ordered) == sorted(home.rooms)
    assert ordered[0] == home.room_at(home.dock.x, home.dock.y)

    def driven(rooms: list[str]) -> float:
        here, metres = home.dock, 0.0
        for name in rooms:
            there = room_spot(home, costmap, name)
            way = plan(costmap, here, there)
            assert not isinstance(way, Unreachable)
            metres, here = metres + length(way), there
        return metres

    random = np.random.default_rng(4)
    others = [list(random.permutation(list(home.rooms))) for _ in range(30)]
    assert driven(ordered) <= min(driven(other) for other in others) * 1.05


@pytest.mark.parametrize(("x", "y", "text"), [(9.2, 3.9, "no-go area"), (6.0, 7.2, "stands there"), (-9.0, 0.0, "map")])
def test_a_goal_that_cannot_be_stood_on_says_why(x: float, y: float, text: str) -> None:
    home = load_home(APARTMENT)
    costmap = costmap_of(home, load())
    assert text in why(home, costmap, costmap, home.dock, Pose(x, y))


def test_a_closed_door_is_told_from_somebody_standing_in_it(robot: Robot) -> None:
    costmap, home = robot.rig.kernel.ports.costmap, robot.rig.home
    goal = Pose(3.1, 1.0)
    shut = [(2.15, y) for y in np.arange(0.62, 1.5, 0.06)]
    legs = [(2.15 + 0.1 * np.cos(a), 1.05 + 0.1 * np.sin(a)) for a in np.arange(0.0, 6.2, 0.5)]
    closed = why(home, costmap, costmap.blocked(shut, 0.02), home.dock, goal, shut)
    assert closed == "the door to the kitchen is closed"
    someone = why(home, costmap, costmap.blocked(legs, 0.34), home.dock, goal, legs)
    assert "blocked by somebody" in someone and "doorway to the kitchen" in someone
