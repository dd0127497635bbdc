import pytest

from firmware_bridge.framing import parse_host
from firmware_bridge.messages import Stop
from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.ports import Sent

HALL = Pose(2.9, 3.9, 0.0)


@pytest.fixture
def driving(rig):
    return rig(start=HALL).ready().run(1.0, v=0.3)


def stands(one, seconds=2.0):
    """Whatever is asked for now, the wheels stay still."""
    path = one.robot.truth.path
    one.run(seconds, v=0.2)
    return one.robot.truth.path - path < 1e-3


def test_a_stop_is_on_the_wire_when_it_returns(driving):
    before = len(driving.wire)
    driving.gate.stop("enough")
    frames = [parse_host(frame).message for frame in driving.wire[before:]]
    assert len(frames) == 1
    assert isinstance(frames[0], Stop)


def test_a_stop_latches_within_the_braking_distance(driving):
    path = driving.robot.truth.path
    report = driving.gate.stop("enough")
    assert not report.confirmed
    assert driving.gate.state().latched == "stop"
    assert not driving.gate.state().armed
    driving.run(0.6, v=0.3)
    assert driving.speed < 0.001
    assert driving.robot.truth.path - path < 0.3**2 / (2 * 0.9) + 0.3 * 0.02 + 0.005
    assert stands(driving)


def test_a_stop_is_confirmed_by_the_controller_and_only_by_it(driving):
    assert not driving.gate.stop("enough").confirmed
    assert "latched" not in driving.kinds
    driving.cycle()
    assert driving.kinds.count("latched") == 1
    assert driving.gate.stop_confirmed
    assert driving.gate.stop("again").confirmed


def test_a_stop_may_be_repeated(driving):
    for _ in range(5):
        driving.gate.stop("enough")
        driving.cycle()
    assert driving.kinds.count("latched") == 1
    assert driving.gate.state().latched == "stop"


def test_a_stop_that_nobody_hears_is_not_confirmed(driving):
    driving.robot.cut_link()
    assert not driving.gate.stop("enough").confirmed
    driving.run(1.0)
    assert not driving.gate.stop_confirmed
    assert not driving.gate.stop("again").confirmed
    assert driving.speed < 0.001


def test_a_stop_before_the_link_is_up_is_remembered(rig):
    one = rig(start=HALL)
    assert not one.gate.stop("enough").confirmed
    one.run(0.5)
    assert one.gate.state().latched == "stop"
    assert one.gate.drive(0.1, 0.0, 0.2).errno is Errno.EPERM


def test_the_owners_next_order_goes_on(driving):
    driving.gate.stop("enough")
    driving.run(0.5)
    assert driving.gate.drive(0.1, 0.0, 0.2).errno is Errno.EPERM
    assert driving.gate.engage("go on") == Sent()
    driving.run(1.0, v=0.2)
    assert driving.speed > 0.15
    assert driving.kinds.count("unlatched") == 1


def test_an_order_right_after_the_stop_is_not_undone_by_late_reports(driving):
    driving.gate.stop("enough")
    assert driving.gate.engage("go on") == Sent()
    driving.run(1.0, v=0.2)
    assert driving.speed > 0.15


def test_the_stop_button_needs_more_than_words(driving):
    driving.robot.stop_button(True)
    driving.run(0.5, v=0.3)
    assert driving.speed < 0.001
    assert driving.gate.state().latched == "stop_button"
    assert driving.gate.engage("go on").errno is Errno.EPERM
    assert driving.gate.arm("console").errno is Errno.EPERM
    driving.robot.stop_button(False)
    driving.run(0.3)
    assert driving.gate.engage("go on").errno is Errno.EPERM
    assert stands(driving)
    assert driving.gate.arm("words").errno is Errno.EPERM
    assert driving.gate.arm("console") == Sent()
    driving.run(1.0, v=0.2)
    assert driving.speed > 0.15
    assert [kind for kind in driving.kinds if kind.startswith("stop")] == ["stop_button", "stop_button_released"]


def test_the_stop_button_counts_though_something_else_stopped_it_before(driving):
    driving.gate.stop("enough")
    driving.run(0.2)
    driving.robot.stop_button(True)
    driving.run(0.2)
    driving.robot.stop_button(False)
    driving.run(0.2)
    assert driving.gate.state().latched == "stop"
    assert driving.gate.engage("go on").errno is Errno.EPERM
    assert driving.gate.arm("shell") == Sent()


def test_a_lost_link_stops_and_stays_until_armed(driving):
    driving.robot.cut_link()
    driving.run(0.2 + 0.35)
    assert driving.speed < 0.001
    driving.run(0.5)
    assert "link_lost" in driving.kinds
    assert driving.gate.drive(0.1, 0.0, 0.2).errno is Errno.ENODEV
    driving.robot.restore_link()
    driving.run(1.0)
    assert "link_back" in driving.kinds
    assert driving.gate.state().link_up
    assert driving.gate.engage("go on").errno is Errno.EPERM
    assert stands(driving)
    assert driving.gate.arm("console") == Sent()
    driving.run(1.0, v=0.2)
    assert driving.speed > 0.15


def test_a_controller_that_restarts_stays_stopped_until_armed(driving):
    driving.robot.reset_controller(8)
    driving.run(1.0, v=0.3)
    assert driving.speed < 0.001
    assert "reset" in driving.kinds
    assert driving.gate.engage("go on").errno is Errno.EPERM
    assert driving.gate.arm("shell") == Sent()
    driving.run(1.0, v=0.2)
    assert driving.speed > 0.15
    assert driving.gate.state().pose.distance(driving.world.pose) < 0.05


def test_a_silent_kernel_is_stopped_after_its_lease(driving):
    for _ in range(20):
        driving.gate.drive(0.2, 0.0, 0.2)
        driving.cycle()
    driving.run(0.45, kernel=False)
    assert not driving.gate.state().latched
    driving.run(0.2, kernel=False)
    assert driving.gate.state().latched == "kernel_silent"
    assert driving.gate.engage("go on") == Sent()


def test_a_silent_gate_is_stopped_by_the_controller(driving):
    driving.gate.tool(True)
    driving.gate.drive(0.3, 0.0, 0.2)
    for _ in range(100):
        driving.robot.step()
        driving.clock.advance(0.01)
    assert driving.speed == 0.0
    assert not driving.world.tool_on
    driving.run(0.5, v=0.3)
    assert driving.gate.state().latched == "link_lost"
    assert driving.gate.engage("go on").errno is Errno.EPERM


def test_disarmed_and_idle_nobody_need_be_awake(rig):
    one = rig(start=HALL).ready()
    one.gate.disengage()
    one.run(0.3)
    one.robot.skip(3600.0)
    one.clock.advance(3600.0)
    one.run(0.5)
    assert one.gate.state().latched == ""
    assert one.gate.state().link_up
    assert one.gate.engage("go") == Sent()
    one.run(1.0, v=0.2)
    assert one.speed > 0.15


def test_disengaged_it_does_not_move_and_has_not_latched(driving):
    driving.gate.disengage()
    assert driving.gate.drive(0.2, 0.0, 0.2).errno is Errno.EPERM
    driving.run(0.6, v=0.3)
    assert driving.speed < 0.001
    assert driving.gate.state().latched == ""
    assert stands(driving)


def test_low_battery_is_told_once_and_forbids_nothing(driving):
    driving.robot.set_battery(0.1)
    driving.run(0.5, v=0.2)
    assert driving.kinds.count("battery_low") == 1
    assert driving.speed > 0.15
