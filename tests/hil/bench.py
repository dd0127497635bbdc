"""A host that speaks to a controller frame by frame, the same for every plant; a wait passes the plant's time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from firmware_bridge.framing import Deframer, FrameError, host_frame, parse_controller
from firmware_bridge.link import Link
from firmware_bridge.messages import (
    SCHEMA_HASH,
    Ack,
    Arm,
    Clear,
    ControllerMessage,
    Disarm,
    Drive,
    Flag,
    Heartbeat,
    Hello,
    HostMessage,
    Reason,
    State,
    Status,
    Welcome,
)
from tests.hil.plants import Plant, VirtualPlant
from tests.hil.targets import Target

CYCLE = 0.05  # s between two setpoints of a gate
ANSWER = 0.1  # s within which an answer comes, or none will
PATIENCE = 1.0  # s, the same in real time on a busy machine
BOOT = 4.0  # s that a board may take to come up (an Arduino's boot loader waits for two)
LOOK = 0.0005  # s between two looks at the wire


@dataclass
class Bench:
    """One controller under test. `received` holds (seconds, message) as they came."""

    target: Target
    plant: Plant
    session: int = 0
    request: int = 0
    nonce: int = 0
    bad_frames: int = 0
    missed_frames: int = 0
    received: list[tuple[float, ControllerMessage]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._deframer = Deframer()
        # zero of the controller's clock (s, plant time) by the last few reports; the earliest travelled fastest
        self._zeros: deque[float] = deque(maxlen=10)
        self._seen_ms = 0
        self._seq: int | None = None

    # ------------------------------------------------------------ time

    def run(self, seconds: float) -> None:
        """Let time pass and listen, without a word."""
        end = self.plant.now() + seconds
        while (left := end - self.plant.now()) > 1e-9:
            self.plant.run(min(left, 0.005))
            self.listen()

    def until(self, done: Callable[[], bool], within: float = ANSWER, step: float = LOOK) -> float:
        """Seconds until `done()`; -1 when it does not become so."""
        began = self.plant.now()
        while True:
            self.listen()
            if done():
                return self.plant.now() - began
            if self.plant.now() - began > within:
                return -1.0
            self.plant.run(step)

    @property
    def ms(self) -> int:
        """The controller's clock now, at most a few ms early."""
        if not self._zeros:
            return self._seen_ms
        # In real time the latest report: the emulated board loses time whenever the machine has none for it.
        zero = self._zeros[-1] if "realtime" in self.target.traits else min(self._zeros)
        return int((self.plant.now() - zero) * 1000) % 2**32

    # ------------------------------------------------------------ the wire

    def listen(self) -> None:
        for frame in self._deframer.push(self.plant.transport.read()):
            try:
                parsed = parse_controller(frame)
            except FrameError:
                self.bad_frames += 1
                continue
            message = parsed.message
            self._count(parsed.seq, booted=isinstance(message, Welcome) and not message.session)
            self.received.append((self.plant.now(), message))
            if isinstance(message, Welcome):
                if message.nonce != self.nonce:
                    self._zeros.clear()
                self.nonce = message.nonce
            if isinstance(message, Welcome | State):
                self._zeros.append(self.plant.now() - message.ms / 1000)
                self._seen_ms = message.ms

    def _count(self, seq: int, booted: bool) -> None:
        if self._seq is not None and not booted:
            self.missed_frames += (seq - self._seq - 1) % 256
        self._seq = seq

    def all(self, kind: type, since: int = 0) -> list:
        return [m for _, m in self.received[since:] if isinstance(m, kind)]

    def raw(self, data: bytes) -> None:
        """Bytes on the wire, as they are."""
        self.plant.transport.write(data, urgent=True)

    def post(self, message: HostMessage) -> int:
        """Send without waiting for the answer; the request's id."""
        self.request = (self.request + 1) % 65536
        self.raw(host_frame(self.session, self.request, message))
        return self.request

    def send(self, message: HostMessage, request: int | None = None, session: int | None = None) -> str:
        """Send and wait; the errno name of the answer, "" when none comes."""
        if request is None:
            self.request = request = (self.request + 1) % 65536
        since = len(self.received)
        self.raw(host_frame(self.session if session is None else session, request, message))
        within = PATIENCE if self.target.realtime else ANSWER
        self.until(lambda: any(a.request == request for a in self.all(Ack, since)), within)
        answers = [ack for ack in self.all(Ack, since) if ack.request == request]
        return Status(answers[0].status).name if answers else ""

    # ------------------------------------------------------------ what hosts do

    def hello(self, token: int | None = None, schema: int = SCHEMA_HASH) -> Welcome:
        """A session of this token (by default one that no other had)."""
        if token is None:
            token = time.monotonic_ns() % 2**32 if self.target.realtime else len(self.received) + self.session + 1
        since = len(self.received)
        deadline = self.plant.now() + BOOT
        while not [w for w in self.all(Welcome, since) if w.token == token and w.session]:
            assert self.plant.now() < deadline, f"{self.target.name}: no answer to Hello within {BOOT} s"
            self.raw(host_frame(0, self.request, Hello(token, schema)))
            self.until(lambda: any(w.token == token and w.session for w in self.all(Welcome, since)))
        welcome = [w for w in self.all(Welcome, since) if w.token == token][-1]
        self.session, self.nonce = welcome.session, welcome.nonce
        return welcome

    def arm(self) -> str:
        return self.send(Arm(self.nonce))

    def beat(self) -> str:
        return self.send(Heartbeat())

    def drive(self, v: int = 200, w: int = 0, ttl: int = 200) -> str:
        return self.send(Drive(v, w, (self.ms + ttl) % 2**32 or 1))

    def beat_blindly(self) -> None:
        """A heartbeat and a setpoint from a host that does not listen."""
        self.post(Heartbeat())
        self.post(Drive(200, 0, (self.ms + 200) % 2**32 or 1))

    def ready(self) -> Bench:
        """Up, acquainted, without a latch, armed."""
        self.hello()
        state = self.state()
        if state.flags & Flag.STOP_BUTTON:
            pytest.skip(
                f"{self.target.name}: the stop button reads as pressed; connect it, or bridge its pin to ground"
            )
        if state.bumper or state.cliff:
            pytest.skip(
                f"{self.target.name}: a bumper or cliff sensor is active; connect it, or bridge its pin to ground"
            )
        assert self.send(Disarm()) == "OK"
        assert self.send(Clear()) == "OK"
        assert self.arm() == "OK"
        return self

    def cruise(self, seconds: float, v: int = 200, w: int = 0, tool: int | None = None) -> Bench:
        """Drive as a gate does: a heartbeat and a setpoint every 50 ms."""
        next_cycle = self.plant.now()
        end = next_cycle + seconds
        while self.plant.now() < end - 1e-9:
            assert self.beat() == "OK"
            assert self.drive(v, w) == "OK"
            next_cycle += CYCLE
            self.run(max(0.0, min(next_cycle, end) - self.plant.now()))
        return self

    def state(self) -> State:
        """The next report."""
        self.listen()
        since = len(self.received)
        took = self.until(lambda: bool(self.all(State, since)), within=0.5)
        assert took >= 0, "no state report for half a second"
        return self.all(State, since)[0]

    def link(self, seed: int = 1) -> Link:
        """A real link on this plant's transport, in place of the frame by frame talk."""
        return Link(self.plant.transport, self.plant.now, reopen=self.plant.reopen, seed=seed)

    # ------------------------------------------------------------ what is seen

    @property
    def still(self) -> bool:
        """Both duties are zero; on a real board as it says itself."""
        if self.target.can("pins"):
            outputs = self.plant.outputs
            return not outputs.pwm_left and not outputs.pwm_right
        state = self.state()
        return not state.pwm_left and not state.pwm_right

    @property
    def virtual(self) -> VirtualPlant:
        assert isinstance(self.plant, VirtualPlant)
        return self.plant

    def stays_still(self, seconds: float) -> bool:
        """Whether no duty leaves zero for so long."""
        if not self.target.can("pins"):
            self.run(seconds)
            return self.still
        self.plant.take_edges()
        assert self.still
        self.run(seconds)
        return not [e for e in self.plant.take_edges() if e.name in ("pwm_left", "pwm_right") and e.value]

    def reason(self) -> Reason:
        return Reason(self.state().reason)
