import pytest

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.ports import Sent

HALL = Pose(2.9, 3.9, 0.0)


@pytest.fixture
def bumped(rig):
    one = rig(start=HALL).ready().run(1.0, v=0.2)
    one.robot.press_bumper("left", 0.5)
    one.run(0.3)
    assert one.gate.state().latched == "bumper"
    return one


def test_a_bump_latches_and_is_told(bumped):
    assert [event.detail for event in bumped.events if event.kind == "bumper"] == ["left"]
    assert bumped.gate.drive(0.1, 0.0, 0.2).errno is Errno.EPERM
    assert bumped.gate.drive(-0.1, 0.0, 0.2).errno is Errno.EPERM


def test_it_backs_off_slowly_and_can_then_go_on(bumped):
    before = bumped.world.pose
    assert isinstance(bumped.gate.recover(), Sent)
    top = 0.0
    for _ in range(80):
        bumped.cycle()
        if "unlatched" in bumped.kinds:
            break
        top = max(top, bumped.speed)
    moved = before.x - bumped.world.pose.x
    assert 0.05 < moved < 0.3
    assert top <= 0.105
    assert not bumped.gate.state().latched
    bumped.run(1.0, v=0.2)
    assert bumped.speed > 0.15


def test_asked_again_meanwhile_it_is_the_same_manoeuvre(bumped):
    for _ in range(6):
        assert isinstance(bumped.gate.recover(), Sent)
        bumped.cycle()
    assert [entry["call"] for entry in bumped.audit].count("recover") == 1


def test_three_times_a_minute_then_the_owner_is_asked(rig):
    one = rig(start=HALL).ready()
    for _ in range(3):
        one.robot.press_bumper("both", 0.3)
        one.run(0.2)
        assert isinstance(one.gate.recover(), Sent)
        one.run(4.0)
        assert not one.gate.state().latched
    one.robot.press_bumper("both", 0.3)
    one.run(0.5)
    assert one.gate.recover().errno is Errno.EPERM
    assert one.gate.engage("go on") == Sent()
    one.robot.press_bumper("both", 0.3)
    one.run(0.2)
    assert isinstance(one.gate.recover(), Sent)


def test_what_still_touches_after_thirty_centimetres_stays_latched(rig):
    one = rig(start=HALL).ready()
    one.robot.press_bumper("both", 60.0)
    one.run(0.2)
    before = one.world.pose
    assert isinstance(one.gate.recover(), Sent)
    one.run(6.0)
    assert before.distance(one.world.pose) <= 0.305
    assert one.gate.state().latched == "bumper"
    assert one.gate.engage("go on").errno is Errno.EPERM


def test_it_backs_into_nothing(rig):
    one = rig(start=HALL).ready()
    one.person(HALL.x - 0.6, HALL.y)
    one.run(0.3)
    one.robot.press_bumper("both", 60.0)
    one.run(0.2)
    one.gate.recover()
    one.run(6.0)
    gap = one.world.pose.distance(Pose(HALL.x - 0.6, HALL.y)) - 0.175 - 0.2
    assert gap > 0.2
    assert not one.robot.truth.touched


@pytest.fixture
def cornered(rig):
    """Touched from ahead with somebody right behind: no room to back away."""
    one = rig(start=HALL).ready()
    one.person(HALL.x - 0.6, HALL.y)
    one.run(0.3)
    return one


@pytest.mark.parametrize("touch", ["press_bumper", "cliff"])
def test_without_room_behind_a_contact_that_has_ended_is_over_after_a_while(cornered, touch):
    getattr(cornered.robot, touch)("both", 0.5)
    cornered.run(0.2)
    before = cornered.world.pose
    assert isinstance(cornered.gate.recover(), Sent)
    cornered.run(1.5)
    assert cornered.gate.state().latched, "not as soon as the sensor lets go"
    cornered.run(1.0)
    assert not cornered.gate.state().latched
    assert before.distance(cornered.world.pose) < 0.01
    assert not cornered.robot.truth.touched


def test_without_room_behind_a_contact_that_comes_back_is_not_over(cornered):
    cornered.robot.press_bumper("both", 0.5)
    cornered.run(0.2)
    assert isinstance(cornered.gate.recover(), Sent)
    for _ in range(5):
        cornered.run(1.1)
        cornered.robot.press_bumper("both", 0.3)
    assert cornered.gate.state().latched == "bumper"


def test_a_contact_that_ends_at_the_end_of_the_way_is_waited_for_without_driving_on(rig):
    one = rig(start=HALL).ready()
    one.robot.press_bumper("both", 2.8)
    one.run(0.2)
    before = one.world.pose
    assert isinstance(one.gate.recover(), Sent)
    one.run(6.0)
    assert before.distance(one.world.pose) <= 0.305
    assert not one.gate.state().latched
    assert [entry["call"] for entry in one.audit].count("recover") == 1


def test_the_stop_button_ends_it(bumped):
    bumped.gate.recover()
    bumped.run(0.3)
    bumped.robot.stop_button(True)
    bumped.run(0.3)
    assert bumped.speed < 0.001
    bumped.robot.stop_button(False)
    bumped.run(0.5)
    assert bumped.gate.recover().errno is Errno.EPERM
    assert bumped.gate.engage("go on").errno is Errno.EPERM


def test_a_stop_ends_it(bumped):
    bumped.gate.recover()
    bumped.run(0.2)
    bumped.gate.stop("enough")
    bumped.run(0.5)
    assert bumped.speed < 0.001
    assert bumped.gate.recover().errno is Errno.EPERM


def test_a_silent_kernel_ends_it(bumped):
    bumped.robot.press_bumper("left", 60.0)
    bumped.gate.recover()
    bumped.run(1.5, kernel=False)
    assert bumped.speed < 0.001


def test_at_an_edge_it_backs_off_too(rig):
    one = rig(start=HALL).ready().run(0.5, v=0.2)
    one.robot.cliff("right", 0.3)
    one.run(0.2)
    assert one.gate.state().latched == "cliff"
    assert isinstance(one.gate.recover(), Sent)
    one.run(3.0)
    assert not one.gate.state().latched
