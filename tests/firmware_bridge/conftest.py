"""A controller on the bench: the real C core, motors of first order, sensors to press, frames put on the wire."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import pytest

from firmware_bridge.framing import Deframer, host_frame, parse_controller
from firmware_bridge.host import HostController, Inputs, Outputs
from firmware_bridge.link import Link
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
from firmware_bridge.transport import MemoryTransport
from tests.firmware_bridge.emulated import BOARDS, Board, powered

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


@dataclass
class Rig:
    """A link and a controller on one virtual clock, joined by a null modem; the host's cycle is 50 ms."""

    nonce: int = 11
    time: float = 0.0
    inputs: Inputs = field(default_factory=lambda: Inputs(0, 0))

    def __post_init__(self) -> None:
        self.host_end, self.device = MemoryTransport.pair()
        self.controller = HostController(self.nonce)
        self.frames: list[tuple[str, bytes]] = []
        self.link = Link(self.host_end, lambda: self.time, trace=lambda way, frame: self.frames.append((way, frame)))
        self.left, self.right = Wheel(), Wheel()
        self.outputs = Outputs(0, 0, 0, False, (0, 0, 0), False)
        self.heartbeats = True
        self.wanted: tuple[int, int] | None = None
        self.messages: list[ControllerMessage] = []
        self._period = 0

    def step(self) -> None:
        """10 ms: the controller's period, and every fifth time the host's cycle."""
        self.controller.receive(self.device.read())
        self.inputs = replace(self.inputs, encoder_left=self.left.ticks, encoder_right=self.right.ticks)
        self.outputs = self.controller.tick(round(self.time * 1e6), self.inputs)
        self.left.step(self.outputs.pwm_left)
        self.right.step(self.outputs.pwm_right)
        self.device.write(self.controller.transmit())
        if self._period % 5 == 0:
            self.cycle()
        self._period += 1
        self.time = self._period * 0.01

    def cycle(self) -> None:
        self.messages += self.link.poll()
        if self.heartbeats:
            self.link.heartbeat()
        if self.wanted is not None:
            self.link.drive(*self.wanted, self.link.deadline_after(0.2))

    def run(self, seconds: float) -> Rig:
        for _ in range(round(seconds * 100)):
            self.step()
        return self

    def ask(self, request: int) -> str | None:
        """The answer, after two cycles."""
        self.run(0.1)
        return self.link.acked(request)

    def drive(self, v: int = 250) -> Rig:
        """Handshake, arm and come up to speed."""
        self.run(0.2)
        assert self.ask(self.link.arm()) == "OK"
        self.wanted = (v, 0)
        self.run(1.0)
        assert self.left.speed == pytest.approx(v / 1000, rel=0.03)
        return self

    @property
    def still(self) -> bool:
        return self.outputs.pwm_left == 0 and self.outputs.pwm_right == 0


@pytest.fixture
def rig() -> Rig:
    """Link and controller, not yet acquainted."""
    return Rig()


@pytest.fixture(scope="session")
def make_rig() -> type[Rig]:
    """For tests that need one per example."""
    return Rig


@pytest.fixture
def bench() -> Bench:
    """A controller that has just booted."""
    return Bench()


@pytest.fixture(scope="session")
def make_bench() -> type[Bench]:
    """For tests that need several, or one per example."""
    return Bench


@pytest.fixture
def mega() -> Board:
    """An emulated Arduino Mega, booted."""
    return powered("mega2560")


@pytest.fixture
def uno() -> Board:
    """An emulated Arduino Uno, booted."""
    return powered("uno")


@pytest.fixture(params=BOARDS)
def any_board(request: pytest.FixtureRequest) -> Board:
    return powered(request.param)
