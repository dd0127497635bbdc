"""What breaks into the normal course of things, ordered by severity: the worst one pending is served first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """What is done with what holds the base: the larger wins."""

    NOTE = 0  # told to programs, nothing stops
    HOLD = 1  # the running task is held or sent home
    CANCEL = 2  # everything that moves is cancelled; the device itself is in trouble
    STOP = 3  # the owner said stop


SEVERITY = {
    "stop": Severity.STOP,
    "stop_button": Severity.CANCEL,
    "link_lost": Severity.CANCEL,
    "reset": Severity.CANCEL,
    "battery_low": Severity.HOLD,
    "bumper": Severity.NOTE,  # the controller has stopped already; the task may ask to recover
    "cliff": Severity.NOTE,
    "speech": Severity.NOTE,
}


@dataclass(frozen=True, slots=True)
class Interrupt:
    """One interrupt: `kind` is a key of `SEVERITY` or anything else, which is then a note."""

    kind: str
    at: float
    detail: str = ""

    @property
    def severity(self) -> Severity:
        return SEVERITY.get(self.kind, Severity.NOTE)
