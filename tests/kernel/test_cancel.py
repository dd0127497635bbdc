"""`kill last`: the order given last, running or planned, and nothing else; and what it says of it."""

from __future__ import annotations

from collections.abc import Callable

from tests.robot import Robot


def planned(robot: Robot) -> list[str]:
    return [f"{entry.at:%H:%M}" for entry in robot.rig.disk.planned()]


def test_what_was_planned_last_is_cancelled_and_told(robot: Robot) -> None:
    robot.do("clean the hall at five", "schedule t1 do clean r1")
    robot.do("clean the study at six", "schedule t2 do clean r2")
    said = robot.do("no, not at six", "kill last")
    assert planned(robot) == ["17:00"] and said == ["All right, I won't clean the study at 18:00."]


def test_corrected_the_order_is_planned_once(robot: Robot) -> None:
    robot.do("clean the hall at five", "schedule t1 do clean r1")
    robot.do("no, at six", "kill last", "schedule t2 do clean r1")
    assert planned(robot) == ["18:00"]


def test_everything_planned_by_the_same_words_goes(robot: Robot) -> None:
    robot.do("clean the study at seven", "schedule t1 do clean r1")
    robot.do("clean the hall at five and the study at six", "schedule t2 do clean r2", "schedule t3 do clean r1")
    robot.do("no, forget it", "kill last")
    assert planned(robot) == ["19:00"]


def test_what_runs_is_cancelled_when_it_was_ordered_after_what_is_planned(robot: Robot) -> None:
    robot.do("clean the hall at five", "schedule t1 do clean r1")
    robot.say("go to the study", "goto r2")
    robot.until(lambda: robot.moving)
    robot.do("no, leave it", "kill last")
    assert planned(robot) == ["17:00"] and robot.results("goto") == ["ECANCELED"]


def test_what_is_planned_is_cancelled_when_it_was_ordered_after_what_runs(robot: Robot) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.until(lambda: robot.moving)
    robot.say("clean the hall at five", "schedule t1 do clean r2")
    robot.run(0.5)
    robot.say("no, not at five", "kill last")
    robot.run(0.5)
    assert planned(robot) == [] and "clean" in robot.running()


def test_the_order_that_waits_for_its_turn_is_the_last(robot: Robot) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.until(lambda: robot.moving)
    robot.say("and the study", "clean r2")
    robot.run(0.5)
    assert robot.said[-1] == "All right, I'll do that next."
    robot.say("no, not the study", "kill last")
    robot.run(0.5)
    assert robot.running().count("clean") == 1 and robot.results("clean") == ["ECANCELED"]
    robot.finish()
    assert [task.room for task in robot.history("clean")] == ["kitchen"]


def test_with_nothing_left_nothing_is_cancelled(robot: Robot) -> None:
    robot.do("go to the study", "goto r1")
    said = robot.do("no, cancel that", "kill last")
    assert robot.results("kill") == ["ENOENT"] and "nothing left to cancel" in said[-1]


def test_after_a_restart_the_newest_plan_is_the_last(robot: Robot, restart: Callable[..., Robot]) -> None:
    robot.do("clean the study at six", "schedule t1 do clean r1")
    robot.do("clean the hall at five", "schedule t2 do clean r2")
    again = restart()
    again.do("not at five after all", "kill last")
    assert planned(again) == ["18:00"]
