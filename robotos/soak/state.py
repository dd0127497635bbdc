"""What a soak has done so far, on disk after each chunk, so that an interrupted one goes on where it was."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from robotos.soak.part import Part

FILE = "soak.partial.json"


class StateError(Exception):
    """The unfinished soak in this directory cannot be gone on with; the text says what to do."""


@dataclass(slots=True)
class Done:
    """One part so far."""

    count: int = 0
    chunks: int = 0
    seconds: float = 0.0
    found: Part = field(default_factory=Part)
    missing: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "count": self.count,
            "chunks": self.chunks,
            "seconds": self.seconds,
            **self.found.plain(),
            "missing": self.missing,
        }


@dataclass(slots=True)
class State:
    """All parts so far, and of which source they are: chunks of different sources must not be added up."""

    commit: str
    seed: int
    began: str
    parts: dict[str, Done] = field(default_factory=dict)

    def of(self, name: str) -> Done:
        """One part, begun if it is not."""
        return self.parts.setdefault(name, Done())

    def save(self, directory: Path) -> None:
        """Replace what was there, in one step."""
        parts = {name: done.plain() for name, done in self.parts.items()}
        plain = {"commit": self.commit, "seed": self.seed, "began": self.began, "parts": parts}
        fresh = directory / f"{FILE}.new"
        fresh.write_text(json.dumps(plain, indent=1), encoding="utf-8")
        fresh.replace(directory / FILE)

    @classmethod
    def load(cls, directory: Path) -> Self | None:
        """What an interrupted soak left; None when nothing did. Raises `StateError`."""
        try:
            plain = json.loads((directory / FILE).read_text(encoding="utf-8"))
            parts = {
                name: Done(one["count"], one["chunks"], one["seconds"], Part.read(one), one["missing"])
                for name, one in plain["parts"].items()
            }
            return cls(plain["commit"], plain["seed"], plain["began"], parts)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StateError(f"{directory / FILE} cannot be read ({error}): begin anew with --fresh") from error
