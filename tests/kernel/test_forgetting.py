"""Forgetting by voice: what was told leaves the memories and the journal; and who told where a thing is."""

from __future__ import annotations

from tests.robot import Robot


def journal(robot: Robot) -> str:
    return " | ".join(str(event.body).lower() for event in robot.rig.disk.events(limit=-1))


def test_forget_what_i_told_you_reaches_the_journal(robot: Robot) -> None:
    robot.do("remember that the plumber comes on monday", "remember q1")
    robot.do("remember that the wifi password is blue elephant", "remember q1")
    robot.do("what about the plumber", "recall x1")
    assert "monday" in robot.said[-1].lower() and "monday" in journal(robot)
    robot.do("forget what I told you about the plumber", "forget x1")
    assert robot.results("forget") == ["OK"] and robot.rig.disk.recall("plumber") == []
    assert "monday" not in journal(robot) and "plumber" not in journal(robot)
    assert "elephant" in journal(robot)


def test_the_robot_knows_who_told_it_where_a_thing_is(robot: Robot) -> None:
    robot.do("the keys are on the shelf", "remember o1 at p1")
    belief = robot.rig.disk.where("keys")
    assert belief is not None and (belief.source, belief.told_by) == ("told", "owner")
    robot.do("where are the keys", "recall o1")
    assert robot.said[-1].startswith("You told me") and "shelf" in robot.said[-1]
    robot.do("forget where the keys are", "forget o1")
    assert "shelf" not in [b.place for b in robot.rig.disk.sightings("keys") if b.source == "told"]
