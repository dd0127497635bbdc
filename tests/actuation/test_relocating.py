"""A gate told nothing, or the wrong thing, about where it stands finds out by itself; nothing moves before."""

import math

import numpy as np
import pytest

from robotos.actuation.dispatch import Dispatcher, Role
from robotos.actuation.estimate import Estimator
from robotos.actuation.gate import Gate
from robotos.actuation.localiser import Localiser
from robotos.actuation.protocol import Request
from robotos.actuation.relocating import Relocating
from robotos.errno import Errno
from robotos.geometry import Pose, Twist
from robotos.kernel.ports import Refused, Sent
from robotos.navigation.localisation.monitor import Located
from robotos.policy import load

HALL = Pose(2.9, 3.9, 0.4)
REST = Twist(0.0, 0.0)


@pytest.fixture
def unsure(rig, home):
    """A rig whose gate has no certain start; `told` are guesses."""

    def one(start, told=()):
        made = rig(start=start)
        made.gate = Gate(load(), home, made.link, made.clock, None, made.audit.append, told=told)
        return made

    return one


def test_told_nothing_it_finds_out_and_moves_nothing_before(unsure):
    one = unsure(HALL).run(0.5)
    assert one.gate.state().located == "lost"
    assert one.gate.engage("go").errno is Errno.EPERM
    one.run(4.0, v=0.2)
    state = one.gate.state()
    assert state.located == "tracking" and state.pose.distance(one.world.pose) < 0.03
    assert one.kinds.count("lost") == 1 and one.kinds.count("located") == 1
    assert one.robot.truth.path == 0.0
    assert one.gate.engage("go") == Sent()


def test_where_it_stood_last_is_believed_at_the_first_scan_that_bears_it_out(unsure, home):
    one = unsure(HALL, [home.dock, Pose(HALL.x + 0.03, HALL.y - 0.02, HALL.yaw)]).run(0.5)
    assert one.gate.state().located == "tracking"
    assert one.gate.state().pose.distance(one.world.pose) < 0.03
    assert "lost" not in one.kinds


def test_where_it_stood_last_is_not_believed_when_it_stands_elsewhere(unsure, home):
    one = unsure(home.places["bed"].approach, [home.dock, HALL]).run(0.6)
    assert one.gate.state().located == "lost"
    one.run(4.0)
    assert one.gate.state().pose.distance(one.world.pose) < 0.03


def test_only_a_person_at_the_machine_may_say_in_which_room_it_is(unsure):
    one = unsure(HALL).run(0.5)
    dispatcher = Dispatcher(one.gate, one.clock.now)
    request = Request(1, "locate", ("hallway",))
    assert dispatcher.call(Role.KERNEL, request).errno is Errno.ENOSYS
    assert dispatcher.call(Role.STOP, request).errno is Errno.ENOSYS
    assert dispatcher.call(Role.CONSOLE, request) == Sent()
    for nonsense in ("nowhere in particular", 7, None):
        assert isinstance(one.gate.locate(nonsense), Refused)
    one.run(4.0)
    assert one.gate.state().located == "tracking"
    assert isinstance(one.gate.locate("hallway"), Refused)  # it knows


def test_a_wrong_word_does_not_put_it_in_the_wrong_room(unsure, home):
    one = unsure(home.places["bed"].approach).run(0.5)
    assert one.gate.locate("kitchen") == Sent()
    one.run(5.0)
    state = one.gate.state()
    assert state.located == "lost" or state.pose.distance(one.world.pose) < 0.1


def test_it_searches_only_while_it_stands(home):
    localiser = Localiser(home.grid)
    estimator = Estimator(None, 0.05, localiser)
    relocating = Relocating(estimator, localiser, home, (), 0.05)
    for _ in range(40):
        relocating.cycle(Twist(0.1, 0.0), False, 0.0)
    assert relocating._search is None
    relocating.cycle(REST, False, 0.0)
    assert relocating._search is not None


def test_on_its_dock_the_contacts_decide_between_places_that_look_alike(home):
    localiser = Localiser(home.grid)
    relocating = Relocating(Estimator(None, 0.05, localiser), localiser, home, (), 0.05)
    relocating.cycle(REST, True, 0.0)
    within = relocating._search._within
    assert within[home.grid.to_cell(home.dock.x, home.dock.y)]
    assert 20 < np.count_nonzero(within) < 200


def test_a_standing_robot_that_is_carried_off_notices(rig, home):
    one = rig(start=HALL).ready().run(1.0)
    one.world.move_robot(home.places["bed"].approach)
    one.run(1.0)
    assert one.gate.state().located == "lost"


def test_whether_it_is_known_how_long_a_scan_takes_decides_what_a_turn_may_correct(home):
    truth = Pose(HALL.x, HALL.y, HALL.yaw + 0.04)
    from robotos.navigation.raycast import cast

    ranges = tuple(cast(home.grid.distance, 0.05, home.grid.origin, truth.x, truth.y, truth.yaw))
    for scan_time, corrected in ((None, False), (0.0, True)):
        estimator = Estimator(HALL, 0.02, Localiser(home.grid), scan_time)
        estimator.scan(ranges, straight=False, twist=Twist(0.0, 1.5))
        assert (abs(estimator.pose.yaw - truth.yaw) < math.radians(0.5)) is corrected
        assert estimator.located is Located.TRACKING
