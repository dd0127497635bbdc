"""The gate's audit trail: JSON lines in a file that is rotated before it grows too large."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

MAX_BYTES = 4 * 1024 * 1024
KEPT = 3  # older files, .1 being the newest


class AuditFile:
    """Appends one line per entry. A full disk must not stop the wheels from being controlled: it is told once."""

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES, kept: int = KEPT) -> None:
        """Raises `OSError` when the file cannot be opened."""
        self._path, self._max_bytes, self._kept = path, max_bytes, kept
        self.lost = 0  # entries that could not be written
        self._file: TextIO = self._open()
        self._size = path.stat().st_size

    def __call__(self, entry: Mapping[str, object]) -> None:
        line = json.dumps(entry, default=str) + "\n"
        try:
            if self._size + len(line) > self._max_bytes:
                self._rotate()
            self._file.write(line)
            self._file.flush()
            self._size += len(line)
        except (OSError, ValueError) as error:  # ValueError: closed by a rotation that failed
            self.lost += 1
            if self.lost == 1:
                print(f"audit: cannot write {self._path}: {error}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Flush and close."""
        self._file.close()

    def _open(self) -> TextIO:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return self._path.open("a", encoding="utf-8")

    def _rotate(self) -> None:
        self._file.close()
        for number in range(self._kept, 0, -1):
            older = self._path.with_name(f"{self._path.name}.{number}")
            newer = self._path if number == 1 else self._path.with_name(f"{self._path.name}.{number - 1}")
            if newer.exists():
                newer.replace(older)
        self._file, self._size = self._open(), 0
