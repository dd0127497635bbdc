"""What changed between two reports of the controller, as events for the kernel."""

from __future__ import annotations

from robotos.actuation.controller import Report
from robotos.kernel.ports import BodyEvent

_SIDES = ("", "left", "right", "both sides")


def edges(before: Report | None, after: Report, reserve: float, at: float) -> list[BodyEvent]:
    """Events at time `at` (clock seconds); `reserve` is the battery level (0 to 1) below which it counts as low."""
    found: list[BodyEvent] = []
    if after.bumper and not (before and before.bumper):
        found.append(BodyEvent("bumper", at, _SIDES[after.bumper & 3]))
    if after.cliff and not (before and before.cliff):
        found.append(BodyEvent("cliff", at, _SIDES[after.cliff & 3]))
    if after.stop_button != bool(before and before.stop_button):
        found.append(BodyEvent("stop_button" if after.stop_button else "stop_button_released", at))
    if after.charging and not (before and before.charging):
        found.append(BodyEvent("charging", at))
    if after.battery < reserve and not (before and before.battery < reserve):
        found.append(BodyEvent("battery_low", at, f"{after.battery:.0%}"))
    return found
