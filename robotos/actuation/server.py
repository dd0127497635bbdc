"""The gate as an operating system process of its own: it owns the serial port, and the kernel has a socket to it."""

from __future__ import annotations

import argparse
import gc
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.link import Link
from firmware_bridge.ports import AUTO, open_port
from firmware_bridge.trace import FrameTrace, TraceError
from firmware_bridge.transport import TransportLost
from robotos.actuation import realtime
from robotos.actuation.audit import AuditFile
from robotos.actuation.body import Body
from robotos.actuation.dispatch import Dispatcher, Role
from robotos.actuation.gate import Gate, never
from robotos.actuation.latch import Category, Cause
from robotos.actuation.protocol import Reply, Request
from robotos.actuation.sockets import Caller, Callers, SocketError
from robotos.clock import Clock, RealClock
from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.ports import Refused, Sent, StopReport
from robotos.navigation.home import LayoutError, load_home
from robotos.navigation.map_server import MapError
from robotos.policy import DEFAULT, Policy, PolicyError, load

CYCLE = 0.05  # s
LISTEN = 0.005  # s between two looks at the serial port
HURRY = 0.001  # s, the same while a stop waits to be confirmed
CONFIRM_WITHIN = 0.06  # s after which a stop is reported as unconfirmed


@dataclass(frozen=True, slots=True)
class _Stopping:
    caller: Caller
    number: int
    began: float
    reason: str


class Server:
    """One gate, its two sockets, and the loop that gives it time."""

    def __init__(self, gate: Gate, clock: Clock, kernel: Path, console: Path, audit: AuditFile | None = None) -> None:
        """Raises `SocketError`."""
        self._audit = audit
        self._gate = gate
        self._clock = clock
        self._dispatcher = Dispatcher(gate, clock.now)
        self._callers = Callers(kernel, console, self._gone)
        self._stopping: list[_Stopping] = []
        self._next_cycle = clock.now()
        self._closing = False

    def turn(self) -> None:
        """One turn of the loop: callers, link, and every 50 ms the gate's own cycle."""
        wait = min(self._next_cycle - self._clock.now(), HURRY if self._stopping else LISTEN)
        for caller, request in self._callers.requests(wait):
            self._serve(caller, request)
        now = self._clock.now()
        if now >= self._next_cycle:
            self._gate.cycle()
            self._next_cycle = max(self._next_cycle + CYCLE, now)
        else:
            self._gate.pump()
        self._report_stops(self._clock.now())
        if self._audit is not None:
            self._audit.flush()

    def close(self) -> None:
        """Hang up; a robot that could move is stopped first, and followed until it stands."""
        if self._gate.state().armed:
            self._closing = True
            self._gate.halt(Cause.KERNEL_SILENT, "the gate is being shut down", Category.RAMP)
            while self._gate.ramping:
                self.turn()
        self._callers.close()

    def _serve(self, caller: Caller, request: Request) -> None:
        if request.name == "stop" and caller.role is not None:
            reason = str(request.arguments[0]) if request.arguments else str(caller.role)
            self._gate.stop(reason)
            self._stopping.append(_Stopping(caller, request.number, self._clock.now(), reason))
            return
        if self._closing:
            reply: Reply = Refused(Errno.ENODEV, "the gate is being shut down")
        elif caller.role is None:
            reply = self._greet(caller, request)
        else:
            reply = self._dispatcher.call(caller.role, request)
        if not caller.answer(request.number, reply):
            self._callers.drop(caller)

    def _greet(self, caller: Caller, request: Request) -> Sent | Refused:
        if request.name != "hello" or request.arguments not in ((Role.KERNEL.value,), (Role.STOP.value,)):
            return Refused(Errno.EPERM, "say hello as kernel or stop first")
        role = Role(request.arguments[0])
        if role is Role.KERNEL and self._callers.has(role):
            return Refused(Errno.EBUSY, "another kernel drives this robot")
        caller.role = role
        return Sent()

    def _gone(self, caller: Caller) -> None:
        if caller.role is Role.KERNEL and self._gate.state().armed:
            self._gate.halt(Cause.KERNEL_SILENT, "it hung up")

    def _report_stops(self, now: float) -> None:
        waiting: list[_Stopping] = []
        for stop in self._stopping:
            confirmed = self._gate.stop_confirmed
            if not confirmed and now - stop.began < CONFIRM_WITHIN:
                waiting.append(stop)
            elif not stop.caller.answer(stop.number, StopReport(confirmed, now - stop.began, stop.reason)):
                self._callers.drop(stop.caller)
        self._stopping = waiting


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the gate until SIGTERM, SIGINT or, if asked, until the parent process is gone."""
    options = _parser().parse_args(arguments)
    clock = RealClock()
    audit = None
    try:
        home = load_home(options.map)
        transport = open_port(options.port, options.baud)
        audit = AuditFile(options.audit) if options.audit is not None else None
        trace = _trace(options.trace, clock) if options.trace is not None else None
        link = Link(transport, clock.now, trace, lambda: open_port(options.port, options.baud), seed=os.getpid())
        policy, told = _policy(options.policy), [*options.told, home.dock]
        behind = audit.behind if audit is not None else never
        body = Body(scan_time=options.scan_time)
        gate = Gate(policy, home, link, clock, options.start, audit, body, behind=behind, told=told)
        server = Server(gate, clock, options.socket, options.console, audit)
    except (LayoutError, MapError, TransportLost, SocketError, TraceError, OSError) as error:
        _tell({"ready": False, "error": str(error)})
        return 1
    system = realtime.acquire() if options.realtime else {"scheduler": "normal (not asked)", "memory": "not asked"}
    gc.freeze()
    _tell({"ready": True, "pid": os.getpid(), "fault": gate.fault, **system})
    try:
        _run(server, _going_on(options.exit_with_parent))
    finally:
        server.close()
        link.close()
        if trace is not None:
            trace.close()
        if audit is not None:
            audit.close()
    return 0


def _run(server: Server, going_on: Callable[[], bool]) -> None:
    while going_on():
        server.turn()


def _going_on(with_parent: bool) -> Callable[[], bool]:
    asked_to_end: list[int] = []
    signal.signal(signal.SIGTERM, lambda received, _frame: asked_to_end.append(received))
    if with_parent:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, and this process ends after it
    else:
        signal.signal(signal.SIGINT, lambda received, _frame: asked_to_end.append(received))
    parent = os.getppid()
    return lambda: not asked_to_end and not (with_parent and os.getppid() != parent)


def _policy(path: Path) -> Policy | PolicyError:
    try:
        return load(path)
    except PolicyError as error:
        return error


def _trace(path: Path, clock: Clock) -> FrameTrace:
    return FrameTrace(path, clock.now, time.time, lambda fault: print(fault, file=sys.stderr, flush=True))


def _tell(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)


def _pose(text: str) -> Pose:
    x, y, yaw = (float(part) for part in text.split(","))
    return Pose(x, y, yaw)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m robotos.actuation.server", description=__doc__)
    parser.add_argument("--port", default=AUTO, help="serial port or pty of the motor controller; default: by USB id")
    parser.add_argument("--baud", type=int, default=250000)
    parser.add_argument("--map", type=Path, required=True, help="directory with layout.yaml")
    parser.add_argument("--policy", type=Path, default=DEFAULT)
    parser.add_argument("--socket", type=Path, required=True, help="for the kernel")
    parser.add_argument("--console", type=Path, required=True, help="for arming by a person at this machine")
    parser.add_argument("--audit", type=Path, help="file of JSON lines")
    parser.add_argument("--trace", type=Path, help="file for all frames of the link; robotos link monitor reads it")
    parser.add_argument("--start", type=_pose, help="x,y,yaw where the robot certainly stands; default: it looks")
    parser.add_argument(
        "--told", type=_pose, action="append", default=[], metavar="X,Y,YAW",
        help="where it may stand, besides on its dock: believed if the first scans bear it out",
    )  # fmt: skip
    parser.add_argument("--scan-time", type=float, help="s that one turn of the range sensor takes, 0 for all at once")
    parser.add_argument("--realtime", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--exit-with-parent", action="store_true", help="end when the process that began this ends")
    return parser


if __name__ == "__main__":
    sys.exit(main())
