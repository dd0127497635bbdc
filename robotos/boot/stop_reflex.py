"""From a stop word straight to the gate: over a connection of its own, from the thread that listens."""

from __future__ import annotations

import queue
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from robotos.actuation.client import STOP_WITHIN, GateError, Line
from robotos.actuation.dispatch import Role
from robotos.clock import Clock
from robotos.kernel.interrupts import Interrupt
from robotos.kernel.kernel import Kernel
from robotos.kernel.ports import StopReport

if TYPE_CHECKING:
    from robotos.peripherals.stop.listener import StopHeard

_ATTEMPTS: Final = 2  # the second over a new connection


@dataclass(frozen=True, slots=True)
class _Raised:
    """A stop that the gate has been sent, and the kernel does not know of yet."""

    at: float  # clock seconds
    heard: StopHeard
    confirmed: bool


class StopReflex:
    """`hear` belongs to the thread that listens, `serve` and `watch` to the kernel's loop.

    It acts while the robot moves, may move, or works on something: a stop latches, and one that nobody meant should
    not meet a robot that stands idle. Whoever says "stop" to an idle robot is heard by the recogniser.
    """

    def __init__(self, gate: Path, clock: Clock) -> None:
        """`gate` is the socket at which the kernel talks to the gate. Raises `GateError`."""
        self._gate, self._clock = gate, clock
        self._line: Line | None = Line(gate, clock, Role.STOP)
        self._raised: queue.SimpleQueue[_Raised] = queue.SimpleQueue()
        self.active = False  # written by the kernel's loop alone, read by the listening thread
        self.problem = ""

    def hear(self, heard: StopHeard) -> bool:
        """A stop word was said: stop the wheels, then leave word for the kernel. Whether it acted.

        Waits for the gate's report, for 0.15 s at most.
        """
        if not self.active:
            return False
        at = self._clock.now()
        report = self._stop(f"the stop reflex heard {heard.word!r}")
        self._raised.put(_Raised(at, heard, report is not None and report.confirmed))
        return True

    def serve(self, kernel: Kernel) -> None:
        """Before a step of the kernel: end what was going on when a stop word was heard."""
        while True:
            try:
                raised = self._raised.get_nowait()
            except queue.Empty:
                return
            done = "confirmed" if raised.confirmed else "sent"
            kernel.note(0, "ears", "event", f"stop reflex: {raised.heard.word!r}, {raised.heard.score:.2f} ({done})")
            # Once more to the gate, which does not mind: an order that was under way may have armed it again.
            kernel.interrupt(Interrupt("stop", raised.at, f"the stop reflex heard {raised.heard.word!r}"))

    def watch(self, kernel: Kernel) -> None:
        """After a step of the kernel: whether there is anything that a stop word would stop."""
        state = kernel.ports.actuators.state()
        self.active = state.armed or state.twist.v != 0.0 or state.twist.w != 0.0 or not kernel.idle

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _stop(self, reason: str) -> StopReport | None:
        for _ in range(_ATTEMPTS):
            try:
                if self._line is None:
                    self._line = Line(self._gate, self._clock, Role.STOP)
                answer = self._line.ask("stop", reason, within=STOP_WITHIN)
            except GateError as error:
                self._line = None
                self.problem = f"the stop reflex does not reach the gate ({error}); start robotos again"
                continue
            self.problem = "" if isinstance(answer, StopReport) else "the gate did not answer the stop reflex"
            return answer if isinstance(answer, StopReport) else None
        return None
