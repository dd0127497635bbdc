"""What is raised when a map or a layout cannot be used."""

from __future__ import annotations


class MapError(Exception):
    """A map cannot be used; the message names the file, what is wrong and the cure."""


class LayoutError(Exception):
    """A layout cannot be used; the message names the file, the line, the key and the cure."""
