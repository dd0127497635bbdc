"""Who holds the base: orders replace errands, set work aside, queue behind their like, and pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.kernel.custody import QUEUED_TEXT
from robotos.kernel.process import Priority, Process, State
from robotos.kernel.scheduler import Base, Grant
from tests.robot import Robot

MakeRobot = Callable[..., Robot]


# ---------------------------------------------------------------- the rules alone


@dataclass(eq=False)
class Wanting:
    program: SimpleNamespace
    state: State = State.READY
    waiting: object = None
    resumed: bool = False
    ended: bool = False


def process(priority: Priority) -> Process:
    """As much of a process as the scheduler looks at."""
    return cast(Process, Wanting(SimpleNamespace(priority=priority)))


@given(st.lists(st.sampled_from(["batch", "interactive", "pause", "end", "end waiting"]), max_size=25))
def test_there_is_one_holder_and_nobody_is_lost(steps: list[str]) -> None:
    base = Base()
    alive: list[Process] = []
    for step in steps:
        if step in {"batch", "interactive"}:
            new = process(Priority(step))
            grant, loser = base.request(new)
            alive.append(new)
            if loser is not None:
                assert loser.program.priority is Priority.INTERACTIVE, "only errands are replaced"
                alive.remove(loser)
                base.release(loser)
            assert (grant is Grant.QUEUED) == (new.state is State.QUEUED)
        elif step == "pause" and base.holder is not None:
            base.holder.state = State.PAUSED
        elif step == "end" and base.holder is not None:
            alive.remove(base.holder)
            base.release(base.holder)
        elif step == "end waiting" and len(base.everyone()) > 1:
            waiting = base.everyone()[-1]
            alive.remove(waiting)
            base.release(waiting)
        assert sorted(map(id, base.everyone())) == sorted(map(id, alive))
        assert (base.holder is None) == (not alive), "the base is never idle while somebody wants it"
        for one in base.everyone()[1:]:
            assert one.state in {State.SUSPENDED, State.QUEUED, State.PAUSED}
        if base.holder is not None:
            assert base.holder.state not in {State.SUSPENDED, State.QUEUED}


# ---------------------------------------------------------------- on the robot


def test_a_new_order_replaces_an_errand(robot: Robot) -> None:
    robot.say("go to the study", "goto r1")
    robot.until(lambda: robot.moving)
    robot.run(2.0)
    robot.do("go to the kitchen", "goto r2")
    assert robot.results("goto") == ["ECANCELED", "OK"] and robot.room == "kitchen"
    assert [task.outcome for task in robot.history("goto")] == ["done", "interrupted"]


def test_work_is_set_aside_for_an_errand_and_goes_on_afterwards(robot: Robot) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.until(lambda: robot.rig.robot.world.tool_on)
    robot.run(10.0)
    robot.say("go to the study", "goto r2")
    robot.run(0.5)
    assert robot.running() == ["turn", "clean", "turn", "goto"]
    assert not robot.rig.robot.world.tool_on, "no cleaning on the way"
    robot.until(lambda: robot.results("goto") == ["OK"])
    assert robot.room == "study"
    swept = robot.rig.robot.truth.swept.sum()
    robot.finish()
    record = robot.history("clean")[0]
    assert robot.results("clean") == ["OK"] and record.outcome == "done"
    assert robot.rig.robot.truth.swept.sum() > swept, "it went back and finished"
    truth = robot.rig.robot.truth.coverage({"kitchen": robot.rig.home.rooms["kitchen"].mask})["kitchen"]
    assert record.coverage >= 0.95 and abs(truth - record.coverage) < 0.05, "the book says what was really swept"


def test_two_cleanings_are_done_one_after_the_other(robot: Robot) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.run(5.0)
    robot.say("clean the study", "clean r2")
    robot.run(0.3)
    assert robot.said[-1] == QUEUED_TEXT
    assert [p.state for p in robot.rig.kernel.base.queue] == [State.QUEUED]
    robot.finish()
    newest, first = robot.history("clean")
    assert (first.room, newest.room) == ("kitchen", "study")
    assert first.outcome == newest.outcome == "done"
    assert first.end is not None and newest.begin >= first.end


def test_cancelling_the_running_one_lets_the_next_begin(robot: Robot) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.run(5.0)
    robot.say("clean the study", "clean r2")
    robot.run(1.0)
    robot.say("not the kitchen", "kill current")
    robot.finish()
    assert [(t.room, t.outcome) for t in robot.history("clean")] == [("study", "done"), ("kitchen", "interrupted")]


def test_cancel_everything_leaves_nothing(robot: Robot) -> None:
    robot.do("clean the study in one hour", "schedule d1 do clean r1")
    robot.say("clean the kitchen", "clean r2")
    robot.run(5.0)
    robot.say("clean the study", "clean r1")
    robot.run(1.0)
    robot.say("forget all of it", "kill everything")
    robot.run(3.0)
    robot.finish(10.0)
    assert robot.rig.disk.planned() == [] and robot.running() == []
    assert robot.state.latched == "", "cancelling is not stopping"
    robot.do("cancel", "kill everything")
    assert robot.results("kill")[-1] == "ENOENT"


def test_cancel_ends_a_plan_that_waits(robot: Robot) -> None:
    robot.say("wait ten minutes and then go to the study", "wait d1", "goto r1")
    robot.run(2.0)
    robot.do("never mind", "kill current")
    assert robot.results("goto") == [] and robot.rig.robot.truth.path == 0.0


# ---------------------------------------------------------------- pause


@pytest.mark.parametrize("order", ["clean r1", "goto r1", "move_by forward", "turn_by around", "fetch o1 to h1"])
def test_any_task_can_be_paused_and_goes_on(robot: Robot, order: str) -> None:
    words = {"fetch o1 to h1": "bring me the cup"}.get(order, "see to the kitchen")
    robot.say(words, order)
    robot.until(lambda: robot.moving)
    robot.run(0.5)
    robot.say("hold on", "pause")
    robot.run(1.0)
    assert not robot.moving and robot.state.latched == "", "no latch"
    robot.run(4.0)
    assert not robot.state.armed, "a long pause disarms"
    assert robot.rig.kernel.waiting_only and not robot.rig.kernel.idle
    path = robot.rig.robot.truth.path
    robot.run(60.0)
    assert robot.rig.robot.truth.path == path
    robot.say("carry on", "resume")
    robot.finish()
    assert robot.results(order.split(" ", maxsplit=1)[0]) == ["OK"]


def test_a_paused_cleaning_makes_room_for_another_order_and_stays_paused(robot: Robot) -> None:
    robot.say("clean the kitchen", "clean r1")
    robot.run(15.0)
    robot.say("hold on", "pause")
    robot.run(1.0)
    robot.say("go to the study", "goto r2")
    robot.until(lambda: robot.results("goto") == ["OK"])
    robot.run(10.0)
    assert robot.room == "study" and not robot.state.armed
    assert robot.rig.kernel.base.holder is not None and robot.rig.kernel.base.holder.state is State.PAUSED
    robot.say("carry on", "resume")
    robot.finish()
    assert robot.history("clean")[0].outcome == "done"


def test_there_is_nothing_to_pause_or_to_carry_on_with(robot: Robot) -> None:
    robot.do("hold on", "pause")
    robot.do("carry on", "resume")
    assert robot.results("pause") == robot.results("resume") == ["ENOENT"]


def test_the_drive_is_disarmed_when_all_is_done(robot: Robot) -> None:
    robot.do("go to the study", "goto r1")
    robot.run(2.5)
    assert not robot.state.armed and robot.rig.at_rest


def test_arming_by_hand_without_an_order_does_not_last(robot: Robot) -> None:
    robot.run(1.0)
    robot.rig.gate.arm("console")
    robot.run(0.5)
    assert robot.state.armed
    robot.run(3.0)
    assert not robot.state.armed
