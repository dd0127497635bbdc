"""A controller on the bench: the real C core, motors of first order, sensors to press, and frames put on the wire by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import pytest

from firmware_bridge.framing import Deframer, host_frame, parse_controller
from firmware_bridge.host import HostController, Inputs, Outputs
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
MOTOR_LAG = 0.06  # s, time constant of the model


@dataclass
class Wheel:
    """A motor with gearbox: PWM to speed (m/s), first order; `strength` and `load` (PWM steps) spoil it."""

    strength: float = 1.0
    load: float = 0.0
    speed: float = 0.0
    way: float = 0.0

    def step(self, pwm: int) -> None:
        effective = math.copysign(max(abs(pwm) - self.load, 0.0), pwm)
        target = effective / 255 * FULL_PWM_MM_S / 1000 * self.strength
        decay = math.exp(-0.01 / MOTOR_LAG)
        self.way += target * 0.01 + (self.speed - target) * MOTOR_LAG * (1 - decay)
        self.speed = target + (self.speed - target) * decay

    @property
    def ticks(self) -> int:
        return math.floor(self.way * 1e6 / UM_PER_TICK)


@dataclass
class Bench:
    """Speaks to the controller frame by frame; `tick` is one period of virtual time."""

    nonce: int = 0x1234_5678
    us: int = 0
    inputs: Inputs = field(default_factory=lambda: Inputs(0, 0))
    left: Wheel = field(default_factory=Wheel)
    right: Wheel = field(default_factory=Wheel)
    received: list[ControllerMessage] = field(default_factory=list)
    session: int = 0
    request: int = 0

    def __post_init__(self) -> None:
        self.controller = HostController(self.nonce)
        self._deframer = Deframer()
        self.outputs = Outputs(0, 0, 0, False, (0, 0, 0), False)

    @property
    def ms(self) -> int:
        """Controller time of the last period."""
        return max(self.us - PERIOD_US, 0) // 1000

    def tick(self, **sensors: object) -> Outputs:
        """One period; `sensors` change the inputs from here on."""
        self.inputs = replace(self.inputs, encoder_left=self.left.ticks, encoder_right=self.right.ticks, **sensors)
        self.outputs = self.controller.tick(self.us, self.inputs)
        self.us += PERIOD_US
        self.left.step(self.outputs.pwm_left)
        self.right.step(self.outputs.pwm_right)
        self.collect()
        return self.outputs

    def collect(self) -> None:
        for frame in self._deframer.push(self.controller.transmit()):
            self.received.append(parse_controller(frame).message)

    def raw(self, data: bytes) -> None:
        self.controller.receive(data)
        self.collect()

    def send(self, message: HostMessage, request: int | None = None, session: int | None = None) -> str:
        """Put one frame on the wire; the errno name of its answer ("" for none)."""
        if request is None:
            self.request = request = (self.request + 1) % 65536
        answers = len(self.received)
        self.raw(host_frame(self.session if session is None else session, request, message))
        acks = [m for m in self.received[answers:] if isinstance(m, Ack)]
        assert all(ack.request == request for ack in acks)
        assert len(acks) <= 1
        return Status(acks[0].status).name if acks else ""

    def hello(self, token: int = 1, schema: int = SCHEMA_HASH) -> Welcome:
        self.raw(host_frame(0, self.request, Hello(token, schema)))
        welcome = [m for m in self.received if isinstance(m, Welcome)][-1]
        self.session = welcome.session
        return welcome

    def arm(self) -> str:
        return self.send(Arm(self.nonce))

    def drive(self, v: int = 200, w: int = 0, ttl: int = 200) -> str:
        return self.send(Drive(v, w, (self.ms + ttl) % 2**32))

    def ready(self) -> Bench:
        """Hello and arm."""
        self.tick()
        self.hello()
        assert self.arm() == "OK"
        return self

    def cruise(self, seconds: float, v: int = 200, w: int = 0) -> Bench:
        """Drive as a gate does: heartbeat and setpoint every 50 ms."""
        for period in range(round(seconds * 100)):
            if period % 5 == 0:
                assert self.send(Heartbeat()) == "OK"
                assert self.drive(v, w) == "OK"
            self.tick()
        return self

    def state(self) -> State:
        """The next report."""
        seen = len(self.received)
        for _ in range(6):
            self.tick()
            states = [m for m in self.received[seen:] if isinstance(m, State)]
            if states:
                return states[-1]
        raise AssertionError("no state report for 60 ms")

    @property
    def still(self) -> bool:
        return self.outputs.pwm_left == 0 and self.outputs.pwm_right == 0


@pytest.fixture
def bench() -> Bench:
    """A controller that has just booted."""
    return Bench()


@pytest.fixture(scope="session")
def make_bench() -> type[Bench]:
    """For tests that need several, or one per example."""
    return Bench
