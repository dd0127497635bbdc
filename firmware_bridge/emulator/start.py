"""From the name of a board to a running one: build its firmware, power it up."""

from __future__ import annotations

import shutil

from firmware_bridge.build import board, build
from firmware_bridge.emulator.controller import EmulatedController
from firmware_bridge.emulator.library import PACKAGES, EmulatorMissingError


def power_up(name: str, eeprom: bytes | None = None, noise: int = 0) -> EmulatedController:
    """The named board with its current firmware; `eeprom` and `noise` as in `EmulatedController`.

    Raises:
        BoardError: there is no such board.
        BuildError: its firmware does not build.
        EmulatorMissingError: its compiler or emulator is not installed, or it has none.
    """
    target = board(name)
    if target.emulator != "simavr":
        raise EmulatorMissingError(f"board {name} does not run in simavr: take mega2560 or uno")
    if shutil.which(f"{target.toolchain.prefix}gcc") is None:
        raise EmulatorMissingError(f"the emulated board needs {target.toolchain.prefix}gcc: {PACKAGES}")
    return EmulatedController(build(name), target, eeprom, noise)
