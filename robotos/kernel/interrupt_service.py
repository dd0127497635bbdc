"""What is done when something breaks into the normal course of things: the worst first, a stop before all else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from robotos.errno import Errno
from robotos.kernel.budget import for_words
from robotos.kernel.calls import Call, Taint
from robotos.kernel.custody import BATTERY, HOMEWARD
from robotos.kernel.interrupts import Interrupt, Severity
from robotos.kernel.ports import BodyEvent, Refused
from robotos.kernel.process import Order, State, Task
from robotos.kernel.whereabouts import Whereabouts

if TYPE_CHECKING:
    from robotos.kernel.kernel import Kernel

CONFIRM_WITHIN = 0.5  # s in which the controller must have acknowledged a stop

# What the owner hears when a device is in trouble, and what a program is ended with.
TROUBLE: Mapping[str, tuple[Errno, str]] = MappingProxyType(
    {
        "stop_button": (
            Errno.EPERM, "The stop button is pressed. Release it and arm me again when it is safe.",
        ),
        "link_lost": (Errno.ENODEV, "I have lost the connection to my motors and stand still."),
        "reset": (Errno.ENODEV, "My motor controller has restarted. Arm me again when it is safe."),
    }
)  # fmt: skip
STOPPED, STILL = "Stopped.", "I am standing still."
UNCONFIRMED = "I have sent the stop, but my motors have not confirmed it. Please press the stop button."
GOING_HOME = "My battery is low. I am going back to my dock."


@dataclass(frozen=True, slots=True)
class _Sent:
    """A stop that the controller has not acknowledged yet."""

    at: float
    text: str  # what is said once it has


class InterruptService:
    """Takes interrupts in and serves them. A stop is carried out at once, whatever else is pending."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._pending: list[Interrupt] = []
        self._sent: _Sent | None = None
        self._whereabouts = Whereabouts(kernel)

    @property
    def busy(self) -> bool:
        """Whether something waits to be served or confirmed."""
        return bool(self._pending) or self._sent is not None

    def take(self, interrupt: Interrupt) -> None:
        """A stop is carried out here and now; the others at the next step, worst first."""
        if interrupt.severity is Severity.STOP:
            self._stop(interrupt)
        else:
            self._pending.append(interrupt)

    def body_event(self, event: BodyEvent) -> None:
        """Something happened to the body."""
        kernel = self._kernel
        kernel.journal("body", {"event": event.kind, "detail": event.detail})
        kernel.note(0, "gate", "event", f"{event.kind} {event.detail}".strip())
        if self._sent is not None and event.at >= self._sent.at:
            if event.kind == "latched":
                self._confirmed(event.at - self._sent.at, self._sent.text)
            elif event.kind == "unlatched":  # the next order came first, and the controller has taken that
                self._sent = None
        self.take(Interrupt(event.kind, event.at, event.detail))

    def serve(self) -> None:
        """Serve what is pending."""
        pending, self._pending = sorted(self._pending, key=lambda i: -i.severity), []
        for interrupt in pending:
            if interrupt.severity is Severity.CANCEL:
                errno, text = TROUBLE[interrupt.kind]
                self._kernel.life.cancel_all(errno, interrupt.kind)
                self._kernel.speak(0, text)
            elif interrupt.severity is Severity.HOLD:
                self._go_home()
            else:
                self._whereabouts.serve(interrupt)
        if self._sent is not None and self._kernel.now() - self._sent.at > CONFIRM_WITHIN:
            self._sent = None
            self._kernel.journal("stop_unconfirmed", {"within": CONFIRM_WITHIN})
            self._kernel.note(0, "kernel", "event", "stop (unconfirmed)", Errno.ETIMEDOUT)
            self._kernel.speak(0, UNCONFIRMED)

    def _stop(self, interrupt: Interrupt) -> None:
        """First the motors, then everything else. Idempotent."""
        kernel = self._kernel
        began = kernel.now()
        report = kernel.ports.actuators.stop(interrupt.detail or "stop")
        kernel.journal("stop", {"confirmed": report.confirmed, "reason": interrupt.detail})
        kernel.note(0, "kernel", "event", f"stop ({'confirmed' if report.confirmed else 'sent'})")
        kernel.hush()
        working = bool(kernel.life.working)
        kernel.drop_mail("the stop")
        kernel.life.cancel_all(Errno.ECANCELED, "stop")
        if self._sent is None:
            self._sent = _Sent(began, STOPPED if working else STILL)
        if report.confirmed:
            self._confirmed(report.seconds, self._sent.text)

    def _confirmed(self, seconds: float, text: str) -> None:
        self._sent = None
        self._kernel.journal("stop_confirmed", {"seconds": round(seconds, 4)})
        self._kernel.note(0, "kernel", "event", f"stop confirmed after {seconds:.2f} s")
        self._kernel.speak(0, text)

    def _go_home(self) -> None:
        """The battery is low: what drives is ended and the robot goes to its dock. What is paused stays where it is."""
        kernel, base = self._kernel, self._kernel.base
        holder = base.holder
        if holder is None or holder.program.name == HOMEWARD or holder.state is State.PAUSED:
            return
        for process in base.everyone():
            kernel.life.kill(process, Errno.EINTR, "My battery is low.")
        kernel.speak(0, GOING_HOME)
        order = Order(Taint.SYSTEM, BATTERY, for_words())
        started = kernel.custody.start(HOMEWARD, {}, 0, order, Task(Call(HOMEWARD)))
        if isinstance(started, Refused):
            kernel.note(0, "kernel", "event", f"cannot go home: {started.reason}", started.errno)
