import itertools
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware_bridge.framing import parse_host
from firmware_bridge.messages import Drive
from robotos.actuation.gate import Gate
from robotos.errno import Errno
from robotos.geometry import Pose, Twist
from robotos.kernel.ports import Actuators, Refused, Sent
from robotos.policy import PolicyError

HALL = Pose(2.9, 3.9, 0.0)
ZERO = Twist(0.0, 0.0)


def test_the_gate_is_what_the_kernel_expects(rig):
    actuators: Actuators = rig().gate
    assert isinstance(actuators, Gate)


def test_until_armed_nothing_is_allowed(rig):
    one = rig(start=HALL).run(0.5)
    assert one.gate.drive(0.2, 0.0, 0.2).errno is Errno.EPERM
    assert one.gate.tool(True).errno is Errno.EPERM
    assert one.gate.gripper(True, (0.3, 0.0, 0.3)).errno is Errno.EPERM
    assert one.gate.recover().errno is Errno.EINVAL
    one.run(1.0, v=0.2)
    assert one.robot.truth.path == 0.0


def test_without_a_link_it_says_so(rig):
    one = rig(start=HALL)
    assert one.gate.engage("go").errno is Errno.ENODEV
    assert not one.gate.state().link_up


def test_an_order_must_be_named(rig):
    one = rig(start=HALL).run(0.5)
    assert one.gate.engage("").errno is Errno.EINVAL
    assert one.gate.engage(None).errno is Errno.EINVAL


def test_armed_it_drives(rig):
    one = rig(start=HALL).ready().run(2.0, v=0.3)
    assert one.speed == pytest.approx(0.3, abs=0.02)
    assert one.gate.state().pose.distance(one.world.pose) < 0.04


def test_zero_is_always_allowed(rig):
    one = rig(start=HALL)
    assert one.gate.drive(0.0, 0.0, 0.2) == Sent()
    one.ready().gate.stop("enough")
    assert one.gate.drive(0.0, 0.0, 0.2) == Sent()


@pytest.mark.parametrize(
    ("v", "w", "ttl", "errno"),
    [
        (math.nan, 0.0, 0.2, Errno.ERANGE),
        (0.1, math.inf, 0.2, Errno.ERANGE),
        (0.1, 0.0, math.nan, Errno.ERANGE),
        (0.1, 0.0, 0.0, Errno.EINVAL),
        (0.1, 0.0, -1.0, Errno.ERANGE),
        (0.1, 0.0, 0.6, Errno.ERANGE),
        (1e9, 0.0, 0.2, Errno.ERANGE),
        ("0.1", 0.0, 0.2, Errno.EINVAL),
        (True, 0.0, 0.2, Errno.EINVAL),
        (None, None, None, Errno.EINVAL),
    ],
)
def test_nonsense_is_refused_and_ends_the_order_before_it(rig, v, w, ttl, errno):
    one = rig(start=HALL).ready().run(1.0, v=0.2)
    assert one.gate.drive(v, w, ttl).errno is errno
    one.run(0.4)
    assert one.speed < 0.01
    assert one.gate.state().armed


garbage = st.one_of(
    st.none(), st.booleans(), st.text(max_size=3), st.floats(), st.integers(), st.lists(st.floats(), max_size=4)
)


@given(st.lists(st.tuples(garbage, garbage, garbage), min_size=1, max_size=8))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_garbage_never_raises_and_never_moves_a_disarmed_robot(rig, calls):
    one = rig(start=HALL).run(0.2)
    for a, b, c in calls:
        for answer in (
            one.gate.drive(a, b, c),
            one.gate.drive_until(a, b, c),
            one.gate.tool(a),
            one.gate.gripper(a, b),
            one.gate.arm(a),
        ):
            moving = isinstance(answer, Sent) and answer.twist != ZERO
            assert isinstance(answer, Sent | Refused)
            assert not moving
    one.run(0.3)
    assert one.robot.truth.path == 0.0


def test_deadlines_in_the_controllers_clock(rig):
    one = rig(start=HALL).ready()
    gate = one.gate
    assert isinstance(gate.drive_until(0.1, 0.0, gate.deadline(0.15)), Sent)
    assert gate.drive_until(0.1, 0.0, gate.deadline(-0.01)).errno is Errno.ESTALE
    assert gate.drive_until(0.1, 0.0, gate.deadline(0.6)).errno is Errno.ERANGE
    assert gate.drive_until(0.1, 0.0, 0.5).errno is Errno.EINVAL
    assert gate.drive_until(0.1, 0.0, True).errno is Errno.EINVAL
    assert gate.drive_until(0.1, 0.0, 2**32).errno is Errno.ERANGE
    assert gate.drive_until(0.1, 0.0, -1).errno is Errno.ERANGE


def test_a_long_time_to_live_is_shortened_to_the_policys(rig):
    one = rig(start=HALL).ready().run(1.0, v=0.1)
    assert one.gate.drive(0.1, 0.0, 0.5).clipped == ("command_ttl",)
    assert one.gate.drive(0.1, 0.0, 0.2).clipped == ()


def test_past_its_deadline_an_order_is_dead(rig):
    one = rig(start=HALL).ready().run(1.0, v=0.3)
    one.run(0.2 + 0.35 + 0.1)
    assert one.speed < 0.005


def test_a_stale_report_is_not_driven_by(rig):
    one = rig(start=HALL).ready()
    one.clock.advance(0.24)
    assert isinstance(one.gate.drive(0.0, 0.5, 0.2), Sent)
    one.clock.advance(0.1)
    assert one.gate.drive(0.1, 0.0, 0.2).errno is Errno.ESTALE


def test_the_sent_twist_is_reported_as_sent(rig):
    one = rig(start=HALL).ready().run(1.0, v=0.3)
    answer = one.gate.drive(0.9, 0.0, 0.2)
    assert answer.twist.v == pytest.approx(0.306)
    assert answer.clipped == ("max_speed",)


def test_it_gathers_speed_no_faster_than_policy_accelerates(rig):
    one = rig(start=HALL).ready()
    speeds = []
    for _ in range(8):
        speeds.append(one.gate.drive(0.3, 0.0, 0.2).twist.v)
        one.cycle()
    assert speeds[0] < 0.14
    assert speeds[-1] == pytest.approx(0.3)
    assert all(b - a <= 0.9 * 0.1 + 1e-9 for a, b in itertools.pairwise(speeds))


def test_the_tool_lives_on_while_the_kernel_does(rig):
    one = rig(start=HALL).ready()
    assert one.gate.tool(True) == Sent()
    one.run(3.0)
    assert one.world.tool_on
    assert one.gate.state().tool_on
    one.run(0.8, kernel=False)
    assert not one.world.tool_on


def test_the_tool_can_be_turned_off_at_any_time(rig):
    one = rig(start=HALL).ready()
    one.gate.tool(True)
    one.run(0.2)
    assert one.gate.tool(False) == Sent()
    one.run(0.1)
    assert not one.world.tool_on
    one.gate.stop("enough")
    assert one.gate.tool(False) == Sent()
    assert one.gate.tool(True).errno is Errno.EPERM
    assert one.gate.tool("on").errno is Errno.EINVAL


def test_the_gripper_takes_a_thing_in_reach_and_holds_it_on_a_stop(rig, home):
    place = home.places["kitchen table"]
    one = rig(start=place.approach).ready()
    ahead = place.approach.inverse().compose(Pose(place.x, place.y))
    assert one.gate.gripper(True, (ahead.x, ahead.y, place.z)) == Sent()
    one.run(0.3)
    assert one.gate.state().gripper_holding
    one.gate.stop("enough")
    one.run(0.5)
    assert one.gate.state().gripper_holding
    assert one.gate.gripper(False, (0.3, 0.0, 0.0)).errno is Errno.EPERM
    one.run(0.5)
    assert one.world.holding


def test_the_gripper_keeps_still_while_the_robot_drives(rig):
    one = rig(start=HALL).ready().run(1.0, v=0.2)
    assert one.gate.gripper(True, (0.3, 0.0, 0.3)).errno is Errno.EBUSY
    assert one.gate.gripper(True, (3.0, 0.0, 0.3)).errno is Errno.ERANGE
    assert one.gate.gripper(1, (0.3, 0.0, 0.3)).errno is Errno.EINVAL
    assert one.gate.gripper(True, (0.3, 0.0)).errno is Errno.EINVAL


def test_a_broken_policy_leaves_it_disarmed_with_the_error(rig):
    one = rig(start=HALL, policy=PolicyError("policy.toml:6: motion.max_speed: too fast")).run(0.5)
    for answer in (one.gate.engage("go"), one.gate.arm("console"), one.gate.drive(0.1, 0.0, 0.2), one.gate.tool(True)):
        assert answer.errno is Errno.EPERM
        assert "policy.toml:6: motion.max_speed: too fast" in answer.reason
    one.run(0.5, v=0.1)
    assert one.robot.truth.path == 0.0
    one.gate.stop("enough")
    one.run(0.1)
    assert one.gate.stop_confirmed


def test_every_order_is_in_the_audit(rig):
    one = rig(start=HALL).ready()
    one.gate.drive(0.01, 0.0, 0.2)
    one.gate.drive(math.nan, 0.0, 0.2)
    one.gate.stop("enough")
    engaged, drive, refused, latched, stop = [entry for entry in one.audit if entry["call"] != "unlatched"][-5:]
    assert (engaged["call"], engaged["order"]) == ("engage", "go there")
    assert (drive["call"], drive["sent"], drive["clipped"]) == ("drive", [0.01, 0.0], [])
    assert (refused["call"], refused["errno"], refused["asked"]) == ("drive", "ERANGE", ["nan", "0.0", "0.2"])
    assert (latched["call"], latched["reason"]) == ("latched", "stop")
    assert (stop["call"], stop["reason"]) == ("stop", "enough")


@pytest.mark.parametrize("v", [1e-308, -1e-308, 5e-324, 1e-9, -0.0009])
@pytest.mark.parametrize("w", [1.9, -1.9, 1e-300, 0.0])
def test_speeds_too_small_to_be_sent_are_none_at_all(rig, v, w):
    one = rig(start=HALL).ready()
    one.person(HALL.x + 0.8, HALL.y)
    one.run(0.3, w=0.5)
    answer = one.gate.drive(v, w, 0.2)
    assert isinstance(answer, Sent)
    assert answer.twist.v == 0.0


def drives(one, since):
    frames = [parse_host(frame).message for frame in one.wire[since:]]
    return [message for message in frames if isinstance(message, Drive)]


def test_of_many_orders_at_once_two_are_under_way_and_the_newest_follows(rig):
    one = rig(start=HALL).ready().run(1.0, v=0.2)
    before = len(one.wire)
    deadline = one.gate.deadline(0.2)
    answers = [one.gate.drive_until(0.2 - 0.01 * number, 0.0, deadline) for number in range(5)]
    assert [answer.clipped for answer in answers] == [(), (), ("waiting",), ("waiting",), ("waiting",)]
    assert [order.v_mm_s for order in drives(one, before)] == [200, 190]
    one.cycle()
    assert [order.v_mm_s for order in drives(one, before)] == [200, 190, 160]
    assert {order.deadline_ms for order in drives(one, before)} == {deadline}


def test_what_a_stuck_link_does_not_take_is_refused(rig):
    one = rig(start=HALL).ready().run(1.0, v=0.2)
    for _ in range(3):
        one.gate.drive(0.2, 0.0, 0.2)
    one.clock.advance(0.07)
    assert one.gate.drive(0.2, 0.0, 0.2).errno is Errno.EBUSY


def test_a_standstill_that_the_link_did_not_take_follows(rig):
    one = rig(start=HALL).ready().run(1.0, v=0.3)
    one.gate.drive(0.3, 0.0, 0.2)
    one.gate.drive(0.3, 0.0, 0.2)
    assert one.gate.drive(math.nan, 0.0, 0.2).errno is Errno.ERANGE
    one.cycle()
    assert one.gate._running.twist == ZERO
    assert one.audit[-1]["sent"] == [0.0, 0.0]
