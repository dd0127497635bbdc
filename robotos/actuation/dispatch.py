"""Which calls each kind of caller may make on the gate: the kernel's socket cannot arm, whatever it sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from robotos.actuation.gate import Gate
from robotos.actuation.protocol import News, Request
from robotos.errno import Errno
from robotos.kernel.ports import Refused, Sent


class Role(StrEnum):
    """Who is at the other end of a connection."""

    KERNEL = "kernel"  # drives; one at a time
    STOP = "stop"  # may only stop
    CONSOLE = "console"  # a person at the machine


Handler = Callable[..., Sent | Refused | News]


class Dispatcher:
    """Requests to calls of one gate, except `stop` and `hello`, which concern the connection as well."""

    def __init__(self, gate: Gate, now: Callable[[], float]) -> None:
        self._gate = gate
        self._now = now
        self._tables: Mapping[Role, Mapping[str, tuple[int, Handler]]] = MappingProxyType(
            {
                Role.KERNEL: {
                    "poll": (0, self._poll),
                    "drive": (3, gate.drive_until),
                    "tool": (1, gate.tool),
                    "gripper": (2, gate.gripper),
                    "recover": (0, gate.recover),
                    "engage": (1, gate.engage),
                    "disengage": (0, self._disengage),
                },
                Role.STOP: {},
                Role.CONSOLE: {"arm": (1, gate.arm), "locate": (1, gate.locate), "state": (0, self._state)},
            }
        )

    def call(self, role: Role, request: Request) -> Sent | Refused | News:
        """The gate's answer; ENOSYS for what this caller cannot ask, EINVAL for the wrong number of arguments."""
        row = self._tables[role].get(request.name)
        if row is None:
            return Refused(Errno.ENOSYS, f"no call {request.name!r} for {role}")
        count, handler = row
        if len(request.arguments) != count:
            return Refused(Errno.EINVAL, f"{request.name} takes {count} arguments, not {len(request.arguments)}")
        return handler(*request.arguments)

    def _poll(self) -> News:
        return self._news(tuple(self._gate.poll()))

    def _state(self) -> News:
        return self._news(())  # events are the kernel's, and looking is no sign of its life

    def _news(self, events: tuple[Any, ...]) -> News:
        return News(events, self._gate.state(), self._now(), self._gate.deadline(0.0), self._gate.fault)

    def _disengage(self) -> Sent:
        self._gate.disengage()
        return Sent()
