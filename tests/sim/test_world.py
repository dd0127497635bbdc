from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.geometry import Pose
from robotos.navigation.field import signed_distance
from robotos.navigation.home import Home
from robotos.navigation.raycast import cast
from robotos.sim import battery
from robotos.sim.contact import TOUCH, resolve
from robotos.sim.kinematic import FULL_SPEED, IDEAL, TICKS_PER_METRE, Imperfection, KinematicWorld
from robotos.sim.people import RADIUS as PERSON_RADIUS
from robotos.sim.people import Somebody
from robotos.sim.world import LEFT, NO_ECHO, RADIUS, RIGHT, WHEEL_BASE


def push(world: KinematicWorld, left: int, right: int, seconds: float, tool: int = 0) -> None:
    for _ in range(round(seconds / 0.01)):
        world.step(left, right, tool, 0.01)


def test_a_motor_follows_its_duty_as_a_first_order_lag(world: KinematicWorld) -> None:
    push(world, 255, 255, 0.06)
    assert world.body.speed_left == pytest.approx(FULL_SPEED * (1 - math.exp(-1)), rel=1e-9)
    push(world, 255, 255, 0.6)
    assert world.body.speed_left == pytest.approx(FULL_SPEED, rel=1e-4)
    push(world, 0, 0, 0.5)
    assert not world.moving


def test_opposite_wheels_turn_on_the_spot_and_the_encoders_agree(world: KinematicWorld) -> None:
    start = world.pose
    push(world, -60, 60, 2.0)
    left, right = world.encoders
    turned = (right - left) / TICKS_PER_METRE / WHEEL_BASE
    assert left == pytest.approx(-right, abs=1)
    assert world.pose.distance(start) < 1e-9
    assert math.remainder(world.pose.yaw - start.yaw - turned, 2 * math.pi) == pytest.approx(0.0, abs=1e-3)


def test_a_straight_drive_goes_as_far_as_the_encoders_say(world: KinematicWorld) -> None:
    push(world, 100, 100, 3.0)
    assert world.home.dock.distance(world.pose) == pytest.approx(world.encoders[0] / TICKS_PER_METRE, abs=1e-4)


def test_wheel_errors_make_the_body_drift_but_not_the_encoders(home: Home) -> None:
    drifting = KinematicWorld(home, seed=5)
    push(drifting, 100, 100, 3.0)
    ideal = KinematicWorld(home, imperfection=IDEAL)
    push(ideal, 100, 100, 3.0)
    assert drifting.encoders == ideal.encoders
    assert 1e-4 < drifting.pose.distance(ideal.pose) < 0.05


def test_the_body_stops_at_a_wall_while_the_wheels_slip(home: Home) -> None:
    world = KinematicWorld(home, imperfection=IDEAL)  # faces the south wall of the hallway at y = 3.2
    push(world, 160, 160, 10.0)
    assert world.pose.y == pytest.approx(3.2 + RADIUS, abs=1e-6)
    assert world.bumper == LEFT | RIGHT
    assert world.encoders[0] / TICKS_PER_METRE > 2.0
    assert abs(world.body.v) < 1e-6
    push(world, -100, -100, 0.5)
    assert world.bumper == 0


@pytest.mark.parametrize(("yaw", "bits"), [(-60.0, RIGHT), (-120.0, LEFT), (90.0, 0)])
def test_the_bumper_closes_on_the_side_that_touches(home: Home, yaw: float, bits: int) -> None:
    world = KinematicWorld(home, Pose(3.5, 3.2 + RADIUS, math.radians(yaw)), imperfection=IDEAL)
    push(world, 1, 1, 0.01)
    assert world.body.contacts
    assert world.bumper == bits


@settings(max_examples=60, deadline=None)
@given(
    x=st.floats(0.3, 9.7), y=st.floats(0.3, 7.8), yaw=st.floats(-3.1, 3.1), duties=st.lists(
        st.tuples(st.integers(-255, 255), st.integers(-255, 255)), min_size=1, max_size=6
    )
)  # fmt: skip
def test_the_disc_never_cuts_into_a_wall(
    home: Home, x: float, y: float, yaw: float, duties: list[tuple[int, int]]
) -> None:
    distance = signed_distance(home.grid.occupied, home.grid.resolution)
    row, column = home.grid.to_cell(x, y)
    if distance[row, column] < RADIUS + 0.05:
        return
    world = KinematicWorld(home, Pose(x, y, yaw))
    for left, right in duties:
        push(world, left, right, 0.7)
        for x0, y0, x1, y1 in world.walls.near(world.body.x, world.body.y):
            dx = max(x0 - world.body.x, 0.0, world.body.x - x1)
            dy = max(y0 - world.body.y, 0.0, world.body.y - y1)
            assert math.hypot(dx, dy) >= RADIUS - 1e-6


def test_a_person_on_the_floor_stops_the_robot_and_one_on_the_sofa_does_not(world: KinematicWorld) -> None:
    start = world.pose
    world.move_person("guest", start.x, start.y - 0.7)
    push(world, 100, 100, 5.0)
    assert start.y - world.pose.y == pytest.approx(0.7 - RADIUS - PERSON_RADIUS, abs=1e-6)
    assert [c.what for c in world.body.contacts] == ["guest"]
    world.move_person("guest", 9.55, 7.65)
    assert not world.people["guest"].standing
    push(world, 100, 100, 2.0)
    assert world.pose.y < start.y - 0.5


def test_a_person_who_walks_up_to_the_robot_closes_its_bumper(world: KinematicWorld) -> None:
    world.move_person("dog", world.pose.x, world.pose.y - RADIUS - PERSON_RADIUS)
    push(world, 0, 0, 0.01)
    assert world.bumper == LEFT | RIGHT


@given(x=st.floats(-0.5, 0.5), y=st.floats(-0.5, 0.5), yaw=st.floats(-3.0, 3.0))
def test_resolving_leaves_no_overlap(x: float, y: float, yaw: float) -> None:
    body = Somebody("guest", 0.0, 0.0, "", animal=False, standing=True)
    x1, _, _ = resolve(x, y, yaw, [(0.4, -1.0, 0.6, 1.0)], [])
    assert x1 <= 0.4 - RADIUS + 1e-9 or x1 >= 0.6 + RADIUS - 1e-9
    x2, y2, met = resolve(x, y, yaw, [], [body])
    gap = math.hypot(x2, y2) - RADIUS - PERSON_RADIUS
    assert gap >= -1e-9
    assert bool(met) == (gap <= TOUCH)


def test_beams_measure_what_sphere_tracing_measures(home: Home) -> None:
    world = KinematicWorld(home, imperfection=IDEAL)
    for name in list(world.people):
        world.move_person(name, -50.0, -50.0)
    distance = signed_distance(home.grid.occupied, home.grid.resolution)
    for place in home.places.values():
        world.move_robot(place.approach)
        pose = world.pose
        expected = cast(distance, home.grid.resolution, home.grid.origin, pose.x, pose.y, pose.yaw)
        measured = np.array([math.inf if r == NO_ECHO else r / 1000 for r in world.scan()])
        both = np.isfinite(expected) & np.isfinite(measured)
        close = np.abs(measured[both] - expected[both]) < 0.03
        assert close.mean() > 0.9, place.name  # grazing beams differ: one method is exact, the other steps
        assert both.sum() >= 60


def test_beams_see_people_on_the_floor_only(world: KinematicWorld) -> None:
    before = world.scan()[0]
    world.move_person("cat", world.pose.x, world.pose.y - 0.6)
    assert world.scan()[0] == pytest.approx((0.6 - PERSON_RADIUS) * 1000, abs=1)
    world.move_person("cat", 9.6, 0.4)
    assert world.scan()[0] == before


def test_range_noise_is_a_centimetre(home: Home) -> None:
    world = KinematicWorld(home, seed=3)
    readings = np.array([world.scan()[0] for _ in range(200)])
    assert 7.0 < readings.std() < 13.0


def test_the_stairs_are_seen_and_fallen_into(home: Home) -> None:
    world = KinematicWorld(home, Pose(7.8, 3.9, 0.0), imperfection=IDEAL)
    assert world.cliff == 0
    while world.cliff == 0 and world.time < 5.0:
        push(world, 100, 100, 0.01)
    assert world.cliff == LEFT | RIGHT
    assert not world.body.fallen
    assert world.pose.x + RADIUS < 8.4
    push(world, 100, 100, 2.0)
    assert world.body.fallen
    assert world.pose.x < 8.32


@pytest.mark.parametrize(("side", "bits"), [(1, LEFT), (-1, RIGHT)])
def test_one_cliff_sensor_sees_an_edge_on_its_side(home: Home, side: int, bits: int) -> None:
    world = KinematicWorld(home, Pose(8.2, 3.9, -side * math.radians(75)), imperfection=IDEAL)
    assert world.cliff == bits


def test_the_battery_lasts_about_two_hours_and_fills_in_three() -> None:
    assert battery.after(1.0, 1.9 * 3600, driving=True, tool=True) > 0.0
    assert battery.after(1.0, 2.1 * 3600, driving=True, tool=True) == 0.0
    assert battery.after(0.0, 3 * 3600, charging=True) == 1.0
    assert battery.millivolts(0.0) < battery.millivolts(0.5) < battery.millivolts(1.0)


def test_only_the_dock_charges(world: KinematicWorld) -> None:
    world.body.battery = 0.5
    assert world.charging
    world.rest(3600)
    assert world.body.battery == pytest.approx(0.5 + 1 / 3)
    push(world, 100, 100, 2.0)
    assert not world.charging


def test_nothing_may_be_skipped_while_a_wheel_turns(world: KinematicWorld) -> None:
    push(world, 100, 100, 0.1)
    with pytest.raises(ValueError, match="skipped"):
        world.rest(1.0)


def test_the_tool_sweeps_its_disc_and_only_while_it_turns(world: KinematicWorld) -> None:
    push(world, 100, 100, 1.0)
    assert not world.sweep.mask.any()
    push(world, 0, 0, 0.01, tool=200)
    area = world.sweep.mask.sum() * world.home.grid.resolution**2
    assert area == pytest.approx(math.pi * RADIUS**2, rel=0.25)  # 32 to 40 cells
    before = world.pose
    push(world, 100, 100, 2.0, tool=200)
    swept = world.sweep.mask.sum() * world.home.grid.resolution**2
    assert swept - area == pytest.approx(2 * RADIUS * before.distance(world.pose), rel=0.15)


def test_a_restored_world_goes_on_exactly_as_the_first_time(home: Home) -> None:
    world = KinematicWorld(home, seed=2)
    push(world, 90, 80, 1.0, tool=100)
    copy = world.snapshot()

    def go_on() -> tuple[object, ...]:
        push(world, 120, 100, 2.0, tool=100)
        world.grip(True, (0.3, 0.0, 0.4))
        return world.pose, world.encoders, world.scan(), world.sweep.mask.tobytes(), world.things.where()

    first = go_on()
    world.move_person("guest", 4.3, 3.5)
    world.place_thing("vase", "sofa")
    world.place_note("fridge", "buy milk")
    world.restore(copy)
    assert go_on() == first
    assert not world.notes
    with pytest.raises(TypeError):
        world.restore("yesterday")


def test_the_same_seed_gives_the_same_run_and_another_one_does_not(home: Home) -> None:
    def run(seed: int) -> tuple[object, ...]:
        world = KinematicWorld(home, seed=seed)
        push(world, 100, 90, 2.0)
        return world.pose, world.scan()

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_an_ideal_world_has_no_noise() -> None:
    assert Imperfection(0.0, 0.0, 0.0, 0.0) == IDEAL
