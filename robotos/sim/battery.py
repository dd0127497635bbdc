"""The battery: charge drained by what runs, and the voltage that the controller measures of it."""

from __future__ import annotations

HOUR = 3600.0
IDLE = 0.03 / HOUR  # share per second: the computer and its sensors
DRIVE = 0.42 / HOUR  # with the two below: about two hours of cleaning from full
TOOL = 0.05 / HOUR
CHARGE = 1.0 / (3 * HOUR)

# Four lithium cells in series, straightened: 3.2 V when empty, 4.2 V when full.
EMPTY_MV = 12800
FULL_MV = 16800


def millivolts(level: float) -> int:
    """The voltage at a charge of 0 to 1."""
    return round(EMPTY_MV + (FULL_MV - EMPTY_MV) * level)


def after(level: float, seconds: float, *, driving: bool = False, tool: bool = False, charging: bool = False) -> float:
    """The charge (0 to 1) after `seconds` of the same load."""
    rate = CHARGE if charging else -(IDLE + DRIVE * driving + TOOL * tool)
    return min(1.0, max(0.0, level + rate * seconds))
