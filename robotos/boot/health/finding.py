"""One answer of the doctor, and the small helpers that the questions share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

LIMIT = 30.0  # s for a question that is asked in a process of its own


class State(StrEnum):
    """MISSING: something is left out. BROKEN: it is there and does not work."""

    OK = "ok"
    MISSING = "missing"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """`loses` is what does not work without it, `cure` the line that mends it; both "" when all is well."""

    name: str
    state: State
    detail: str
    loses: str = ""
    cure: str = ""
    essential: bool = False

    @property
    def stops_all(self) -> bool:
        """Whether nothing starts on this machine."""
        return self.essential and self.state is not State.OK


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined: the home directory of the disk, and another model than the bundled one."""

    home: Path
    model: Path | None = None


Question = Callable[[Patient], Finding]


def asked_apart(code: str, *arguments: str) -> tuple[int, str]:
    """Run a few lines of Python in a process of their own, where a crash of native code harms nobody.

    The exit code (negative: the signal that killed it), and what it printed last.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return 1, f"no answer within {LIMIT:.0f} s"
    lines = (done.stdout.strip() or done.stderr.strip()).splitlines()
    return done.returncode, lines[-1] if lines else ""
