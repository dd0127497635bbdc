"""The gate from another process: `RemoteActuators` for the kernel, `Console` for a person. No wait without an end."""

from __future__ import annotations

import select
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from robotos.actuation import checks
from robotos.actuation.dispatch import Role
from robotos.actuation.protocol import (
    NOWHERE,
    PACKET,
    News,
    ProtocolError,
    Reply,
    Request,
    open_socket,
    pack_request,
    unpack_reply,
)
from robotos.clock import Clock
from robotos.errno import Errno
from robotos.kernel.ports import BodyEvent, BodyState, Refused, Sent, StopReport

ANSWER_WITHIN = 0.25  # s; five of the gate's cycles, half the lease that policy gives the kernel
HELLO_WITHIN = 1.0  # s; the gate may still be busy with its start
GLANCE = 0.01  # s, longest wait on the socket at once: another thread may have read this one's answer
STOP_WITHIN = 0.15  # s; the gate itself reports after 0.06 s
RECONNECT_EVERY = 0.5  # s
STALE_NEWS = 0.5  # s after which a deadline in the controller's clock can no longer be made


class GateError(ConnectionError):
    """The gate cannot be reached; the text says what to do."""


class Line:
    """One connection to the gate. Several threads may use it: packets stay whole, answers are told apart by number."""

    def __init__(self, path: Path, clock: Clock, role: Role) -> None:
        """Raises `GateError`."""
        self._clock = clock
        self._numbers = count(1)
        self._answers: dict[int, Reply] = {}
        self._socket = open_socket()
        self._socket.setblocking(False)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise GateError(f"no gate at {path} ({error}): start `robotos sim` or `robotos run`") from error
        if role is not Role.CONSOLE:
            answer = self.ask("hello", role.value, within=HELLO_WITHIN)
            if not isinstance(answer, Sent):
                self.close()
                raise GateError(answer.reason if isinstance(answer, Refused) else "the gate does not answer")

    def ask(self, name: str, *arguments: object, within: float) -> Reply | None:
        """The answer, or None when none came within so many seconds. Raises `GateError` when the gate hung up."""
        number = next(self._numbers)
        end = self._clock.now() + within
        try:
            self._socket.send(pack_request(Request(number, name, arguments)))
        except BlockingIOError:
            return None  # it does not read
        except OSError as error:
            raise GateError(f"the gate hung up ({error})") from error
        while number not in self._answers:
            left = end - self._clock.now()
            if left <= 0:
                return None
            self._receive(min(left, GLANCE))
        return self._answers.pop(number)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _receive(self, within: float) -> None:
        try:
            if not select.select([self._socket], [], [], within)[0]:
                return
            packet = self._socket.recv(PACKET)
        except BlockingIOError:
            return  # another thread took it
        except (OSError, ValueError) as error:
            raise GateError(f"the gate hung up ({error})") from error
        if not packet:
            raise GateError("the gate hung up")
        try:
            number, reply = unpack_reply(packet)
        except ProtocolError as error:
            raise GateError(f"{error}: is it of another version?") from error
        if len(self._answers) > 64:  # of questions that nobody waits for any more
            self._answers.clear()
        self._answers[number] = reply


class RemoteActuators:
    """Implements `robotos.kernel.ports.Actuators` over the gate's socket.

    `clock` must be the machine's monotonic clock (`RealClock`), which the gate shares. A gate that is gone or silent
    shows as a lost link; it is looked for again at each `poll`.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Raises `GateError` when there is no gate."""
        self._path = path
        self._clock = clock
        self._line: Line | None = Line(path, clock, Role.KERNEL)
        self._stop_line: Line | None = Line(path, clock, Role.STOP)
        self._tried = clock.now()
        self._heard = True
        self._news = News((), NOWHERE, clock.now(), 0)

    @property
    def fault(self) -> str:
        """Why the gate lets nothing move at all (a broken policy); "" when nothing is wrong."""
        return self._news.fault

    def poll(self) -> Sequence[BodyEvent]:
        self._reconnect()
        answer = self._ask("poll")
        heard = isinstance(answer, News)
        if isinstance(answer, News):
            self._news = answer
            events = answer.events
        else:
            self._news = replace(self._news, state=replace(self._news.state, link_up=False, armed=False))
            events = ()
        changed = heard != self._heard
        self._heard = heard
        if not changed:
            return events
        reason = answer.reason if isinstance(answer, Refused) else ""
        return (*events, BodyEvent("link_back" if heard else "link_lost", self._clock.now(), reason))

    def state(self) -> BodyState:
        return self._news.state

    def drive(self, v: float, w: float, ttl: float) -> Sent | Refused:
        wrong = checks.first_denial(lambda: checks.finite(v=v, w=w, ttl=ttl), lambda: checks.schema_drive(v, w, ttl))
        if wrong is not None:
            return Refused(wrong.errno, wrong.reason)
        elapsed = self._clock.now() - self._news.now
        if self._news.state is NOWHERE or elapsed > STALE_NEWS:
            return Refused(Errno.ESTALE, "the gate has not been polled lately")
        deadline = (self._news.controller_ms + int((elapsed + ttl) * 1000)) % 2**32
        return self._order("drive", v, w, deadline)

    def tool(self, on: bool) -> Sent | Refused:
        return self._order("tool", on)

    def gripper(self, close: bool, aim: tuple[float, float, float]) -> Sent | Refused:
        return self._order("gripper", close, list(aim))

    def recover(self) -> Sent | Refused:
        return self._order("recover")

    def engage(self, order: str) -> Sent | Refused:
        return self._order("engage", order)

    def disengage(self) -> None:
        self._ask("disengage")

    def stop(self, reason: str) -> StopReport:
        """Stop over a connection that carries nothing else, so that it waits behind nothing."""
        began = self._clock.now()
        for attempt in range(2):
            try:
                if self._stop_line is None:
                    self._stop_line = Line(self._path, self._clock, Role.STOP)
                answer = self._stop_line.ask("stop", reason, within=STOP_WITHIN)
            except GateError:
                self._stop_line = None  # once more over a new one
                if attempt:
                    break
                continue
            if isinstance(answer, StopReport):
                return answer
            break
        return StopReport(False, self._clock.now() - began, reason)

    def close(self) -> None:
        """Hang up; the gate stops a robot that could move."""
        for line in (self._line, self._stop_line):
            if line is not None:
                line.close()
        self._line = self._stop_line = None

    def _order(self, name: str, *arguments: object) -> Sent | Refused:
        answer = self._ask(name, *arguments)
        return answer if isinstance(answer, Sent | Refused) else Refused(Errno.EIO, "the gate answered something else")

    def _ask(self, name: str, *arguments: object) -> Reply:
        if self._line is None:
            return Refused(Errno.ENODEV, "the gate is gone: motors are off until it is back")
        try:
            answer = self._line.ask(name, *arguments, within=ANSWER_WITHIN)
        except GateError as error:
            self._line.close()
            self._line = None
            return Refused(Errno.ENODEV, str(error))
        return Refused(Errno.ETIMEDOUT, "the gate does not answer") if answer is None else answer

    def _reconnect(self) -> None:
        now = self._clock.now()
        if self._line is not None or now - self._tried < RECONNECT_EVERY:
            return
        self._tried = now
        try:
            self._line = Line(self._path, self._clock, Role.KERNEL)
        except GateError:
            return  # `poll` has told of the lost link already


class Console:
    """A person at this machine: the one who may arm."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Raises `GateError`."""
        self._line = Line(path, clock, Role.CONSOLE)

    def arm(self, by: str = "console") -> Sent | Refused:
        """Clear what has latched, and permit motion."""
        answer = self._line.ask("arm", by, within=ANSWER_WITHIN)
        return answer if isinstance(answer, Sent | Refused) else Refused(Errno.ETIMEDOUT, "the gate does not answer")

    def locate(self, room: str) -> Sent | Refused:
        """Say in which room the lost robot is."""
        answer = self._line.ask("locate", room, within=ANSWER_WITHIN)
        return answer if isinstance(answer, Sent | Refused) else Refused(Errno.ETIMEDOUT, "the gate does not answer")

    def stop(self, reason: str = "console") -> StopReport:
        """Stop and latch."""
        answer = self._line.ask("stop", reason, within=STOP_WITHIN)
        return answer if isinstance(answer, StopReport) else StopReport(False, STOP_WITHIN, reason)

    def news(self) -> News | None:
        """The body's state; None when the gate does not answer."""
        answer = self._line.ask("state", within=ANSWER_WITHIN)
        return answer if isinstance(answer, News) else None

    def close(self) -> None:
        """Hang up."""
        self._line.close()
