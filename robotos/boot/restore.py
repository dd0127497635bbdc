"""A simulated home begins each time as its layout says; this puts things where the disk knows them to be by now."""

from __future__ import annotations

from collections.abc import Callable

from robotos.disk import SqliteDisk
from robotos.navigation.home import Home

FIRSTHAND = frozenset({"moved", "seen"})  # what the owner merely told may be wrong, and finding that out is the point


def restore_things(disk: SqliteDisk, home: Home, place: Callable[[str, str], object]) -> None:
    """Call `place(thing, place)` for each thing that the robot itself last put or saw elsewhere than it belongs."""
    for thing in home.things.values():
        belief = disk.where(thing.name)
        if belief is None or belief.source not in FIRSTHAND or belief.place == thing.place:
            continue
        if belief.place in home.places:
            place(thing.name, belief.place)
