"""A home and how it is read: the names that other layers use."""

from __future__ import annotations

from robotos.navigation.maps.errors import LayoutError
from robotos.navigation.maps.home import Home, KeepOut, Obstacle, Person, Place, Room, Thing
from robotos.navigation.maps.layout import LAYOUT, Layout, load_layout
from robotos.navigation.maps.loading import load_home

__all__ = [
    "LAYOUT", "Home", "KeepOut", "Layout", "LayoutError", "Obstacle", "Person", "Place", "Room", "Thing", "load_home",
    "load_layout",
]  # fmt: skip
