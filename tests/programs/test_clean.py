"""Cleaning: what counts as done, what is skipped, and what is said about either."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.navigation.coverage import reachable
from robotos.policy import Cleaning, load
from robotos.policy.repeating import Repeats
from tests.robot import Robot

MakeRobot = Callable[..., Robot]


def really(robot: Robot, room: str) -> float:
    """Share of a room's reachable floor that the tool passed over, by the world itself."""
    floor = reachable(robot.rig.kernel.ports.costmap, robot.rig.home.rooms[room].mask)
    return robot.rig.robot.truth.coverage({room: floor})[room]


def minutes_ago(robot: Robot, room: str, minutes: float, outcome: str = "done", coverage: float = 1.0) -> None:
    """Write an earlier cleaning to the disk."""
    end = robot.rig.clock.wall() - timedelta(minutes=minutes)
    task = robot.rig.disk.begin_task("clean", room, "owner", end - timedelta(minutes=5))
    robot.rig.disk.end_task(task, outcome, coverage, end)


@pytest.mark.parametrize("room", ["hall", "kitchen", "study"])
def test_a_room_is_clean_and_the_book_says_what_is_so(robot: Robot, room: str) -> None:
    said = robot.do(f"clean the {room}", "clean r1")
    record = robot.history("clean")[0]
    assert robot.results("clean") == ["OK"]
    assert (record.room, record.outcome, record.asked_by) == (room, "done", "owner")
    assert record.coverage >= 0.95 and abs(really(robot, room) - record.coverage) < 0.03
    assert "going to clean" in said[0] and "is clean" in said[-1]
    assert robot.rig.robot.truth.touched == []


def test_too_soon_is_declined_with_the_time_and_obeyed_anyway(robot: Robot) -> None:
    minutes_ago(robot, "kitchen", 10)
    said = robot.do("clean the kitchen", "clean r1")
    assert robot.results("clean") == ["EALREADY"] and "10 minutes ago" in said[-1].replace("ten", "10")
    assert robot.rig.robot.truth.path == 0.0 and len(said) == 1, "nothing was announced"
    robot.do("do it anyway", "clean r1 force")
    assert robot.results("clean") == ["EALREADY", "OK"] and robot.history("clean")[0].outcome == "done"


@pytest.mark.parametrize(
    ("minutes", "outcome", "coverage"), [(61, "done", 1.0), (10, "interrupted", 0.5), (10, "done", 0.6)]
)
def test_long_ago_or_not_finished_does_not_count(robot: Robot, minutes: float, outcome: str, coverage: float) -> None:
    minutes_ago(robot, "kitchen", minutes, outcome, coverage)
    robot.say("clean the kitchen", "clean r1")
    robot.until(lambda: robot.rig.robot.world.tool_on)


def test_a_cleaning_that_broke_off_after_a_finished_one_is_taken_up(robot: Robot) -> None:
    minutes_ago(robot, "kitchen", 20)
    minutes_ago(robot, "kitchen", 10, "interrupted", 0.3)
    robot.say("clean the kitchen", "clean r1")
    robot.until(lambda: robot.rig.robot.world.tool_on)


def test_of_several_rooms_only_those_that_are_due(robot: Robot) -> None:
    minutes_ago(robot, "kitchen", 10)
    said = robot.do("clean the kitchen and the hall", "clean r1 r2")
    assert [task.room for task in robot.history("clean")] == ["hall", "kitchen"]
    assert robot.results("clean") == ["OK"]
    assert "hall is clean" in said[-1] and "left out the kitchen" in said[-1]


def test_all_but_one(robot: Robot) -> None:
    minutes_ago(robot, "study", 10)
    robot.do("clean everything but the hall", "clean all but r1")
    assert [task.room for task in robot.history("clean")] == ["kitchen", "study"]


def test_every_room_recent_is_declined_as_one(robot: Robot) -> None:
    for room, minutes in (("hall", 30), ("kitchen", 20), ("study", 10)):
        minutes_ago(robot, room, minutes)
    said = robot.do("clean the house", "clean all")
    assert robot.results("clean") == ["EALREADY"] and "study" in said[-1]


def test_twice_means_twice(robot: Robot) -> None:
    robot.do("clean the kitchen twice", "clean r1 times n1")
    assert [task.outcome for task in robot.history("clean")] == ["done", "done"]


def test_a_spot_is_no_room(make: MakeRobot) -> None:
    robot = make(start=Pose(3.1, 1.0, 0.0))
    robot.do("clean here", "clean spot")
    assert robot.results("clean") == ["OK"]
    assert robot.history("clean") == [], "the kitchen does not count as cleaned by that"
    assert robot.rig.robot.truth.swept.any()


def test_here_is_the_room_it_is_in(make: MakeRobot) -> None:
    robot = make(start=Pose(4.9, 1.5, 0.0))
    robot.do("clean this room", "clean here")
    assert robot.history("clean")[0].room == "study"


def test_the_progress_can_be_asked_at_any_moment(robot: Robot) -> None:
    robot.say("clean the kitchen and the hall", "clean r1 r2")
    shares = []
    for _ in range(8):
        robot.run(8.0)
        holder = robot.rig.kernel.base.holder
        assert holder is not None
        shares.append((holder.progress["room"], holder.progress.get("coverage", 0.0)))
    first = shares[0][0]
    told = [share for room, share in shares if room == first]
    assert told == sorted(told) and told[-1] > 0.3


def test_carried_away_it_sweeps_nothing_in_between(robot: Robot) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.until(lambda: robot.rig.robot.world.tool_on)
    robot.run(10.0)
    robot.say("go to the study", "goto r2")
    robot.finish()
    assert abs(really(robot, "kitchen") - robot.history("clean")[0].coverage) < 0.03


# ---------------------------------------------------------------- somebody in the way


def test_somebody_who_stays_is_cleaned_around(robot: Robot) -> None:
    robot.rig.robot.move_person("grandma", 3.6, 0.5)
    robot.do("clean the kitchen", "clean r1", limit=900.0)
    truth = robot.rig.robot.truth
    assert [t for t in truth.touched if t.person] == []
    assert truth.near["grandma"].nearest > 0.25 and truth.near["grandma"].approach_in_stop_zone < 0.02
    record = robot.history("clean")[0]
    assert really(robot, "kitchen") > 0.7, "more than that nobody could reach"
    assert record.outcome == "done" and robot.results("clean") == ["OK"]


def test_somebody_who_goes_on_leaves_no_gap(robot: Robot) -> None:
    robot.rig.robot.move_person("grandma", 3.6, 0.5)
    robot.say("clean the kitchen", "clean r1")
    robot.run(40.0)
    robot.rig.robot.move_person("grandma", 0.3, 2.1)
    robot.finish(900.0)
    assert robot.history("clean")[0].outcome == "done" and really(robot, "kitchen") >= 0.95


def test_a_room_nobody_lets_it_into_is_not_called_clean(robot: Robot) -> None:
    robot.rig.robot.move_person("grandma", 2.15, 1.05)  # in the doorway
    said = robot.do("clean the kitchen", "clean r1", limit=900.0)
    assert robot.results("clean") == [Errno.EHOSTUNREACH.value]
    assert robot.history("clean")[0].outcome == "interrupted" and really(robot, "kitchen") < 0.1
    assert any("Excuse me" in text for text in said) and "is clean" not in said[-1]
    assert robot.rig.robot.truth.touched == []


def test_a_ledger_of_another_map_is_left_alone(robot: Robot) -> None:
    minutes_ago(robot, "kitchen", 10, "interrupted", 0.5)
    robot.rig.disk.save_ledger(robot.history("clean")[0].id, "kitchen", b"nonsense")
    said = robot.do("clean the kitchen", "clean r1")
    assert any("begin anew" in text for text in said) and robot.history("clean")[0].outcome == "done"


def test_how_soon_is_too_soon_is_each_rooms_own(make: MakeRobot) -> None:
    policy = load().model_copy(update={"repeats": Repeats(default=7200.0, rooms={"kitchen": 600.0})})
    robot = make(policy=policy)
    for room in ("kitchen", "study"):
        minutes_ago(robot, room, 30.0)
    robot.do("clean the kitchen and the study", "clean r1 r2")
    assert robot.history("clean")[0].room == "kitchen" and "left out the study" in robot.said[-1]
    robot.do("clean the study", "clean r2")
    assert "It is due again at 16:40." in robot.said[-1] and '"do it anyway"' in robot.said[-1]


def test_the_tool_that_a_floor_takes_has_a_time_of_its_own(make: MakeRobot) -> None:
    tools = Cleaning(tools={"tiles": "mop"})
    policy = load().model_copy(update={"repeats": Repeats(default=60.0, tasks={"mop": 7200.0}), "cleaning": tools})
    robot = make(policy=policy)
    minutes_ago(robot, "kitchen", 30.0)
    robot.do("clean the kitchen", "clean r1")
    assert robot.results("clean") == ["EALREADY"], "its floor is of tiles"
