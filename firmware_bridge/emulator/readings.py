"""What can be read off an emulated board beyond its outputs: changes with their times, serial lines, loop and stack."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Line(IntEnum):
    """The board's serial lines."""

    HOST = 0
    LIDAR = 1
    ARM = 2


class Fault(IntEnum):
    """Ways for the main loop to hang: with interrupts still served, or with nothing served any more."""

    LOOP = 0
    DEAF = 1


@dataclass(frozen=True, slots=True)
class Edge:
    """An output changed: microseconds since power-up (to 1/16), a name of `Outputs`, the new value."""

    us: float
    name: str
    value: int


@dataclass(frozen=True, slots=True)
class LineState:
    """Bytes `waiting` to be sent to the board, `lost` for want of room in its UART, `mangled` by unequal baud rates."""

    waiting: int
    lost: int
    mangled: int


@dataclass(frozen=True, slots=True)
class LoopTiming:
    """Control periods since `watch_loop`, in microseconds, with all interrupts in them.

    A gap is from the end of one to the beginning of the next, an interval from beginning to beginning.
    """

    periods: int
    mean_us: float
    worst_us: float
    longest_gap_us: float
    longest_interval_us: float


@dataclass(frozen=True, slots=True)
class Stack:
    """The most bytes of stack ever in use since power-up, and how many were free then."""

    used: int
    free: int
