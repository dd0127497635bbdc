"""The lock file: which bytes each model was, the first time it was fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from robotos.boot.children import BootError

NAME = "lock.json"  # in <home>/models


@dataclass(frozen=True, slots=True)
class LockedFile:
    """One file as it was fetched: its name here, its size in bytes, its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Locked:
    """One model as it was fetched. `vouched`: whether its sums are this program's, or were the hub's own."""

    repo: str
    commit: str
    licence: str
    vouched: bool
    files: Mapping[str, LockedFile] = field(default_factory=dict)  # by path in the repository


def read_lock(home: Path) -> Mapping[str, Locked]:
    """Every model that was ever fetched into this home and not removed, by name.

    Raises:
        BootError: it is damaged. It is not made anew by itself: then anything would be accepted again.
    """
    path = home / "models" / NAME
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: Locked(
                str(row["repo"]), str(row["commit"]), str(row["licence"]), bool(row["vouched"]),
                {at: LockedFile(str(f["name"]), int(f["size"]), str(f["sha256"])) for at, f in row["files"].items()},
            )
            for name, row in plain.items()
        }  # fmt: skip
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BootError(f"{path} is damaged ({error}); delete it, then pull again what you use") from error


def write_lock(home: Path, locked: Mapping[str, Locked]) -> None:
    """Replace it as a whole."""
    path = home / "models" / NAME
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps({name: asdict(one) for name, one in locked.items()}, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
