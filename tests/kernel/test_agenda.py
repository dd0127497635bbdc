"""Calls for later: once, repeated, past; kept over a restart; on whose words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.kernel.agenda import dump, load
from robotos.kernel.calls import Bindings, Call, Handle, Kind, Taint
from robotos.policy import load as policy
from tests.robot import Robot, call

Restart = Callable[..., Robot]
START = datetime(2026, 11, 20, 15, 10)
LATEST = policy().schedules.late  # s


@given(
    st.sampled_from(list(Taint)),
    st.text(min_size=1, max_size=8),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(),
)
def test_what_is_written_is_read_back(taint: Taint, name: str, number: float, moment: datetime) -> None:
    bindings, room = Bindings().bind(Kind.ROOM, name)
    bindings, times = bindings.bind(Kind.NUMBER, number)
    bindings, at = bindings.bind(Kind.TIME, moment)
    inner = Call("clean", {"rooms": (room, "all"), "times": (times,), "force": ()})
    text = dump(Call("schedule", {"when": (at,), "call": (inner,)}), bindings, taint)
    read = load(text)
    assert read.taint is taint
    again = dump(read.call, read.bindings, read.taint)
    assert again == text


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"name": "clean"}', '{"name": 1, "operands": {"a": [3]}}'])
def test_what_is_no_call_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        load(text)


def test_what_cannot_be_kept_is_refused() -> None:
    handle = Handle(Kind.NUMBER, 1)
    for bindings in (Bindings(), Bindings({handle: float("nan")}), Bindings({handle: object()})):
        with pytest.raises(ValueError):
            dump(Call("clean", {"times": (handle,)}), bindings, Taint.OWNER)


def test_once_at_its_time(robot: Robot) -> None:
    robot.do("clean the kitchen at four o'clock", "schedule t1 do clean r1")
    assert "16:00" in robot.said[-1]
    robot.rig.pass_idle(3600.0)
    robot.finish()
    record = robot.history("clean")[0]
    assert abs((record.begin - datetime(2026, 11, 20, 16, 0)).total_seconds()) < 5.0
    assert record.asked_by == "schedule" and record.outcome == "done"
    assert robot.rig.disk.planned() == []


def test_again_and_again(robot: Robot) -> None:
    robot.do("go to the study in one hour", "schedule d1 every d1 do goto r1")
    for number in range(1, 4):
        robot.rig.pass_idle(3600.0)
        robot.finish()
        assert len(robot.history("goto")) == number
    planned = robot.rig.disk.planned()
    assert len(planned) == 1 and planned[0].at > robot.rig.clock.wall()


def test_a_time_of_day_that_has_passed_is_meant_for_tomorrow(robot: Robot) -> None:
    early = START - timedelta(hours=4)
    bindings, at = Bindings().bind(Kind.TIME, early)
    bindings, room = bindings.bind(Kind.ROOM, "kitchen")
    old, older = Bindings().bind(Kind.TIME, early - timedelta(days=30))
    results = []
    robot.run(0.2)
    for when, bound in ((at, bindings), (older, Bindings({**bindings.values, **old.values}))):
        order = Call("schedule", {"when": (when,), "call": (Call("clean", {"rooms": (room,)}),)})
        process = next(iter(robot.rig.kernel.processes.values()))
        results.append(robot.rig.kernel.handlers["call"].run(
            robot.rig.kernel, process, {"call": order, "bindings": bound}
        ))  # fmt: skip
    assert [entry.at for entry in robot.rig.disk.planned()] == [early + timedelta(days=1)] * 2
    assert all(getattr(result, "ok", False) for result in results)


@pytest.mark.parametrize(
    ("order", "errno"),
    [
        ("schedule d1 every d1 do clean r1", "EINVAL"),  # every ten seconds
        ("schedule d1 do clean r5", "EINVAL"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(robot: Robot, order: str, errno: str) -> None:
    robot.do("clean the kitchen in ten seconds", order)
    assert robot.results("schedule") == [errno] and robot.rig.disk.planned() == []


def test_a_schedule_does_not_grow_by_itself(robot: Robot) -> None:
    inner = call("schedule d1 do clean r1")
    robot.do("clean the kitchen in one hour", Call("schedule", {**inner.operands, "call": (inner,)}))
    assert robot.results("schedule") == ["EINVAL"] and robot.rig.disk.planned() == []


def test_a_guest_cannot_have_the_owner_forget_later(robot: Robot) -> None:
    robot.do("remember that the plumber comes on monday", "remember q1")
    robot.do("forget the plumber in one minute", "schedule d1 do forget x1", speaker="grandma")
    assert robot.results("schedule") == ["EACCES"] and robot.rig.disk.planned() == []
    robot.do("clean the kitchen in two minutes", "schedule d1 do clean r1", speaker="grandma")
    assert load(robot.rig.disk.planned()[0].call).taint is Taint.PERSON


def test_the_schedule_survives_a_restart(robot: Robot, restart: Restart) -> None:
    robot.do("go to the study in one hour", "schedule d1 do goto r1")
    again = restart()
    again.rig.pass_idle(3700.0)
    again.finish()
    assert again.room == "study" and again.results("goto") == ["OK"]


@pytest.mark.parametrize(("late", "done"), [(LATEST / 2, True), (LATEST * 3, False)])
def test_after_a_power_cut_only_what_is_not_too_late_is_made_up_for(
    robot: Robot, restart: Restart, late: float, done: bool
) -> None:
    robot.do("go to the study in one hour", "schedule d1 do goto r1")
    robot.do("go to the kitchen in one hour", "schedule d1 every d1 do goto r2")
    wake = robot.rig.clock.wall() + timedelta(seconds=3600.0 + late)
    again = restart(wall=wake)
    again.run(2.0)
    again.finish()
    assert ("goto" in [task.task for task in again.history()]) is done
    assert done or any("left out" in text for text in again.said), "and the owner is told"
    assert all(entry.at > wake for entry in again.rig.disk.planned())


def test_an_entry_that_cannot_be_read_harms_nothing(robot: Robot) -> None:
    robot.rig.disk.plan(START + timedelta(minutes=1), 0.0, "gibberish", "owner")
    robot.do("what is planned", "status schedule")
    assert robot.results("status") == ["OK"]
    robot.rig.pass_idle(70.0)
    robot.finish()
    assert "cannot read" in robot.said[-1] and robot.rig.disk.planned() == []


def test_what_is_planned_can_be_asked_and_cancelled(robot: Robot) -> None:
    robot.do("clean the kitchen at four o'clock", "schedule t1 do clean r1")
    robot.do("what is planned", "status schedule")
    assert "clean the kitchen" in robot.said[-1] and "16:00" in robot.said[-1]
    robot.do("cancel that", "kill scheduled")
    assert robot.rig.disk.planned() == []
