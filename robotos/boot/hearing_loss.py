"""A robot that was to listen and cannot hear "stop": what it does moves only as policy allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from robotos.errno import Errno
from robotos.kernel.interrupts import Interrupt
from robotos.kernel.kernel import Kernel
from robotos.kernel.ports import Actuators, BodyEvent, BodyState, Refused, Sent, StopReport

LOST, BACK = "I cannot hear you, so I do not move.", "I can hear you again."


@dataclass(slots=True)
class HearingLoss:
    """Looks at the ears once a period. `deaf` says why they do not even hear a stop word, "" while they do.

    Without ears nobody relies on being heard, and `barred` stays "".
    """

    allowed: bool  # by policy, to move all the same
    deaf: Callable[[], str] = lambda: ""
    _was: bool = False

    def barred(self) -> str:
        """Why nothing may move now, or ""."""
        why = "" if self.allowed else self.deaf()
        return f"I cannot hear you say stop: {why}" if why else ""

    def watch(self, kernel: Kernel) -> None:
        """Before a step of the kernel: end what moves when hearing is lost, and say so; say when it is back."""
        why = self.deaf()
        if bool(why) is self._was:
            return
        self._was = bool(why)
        kernel.note(0, "ears", "event", why or "hearing is back", Errno.ENODEV if why else Errno.OK)
        if self.allowed:
            return
        state = kernel.ports.actuators.state()
        if why and (state.armed or state.twist.v or state.twist.w or not kernel.idle):
            kernel.interrupt(Interrupt("stop", kernel.now(), "hearing is lost"))
        kernel.speak(0, LOST if why else BACK)


@dataclass(frozen=True, slots=True)
class BarredActuators:
    """Implements `ports.Actuators` over another: while `barred` says why, nothing that moves goes through."""

    inner: Actuators
    barred: Callable[[], str]

    def poll(self) -> Sequence[BodyEvent]:
        return self.inner.poll()

    def state(self) -> BodyState:
        return self.inner.state()

    def drive(self, v: float, w: float, ttl: float) -> Sent | Refused:
        return self._refused() or self.inner.drive(v, w, ttl)

    def tool(self, on: bool) -> Sent | Refused:
        return (self._refused() if on else None) or self.inner.tool(on)

    def gripper(self, close: bool, aim: tuple[float, float, float]) -> Sent | Refused:
        return self._refused() or self.inner.gripper(close, aim)

    def recover(self) -> Sent | Refused:
        return self._refused() or self.inner.recover()

    def engage(self, order: str) -> Sent | Refused:
        return self._refused() or self.inner.engage(order)

    def disengage(self) -> None:
        self.inner.disengage()

    def stop(self, reason: str) -> StopReport:
        return self.inner.stop(reason)

    def _refused(self) -> Refused | None:
        why = self.barred()
        return Refused(Errno.EPERM, why) if why else None
