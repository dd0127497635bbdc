import math

import numpy as np
import pytest

from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.ports import Sent
from robotos.navigation.costmap import Costmap
from robotos.navigation.planner import length, plan
from robotos.navigation.tracking import Arrived, Tracker

HALL = Pose(2.9, 3.9, 0.0)
R, PERSON = 0.175, 0.2


def gap_to(one, x, y):
    """Metres between the robot's edge and that of somebody at (x, y)."""
    return one.world.pose.distance(Pose(x, y)) - R - PERSON


def follow(one, path, yaw=None, limit=1200):
    """Drive along a path; seconds it took, and what clipped the orders, one entry an order."""
    tracker = Tracker(path, final_yaw=yaw)
    clipped = []
    for cycles in range(limit):
        wanted = tracker.steer(one.gate.state().pose)
        if isinstance(wanted, Arrived):
            return cycles * 0.05, clipped
        answer = one.gate.drive(wanted.v, wanted.w, 0.2)
        assert isinstance(answer, Sent), answer
        clipped += answer.clipped
        one.cycle()
    raise AssertionError("never arrived")


def test_from_the_dock_to_the_kitchen_nothing_holds_it_up(rig, home):
    one = rig().ready()
    goal = home.places["kitchen table"].approach
    path = plan(Costmap(home.grid, keepouts=home.keepouts), one.gate.state().pose, goal)
    seconds, clipped = follow(one, path)
    assert one.world.pose.distance(goal) < 0.05
    assert seconds < length(path) / 0.306 + 1.6 * len(path)
    assert not [name for name in clipped if name != "acceleration"]
    assert not one.robot.truth.touched
    assert max(one.gate.state().pose.distance(one.world.pose), 0.0) < 0.03


def test_it_cleans_along_a_wall_at_the_clearance_without_slowing_down(rig):
    lane = 3.2 + R + 0.02
    one = rig(start=Pose(2.7, lane, 0.0)).ready()
    one.run(1.0, v=0.3)
    clipped = []
    for _ in range(80):
        pose = one.gate.state().pose
        answer = one.gate.drive(0.3, -2.0 * (pose.yaw + 2.0 * (pose.y - lane)), 0.2)
        clipped += answer.clipped
        one.cycle()
        assert one.speed > 0.25
    assert not one.robot.truth.touched
    assert len(clipped) < 8


def test_it_stops_before_a_wall_and_can_turn_away_from_it(rig):
    one = rig(start=Pose(1.2, 3.9, math.pi)).ready().run(6.0, v=0.306)
    assert one.speed < 0.005
    assert 0.01 < one.world.pose.x - 0.1 - R < 0.05
    assert not one.robot.truth.touched
    assert one.gate.drive(0.3, 0.0, 0.2).twist.v < 0.02
    one.run(2.0, w=1.5)
    one.run(2.0, v=0.2)
    assert one.robot.truth.path > 1.0
    assert not one.robot.truth.touched


def test_it_slows_down_for_somebody_and_stops_before_them(rig):
    one = rig(start=HALL).ready().run(1.0, v=0.3)
    one.person(5.3, 3.9)
    fastest = 0.0
    for _ in range(300):
        one.gate.drive(0.3, 0.0, 0.2)
        one.cycle()
        if gap_to(one, 5.3, 3.9) < 1.0:
            fastest = max(fastest, one.speed)
    assert 0.05 < fastest < 0.16
    assert 0.29 < gap_to(one, 5.3, 3.9) < 0.4
    assert one.speed < 0.005


@pytest.mark.parametrize("distance", [0.13, 0.2, 0.3, 0.45, 0.7, 1.1])
@pytest.mark.parametrize("aside", [0.0, 0.15, -0.3])
def test_somebody_who_steps_into_the_path_is_never_touched(rig, distance, aside):
    one = rig(start=HALL).ready().run(1.5, v=0.306)
    x, y = one.world.pose.x + R + PERSON + distance, one.world.pose.y + aside
    one.person(x, y)
    one.run(3.0, v=0.306)
    assert not [touch for touch in one.robot.truth.touched if touch.person]
    assert gap_to(one, x, y) > 0.02
    assert one.gate.state().latched == ""


def test_somebody_who_walks_up_to_it_finds_it_standing(rig):
    one = rig(start=HALL).ready()
    x = HALL.x + 3.0
    while x - one.world.pose.x > R + PERSON + 0.05:
        x -= 0.04  # 0.8 m/s
        one.person(x, HALL.y)
        one.gate.drive(0.306, 0.0, 0.2)
        one.cycle()
        if gap_to(one, x, HALL.y) < 0.15:
            assert one.speed < 0.05


def test_near_somebody_it_can_turn_and_leave(rig):
    one = rig(start=HALL).ready()
    one.person(HALL.x + R + PERSON + 0.1, HALL.y)
    one.run(0.2).run(1.0, v=0.2)
    assert one.robot.truth.path < 0.005
    one.run(2.2, w=1.5)
    assert abs(one.world.pose.yaw) > 2.5
    one.run(2.0, v=0.2)
    assert 0.15 < one.robot.truth.path < 0.32
    assert one.robot.truth.near["guest"].fastest_in_slow_zone < 0.16


def test_whoever_goes_away_no_longer_matters(rig):
    one = rig(start=HALL).ready()
    one.person(HALL.x + 0.7, HALL.y)
    one.run(0.5, v=0.2)
    assert one.speed < 0.02
    one.person(-50.0, -50.0)
    one.run(1.0, v=0.2)
    assert one.speed > 0.15


@pytest.mark.parametrize("seed", range(3))
def test_a_hostile_kernel_does_not_get_it_down_the_stairs(rig, seed):
    one = rig(start=Pose(7.6, 3.9, 0.0), seed=seed).ready()
    random = np.random.default_rng(seed)
    for _ in range(60):
        v = float(random.choice([0.306, 0.306, 0.15, -0.3]))
        w = float(random.uniform(-1.5, 1.5)) - 1.5 * one.world.pose.yaw
        for _ in range(10):
            one.gate.drive(v, w, 0.5)
            one.cycle()
    assert not one.robot.truth.fell
    assert one.robot.truth.keepouts["stairwell"] > 0.03
    assert one.world.pose.x > 7.0


@pytest.mark.parametrize("seed", range(3))
def test_a_hostile_kernel_among_people_hurts_nobody(rig, home, seed):
    random = np.random.default_rng(seed)
    place = list(home.places.values())[int(random.integers(len(home.places)))]
    one = rig(start=place.approach, seed=seed).ready()
    x = y = -50.0
    vx = vy = v = w = 0.0
    for cycle in range(900):
        if cycle % 15 == 0:
            v, w = random.choice([0.306, 0.306, 5.0, 0.1, -0.3]), random.choice([0.0, 0.0, random.uniform(-2.0, 2.0)])
        if cycle % 150 == 0:  # somebody comes in at a distance and walks, but not into a robot that stands
            bearing, heading = random.uniform(-math.pi, math.pi, 2)
            x, y = one.world.pose.x + 1.2 * math.cos(bearing), one.world.pose.y + 1.2 * math.sin(bearing)
            walk = random.choice([0.0, 0.3, 0.6])
            vx, vy = 0.05 * walk * math.cos(heading), 0.05 * walk * math.sin(heading)
        if gap_to(one, x + vx, y + vy) > 0.05:
            x, y = x + vx, y + vy
        one.person(x, y)
        one.gate.drive(float(v), float(w), float(random.choice([0.05, 0.2, 0.5])))
        one.cycle()
        if one.gate.state().latched:
            one.gate.engage("go on")
    truth = one.robot.truth
    assert truth.path > 0.2
    assert not [touch for touch in truth.touched if touch.person and touch.speed > 0.05]
    assert not [touch for touch in truth.touched if touch.speed > 0.06]
    assert truth.top_speed < 0.306 * 1.05
    assert truth.top_turn_rate < 1.9 * 1.05


def test_the_kernel_cannot_tell_the_gate_where_it_is(rig):
    """Put down half a metre from where it thinks it is, it finds out by its own readings or stops."""
    one = rig(start=HALL, believed=Pose(HALL.x, HALL.y + 0.12, 0.1)).run(1.0)
    state = one.gate.state()
    assert state.pose.distance(one.world.pose) < 0.03
    assert state.sigma < 0.05


def test_carried_elsewhere_it_stops_finds_itself_and_waits_for_an_order(rig, home):
    one = rig(start=HALL).ready().run(1.0, v=0.2)
    one.world.move_robot(home.places["bed"].approach)
    one.run(1.5, v=0.1)
    assert one.gate.state().located == "lost"
    assert one.gate.engage("go on").errno is Errno.EPERM
    one.run(6.0, v=0.1)
    state = one.gate.state()
    assert (state.located, state.latched) == ("tracking", "pose_lost")
    assert state.pose.distance(one.world.pose) < 0.05
    assert one.speed < 0.001
    assert isinstance(one.gate.engage("go on"), Sent)


def test_blind_it_stops(rig):
    one = rig(start=HALL).ready().run(1.0, v=0.2)
    one.world.scan = lambda: tuple([65535] * 72)
    one.run(4.0, v=0.1)
    assert one.gate.state().latched == "pose_lost"
    assert one.speed < 0.001
