"""The same robot in the same world, driven by the core on this machine and by the boards' binaries: one outcome."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from firmware_bridge.controller import Controller
from firmware_bridge.emulator import EmulatorMissingError, power_up
from firmware_bridge.host import HostController
from firmware_bridge.messages import Disarm, Reason, Scan
from robotos.navigation.home import Home
from robotos.sim.kinematic import IDEAL
from tests.sim.conftest import Driver

MakeController = Callable[[], Controller]


def emulated(board: str) -> Controller:
    try:
        return power_up(board)
    except EmulatorMissingError as error:
        pytest.skip(str(error))


@pytest.fixture(params=["mega2560", "uno"])
def board(request: pytest.FixtureRequest) -> Controller:
    return emulated(request.param)


def driver(home: Home, controller: Controller) -> Driver:
    made = Driver(home, flaws=IDEAL, controller=controller)
    made.arm()
    return made


def test_the_same_orders_end_within_millimetres(home: Home, board: Controller) -> None:
    poses = []
    for controller in (HostController(7), board):
        drive = driver(home, controller)
        drive.drive(2.0, 250)
        drive.drive(2.0, 200, 600)
        drive.drive(1.5, 0, -900)
        drive.drive(1.5, -150, tool=200)
        drive.drive(1.0)
        assert not drive.world.moving
        poses.append(drive.world.pose)
    host, real = poses
    assert math.hypot(host.x - real.x, host.y - real.y) <= 0.005
    assert abs(host.yaw - real.yaw) <= 0.01


def test_without_new_orders_it_stops_as_soon_and_as_short(home: Home, board: Controller) -> None:
    ways, times = [], []
    for controller in (HostController(7), board):
        drive = driver(home, controller)
        drive.drive(1.0, 250)
        start, began = drive.world.pose, drive.robot.now
        while drive.world.moving and drive.robot.now < began + 2.0:
            drive.robot.step()
        ways.append(start.distance(drive.world.pose))
        times.append(drive.robot.now - began)
    assert ways[1] == pytest.approx(ways[0], abs=0.005)
    assert times[1] == pytest.approx(times[0], abs=0.03)


def test_a_bumper_latches_and_no_order_moves_it_again(home: Home, board: Controller) -> None:
    drive = driver(home, board)
    drive.drive(0.5, 200)
    drive.robot.press_bumper("left")
    drive.drive(1.0, 200)
    assert drive.link.state is not None
    assert drive.link.state.reason == Reason.BUMPER
    assert not drive.world.moving


def test_what_the_lidar_sees_reaches_the_host(home: Home) -> None:
    drive = Driver(home, flaws=IDEAL, controller=emulated("mega2560"))
    scans: list[tuple[int, ...]] = []
    for _ in range(40):
        drive.robot.step()
        scans += [message.ranges_mm for message in drive.link.poll() if isinstance(message, Scan)]
    assert len(scans) >= 3
    assert set(scans) == {drive.world.scan()}


def test_idle_time_can_be_skipped_and_the_link_stays_up(home: Home, board: Controller) -> None:
    drive = driver(home, board)
    drive.link.send(Disarm())
    drive.run(0.2)
    drive.robot.skip(7200.0)
    drive.run(0.5)
    assert drive.link.up
    drive.arm()
    start = drive.world.pose
    drive.drive(1.0, 200)
    assert start.distance(drive.world.pose) > 0.1


def test_the_board_may_be_reset_at_any_time(home: Home, board: Controller) -> None:
    drive = driver(home, board)
    drive.drive(0.5, 200)
    drive.robot.reset_controller(0)
    drive.robot.step()
    assert not drive.robot.outputs.enabled
    drive.drive(1.0, 200)  # the old session's orders
    assert not drive.world.moving
    assert drive.link.up
