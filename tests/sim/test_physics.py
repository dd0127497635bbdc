"""The physical world: contact, slip and pushing, its sensors, and copies of its state."""

from __future__ import annotations

import math
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from robotos.geometry import Pose
from robotos.navigation.home import Home
from robotos.sim.flaws import IDEAL, Imperfection
from robotos.sim.kinematic import KinematicWorld
from robotos.sim.physics import picture
from robotos.sim.physics.boxes import boxes, rectangles
from robotos.sim.physics.library import PhysicsMissingError, mujoco
from robotos.sim.physics.world import MujocoWorld
from robotos.sim.things import FLOOR, ROBOT
from robotos.sim.world import FULL_SPEED, LEFT, NO_ECHO, RADIUS, RIGHT, TICKS_PER_METRE, WHEEL_BASE
from robotos.sim.worlds import make_world
from tests.cottage import build

MISSING = "the physical world needs MuJoCo: pip install 'robotos[mujoco]'"
pytestmark = pytest.mark.skipif(find_spec("mujoco") is None, reason=MISSING)


@pytest.fixture(scope="module")
def cottage(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return build(tmp_path_factory.mktemp("cottage"))


@pytest.fixture
def world(cottage: Home) -> MujocoWorld:
    return MujocoWorld(cottage, Pose(1.4, 1.0, 0.0), imperfection=IDEAL)


def push(world: MujocoWorld | KinematicWorld, left: int, right: int, seconds: float, tool: int = 0) -> None:
    for _ in range(round(seconds / 0.01)):
        world.step(left, right, tool, 0.01)


def test_boxes_fill_what_is_occupied_and_nothing_else(cottage: Home, home: Home) -> None:
    for somewhere in (cottage, home):
        grid = somewhere.grid
        filled = np.zeros(grid.shape, dtype=int)
        for box in boxes(somewhere):
            left, bottom = (box.x0 - grid.origin.x) / grid.resolution, (box.y0 - grid.origin.y) / grid.resolution
            right, top = (box.x1 - grid.origin.x) / grid.resolution, (box.y1 - grid.origin.y) / grid.resolution
            filled[round(bottom) : round(top), round(left) : round(right)] += 1
        assert np.array_equal(filled, grid.occupied.astype(int))


def test_furniture_is_as_high_as_what_lies_on_it_and_walls_are_higher(cottage: Home) -> None:
    found = {(box.furniture, box.height) for box in boxes(cottage)}
    assert {(True, 0.5), (True, 0.9), (False, 2.0)} <= found
    assert len(boxes(cottage)) < 40


def test_no_rectangle_in_an_empty_mask() -> None:
    assert list(rectangles(np.zeros((3, 4), dtype=bool))) == []
    assert list(rectangles(np.ones((3, 4), dtype=bool))) == [(0, 0, 3, 4)]


def test_a_drive_goes_as_far_as_in_the_kinematic_world(cottage: Home) -> None:
    start = Pose(0.75, 1.0, 0.0)
    ends = []
    for kind in (MujocoWorld, KinematicWorld):
        world = kind(cottage, start, imperfection=IDEAL)
        push(world, 128, 128, 4.0)
        push(world, 0, 0, 1.0)
        assert not world.moving
        ends.append(world.pose)
        assert start.distance(world.pose) == pytest.approx(world.encoders[0] / TICKS_PER_METRE, rel=0.02)
    assert ends[0].distance(ends[1]) < 0.03
    assert abs(ends[0].yaw) < 0.02


def test_a_turn_on_the_spot_is_one(world: MujocoWorld) -> None:
    start = world.pose
    push(world, -80, 80, 2.0)
    left, right = world.encoders
    turned = (right - left) / TICKS_PER_METRE / WHEEL_BASE
    assert turned > 1.5
    assert math.remainder(world.pose.yaw - turned, 2 * math.pi) == pytest.approx(0.0, abs=0.05)
    assert world.pose.distance(start) < 0.01


def test_a_wheel_takes_its_time_to_turn(world: MujocoWorld) -> None:
    push(world, 255, 255, 0.06)
    assert 0.4 * FULL_SPEED < world.body.speed_left < 0.8 * FULL_SPEED
    push(world, 255, 255, 0.6)
    assert world.body.speed_left == pytest.approx(FULL_SPEED, rel=0.05)


def test_wheels_of_unequal_size_drive_a_curve_that_the_encoders_do_not_show(cottage: Home) -> None:
    world = MujocoWorld(cottage, Pose(0.75, 1.0, 0.0), seed=5, imperfection=Imperfection(0.03, 0.0, 0.0, 0.0))
    push(world, 128, 128, 4.0)
    left, right = world.encoders
    assert abs(left - right) < 0.01 * left
    assert abs(world.pose.yaw) > 0.02


def test_at_a_wall_it_stops_the_bumper_closes_and_the_wheels_slip_or_stall(cottage: Home) -> None:
    world = MujocoWorld(cottage, Pose(1.4, 1.9, 0.0), imperfection=IDEAL)  # the wall begins at x = 2.1
    push(world, 200, 200, 4.0)
    assert world.pose.x == pytest.approx(2.1 - RADIUS, abs=0.01)
    assert world.bumper == LEFT | RIGHT
    assert abs(world.body.v) < 0.01
    push(world, -120, -120, 1.0)
    assert world.bumper == 0 and world.pose.x < 1.8


@pytest.mark.parametrize(("yaw", "bits"), [(35.0, RIGHT), (-35.0, LEFT)])
def test_the_bumper_closes_on_the_side_that_touches(cottage: Home, yaw: float, bits: int) -> None:
    world = MujocoWorld(cottage, Pose(1.7, 1.85, math.radians(yaw)), imperfection=IDEAL)
    seen = 0
    for _ in range(200):
        push(world, 120, 120, 0.01)
        seen = seen or world.bumper
    assert seen == bits


def test_people_stand_fast_and_whoever_walks_up_pushes(world: MujocoWorld) -> None:
    world.move_person("guest", 1.4 + 0.7, 1.0)  # in the doorway, a new face
    push(world, 128, 128, 3.0)
    assert [contact.what for contact in world.body.contacts] == ["guest"]
    assert world.pose.x == pytest.approx(2.1 - RADIUS - 0.2, abs=0.01)
    world.move_person("guest", 1.4 + 0.6, 1.0)
    closed = 0
    for _ in range(10):
        push(world, 0, 0, 0.01)
        closed |= world.bumper
    assert closed == LEFT | RIGHT
    world.people.pop("guest")
    before = world.pose.x
    push(world, 128, 128, 3.0)
    assert world.pose.x > before + 0.3


@pytest.mark.parametrize("duty", [100, 200])
def test_what_lies_on_the_floor_is_pushed_and_does_not_close_the_bumper(world: MujocoWorld, duty: int) -> None:
    world.hold_thing("keys")
    push(world, 0, 0, 0.2)
    assert world.drop_thing() == "keys" and not world.holding
    push(world, 0, 0, 1.0)
    spot = world.things.spots["keys"]
    assert spot.at == FLOOR and 1.55 < spot.x < 1.75
    closed = 0
    for _ in range(25000 // duty):
        push(world, duty, duty, 0.01)
        closed |= world.bumper
    assert world.things.spots["keys"].x > spot.x + 0.2, "it is where it was pushed to"
    assert closed == 0


def test_what_is_taken_comes_along_and_lies_where_it_is_put(cottage: Home) -> None:
    world = MujocoWorld(cottage, cottage.places["counter"].approach, imperfection=IDEAL)
    spot, pose = world.things.spots["red cup"], world.pose
    point = pose.inverse().compose(Pose(spot.x, spot.y))
    world.grip(True, (point.x, point.y, spot.z))
    assert world.things.held == "red cup" and world.things.spots["red cup"].at == ROBOT
    push(world, -120, -120, 2.0)
    x, y, z = world._stage.thing("red cup")
    assert math.hypot(x - world.pose.x, y - world.pose.y) < 0.3 and z > 0.15, "welded to the robot"
    push(world, 128, 128, 2.0)
    point = world.pose.inverse().compose(Pose(spot.x, spot.y))
    world.grip(False, (point.x, point.y, 0.9))
    assert world.things.where()["red cup"] == "counter"
    push(world, 0, 0, 1.0)
    assert world._stage.thing("red cup")[2] == pytest.approx(0.9, abs=0.01), "it rests on the counter"


def test_things_at_rest_cost_nothing(home: Home) -> None:
    world = MujocoWorld(home, imperfection=IDEAL)
    push(world, 60, 60, 4.0)
    assert int(world._stage.data.ntree_awake) <= 2


def test_beams_measure_what_the_kinematic_world_measures(home: Home) -> None:
    physical, plain = MujocoWorld(home, imperfection=IDEAL), KinematicWorld(home, imperfection=IDEAL)
    near, every = 0, 0
    for place in list(home.places.values())[::3]:
        for world in (physical, plain):
            world.move_robot(place.approach)
        one, other = np.array(physical.scan()), np.array(plain.scan())
        near += int((np.abs(one - other) <= 3).sum())
        every += one.size
        assert ((one == NO_ECHO) == (other == NO_ECHO)).mean() > 0.97
    assert near / every > 0.97  # beams along a face may hit it in one world and pass it in the other


def test_beams_see_who_stands_and_not_who_sits(world: MujocoWorld) -> None:
    world.move_person("cat", 1.9, 1.0, animal=True)
    assert world.scan()[0] == pytest.approx((0.5 - 0.2) * 1000, abs=2)
    before = KinematicWorld(world.home, world.pose, imperfection=IDEAL).scan()
    world.move_person("cat", 2.8, 2.1)  # on the counter
    assert np.mean(np.abs(np.array(world.scan()) - np.array(before)) <= 3) > 0.95


def test_the_stairs_are_seen_and_fallen_into(home: Home) -> None:
    world = MujocoWorld(home, Pose(7.8, 3.9, 0.0), imperfection=IDEAL)
    while world.cliff == 0 and world.time < 5.0:
        push(world, 100, 100, 0.01)
    assert world.cliff == LEFT | RIGHT and not world.body.fallen
    push(world, 100, 100, 3.0)
    assert world.body.fallen and world.pose.x < 8.5


def test_a_restored_world_goes_on_exactly_as_the_first_time(world: MujocoWorld) -> None:
    push(world, 90, 80, 0.5, tool=100)
    world.hold_thing("keys")
    push(world, 90, 80, 0.2)
    copy = world.snapshot()

    def go_on() -> tuple[object, ...]:
        push(world, 60, 100, 0.5, tool=100)
        world.drop_thing()
        push(world, 100, 60, 0.8)
        return world.pose, world.encoders, world.scan(), world.sweep.mask.tobytes(), dict(world.things.spots)

    first = go_on()
    world.move_person("stranger", 1.0, 1.5)
    world.place_thing("parcel", "table")
    push(world, 0, 0, 0.1)
    world.restore(copy)
    assert world.things.held == "keys"
    assert go_on() == first
    with pytest.raises(TypeError):
        world.restore("yesterday")


def test_the_same_seed_gives_the_same_run(cottage: Home) -> None:
    def run(seed: int) -> tuple[object, ...]:
        world = MujocoWorld(cottage, Pose(1.4, 1.0, 0.0), seed)
        push(world, 100, 90, 1.0)
        return world.pose, world.scan()

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_idle_time_is_skipped_and_not_while_a_wheel_turns(world: MujocoWorld) -> None:
    push(world, 100, 100, 0.2)
    with pytest.raises(ValueError, match="skipped"):
        world.rest(1.0)
    push(world, 0, 0, 1.0)
    at, before = world.pose, world.time
    world.rest(3600.0)
    assert world.time == before + 3600.0 and world.pose == at
    push(world, 100, 100, 0.5)
    assert world.pose.distance(at) > 0.05


def test_a_missing_library_is_named_with_its_cure(
    cottage: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mujoco", None)
    with pytest.raises(PhysicsMissingError, match=r"pip install 'robotos\[mujoco\]'"):
        mujoco()
    with pytest.raises(PhysicsMissingError):
        make_world("mujoco", cottage)
    with pytest.raises(ValueError, match="kinematic, mujoco"):
        make_world("flat", cottage)


def test_pictures_are_drawn_where_there_is_opengl_and_refused_with_a_cure_elsewhere(
    world: MujocoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        plain = picture.photograph(world, size=(64, 48))
    except picture.PictureError as error:
        pytest.skip(str(error))
    assert plain.shape == (48, 64, 3) and len(np.unique(plain)) > 4
    world.move_person("guest", 2.6, 1.0)
    assert np.abs(picture.photograph(world, size=(64, 48)).astype(int) - plain).mean() > 1.0, "somebody is in view"
    picture.save(world, tmp_path / "above.png", picture.ABOVE, (64, 48))
    assert (tmp_path / "above.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="eye, above"):
        picture.photograph(world, "behind")

    def broken(*_: object) -> None:
        raise RuntimeError("no display")

    monkeypatch.setattr(mujoco(), "Renderer", broken)
    with pytest.raises(picture.PictureError, match=r"no display.*apt-get install libosmesa6"):
        picture.photograph(world)
