"""The whole system on the board's real binary, on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware_bridge.emulator import EmulatorMissingError, power_up
from robotos.boot.simulated import simulate
from robotos.navigation.home import Home
from robotos.policy import load
from tests.boot.conftest import scripted


def test_an_order_drives_the_emulated_board_to_a_room_and_a_stop_in_between_stops_it(
    cottage: Home, tmp_path: Path
) -> None:
    try:
        board = power_up("mega2560")
    except EmulatorMissingError as error:
        pytest.skip(str(error))
    rig = simulate(cottage, load(), scripted, tmp_path, index=False, controller=board)
    room = next(name for name in cottage.rooms if name != cottage.room_at(cottage.dock.x, cottage.dock.y))
    world = rig.robot.world
    rig.ears.type(f"go to the {room}")
    assert rig.run_until(lambda: world.moving, 10.0)
    rig.gate.stop("owner")
    rig.run(1.0)
    assert not world.moving
    assert not rig.robot.outputs.enabled
    rig.ears.type(f"go to the {room}")  # an explicit order re-arms
    assert rig.run_until(lambda: cottage.room_at(world.pose.x, world.pose.y) == room, 60.0)
    assert rig.run_until(lambda: rig.kernel.waiting_only, 30.0)
    assert rig.gate.state().pose.distance(world.pose) < 0.05
    assert rig.robot.truth.touched == []
    assert board.watchdog_resets == 0
    rig.close()
