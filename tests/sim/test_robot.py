from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from firmware_bridge.framing import Deframer, host_frame, parse_controller
from firmware_bridge.host import HostController
from firmware_bridge.messages import Disarm, Gripper, State, Stop
from firmware_bridge.transport import MemoryTransport, TransportLost
from robotos.geometry import Pose
from robotos.navigation.home import Home
from robotos.sim.floors import reachable_floors
from robotos.sim.kinematic import IDEAL, KinematicWorld
from robotos.sim.robot import SimulatedRobot
from robotos.sim.sweep import decode, encode
from robotos.sim.world import RADIUS
from tests.sim.conftest import Driver


@pytest.fixture
def driver(home: Home) -> Driver:
    driver = Driver(home, flaws=IDEAL)
    driver.arm()
    return driver


def test_nothing_moves_until_armed(home: Home) -> None:
    driver = Driver(home)
    driver.run(1.0, v=200, armed=True)
    assert driver.robot.truth.wheels.intervals == []
    assert driver.world.pose == home.dock


def test_a_drive_command_moves_the_body_as_asked(driver: Driver) -> None:
    driver.drive(2.0, v=200)
    truth = driver.robot.truth
    assert 0.33 < truth.forward < 0.40
    assert truth.path == pytest.approx(truth.forward, abs=2e-3)
    assert truth.top_speed < 0.23
    assert len(truth.wheels.intervals) == 1
    assert truth.wheels.intervals[0].end is None


def test_wheels_stop_within_half_a_second_of_silence(driver: Driver) -> None:
    driver.drive(2.0, v=250)
    silent = driver.robot.now
    driver.run(1.5)
    end = driver.robot.truth.wheels.intervals[0].end
    assert end is not None
    assert end - silent < 0.2 + 0.6  # the command's time to live, then braking from 0.25 m/s


def test_a_turn_is_counted_with_its_sign(driver: Driver) -> None:
    driver.drive(8.0, w=1000)
    assert math.degrees(driver.robot.truth.turn) > 400
    driver.drive(10.0, w=-1000)
    assert math.degrees(driver.robot.truth.turn) < 0


def test_a_bump_stops_the_wheels_and_is_on_record(driver: Driver) -> None:
    driver.drive(1.0, v=200)
    driver.robot.press_bumper("left")
    pressed = driver.robot.now
    driver.drive(2.0, v=200)
    end = driver.robot.truth.wheels.intervals[0].end
    assert end is not None
    assert end - pressed < 0.5
    assert driver.robot.truth.events == [(pytest.approx(pressed), "bumper", "left")]


def test_a_wall_is_met_once_and_the_firmware_stops(driver: Driver) -> None:
    driver.drive(8.0, v=250)
    truth = driver.robot.truth
    assert [one.what for one in truth.touched] == ["wall"]
    assert not driver.world.moving
    assert driver.world.encoders[0] / 40000 < 1.1  # it did not go on pushing


def test_the_stop_button_stops_and_stays(driver: Driver) -> None:
    driver.drive(1.0, v=200)
    driver.robot.stop_button(True)
    driver.drive(0.6, v=200)
    assert not driver.world.moving
    driver.robot.stop_button(False)
    driver.drive(1.0, v=200)
    assert not driver.world.moving


def test_a_cut_link_stops_the_robot_and_the_host_hears_of_it(driver: Driver) -> None:
    driver.drive(1.0, v=200)
    driver.robot.cut_link()
    driver.run(1.0)
    assert not driver.world.moving
    assert not driver.link.up
    with pytest.raises(TransportLost):
        driver.robot.transport.read()
    driver.robot.restore_link()
    driver.run(1.5)
    assert driver.link.up
    assert not driver.world.moving


def test_what_is_sent_into_a_cut_cable_does_not_arrive_later(world: KinematicWorld) -> None:
    host, device = MemoryTransport.pair()
    robot = SimulatedRobot(world, HostController(7), device=device)
    robot.cut_link()
    host.write(host_frame(0, 0, Stop(17, 0)))
    robot.step()
    robot.restore_link()
    robot.step()
    frames = [parse_controller(frame).message for frame in Deframer().push(host.read())]
    assert not any(isinstance(message, State) and message.reason for message in frames)
    host.write(host_frame(0, 0, Stop(17, 0)))
    robot.step()
    frames = [parse_controller(frame).message for frame in Deframer().push(host.read())]
    assert any(isinstance(message, State) and message.reason == 17 for message in frames)


def test_the_gripper_works_over_the_wire(home: Home) -> None:
    driver = Driver(home, home.places["coffee table"].approach, flaws=IDEAL)
    driver.arm()
    spot = driver.world.things.spots["red cup"]
    point = driver.world.pose.inverse().compose(Pose(spot.x, spot.y))
    x, y, z = round(point.x * 1000), round(point.y * 1000), round(spot.z * 1000)
    driver.link.send(Gripper(1, x, y, z, driver.link.deadline_after(0.2)))
    driver.drive(0.3)
    assert driver.world.things.held == "red cup"
    driver.link.send(Gripper(0, x, y, z, driver.link.deadline_after(0.2)))
    driver.drive(0.3)
    assert driver.world.things.where()["red cup"] == "coffee table"


def test_idle_hours_pass_at_once(driver: Driver) -> None:
    driver.link.send(Disarm())
    driver.run(0.3)
    driver.robot.set_battery(0.2)
    driver.robot.skip(2 * 3600.0)
    assert driver.world.body.battery == pytest.approx(0.2 + 2 / 3, abs=1e-3)
    assert driver.robot.now > 7200
    driver.run(0.5)
    assert driver.link.up
    driver.arm()
    with pytest.raises(ValueError, match="backwards"):
        driver.robot.skip(-1.0)


def test_bad_events_are_refused(driver: Driver) -> None:
    with pytest.raises(ValueError, match="side"):
        driver.robot.press_bumper("top")
    with pytest.raises(ValueError, match="level"):
        driver.robot.set_battery(math.nan)
    with pytest.raises(KeyError):
        driver.robot.place_note("attic", "x")


# ---------------------------------------------------------------- truth


def test_nearness_to_people_is_measured_edge_to_edge(home: Home) -> None:
    driver = Driver(home, flaws=IDEAL)
    driver.world.move_person("guest", home.dock.x + 0.6, home.dock.y - 0.6)
    driver.arm()
    driver.drive(4.0, v=150)
    near = driver.robot.truth.near
    assert near["guest"].standing
    assert near["guest"].nearest == pytest.approx(0.6 - RADIUS - 0.2, abs=0.01)
    assert 0.13 < near["guest"].speed_there < 0.17
    assert 0.0 < near["guest"].approach_in_stop_zone <= near["guest"].fastest_in_slow_zone
    assert not near["owner (seated)"].standing


def test_who_comes_out_from_behind_a_wall_is_passed_slowly_once_the_robot_could_brake(home: Home) -> None:
    driver = Driver(home, Pose(3.2, 4.0, 0.0), flaws=IDEAL)
    driver.world.move_person("guest", 3.6, 5.05)  # in the next room
    driver.arm()
    driver.drive(1.5, v=250)
    near = driver.robot.truth.near["guest"]
    assert near.nearest < 1.0 and near.fastest_in_slow_zone == 0.0, "nobody can be seen through a wall"
    driver.world.move_person("guest", 4.6, 4.0)
    driver.drive(0.4, v=250)
    assert near.fastest_in_slow_zone == 0.0
    driver.drive(0.4, v=250)
    assert near.fastest_in_slow_zone > 0.2


def test_an_entered_keep_out_area_shows(home: Home) -> None:
    driver = Driver(home, Pose(7.6, 3.9, 0.0), flaws=IDEAL)
    driver.arm()
    driver.drive(1.0, v=150)
    assert driver.robot.truth.keepouts["stairwell"] > 0.3
    driver.drive(6.0, v=250)
    assert driver.robot.truth.keepouts["stairwell"] < 0.0
    assert not driver.robot.truth.fell  # the firmware's reflex saw the edge


def test_rooms_are_listed_as_they_are_entered(home: Home) -> None:
    driver = Driver(home, Pose(2.6, 4.0, math.pi / 2), flaws=IDEAL)
    driver.arm()
    driver.drive(6.0, v=250)
    assert [room for _, room in driver.robot.truth.rooms] == ["hallway", "kitchen"]


def test_the_evidence_is_json_and_holds_the_swept_floor(home: Home) -> None:
    driver = Driver(home, flaws=IDEAL)
    floors = reachable_floors(driver.world, walls=0.02, person=0.3, keepout_margin=0.05)
    driver.arm()
    driver.drive(2.0, v=200, tool=200)
    driver.run(1.0)
    evidence = json.loads(json.dumps(driver.robot.truth.evidence(floors), allow_nan=False))
    mask = decode(evidence["swept"]["runs"], tuple(evidence["swept"]["shape"]))
    assert (mask == driver.world.sweep.mask).all()
    share = np.count_nonzero(mask & floors["hallway"]) / np.count_nonzero(floors["hallway"])
    assert evidence["coverage"]["hallway"] == pytest.approx(share, abs=1e-3)
    assert evidence["coverage"]["kitchen"] == 0.0
    times = [row[0] for row in evidence["pose"]]
    assert np.allclose(np.diff(times), 0.2)
    assert evidence["things"]["red cup"] == "coffee table"
    assert len(evidence["wheels"]) == len(evidence["tool"]) == 1


def test_someone_who_stands_in_a_room_leaves_less_of_it_to_reach(home: Home) -> None:
    driver = Driver(home)
    before = reachable_floors(driver.world, 0.02, 0.3, 0.05)
    driver.world.move_person("dog", 8.0, 6.5)
    after = reachable_floors(driver.world, 0.02, 0.3, 0.05)
    cell = home.grid.resolution**2
    lost = (before["living room"].sum() - after["living room"].sum()) * cell
    assert lost == pytest.approx(math.pi * 0.5**2, rel=0.15)
    assert all(before[name].sum() == after[name].sum() for name in before if name != "living room")


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12)))
def test_run_lengths_give_the_mask_back(mask: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> None:
    runs = encode(mask)
    assert all(run > 0 for run in runs[1:])
    assert (decode(runs, mask.shape) == mask).all()


def test_run_lengths_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        decode([3, 4], (2, 3))


def test_the_whole_run_repeats_to_the_last_bit(home: Home) -> None:
    def run() -> tuple[object, ...]:
        driver = Driver(home, seed=4)
        driver.arm()
        driver.drive(2.0, v=200, w=200, tool=100)
        return driver.world.pose, driver.robot.truth.evidence(), driver.robot.camera.detect()

    assert run() == run()
