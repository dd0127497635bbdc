"""Names as a layout can hold them, and such that nothing else has yet."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

LONGEST = 60  # characters of a name that comes from a file; a layout takes a few more


def sayable(text: str) -> str:
    """The text without what cannot be printed, with single blanks, and not too long; "" where nothing is left."""
    printable = "".join(c if c.isprintable() else " " for c in text[: 4 * LONGEST])
    return " ".join(printable.split())[:LONGEST].strip()


def home_name(path: Path) -> str:
    """What a home is called after the file it comes from."""
    return sayable(path.stem.replace("_", " ")) or "home"


def unique(name: str, taken: Container[str]) -> str:
    """The name, with the first number behind it that makes it one of a kind."""
    number, result = 1, name
    while result in taken:
        number += 1
        result = f"{name} {number}"
    return result
