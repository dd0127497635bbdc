"""Sentences of the design about the gate and what it stands between, each shown where no other test shows it."""

import itertools
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware_bridge.framing import parse_host
from firmware_bridge.messages import Drive, Stop
from robotos.actuation.body import Body
from robotos.actuation.dispatch import Dispatcher, Role
from robotos.actuation.latch import Category, Cause
from robotos.actuation.protocol import Request
from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.ports import Refused, Sent
from robotos.policy import PolicyError, load

HALL = Pose(2.9, 3.9, 0.0)
BEFORE_STAIRS = Pose(7.0, 3.9, 0.0)
KITCHEN = "kitchen table"


@pytest.fixture
def driving(rig):
    return rig(start=HALL).ready().run(1.0, v=0.3)


def frames(one, kind):
    """Messages of one kind that went out."""
    return [m for m in (parse_host(frame).message for frame in one.wire) if isinstance(m, kind)]


# ---------------------------------------------------------------- default deny, and the order of the checks


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", ["fly", "", "arm ", "ARM", "__init__", "halt", "cycle", "pump", "set_pose", "state_"])
def test_what_is_not_listed_is_denied(driving, role, name):
    refused = Dispatcher(driving.gate, driving.clock.now).call(role, Request(1, name, ()))
    assert refused.errno is Errno.ENOSYS


@pytest.mark.parametrize(("name", "known"), [("drive", (0.1, 0.0, 1)), ("tool", (True,)), ("engage", ("go",))])
def test_a_field_more_or_less_is_denied(driving, name, known):
    call = Dispatcher(driving.gate, driving.clock.now).call
    for arguments in ((*known, 0), known[:-1]):
        assert call(Role.KERNEL, Request(1, name, arguments)).errno is Errno.EINVAL


def test_only_the_console_can_arm_and_it_can_do_little_else(driving):
    call = Dispatcher(driving.gate, driving.clock.now).call
    for role in (Role.KERNEL, Role.STOP):
        assert call(role, Request(1, "arm", ("console",))).errno is Errno.ENOSYS
    for name, arguments in (("drive", (0.1, 0.0, 1)), ("engage", ("go",)), ("poll", ()), ("recover", ())):
        assert call(Role.CONSOLE, Request(1, name, arguments)).errno is Errno.ENOSYS
        assert call(Role.STOP, Request(1, name, arguments)).errno is Errno.ENOSYS


def test_the_checks_come_in_their_order(rig):
    """Of an order in which everything is wrong the first check speaks; put right, the next one."""
    one = rig(start=HALL).run(0.5)
    gate = one.gate
    assert gate.drive(math.nan, 99.0, 0.0).errno is Errno.ERANGE  # finite ...
    assert "finite" in gate.drive(math.nan, 99.0, 0.0).reason
    assert gate.drive(0.1, 99.0, 0.2).errno is Errno.ERANGE  # ... then schema ...
    assert gate.drive(0.1, 0.0, 0.0).errno is Errno.EINVAL
    one.clock.advance(1.0)
    assert gate.drive(0.1, 0.0, 0.2).errno is Errno.EPERM  # ... then armed, though all readings are stale too ...
    one.run(0.5)
    one.ready()
    one.clock.advance(0.4)
    assert gate.drive(0.1, 0.0, 0.2).errno is Errno.ESTALE  # ... and freshness last
    assert one.audit[-1]["errno"] == "ESTALE"
    assert gate.gripper(True, (math.nan, 9.0, 0.0)).errno is Errno.ERANGE
    assert "finite" in gate.gripper(True, (math.nan, 9.0, 0.0)).reason


def test_a_part_the_body_lacks_is_denied(home, rig):
    one = rig(start=HALL).ready()
    object.__setattr__(one.gate, "_body", Body(has_gripper=False, has_tool=False))
    assert one.gate.gripper(True, (0.3, 0.0, 0.3)).errno is Errno.ENODEV
    assert one.gate.tool(True).errno is Errno.ENODEV


def test_the_gripper_does_not_work_while_the_cleaning_tool_turns(rig):
    one = rig(start=HALL).ready()
    one.gate.tool(True)
    assert one.gate.gripper(True, (0.3, 0.0, 0.3)).errno is Errno.EBUSY
    one.gate.tool(False)
    one.run(0.2)
    assert one.gate.gripper(True, (0.3, 0.0, 0.3)) == Sent()


# ---------------------------------------------------------------- whose word counts


def test_there_is_no_call_that_tells_the_gate_where_the_robot_is(driving):
    dispatcher = Dispatcher(driving.gate, driving.clock.now)
    assert set(dispatcher._tables[Role.KERNEL]) == {
        "poll", "drive", "tool", "gripper", "recover", "engage", "disengage",
    }  # fmt: skip


def test_keep_out_areas_grow_with_the_gates_own_uncertainty_until_it_stops(rig):
    """Blind, it comes the less near to the stairs the longer ago it knew where it was, and at last it stops."""
    one = rig(start=BEFORE_STAIRS).ready()
    one.gate._senses._estimator._localiser.correct = lambda pose, _ranges: (pose, 1.0, 0.4)  # scans say nothing
    one.gate._senses._relocating.scan = lambda _ranges, _now: None  # neither to a search
    reached, sigmas = [], []
    for _ in range(6):
        one.run(6.0, v=0.2)
        reached.append(one.world.pose.x)
        sigmas.append(one.gate.state().sigma)
        one.run(2.0, v=-0.2)
        if one.gate.state().latched:
            break
    assert all(b < a for a, b in itertools.pairwise(reached))
    assert sigmas == sorted(sigmas)
    one.run(60.0, w=1.5)
    for _ in range(40):
        one.run(2.0, v=0.2)
        one.run(2.0, v=-0.2)
    assert one.gate.state().latched == "pose_lost"
    assert one.gate.engage("go on").errno is Errno.EPERM
    assert one.robot.truth.keepouts["stairwell"] > 0.0


def test_what_moves_and_is_not_on_the_map_is_a_person(rig):
    """The gate asks nobody what it is: a thing that no map shows gets the distance and speed that people get."""
    one = rig(start=HALL).ready()
    one.world.move_person("a box that somebody pushes", HALL.x + 1.3, HALL.y, animal=True)
    one.run(6.0, v=0.3)
    assert one.robot.truth.near["a box that somebody pushes"].nearest > 0.28
    assert one.robot.truth.near["a box that somebody pushes"].fastest_in_slow_zone < 0.17


@given(st.lists(st.tuples(st.floats(0.01, 0.5), st.floats(0.05, 0.3), st.booleans()), min_size=1, max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_deadline_is_shortened_but_never_lengthened(rig, orders):
    """Each Drive on the wire dies no later than what its caller asked for, those that the gate sends by itself too."""
    one = rig(start=BEFORE_STAIRS).ready()
    one.wire.clear()
    latest = 0
    for ttl, v, absolute in orders:
        deadline = one.gate.deadline(ttl)
        asked = (v, 0.0, deadline) if absolute else (v, 0.0, ttl)
        before = len(one.wire)
        answer = one.gate.drive_until(*asked) if absolute else one.gate.drive(*asked)
        assert isinstance(answer, Sent)
        sent = [m for m in (parse_host(f).message for f in one.wire[before:]) if isinstance(m, Drive)]
        assert all(order.deadline_ms <= deadline for order in sent)
        latest = deadline
        before = len(one.wire)
        one.cycle()
        resent = [m for m in (parse_host(f).message for f in one.wire[before:]) if isinstance(m, Drive)]
        assert all(order.deadline_ms <= latest for order in resent)


# ---------------------------------------------------------------- what clears what


CAUSES = {
    "a stop by words": lambda one: one.gate.stop("enough"),
    "the stop button": lambda one: one.robot.stop_button(True),
    "a bump": lambda one: one.robot.press_bumper("both", 0.3),
    "an edge": lambda one: one.robot.cliff("both", 0.3),
    "a cut cable": lambda one: one.robot.cut_link(),
    "a restart of the controller": lambda one: one.robot.reset_controller(9),
    "a silent kernel": lambda one: one.run(1.0, kernel=False),
    "an orderly end": lambda one: one.gate.halt(Cause.KERNEL_SILENT, "over", Category.RAMP),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_on_any_stop_the_gripper_holds_and_a_new_velocity_clears_nothing(rig, home, cause):
    place = home.places[KITCHEN]
    one = rig(start=place.approach).ready()
    ahead = place.approach.inverse().compose(Pose(place.x, place.y))
    one.gate.gripper(True, (ahead.x, ahead.y, place.z))
    one.run(0.3)
    assert one.world.holding
    one.run(0.4, w=0.5)
    CAUSES[cause](one)
    one.run(0.6, w=0.5)
    turned = one.robot.truth.turn
    latched = one.gate.state().latched
    assert latched
    one.run(1.0, w=0.5)
    assert one.robot.truth.turn == turned
    assert one.world.holding
    assert one.gate.state().latched == latched
    assert isinstance(one.gate.drive(0.1, 0.0, 0.2), Refused)


@pytest.mark.parametrize("cause", ["the stop button", "a cut cable", "a restart of the controller"])
def test_words_never_clear_stop_button_link_or_reset(driving, cause):
    CAUSES[cause](driving)
    driving.run(0.5)
    driving.robot.stop_button(False)
    driving.robot.restore_link()
    driving.run(1.0)
    for order in ("go on", "arm", "I am the owner, arm now", "console"):
        assert driving.gate.engage(order).errno is Errno.EPERM
    assert isinstance(driving.gate.recover(), Refused)
    assert not driving.gate.state().armed
    assert driving.gate.arm("console") == Sent()


def test_a_low_battery_still_permits_the_way_to_the_dock(driving):
    driving.robot.set_battery(0.01)
    driving.gate.stop("enough")
    driving.run(0.3)
    assert driving.gate.engage("dock") == Sent()
    driving.run(1.0, v=0.2)
    assert driving.speed > 0.15


def test_a_broken_policy_permits_nothing_but_to_stop(rig):
    one = rig(start=HALL, policy=PolicyError("policy.toml:3: no such key")).run(0.5)
    calls = (one.gate.engage("go"), one.gate.arm("button"), one.gate.drive(0.1, 0.0, 0.2), one.gate.recover(),
             one.gate.tool(True), one.gate.gripper(True, (0.3, 0.0, 0.3)))  # fmt: skip
    assert [answer.errno for answer in calls] == [Errno.EPERM] * len(calls)
    assert all("policy.toml:3" in answer.reason for answer in calls)


# ---------------------------------------------------------------- stops


def test_all_stops_are_of_category_0_but_an_orderly_end_and_a_lost_position(driving):
    driving.gate.stop("enough")
    driving.gate.halt(Cause.KERNEL_SILENT)
    driving.gate.halt(Cause.POSE_LOST, category=Category.RAMP)
    assert [stop.category for stop in frames(driving, Stop)] == [0, 0, 1]


def test_whoever_has_lost_its_position_brakes_under_power_and_stays_stopped(rig, home):
    one = rig(start=HALL).ready().run(1.0, v=0.2)
    one.world.move_robot(home.places["bed"].approach)
    for _ in range(200):
        one.run(0.05, w=1.0)
        if one.gate.state().latched:
            break
    assert one.gate.state().latched == "pose_lost"
    assert [stop.category for stop in frames(one, Stop)] == [1]
    assert not one.gate.state().armed
    one.run(0.6, v=0.2)
    turned, path = one.robot.truth.turn, one.robot.truth.path
    one.run(1.0, v=0.2)
    assert (one.robot.truth.turn, one.robot.truth.path) == (turned, path)


def test_a_ramp_brakes_no_harder_than_it_may_and_ends_at_a_standstill(driving):
    driving.gate.halt(Cause.KERNEL_SILENT, "over", Category.RAMP)
    assert not driving.gate.state().armed
    speeds = [driving.speed]
    for _ in range(12):
        driving.cycle()
        speeds.append(driving.speed)
    assert speeds[2] > 0.1  # under power, and not cut off
    assert max(a - b for a, b in itertools.pairwise(speeds)) < 0.9 * 0.05 * 1.6
    assert speeds[-1] < 0.001
    assert driving.gate.stop_confirmed


def test_a_stop_during_a_ramp_is_at_once(driving):
    driving.gate.halt(Cause.KERNEL_SILENT, "over", Category.RAMP)
    driving.robot.step()
    driving.clock.advance(0.01)
    driving.gate.stop("enough")
    driving.robot.step()
    driving.clock.advance(0.01)
    outputs = driving.robot.controller._outputs
    assert (outputs.pwm_left, outputs.pwm_right, outputs.enabled) == (0, 0, False)


# ---------------------------------------------------------------- people who come


@pytest.mark.parametrize("bearing", [0.0, 0.15, math.pi, -3.0])
@pytest.mark.parametrize("pace", [0.15, 0.5, 1.2])
@pytest.mark.parametrize("wish", [(0.0, 1.9), (0.15, 0.0), (-0.15, 0.0)])
def test_whoever_walks_into_the_robot_finds_its_wheels_still(rig, bearing, pace, wish):
    one = rig(start=Pose(4.0, 3.9, 0.0)).ready()
    away = 2.0
    for _ in range(round(2.0 / pace / 0.05) + 20):
        at = one.world.pose
        away = max(away - pace * 0.05, 0.37)
        one.person(at.x + away * math.cos(bearing), at.y + away * math.sin(bearing))
        one.gate.drive(*wish, 0.2)
        one.cycle()
        if away < 0.38:
            assert max(abs(one.world.body.speed_left), abs(one.world.body.speed_right)) <= 0.05
    assert all(touch.speed <= 0.05 for touch in one.robot.truth.touched if touch.person)


def test_the_default_policy_has_the_zones_of_the_design():
    clearance = load().clearance
    assert (clearance.person_stop, clearance.person_slow, clearance.person_speed) == (0.30, 1.00, 0.15)
