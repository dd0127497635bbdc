"""An emulated board under test, and a host that speaks to it frame by frame."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import pytest

from firmware_bridge.emulator import (
    EmulatedController,
    EmulatorMissingError,
    power_up,
)
from firmware_bridge.framing import Deframer, host_frame, parse_controller
from firmware_bridge.host import Inputs
from firmware_bridge.messages import (
    FULL_PWM_MM_S,
    SCHEMA_HASH,
    UM_PER_TICK,
    Ack,
    Arm,
    ControllerMessage,
    Drive,
    Heartbeat,
    Hello,
    HostMessage,
    State,
    Status,
    Welcome,
)

PERIOD_US = 10_000
BYTE_US = 40.0
MOTOR_LAG_US = 60_000
TICKS_PER_DUTY = FULL_PWM_MM_S / 255 / UM_PER_TICK / 1000  # in a microsecond
BOOTED_US = 60_000  # the nonce's six EEPROM cells take 3.4 ms each
WATCHDOG_US = 64_000  # WDTO_60MS by the watchdog's own clock
BOARDS = ("mega2560", "uno")


@dataclass
class Board:
    """An emulated board and a host that speaks to it frame by frame.

    `inputs` stay as they are until changed, but for the encoders: the wheels turn as they are driven.
    """

    chip: EmulatedController
    inputs: Inputs = field(default_factory=lambda: Inputs(0, 0))
    received: list[ControllerMessage] = field(default_factory=list)
    session: int = 0
    request: int = 0
    nonce: int = 0
    _speeds: list[float] = field(default_factory=lambda: [0.0, 0.0])  # ticks a microsecond
    _owed: list[float] = field(default_factory=lambda: [0.0, 0.0])  # below one tick

    def __post_init__(self) -> None:
        self._deframer = Deframer()
        self.run(BOOTED_US)

    def run(self, us: int, step: int = PERIOD_US) -> Board:
        end = self.chip.now_us + us
        while self.chip.now_us < end:
            now = min(self.chip.now_us + step, end)
            self._turn(now - self.chip.now_us)
            self.chip.tick(now, self.inputs)
            self.inputs = replace(self.inputs, ranges_mm=None)  # a scan counts once
            self.listen()
        return self

    def _turn(self, us: int) -> None:
        share = 1 - math.exp(-us / MOTOR_LAG_US)
        ticks = []
        for side, duty in enumerate(self.duties):
            self._speeds[side] += (duty * TICKS_PER_DUTY - self._speeds[side]) * share
            self._owed[side] += self._speeds[side] * us
            ticks.append(int(self._owed[side]))
            self._owed[side] -= ticks[side]
        inputs = self.inputs
        self.inputs = replace(
            inputs, encoder_left=inputs.encoder_left + ticks[0], encoder_right=inputs.encoder_right + ticks[1]
        )

    def listen(self) -> None:
        self.received += [parse_controller(f).message for f in self._deframer.push(self.chip.transmit())]

    def set(self, **sensors: object) -> Board:
        self.inputs = replace(self.inputs, **sensors)  # type: ignore[arg-type]
        return self

    def post(self, message: HostMessage) -> int:
        self.request += 1
        self.chip.receive(host_frame(self.session, self.request, message))
        return self.request

    def send(self, message: HostMessage) -> str:
        request = self.post(message)
        for _ in range(20):
            self.run(1000, 1000)
            answers = [m for m in self.received if isinstance(m, Ack) and m.request == request]
            if answers:
                return Status(answers[0].status).name
        return ""

    def hello(self, token: int = 1) -> Welcome:
        self.chip.receive(host_frame(0, self.request, Hello(token, SCHEMA_HASH)))
        self.run(20_000)
        welcome = [m for m in self.received if isinstance(m, Welcome)][-1]
        assert welcome.token == token
        self.session, self.nonce = welcome.session, welcome.nonce
        return welcome

    def arm(self) -> Board:
        self.hello()
        assert self.send(Arm(self.nonce)) == "OK"
        return self

    def state(self) -> State:
        seen = len(self.received)
        self.run(60_000)
        return [m for m in self.received[seen:] if isinstance(m, State)][-1]

    def deadline(self, ms: int) -> int:
        return self.chip.peek_int("millis") + ms

    def cruise(self, us: int, v: int = 200, w: int = 0) -> Board:
        """Orders as from a gate."""
        for _ in range(us // 50_000):
            assert self.send(Heartbeat()) == "OK"
            assert self.send(Drive(v, w, self.deadline(200))) == "OK"
            self.run(50_000 - self.chip.now_us % 50_000)
        return self

    @property
    def duties(self) -> tuple[int, int]:
        return self.chip.outputs.pwm_left, self.chip.outputs.pwm_right


def powered(name: str, noise: int = 0, eeprom: bytes | None = None) -> Board:
    try:
        return Board(power_up(name, eeprom, noise))
    except EmulatorMissingError as error:
        pytest.skip(str(error))
