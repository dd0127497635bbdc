"""Where the encoder's files are: in the user's cache, from which everything can be made again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def cache_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """`$XDG_CACHE_HOME/robotos/encoder`, else `~/.cache/robotos/encoder`; not made here."""
    root = environment.get("XDG_CACHE_HOME", "")
    return (Path(root) if Path(root).is_absolute() else Path.home() / ".cache") / "robotos" / "encoder"
