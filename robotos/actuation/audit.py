"""The gate's audit trail: JSON lines in a file that is rotated before it grows too large."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

MAX_BYTES = 4 * 1024 * 1024
KEPT = 3  # older files, .1 being the newest
WAITING = 64  # entries


class AuditFile:
    """Appends one line per entry. A full disk must not stop the wheels from being controlled: it is told once.

    An order to drive that was followed comes twenty times a second: it waits, for `WAITING` entries at most, for
    `flush` or for the next entry of another kind, which is written at once together with all before it.
    """

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES, kept: int = KEPT) -> None:
        """Raises `OSError` when the file cannot be opened."""
        self._path, self._max_bytes, self._kept = path, max_bytes, kept
        self.lost = 0  # entries that could not be written
        self._file: TextIO = self._open()
        self._size = path.stat().st_size
        self._encode = json.JSONEncoder(default=str).encode
        self._waiting: list[Mapping[str, object]] = []

    def __call__(self, entry: Mapping[str, object]) -> None:
        self._waiting.append(entry)
        if entry.get("call") != "drive" or "errno" in entry or len(self._waiting) >= WAITING:
            self.flush()

    def flush(self) -> None:
        """Write what waits. Called once a turn by the loop around the gate."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        try:
            for entry in waiting:
                self._write(self._encode(entry) + "\n")
            self._file.flush()
        except (OSError, ValueError) as error:  # ValueError: closed by a rotation that failed
            if self.lost == 0:
                print(f"audit: cannot write {self._path}: {error}", file=sys.stderr, flush=True)
            self.lost += len(waiting)

    def close(self) -> None:
        """Flush and close."""
        self.flush()
        self._file.close()

    def _write(self, line: str) -> None:
        if self._size + len(line) > self._max_bytes:
            self._rotate()
        self._file.write(line)
        self._size += len(line)

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
