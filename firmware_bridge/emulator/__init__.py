"""The motor controller's real binary, run by simavr in lockstep with a world. Needs libsimavr-dev and gcc-avr."""

from firmware_bridge.emulator.controller import EmulatedController, EmulatorCrashedError
from firmware_bridge.emulator.library import EmulatorMissingError
from firmware_bridge.emulator.readings import Edge, Fault, Line, LineState, LoopTiming, Stack
from firmware_bridge.emulator.start import power_up

__all__ = [
    "Edge",
    "EmulatedController",
    "EmulatorCrashedError",
    "EmulatorMissingError",
    "Fault",
    "Line",
    "LineState",
    "LoopTiming",
    "Stack",
    "power_up",
]
