"""The real binary in the emulator, in the shape that the suite drives; where it can't be, a skip says why."""

from __future__ import annotations

import pytest

from firmware_bridge.emulator import (
    EmulatedController,
    EmulatorMissingError,
    Fault,
    Line,
    LineState,
    LoopTiming,
    power_up,
)
from firmware_bridge.host import Inputs, Outputs
from tests.hil.boards import Edge

CLOCK = "millis"  # the firmware's own
CYCLES_PER_US = 16
FINE_US = 10  # a step short enough to see the clock turn


class EmulatedBoard:
    """One emulated board from power-up on."""

    def __init__(self, name: str, controller: EmulatedController) -> None:
        self.name = name
        self.controller = controller
        self.zero_us: float | None = None
        self._before: bytes = b""

    @property
    def outputs(self) -> Outputs:
        return self.controller.outputs

    def tick(self, now_us: int, inputs: Inputs) -> Outputs:
        fine = self.zero_us is None and now_us - self.controller.now_us <= FINE_US
        before = self.controller.peek_int(CLOCK) if fine else 0
        outputs = self.controller.tick(now_us, inputs)
        if fine and self.controller.peek_int(CLOCK) != before:
            self.zero_us = now_us - FINE_US / 2 - (before + 1) * 1000
        return outputs

    def receive(self, data: bytes) -> None:
        self.controller.receive(data)

    def transmit(self) -> bytes:
        return self.controller.transmit()

    def take_edges(self) -> list[Edge]:
        return [Edge(edge.us, edge.name, edge.value) for edge in self.controller.take_edges()]

    def reset(self) -> None:
        self.zero_us = None
        self.controller.reset(hold_us=500)

    def power_cycle(self) -> None:
        self.zero_us = None
        self.controller.power_cycle()

    def hang(self, interrupts: bool) -> None:
        """The main loop stops for ever at the next period; with or without interrupts still being served."""
        self._before = self.controller.hang(Fault.LOOP if interrupts else Fault.DEAF)

    def mend(self) -> None:
        """Undo `hang`; only a reset ends what hangs already."""
        self.controller.mend(self._before)

    @property
    def bites(self) -> int:
        """How often the watchdog has reset the chip."""
        return self.controller.watchdog_resets

    def lidar(self, data: bytes) -> None:
        """Bytes on the lidar's line in place of a lidar's; none: a dead line."""
        self.controller.lidar_put(data)

    def take_arm(self) -> bytes:
        """What the arm's controller has heard."""
        return self.controller.arm_take()

    def servo_pulse(self) -> tuple[float, float]:
        """Length and period in microseconds, (0, 0) without pulses; from the registers, by the parts' data sheets.

        ATmega2560, 17.11: timer 1, fast PWM to ICR1. ATmega328P, 18.11: timer 2, fast PWM to 255. Non-inverting, a
        prescaler of 8 or 1024.
        """
        read = self.controller.register
        if self.name == "mega2560":
            control, counts, top, prescaler = read(0x80), read(0x88, 2), read(0x86, 2), {2: 8}[read(0x81) & 7]
        else:
            control, counts, top, prescaler = read(0xB0), read(0xB3), 255, {7: 1024}[read(0xB1) & 7]
        if control >> 6 != 2:
            return 0.0, 0.0
        return (counts + 1) * prescaler / CYCLES_PER_US, (top + 1) * prescaler / CYCLES_PER_US

    def timing(self) -> LoopTiming:
        """Since `controller.watch_loop`."""
        return self.controller.loop_timing

    def lines(self) -> list[LineState]:
        """The board's serial lines."""
        return [self.controller.line(line) for line in Line]


def make(board: str) -> EmulatedBoard:
    """A powered board of this name."""
    try:
        return EmulatedBoard(board, power_up(board))
    except EmulatorMissingError as error:
        pytest.skip(str(error))
