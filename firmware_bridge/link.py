"""The host's end of the wire: handshake, request ids, acknowledgements, repeats, and the controller's clock."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

from firmware_bridge.clock_estimate import ClockEstimate
from firmware_bridge.framing import (
    ControllerFrame,
    Deframer,
    FrameError,
    UnknownMessageError,
    host_frame,
    parse_controller,
)
from firmware_bridge.messages import (
    SCHEMA_HASH,
    Ack,
    Arm,
    Clear,
    ControllerMessage,
    Disarm,
    Drive,
    Gripper,
    Heartbeat,
    Hello,
    HostMessage,
    Recover,
    State,
    Status,
    Stop,
    Tool,
    Welcome,
)
from firmware_bridge.native import payload_frame
from firmware_bridge.transport import Transport, TransportFull, TransportLost

Message = ControllerMessage

SILENCE = 0.25  # s without a frame after which the link is down: five state reports
HELLO_EVERY = 0.1  # s between attempts at a handshake
REPEAT_AFTER = 0.04  # s without an answer after which a request is repeated
GIVE_UP_AFTER = 0.5  # s without an answer after which it is ETIMEDOUT
REOPEN_EVERY = 0.5  # s between attempts to open a lost transport
MAX_UNANSWERED = 2  # orders of one kind that may be under way: a pipe that is stuck hoards no more of them
KEPT_ANSWERS = 256
_REPEATED = (Arm, Disarm, Clear, Stop, Gripper)  # the others are superseded by the next one
_MOTION: Mapping[type[HostMessage], str] = MappingProxyType({Drive: "wheels", Recover: "wheels", Tool: "tool"})
_LONGEST_STEP = 0.1  # s of a pause between two polls that count as silence


@dataclass(slots=True)
class _Pending:
    moves: str | None  # what the order moves: a newer one for the same supersedes it
    frame: bytes
    repeated: bool
    sent: float  # active seconds
    last: float
    urgent: bool
    passed: bool = False  # a later request was answered


class Link:
    """One session after another with one controller. Never blocks; not for use by two threads at once."""

    def __init__(
        self,
        transport: Transport,
        now: Callable[[], float],
        trace: Callable[[str, bytes], None] | None = None,
        reopen: Callable[[], Transport] | None = None,
        seed: int = 0,
    ) -> None:
        """`now` gives monotonic seconds. `trace` sees each frame, without delimiter, as ("tx" or "rx", bytes).

        `reopen` opens a lost transport anew (it may raise `TransportLost`); without it the same one is tried again.
        `seed` must differ between links that speak to one controller at the same `now()`.
        """
        self._transport, self._now, self.trace, self._reopen = transport, now, trace, reopen
        self._deframer = Deframer()
        self._clock = ClockEstimate()
        self._pending: dict[int, _Pending] = {}
        self._answers: dict[int, str] = {}
        self._request = 0
        self._session = 0
        self._token = (round(now() * 1e6) + seed * 0x9E3779B1) % 2**32
        self._polled = now()
        self._active = 0.0  # s that were polled: a pause of the caller is no silence of the controller
        self._heard = self._answered = self._next_hello = self._next_open = 0.0
        self._alive = -math.inf  # when the last whole frame came, of whatever schema or session
        self._seq: int | None = None
        self._lost = "no handshake yet"
        self._gone = False
        self.nonce: int | None = None
        self.resets = 0
        self.bad_frames = 0
        self.missed_frames = 0
        self.state: State | None = None

    # ------------------------------------------------------------ what is known

    @property
    def up(self) -> bool:
        """Handshake done with the same schema, and heard from within the last 0.25 s."""
        return not self._lost

    @property
    def lost_reason(self) -> str:
        """Why the link isn't up; "" when it is."""
        return self._lost

    def controller_ms(self) -> int:
        """The controller's time now, modulo 2^32. Errs to the early side, so deadlines never get longer."""
        return self._clock.at(self._now())

    def deadline_after(self, seconds: float, now_ms: int | None = None) -> int:
        """The controller time `seconds` from now, for a message's `deadline_ms`; never the refused 0.

        `now_ms` is what `controller_ms` said a moment ago.
        """
        return ((self.controller_ms() if now_ms is None else now_ms) + int(seconds * 1000)) % 2**32 or 1

    def acked(self, request: int) -> str | None:
        """The errno name of a request ("OK", "EPERM", ... or "ETIMEDOUT"); None while there is no answer."""
        return self._answers.get(request)

    # ------------------------------------------------------------ talking

    def poll(self) -> list[Message]:
        """Take in what arrived, go on with the handshake, repeat what is unanswered. Call every cycle."""
        now = self._now()
        self._active += min(max(now - self._polled, 0.0), _LONGEST_STEP)
        self._polled = now
        messages: list[Message] = []
        with self._noticing():
            self._revive()
            for frame in self._deframer.push(self._transport.read()):
                message = self._take(frame, now)
                if message is not None:
                    messages.append(message)
        if self._active - self._heard > SILENCE and not self._lost:
            self._down("the motor controller is silent")
        self._expire()
        self._repeat()
        if self._lost:
            self._greet()
        return messages

    def send(self, message: HostMessage) -> int:
        """Send now; returns the request id for `acked`.

        Arm, Disarm, Clear, Stop and Gripper are repeated until answered; the others live from one call to the next.
        With the link down it is ETIMEDOUT at once; with two frames unsent or two orders of this kind unanswered it is
        EBUSY. Neither was sent.
        """
        return self._send(type(message), message.pack())

    def stop_now(self, reason: int, category: int = 0) -> int:
        """Write a Stop at once, whatever else waits and even without a session; `acked` of the id confirms it.

        `category` 0: off at once. 1: the wheels ramp down first, while heartbeats go on.
        """
        request = self._next_request()
        self._transmit(request, Stop, Stop(reason, category).pack(), urgent=True)
        return request

    def heartbeat(self) -> int:
        """The supervising loop's sign of life. Call it from that loop only."""
        return self.send(Heartbeat())

    def arm(self) -> int:
        """Arm the controller of this handshake."""
        return self.send(Arm(self.nonce or 0))

    def drive(self, v_mm_s: int, w_mrad_s: int, deadline_ms: int) -> int:
        """Body velocity until a deadline in controller time."""
        return self._send(Drive, Drive.FORMAT.pack(v_mm_s, w_mrad_s, deadline_ms))

    def recover(self, v_mm_s: int, w_mrad_s: int, deadline_ms: int) -> int:
        """Back away from a contact until a deadline in controller time."""
        return self.send(Recover(v_mm_s, w_mrad_s, deadline_ms))

    def tool(self, duty: int, deadline_ms: int) -> int:
        """Run the tool until a deadline in controller time."""
        return self.send(Tool(duty, deadline_ms))

    def close(self) -> None:
        """Give the transport back."""
        self._down("closed")
        self._transport.close()

    # ------------------------------------------------------------ sending

    def _next_request(self) -> int:
        self._request = (self._request + 1) % 65536
        self._answers.pop(self._request, None)
        return self._request

    def _send(self, kind: type[HostMessage], payload: bytes) -> int:
        request = self._next_request()
        if self._lost:
            self._answer(request, "ETIMEDOUT")
        elif self._stuck(kind):
            self._answer(request, "EBUSY")
        else:
            self._transmit(request, kind, payload, urgent=False)
        return request

    def _transmit(self, request: int, kind: type[HostMessage], payload: bytes, urgent: bool) -> None:
        frame = payload_frame(self._session, request, kind.TYPE, payload)
        now = self._active
        self._pending[request] = _Pending(_MOTION.get(kind), frame, kind in _REPEATED, now, now, urgent)
        try:  # not `_noticing`: a context manager would take longer than all the rest of it
            self._transport.write(frame, urgent)
            if self.trace is not None:
                self.trace("tx", frame[:-1])
        except TransportFull:
            self._answer(request, "EBUSY")
        except TransportLost as error:
            self._lose(error)

    def _stuck(self, kind: type[HostMessage]) -> bool:
        """Whether two orders for the same are under way. What is older than a request that was answered is lost: a wire
        keeps its order."""
        moves = _MOTION.get(kind)
        if moves is None or len(self._pending) < MAX_UNANSWERED:
            return False
        under_way = [pending for pending in self._pending.values() if not pending.passed and pending.moves == moves]
        return len(under_way) >= MAX_UNANSWERED

    def _write(self, frame: bytes, urgent: bool = False) -> None:
        self._transport.write(frame, urgent)
        if self.trace is not None:
            self.trace("tx", frame[:-1])

    def _repeat(self) -> None:
        for pending in list(self._pending.values()):
            due = pending.urgent or (pending.repeated and not self._lost)
            if due and not self._gone and self._active - pending.last >= REPEAT_AFTER:
                pending.last = self._active
                with self._noticing():
                    try:
                        self._write(pending.frame, pending.urgent)
                    except TransportFull:
                        continue  # it stays pending

    def _expire(self) -> None:
        deaf = False
        for request, pending in list(self._pending.items()):
            if self._active - pending.sent >= GIVE_UP_AFTER:
                self._answer(request, "ETIMEDOUT")
                deaf = deaf or self._answered < pending.sent
        if deaf and not self._lost:
            self._down("the motor controller does not answer")

    def _answer(self, request: int, status: str) -> None:
        self._pending.pop(request, None)
        self._answers[request] = status
        if len(self._answers) > KEPT_ANSWERS:
            del self._answers[next(iter(self._answers))]

    def _greet(self) -> None:
        """Say Hello to a controller that is heard. A silent line is left alone: after a reset a boot loader may listen,
        which takes any byte for the beginning of an upload and then starts nothing."""
        silent = self._active - self._alive > SILENCE
        if self._gone or silent or self._active < self._next_hello:
            return
        self._next_hello = self._active + HELLO_EVERY
        with self._noticing():
            try:
                self._write(host_frame(0, self._request, Hello(self._token, SCHEMA_HASH)))
            except TransportFull:
                return

    # ------------------------------------------------------------ receiving

    def _take(self, frame: bytes, now: float) -> Message | None:
        if self.trace is not None:
            self.trace("rx", frame)
        try:
            parsed = parse_controller(frame)
        except FrameError as error:
            self.bad_frames += 1
            if isinstance(error, UnknownMessageError):
                self._alive = self._active
            return None
        self._alive = self._active
        self._count(parsed)
        message = parsed.message
        if isinstance(message, Welcome):
            self._welcome(message, now)
            return message
        if isinstance(message, State):
            self._clock.hear(message.ms, now)
            self.state = message
            if message.session != self._session and not self._lost:
                self._down("the motor controller has forgotten this session (reset, or another host)")
        elif isinstance(message, Ack):
            self._acknowledge(message)
        self._heard = self._active
        return message

    def _count(self, parsed: ControllerFrame) -> None:
        if self._seq is not None:
            self.missed_frames += (parsed.seq - self._seq - 1) % 256
        self._seq = parsed.seq

    def _welcome(self, welcome: Welcome, now: float) -> None:
        if self.nonce is not None and welcome.nonce != self.nonce:
            self.resets += 1
            self._clock.reset()
            self._down("the motor controller was reset")
        self.nonce = welcome.nonce
        self._clock.hear(welcome.ms, now)
        if welcome.session == 0 or welcome.token != self._token:
            return  # a boot, or the answer to an earlier attempt
        if welcome.schema != SCHEMA_HASH:
            self._lost = (
                f"the motor controller speaks another schema (0x{welcome.schema:08X}, here 0x{SCHEMA_HASH:08X}): "
                "flash the firmware that belongs to this version"
            )
            return
        self._session, self._lost, self._heard = welcome.session, "", self._active

    def _acknowledge(self, ack: Ack) -> None:
        self._answered = self._active
        if ack.request not in self._pending:
            return
        known = ack.status in Status.__members__.values()
        self._answer(ack.request, Status(ack.status).name if known else "EIO")
        for request, pending in self._pending.items():
            pending.passed = pending.passed or (ack.request - request) % 65536 < 32768

    # ------------------------------------------------------------ losing it

    @contextmanager
    def _noticing(self) -> Iterator[None]:
        try:
            yield
        except TransportLost as error:
            self._lose(error)

    def _lose(self, error: TransportLost) -> None:
        self._gone = True
        self._down(str(error))

    def _revive(self) -> None:
        if not self._gone:
            return
        if self._reopen is not None:
            if self._active < self._next_open:
                raise TransportLost(self._lost)
            self._next_open = self._active + REOPEN_EVERY
            self._transport = self._reopen()
        self._gone = False  # the read that follows says if that is so
        self._alive = -math.inf  # nobody has been heard on this one
        self._deframer.clear()

    def _down(self, reason: str) -> None:
        """End the session. The next one has a new token, so a controller that was armed under this one latches."""
        was_up, self._lost = not self._lost, reason
        if not was_up:
            return
        self._session, self._seq = 0, None
        self._token = (self._token + 1) % 2**32
        self._next_hello = self._active
        for request, pending in list(self._pending.items()):
            if not pending.urgent:
                self._answer(request, "ETIMEDOUT")
