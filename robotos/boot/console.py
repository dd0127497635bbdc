"""A person at this machine: stopping and arming through the gate's own socket, past the kernel."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from robotos.actuation.client import Console
from robotos.clock import RealClock
from robotos.kernel.ports import Refused


@dataclass(frozen=True, slots=True)
class Told:
    """What the gate answered, as a sentence."""

    ok: bool
    text: str
    seconds: float = 0.0


def arm_at(console: Path, by: str = "shell") -> Told:
    """Ask the gate to clear what has latched. Raises `GateError` when there is no gate."""
    with closing(Console(console, RealClock())) as line:
        news = line.news()
        before = news.state.latched if news is not None else ""
        answer = line.arm(by)
    if isinstance(answer, Refused):
        return Told(False, f"not armed ({answer.errno}): {answer.reason}")
    return Told(True, f"armed; the stop ({before}) is cleared" if before else "armed")


def locate_at(console: Path, room: str) -> Told:
    """Say in which room the lost robot is. Raises `GateError` when there is no gate."""
    with closing(Console(console, RealClock())) as line:
        answer = line.locate(room)
    if isinstance(answer, Refused):
        return Told(False, f"of no use ({answer.errno}): {answer.reason}")
    return Told(True, f"it looks for itself in the {room}")


def stop_at(console: Path, reason: str = "shell") -> Told:
    """Stop the wheels now. Raises `GateError` when there is no gate."""
    with closing(Console(console, RealClock())) as line:
        report = line.stop(reason)
    if report.confirmed:
        return Told(True, f"stopped, confirmed by the controller after {report.seconds * 1000:.0f} ms", report.seconds)
    return Told(False, "the stop was sent but not confirmed: look at the robot, and press its stop button")
