"""The card a running system leaves in its home directory, so that other commands find it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from robotos.boot.children import BootError

NAME = "running.json"


@dataclass(frozen=True, slots=True)
class Running:
    """Where a system listens. `control` is the kernel's socket, `console` the gate's own, the only one that can arm."""

    pid: int
    control: str
    console: str
    map: str
    children: dict[str, int] = field(default_factory=dict)  # name to pid

    def write(self, directory: Path) -> None:
        """Leave the card; readers see the old one or the new one, never half of it."""
        draft = directory / f".{NAME}.{self.pid}"
        draft.write_text(json.dumps(asdict(self)) + "\n", encoding="utf-8")
        draft.replace(directory / NAME)


def remove(directory: Path) -> None:
    """Take the card away."""
    (directory / NAME).unlink(missing_ok=True)


def find(directory: Path) -> Running | None:
    """The system that runs on this home; None when none does. A card left behind by a dead one does not count."""
    try:
        card = json.loads((directory / NAME).read_text(encoding="utf-8"))
        found = Running(
            int(card["pid"]), str(card["control"]), str(card["console"]), str(card["map"]), dict(card["children"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if _lives(found.pid) and Path(found.control).exists() else None


def must_find(directory: Path) -> Running:
    """The system that runs on this home; `BootError` when none does."""
    found = find(directory)
    if found is None:
        raise BootError(f"no robot is running on {directory}; start one with: robotos sim (or name another --home)")
    return found


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's, but it runs
    return True
