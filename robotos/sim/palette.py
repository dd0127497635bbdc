"""Colours of the rendered home, as (red, green, blue) or with alpha."""

from __future__ import annotations

Colour = tuple[int, int, int]
Glass = tuple[int, int, int, int]

PAPER: Colour = (250, 249, 246)
INK: Colour = (44, 52, 64)
FAINT: Colour = (122, 128, 138)
WALL: Colour = (62, 70, 84)
ROOMS: tuple[Colour, ...] = (
    (233, 229, 219),  # sand
    (252, 228, 196),  # apricot
    (214, 232, 205),  # sage
    (229, 217, 240),  # lilac
    (205, 230, 240),  # sky
    (248, 214, 212),  # rose
    (240, 236, 190),  # straw
    (215, 222, 236),  # mist
)
TEXTURE: Glass = (70, 60, 50, 22)
FURNITURE: Colour = (255, 253, 249)
FURNITURE_EDGE: Colour = (176, 168, 156)
SHADOW: Glass = (40, 40, 60, 46)
SWEPT: Glass = (0, 150, 160, 105)
PATH: Colour = (12, 92, 148)
KEEP_OUT: Colour = (206, 66, 60)
NO_MOP: Colour = (44, 118, 176)
DOCK: Colour = (88, 96, 110)
ROBOT: Colour = (34, 42, 56)
ROBOT_TOP: Colour = (255, 196, 61)
PERSON: Colour = (142, 84, 162)
ANIMAL: Colour = (168, 114, 62)
THING: Colour = (222, 122, 42)
