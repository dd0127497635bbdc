"""Where things are on this machine: the home directory of the system, maps, the policy. Cheap to import."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from robotos.boot.children import BootError

if TYPE_CHECKING:
    from robotos.policy import Policy


def home_directory(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """`--home`, else `$XDG_DATA_HOME/robotos`, else `~/.local/share/robotos`; made when missing."""
    if given is not None:
        directory = given
    else:
        data = environment.get("XDG_DATA_HOME", "")
        directory = (Path(data) if data else Path.home() / ".local" / "share") / "robotos"
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BootError(f"{directory} cannot be used ({error}); name another directory with --home") from error
    return directory


def map_directory(name: str) -> Path:
    """A directory with a `layout.yaml`: a path, or the name of a map that comes with robotos."""
    roots = [Path(__file__).parents[2] / "maps", Path(sys.prefix) / "share" / "robotos" / "maps"]
    candidates = [Path(name), *(root / name for root in roots)]
    for candidate in candidates:
        if (candidate / "layout.yaml").is_file():
            return candidate.resolve()
    known = sorted(p.parent.name for root in roots if root.is_dir() for p in root.glob("*/layout.yaml"))
    raise BootError(f"there is no map {name!r}: give a directory with a layout.yaml, or one of: {', '.join(known)}")


def policy_file(home: Path) -> Path:
    """The owner's policy when there is one, the default otherwise."""
    from robotos.policy import DEFAULT

    own = home / "policy.toml"
    return own if own.exists() else DEFAULT


def read_policy(path: Path) -> Policy:
    """The policy, or a `BootError` that says which key is wrong."""
    from robotos.policy import PolicyError, load

    try:
        return load(path)
    except PolicyError as error:
        raise BootError(f"{error}; the robot stays disarmed until this is corrected") from error
