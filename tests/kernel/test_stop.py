"""Stop: at once, whatever is going on, confirmed or honestly not, and nothing moves until the next explicit order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from robotos.kernel.interrupt_service import CONFIRM_WITHIN, STILL, STOPPED, UNCONFIRMED
from robotos.kernel.interrupts import Interrupt
from robotos.kernel.ports import Actuators
from robotos.navigation.coverage import reachable
from tests.robot import Robot

MakeRobot = Callable[..., Robot]


def events(robot: Robot) -> list[str]:
    return [entry.text for entry in robot.entries if entry.kind == "event"]


def cleaning(robot: Robot) -> Robot:
    robot.say("clean the kitchen", "clean r1")
    robot.until(lambda: robot.rig.robot.world.tool_on)
    robot.run(3.0)
    robot.until(lambda: robot.moving)  # between two lanes it stands for a moment
    return robot


def test_wheels_and_tool_stand_within_half_a_second_and_it_is_confirmed(robot: Robot) -> None:
    cleaning(robot)
    said_at = robot.rig.clock.now()
    robot.say("stop")
    assert robot.running() == [] and robot.state.latched == "stop"
    robot.run(0.5)
    assert not robot.moving and not robot.rig.robot.world.tool_on
    assert not robot.rig.robot.truth.wheels.during(said_at + 0.5)
    confirmed = [text for text in events(robot) if text.startswith("stop confirmed")]
    assert confirmed == ["stop confirmed after 0.05 s"]
    assert robot.said[-1] == STOPPED and STOPPED not in robot.said[:-1]
    assert robot.history("clean")[0].outcome == "interrupted"


def test_a_stop_without_a_link_is_not_called_confirmed(robot: Robot) -> None:
    cleaning(robot)
    robot.rig.robot.cut_link()
    robot.say("stop")
    robot.run(CONFIRM_WITHIN + 0.2)
    assert UNCONFIRMED in robot.said and STOPPED not in robot.said
    assert "stop (unconfirmed)" in events(robot)
    assert not robot.moving, "the controller's own deadline has stopped the wheels"


def test_stop_is_idempotent_and_tells_once_what_it_stopped(robot: Robot) -> None:
    cleaning(robot)
    before = len(robot.said)
    for _ in range(3):
        robot.say("stop")
    robot.run(1.0)
    assert robot.said[before] == STOPPED
    assert set(robot.said[before + 1 :]) <= {STILL}


def test_stop_when_nothing_runs_says_so(robot: Robot) -> None:
    assert robot.do("stop") == [STILL]
    assert robot.state.latched == "stop"


def test_words_still_being_thought_about_and_those_behind_them_lead_to_nothing(robot: Robot) -> None:
    robot.processor.thinking = 2.0
    robot.say("clean the kitchen", "clean r1")
    robot.say("go to the study", "goto r1")  # waits in the mailbox
    robot.run(0.3)
    assert robot.running() == ["turn"]
    robot.say("stop")
    assert robot.running() == [] and robot.processor.interrupted == [1]
    robot.run(5.0)
    assert robot.rig.robot.truth.path == 0.0 and robot.history() == []
    assert robot.results("clean") == robot.results("goto") == []


def test_stop_in_the_same_breath_drops_what_was_said_before_it(robot: Robot) -> None:
    robot.rig.ears.type("clean the kitchen")
    robot.rig.ears.type("stop")
    robot.run(3.0)
    assert robot.rig.robot.truth.path == 0.0 and robot.said == [STILL]


def test_stop_silences_what_is_being_said(robot: Robot) -> None:
    robot.say("hello", "say abilities")
    robot.run(0.2)
    robot.say("stop")
    robot.run(1.0)
    assert robot.rig.speech.said[-1][0] < robot.rig.clock.now(), "it did not wait for the long sentence to end"


def test_nothing_moves_after_a_stop_until_an_explicit_order(robot: Robot) -> None:
    cleaning(robot)
    robot.say("clean the study", "clean r1")  # queued behind it
    robot.run(0.5)
    robot.say("stop")
    robot.run(0.5)
    path = robot.rig.robot.truth.path
    for text, call in (("hello", "say hello"), ("how much is left", "status progress"), ("wait", "pause")):
        robot.do(text, call)
    robot.run(20.0)
    assert robot.rig.robot.truth.path == path and robot.state.latched == "stop"
    robot.do("go to the hall", "goto r1")
    assert robot.results("goto") == ["OK"] and robot.room == "hall"


def test_what_was_scheduled_does_not_move_a_stopped_robot(robot: Robot) -> None:
    robot.do("clean the kitchen in a minute", "schedule d1 do clean r1")
    robot.do("stop")
    robot.run(90.0)
    assert robot.rig.robot.truth.path == 0.0
    assert robot.results("clean") == ["EPERM"]
    assert any("stopped" in text for text in robot.said), "and it says why not"


def test_resume_after_a_stop_goes_on_from_the_ledger(robot: Robot) -> None:
    cleaning(robot)
    robot.run(25.0)
    robot.say("stop")
    robot.finish(5.0)
    left_off = robot.history("clean")[0].coverage
    floor = reachable(robot.rig.kernel.ports.costmap, robot.rig.home.rooms["kitchen"].mask)
    began = robot.rig.clock.now()
    robot.say("carry on", "resume")
    robot.until(lambda: robot.rig.robot.truth.coverage({"kitchen": floor})["kitchen"] >= 0.95)
    fresh = 85.0  # s that the whole kitchen takes, with the way there; going over what was missed comes on top
    assert robot.rig.clock.now() - began < fresh * (1.15 - left_off)
    robot.finish()
    record = robot.history("clean")[0]
    assert left_off > 0.2
    assert record.outcome == "done" and record.coverage >= 0.95


def test_the_syscall_stops_as_the_word_does(robot: Robot) -> None:
    cleaning(robot)
    robot.say("be so kind and halt everything", "stop")
    robot.run(0.6)
    assert not robot.moving and robot.running() == [] and robot.said[-1] == STOPPED


def test_a_stop_from_outside_needs_no_step_of_the_kernel(robot: Robot) -> None:
    cleaning(robot)
    robot.rig.kernel.interrupt(Interrupt("stop", robot.rig.clock.now(), "the shell"))
    assert robot.state.latched == "stop" and robot.running() == []


# ---------------------------------------------------------------- what clears what


def test_after_the_stop_button_words_do_not_suffice(robot: Robot) -> None:
    cleaning(robot)
    robot.rig.robot.stop_button(True)
    robot.run(1.0)
    assert not robot.moving and robot.running() == [] and "arm me" in robot.said[-1]
    robot.rig.robot.stop_button(False)
    robot.run(4.0)
    robot.do("clean the kitchen", "clean r1")
    assert robot.results("clean")[-1] == "EPERM" and not robot.moving
    robot.rig.gate.arm("console")
    robot.run(0.5)
    robot.do("go to the hall", "goto r1")
    assert robot.results("goto") == ["OK"]


def test_a_lost_link_and_a_reset_need_arming_too(robot: Robot) -> None:
    for trouble, errno in (("link", "ENODEV"), ("reset", "EPERM")):
        cleaning(robot)
        if trouble == "link":
            robot.rig.robot.cut_link()
        else:
            robot.rig.robot.reset_controller(99)
        robot.run(3.0)
        assert not robot.moving and robot.running() == []
        robot.finish(20.0)
        robot.do("go to the hall", "goto r1")
        assert robot.results("goto")[-1] == errno and not robot.moving
        robot.rig.robot.restore_link()
        robot.run(2.0)
        robot.rig.gate.arm("console")
        robot.run(0.5)
        robot.do("go to the hall", "goto r1")
        assert robot.results("goto")[-1] == "OK"


def test_the_kernel_cannot_arm() -> None:
    assert not hasattr(Actuators, "arm")


@pytest.mark.parametrize("what", ["press_bumper", "cliff"])
def test_a_contact_is_backed_away_from_and_the_task_goes_on(robot: Robot, what: str) -> None:
    cleaning(robot)
    getattr(robot.rig.robot, what)("left")
    robot.finish()
    assert robot.history("clean")[0].outcome == "done"
    assert robot.history("clean")[0].coverage >= 0.95


def test_contacts_without_end_are_given_up_and_told(robot: Robot) -> None:
    robot.say("go to the study", "goto r1")
    robot.until(lambda: robot.moving)
    for _ in range(8):
        robot.rig.robot.press_bumper("both", 0.4)
        robot.run(3.0)
    robot.finish()
    assert robot.results("goto") != ["OK"]
    assert not robot.moving and robot.history("goto")[0].outcome == "failed"


def test_the_most_severe_interrupt_is_served_first(robot: Robot) -> None:
    cleaning(robot)
    now = robot.rig.clock.now()
    robot.rig.kernel.interrupt(Interrupt("battery_low", now))
    robot.rig.kernel.interrupt(Interrupt("stop_button", now))
    robot.rig.step()
    assert robot.running() == [], "no way home was begun with the button pressed"
    assert Interrupt("nonsense", 0.0).severity < Interrupt("battery_low", 0.0).severity
