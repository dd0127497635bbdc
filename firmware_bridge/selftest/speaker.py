"""A host that says one frame at a time and waits for what comes back, in whatever time the rig has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from firmware_bridge.framing import Deframer, host_frame, parse_controller
from firmware_bridge.messages import (
    SCHEMA_HASH,
    Ack,
    ControllerMessage,
    Drive,
    Heartbeat,
    Hello,
    HostMessage,
    State,
    Status,
    Welcome,
)
from firmware_bridge.selftest.rigs import Rig

ANSWER = 0.3  # s for any answer, of a board that is up
STEP = 0.00025  # s between two looks
BEAT = 0.05  # s between heartbeats


class Failed(AssertionError):  # noqa: N818 - an outcome, as the caller sees it
    """The controller did something else; the text says what."""


@dataclass
class Speaker:
    """One session. `state` is the newest report, `heard` what came since it was emptied last."""

    rig: Rig
    session: int = 0
    nonce: int = 0
    request: int = 0
    state: State | None = None
    heard: list[ControllerMessage] = field(default_factory=list)
    _deframer: Deframer = field(default_factory=Deframer)
    _token: int = 0x5E1F

    def listen(self) -> None:
        """Take in what has arrived; frames that make no sense are the boot loader's, and are skipped."""
        for frame in self._deframer.push(self.rig.read()):
            message = self._parse(frame)
            if message is not None:
                self.heard.append(message)
            if isinstance(message, State):
                self.state = message

    @staticmethod
    def _parse(frame: bytes) -> ControllerMessage | None:
        try:
            return parse_controller(frame).message
        except ValueError:
            return None

    def wait(self, what: str, seconds: float, done: Callable[[], bool], beat: bool = False) -> float:
        """Until `done`; how many seconds that took. Raises `Failed` when it takes too long."""
        began = self.rig.now()
        next_beat = began
        while True:
            self.listen()
            if done():
                return self.rig.now() - began
            if self.rig.now() - began > seconds:
                raise Failed(f"{what}: not within {seconds * 1000:.0f} ms")
            if beat and self.rig.now() >= next_beat:
                next_beat += BEAT
                self.say(Heartbeat())
            self.rig.run(STEP)

    def hello(self) -> float:
        """Open a session; how many seconds the answer took.

        Nothing is said before the board has spoken, as it does when it boots and 20 times a second: a byte that came
        while its boot loader listens would keep it there.
        """
        self._token += 1
        self.heard.clear()
        try:
            self.wait("a report", self.rig.boot_limit, lambda: bool(self.heard))
        except Failed as error:
            raise Failed(
                "the board says nothing: is this its port, is the firmware on it (robotos firmware flash)?"
            ) from error
        self.heard.clear()
        self.rig.write(b"\0" + host_frame(0, 0, Hello(self._token, SCHEMA_HASH)))
        took = self.wait("Welcome", ANSWER, lambda: self._welcome() is not None)
        welcome = self._welcome()
        if welcome is None or welcome.schema != SCHEMA_HASH:
            seen = "none" if welcome is None else f"{welcome.schema:08X}"
            raise Failed(f"schema {seen} instead of {SCHEMA_HASH:08X}: flash the firmware of this version")
        self.session, self.nonce, self.request = welcome.session, welcome.nonce, 0
        return took

    def _welcome(self) -> Welcome | None:
        found = [m for m in self.heard if isinstance(m, Welcome) and m.token == self._token]
        return found[-1] if found else None

    def say(self, message: HostMessage) -> int:
        """Send without waiting; the request id."""
        self.request = (self.request + 1) % 65536
        self.rig.write(host_frame(self.session, self.request, message))
        return self.request

    def ask(self, message: HostMessage) -> tuple[str, float]:
        """Send and wait for the answer: its name ("OK", "EPERM") and how many seconds it took."""
        self.heard.clear()
        request = self.say(message)

        def answers() -> list[Ack]:
            return [m for m in self.heard if isinstance(m, Ack) and m.request == request]

        took = self.wait(f"answer to {type(message).__name__}", ANSWER, lambda: bool(answers()))
        return Status(answers()[0].status).name, took

    def must(self, message: HostMessage, status: str = "OK") -> float:
        """`ask`, and fail on any other answer."""
        found, took = self.ask(message)
        if found != status:
            raise Failed(f"{type(message).__name__} was answered {found} instead of {status}")
        return took

    def fresh_state(self) -> State:
        """The next report."""
        self.state = None
        self.wait("State", ANSWER, lambda: self.state is not None, beat=True)
        assert self.state is not None
        return self.state

    def drive(self, v_mm_s: int, ttl: float = 0.2) -> float:
        """One order to drive straight on; the controller's time of its deadline, in seconds."""
        deadline = self.fresh_state().ms + round(ttl * 1000)
        self.must(Drive(v_mm_s, 0, deadline))
        return deadline / 1000

    def cruise(self, v_mm_s: int, seconds: float) -> None:
        """Drive for so long, as a gate does: an order and a heartbeat every 50 ms."""
        end = self.rig.now() + seconds
        while self.rig.now() < end:
            self.say(Heartbeat())
            self.drive(v_mm_s)
