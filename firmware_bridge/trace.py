"""Every frame of a link in a file: written as it happens, of bounded size, read back later or while it grows."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from struct import Struct

from firmware_bridge.messages import SCHEMA_HASH

# The file: one line of JSON ({"trace", "schema", "wall", "clock", "run"}), then records: microseconds since the
# header's clock (u64), 0 to the controller or 1 from it (u8), length (u8), the frame as on the wire without delimiter.
KIND = "robotos link 1"
WAYS = ("tx", "rx")
LIMIT = 16 * 2**20  # bytes of one file, 90 minutes of driving; the one before it is kept as FILE.1
_RECORD = Struct("<QBB")
_HEADER_LIMIT = 4096


class TraceError(ValueError):
    """The file cannot be written, or is no trace; the text names it."""


@dataclass(frozen=True, slots=True)
class Record:
    """One frame. `at` is the link's clock, `wall` seconds since 1970; `way` is "tx" (to the controller) or "rx"."""

    at: float
    wall: float
    way: str
    frame: bytes


class FrameTrace:
    """What `Link` calls for each frame: one write to the page cache. A full disk ends the trace, never the link."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], float],
        wall: Callable[[], float],
        on_fault: Callable[[str], None],
        limit: int = LIMIT,
    ) -> None:
        """Begin a new file at `path`; an old one becomes FILE.1.

        `now` is the clock of the link, `wall` the time of day. `on_fault` is told, once, why the trace ended early.

        Raises:
            TraceError: the file cannot be made.
        """
        self._path, self._now, self._wall, self._on_fault, self._limit = path, now, wall, on_fault, limit
        self._run = f"{os.getpid()}-{wall():.6f}"
        self._fd, self._size, self._began = -1, 0, 0.0
        try:
            self._open()
        except OSError as error:
            raise TraceError(f"cannot write the trace {path}: {error.strerror}") from error

    def __call__(self, way: str, frame: bytes) -> None:
        """Note one frame; of garbage without an end, the first 255 bytes."""
        if self._fd < 0:
            return
        frame = frame[:255]
        since = max(0, round((self._now() - self._began) * 1e6))
        record = _RECORD.pack(since, WAYS.index(way), len(frame)) + frame
        try:
            if self._size + len(record) > self._limit:
                self._open()
            if os.write(self._fd, record) != len(record):
                raise OSError(0, "the disk is full")
        except OSError as error:
            self.close()
            self._on_fault(f"the trace {self._path} ends here: {error.strerror}")
            return
        self._size += len(record)

    def close(self) -> None:
        """End the trace. May be called again."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _open(self) -> None:
        self.close()
        if self._path.exists():
            self._path.replace(older(self._path))
        self._fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._began = self._now()
        header = {"trace": KIND, "schema": SCHEMA_HASH, "wall": self._wall(), "clock": self._began, "run": self._run}
        self._size = os.write(self._fd, json.dumps(header).encode() + b"\n")


def older(path: Path) -> Path:
    """Where the file before this one is kept."""
    return path.with_name(path.name + ".1")


class TraceReader:
    """Reads a trace from its beginning, and on as it grows and is replaced. Half a record waits for the rest."""

    def __init__(self, path: Path) -> None:
        """Raises `TraceError` when there is no trace of this schema at `path`."""
        self._path = path
        self._file = _File(path)
        self._next = None
        before = older(path)
        if before.exists():
            first = _File(before)
            if first.run == self._file.run:  # of the same run: what comes first
                self._file, self._next = first, self._file

    def read(self) -> list[Record]:
        """What was added since the last call; [] when nothing was. Raises `TraceError`."""
        records = self._file.read()
        while not records and (following := self._following()) is not None:
            self._file = following
            records = self._file.read()
        return records

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
        if self._next is not None:
            self._next.close()

    def _following(self) -> _File | None:
        if self._next is not None:
            following, self._next = self._next, None
            self._file.close()
            return following
        try:
            replaced = self._path.stat().st_ino != self._file.inode
        except FileNotFoundError:
            return None  # between two files
        if not replaced:
            return None
        self._file.close()
        return _File(self._path)


class _File:
    def __init__(self, path: Path) -> None:
        try:
            self._stream = path.open("rb")
        except OSError as error:
            raise TraceError(f"cannot read the trace {path}: {error.strerror}") from error
        self.inode = os.fstat(self._stream.fileno()).st_ino
        line = self._stream.readline(_HEADER_LIMIT)
        try:
            header = json.loads(line)
            kind, self.schema = header["trace"], int(header["schema"])
            self._clock, self._wall, self.run = float(header["clock"]), float(header["wall"]), str(header["run"])
        except (ValueError, KeyError, TypeError) as error:
            self._stream.close()
            raise TraceError(f"{path} is no trace of a link; robotos run --trace FILE makes one") from error
        if kind != KIND or self.schema != SCHEMA_HASH:
            self._stream.close()
            raise TraceError(
                f"{path} is a trace of another version ({kind}, schema 0x{self.schema:08X}, here 0x{SCHEMA_HASH:08X}): "
                "read it with the robotos that made it"
            )
        self._rest = b""

    def read(self) -> list[Record]:
        data = self._rest + self._stream.read()
        records, at = [], 0
        while at + _RECORD.size <= len(data):
            since, way, length = _RECORD.unpack_from(data, at)
            end = at + _RECORD.size + length
            if way >= len(WAYS):
                raise TraceError(f"{self._stream.name} is damaged at byte {self._stream.tell() - len(data) + at}")
            if end > len(data):
                break
            frame = data[at + _RECORD.size : end]
            records.append(Record(self._clock + since / 1e6, self._wall + since / 1e6, WAYS[way], frame))
            at = end
        self._rest = data[at:]
        return records

    def close(self) -> None:
        self._stream.close()
