"""What the self-test runs on: the emulated binary with two motors on virtual time, or a board at a serial port."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any, Protocol

from firmware_bridge.emulator import EmulatedController, power_up
from firmware_bridge.host import Inputs
from firmware_bridge.messages import FULL_PWM_MM_S, UM_PER_TICK
from firmware_bridge.transport import SerialTransport

MOTOR_LAG = 0.06  # s, time constant of motor and gearbox
SLICE_US = 1000
OFF_NAMES = ("pwm_left", "pwm_right", "tool_pwm", "enabled")
BOOT_LOADER = 3.0  # s that a board's boot loader may take after the port was opened


class Rig(Protocol):
    """One controller. Times in seconds; `boot_limit` is how long it may take to answer the first time."""

    boot_limit: float
    moves: bool  # wheels may turn
    touchable: bool  # sensors can be pressed and pins seen

    def now(self) -> float:
        """Seconds since some zero."""

    def run(self, seconds: float) -> None:
        """Let time pass."""

    def write(self, data: bytes) -> None:
        """Bytes to the controller. Raises `TransportLost`."""

    def read(self) -> bytes:
        """Bytes from it. Raises `TransportLost`."""


@dataclass
class _Motor:
    """First order, exact for any step. mm/s and mm."""

    speed: float = 0.0
    way: float = 0.0

    def step(self, pwm: int, seconds: float) -> int:
        """Ticks of its encoder afterwards."""
        target = pwm / 255 * FULL_PWM_MM_S
        decay = math.exp(-seconds / MOTOR_LAG)
        self.way += target * seconds + (self.speed - target) * MOTOR_LAG * (1 - decay)
        self.speed = target + (self.speed - target) * decay
        return math.floor(self.way * 1000 / UM_PER_TICK)


class EmulatedRig:
    """The board's real binary in simavr, on virtual time: the same figures on every machine."""

    boot_limit = 1.0
    moves = True
    touchable = True

    def __init__(self, board: str) -> None:
        """Raises `BoardError` and `EmulatorMissingError`."""
        self.controller: EmulatedController = power_up(board)
        self.inputs = Inputs(0, 0, battery_mv=15000)
        self._left, self._right = _Motor(), _Motor()
        self._us = 0

    def now(self) -> float:
        return self._us / 1e6

    def run(self, seconds: float) -> None:
        end = self._us + round(seconds * 1e6)
        while self._us < end:
            step = min(SLICE_US, end - self._us)
            self._us += step
            pins = self.controller.tick(self._us, self.inputs)
            left = self._left.step(pins.pwm_left if pins.enabled else 0, step / 1e6)
            right = self._right.step(pins.pwm_right if pins.enabled else 0, step / 1e6)
            self.inputs = replace(self.inputs, encoder_left=left, encoder_right=right)

    def write(self, data: bytes) -> None:
        self.controller.receive(data)

    def read(self) -> bytes:
        return self.controller.transmit()

    def press(self, **sensors: Any) -> None:
        """Sensors read so from now on."""
        self.inputs = replace(self.inputs, **sensors)

    def off_after(self, since: float) -> float:
        """Seconds from `since` until wheels, tool and enable line were all off; NaN while one is on."""
        pins = self.controller.outputs
        if pins.pwm_left or pins.pwm_right or pins.tool_pwm or pins.enabled:
            return math.nan
        edges = [edge for edge in self.controller.take_edges() if edge.name in OFF_NAMES and edge.us >= since * 1e6]
        return max((edge.us / 1e6 - since for edge in edges), default=0.0)


class PortRig:
    """A board at a serial port, in real time: what it does is seen through its own reports."""

    boot_limit = BOOT_LOADER
    touchable = False

    def __init__(self, port: str, moves: bool, baud: int = 250_000) -> None:
        """`moves`: the robot is on a stand, its wheels may turn. Opening resets most boards. Raises `TransportLost`."""
        self.moves = moves
        self._transport = SerialTransport(port, baud)

    def now(self) -> float:
        return time.monotonic()

    def run(self, seconds: float) -> None:
        time.sleep(seconds)

    def write(self, data: bytes) -> None:
        self._transport.write(data, urgent=True)

    def read(self) -> bytes:
        return self._transport.read()

    def close(self) -> None:
        """Give the port back."""
        self._transport.close()
