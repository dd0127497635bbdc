"""The gate's audit trail: JSON lines in a file that is rotated before it grows too large, written in the background."""

from __future__ import annotations

import json
import sys
import threading
from collections import deque
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TextIO

MAX_BYTES = 4 * 1024 * 1024
KEPT = 3  # older files, .1 being the newest
WAITING = 64  # entries that wait before the writer is woken for them
ROOM = 4096  # entries that may wait; a writer that falls so far behind hangs on its disk
CLOSING = 2.0  # s for which `close` waits
AT_ONCE = 16  # entries formatted before the interpreter is let go for the gate: a tenth of a millisecond
LOOK = 0.1  # s after which the writer looks for entries without being woken


class AuditFile:
    """Appends one line per entry, in a thread of its own: neither formatting nor the disk holds up an order or a stop.

    An order to drive that was followed comes twenty times a second and only waits in a queue, for `flush` or until
    there are `WAITING`; for an entry of another kind the writer is woken at once. A full disk must not stop the wheels
    from being controlled: it is told once. A disk that hangs is another matter: with half of `ROOM` waiting `behind`
    turns true, and the gate moves nothing that would leave no trace.

    For one thread, and whatever interrupts it: no lock is held. `lost` counts the entries that could not be written.
    """

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES, kept: int = KEPT) -> None:
        """Raises `OSError` when the file cannot be opened."""
        self._lines = _Lines(path, max_bytes, kept)
        self._waiting: deque[Mapping[str, object]] = deque()
        self._calls: SimpleQueue[threading.Event | None] = SimpleQueue()
        self._closed = threading.Event()
        self._started = count()
        self._writer = threading.Thread(target=self._write, name="audit", daemon=True)

    @property
    def lost(self) -> int:
        """Entries that could not be written."""
        return self._lines.lost

    def behind(self) -> bool:
        """Whether so much waits to be written that nothing should be done that adds to it."""
        return len(self._waiting) >= ROOM // 2

    def __call__(self, entry: Mapping[str, object]) -> None:
        waiting = self._waiting
        if len(waiting) >= ROOM or self._closed.is_set():
            self._lines.lose(1, "closed" if self._closed.is_set() else "the disk hangs")
            return
        waiting.append(entry)
        if len(waiting) % WAITING == 0 or entry.get("call") != "drive" or "errno" in entry:
            self._wake(None)

    def flush(self, within: float = 0.0) -> bool:
        """Have all that waits written; whether it was, after `within` seconds at most. 0 does not wait."""
        if not self._waiting or self._closed.is_set():
            return not self._waiting
        written = threading.Event() if within > 0.0 else None
        self._wake(written)
        return written is not None and written.wait(within)

    def close(self) -> None:
        """Write what waits, and close. On a disk that hangs it gives up after `CLOSING`, and tells what is lost."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._wake(None)
        self._writer.join(CLOSING)
        if self._writer.is_alive():
            self._lines.lose(len(self._waiting), "the disk hangs")
        else:
            self._lines.close()

    def _wake(self, written: threading.Event | None) -> None:
        """Tell the writer, which sets `written` when it is through with what waits now."""
        self._calls.put(written)
        if not self._writer.ident and next(self._started) == 0:
            self._writer.start()  # only now: the process has the priority by now that a thread takes over from it

    def _write(self) -> None:
        """The writer's own loop, until closed and done."""
        while not (self._closed.is_set() and not self._waiting):
            try:
                written = self._calls.get(timeout=LOOK)
            except Empty:
                written = None
            while self._waiting:
                some = [self._waiting[at] for at in range(min(len(self._waiting), AT_ONCE))]
                self._lines.write(some)
                for _ in some:  # only now: what is being written has not been yet
                    self._waiting.popleft()
            if written is not None:
                written.set()


class _Lines:
    """The file. What cannot be written is counted, and told once."""

    def __init__(self, path: Path, max_bytes: int, kept: int) -> None:
        self._path, self._max_bytes, self._kept = path, max_bytes, kept
        self.lost = 0
        self._file: TextIO = self._open()
        self._size = path.stat().st_size
        self._encode = json.JSONEncoder(default=str).encode

    def write(self, entries: list[Mapping[str, object]]) -> None:
        """One line each, `at` in tenths of a millisecond."""
        try:
            for entry in entries:
                self._append(self._encode(_rounded(entry)) + "\n")
            self._file.flush()
        except (OSError, ValueError) as error:  # ValueError: closed by a rotation that failed
            self.lose(len(entries), str(error))

    def lose(self, count: int, why: str) -> None:
        """So many entries will never be written."""
        if self.lost == 0 and count:
            print(f"audit: cannot write {self._path}: {why}", file=sys.stderr, flush=True)
        self.lost += count

    def close(self) -> None:
        try:
            self._file.close()
        except OSError as error:
            self.lose(1, str(error))

    def _append(self, line: str) -> None:
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


def _rounded(entry: Mapping[str, object]) -> Mapping[str, object]:
    at = entry.get("at")
    return {**entry, "at": round(at, 4)} if isinstance(at, float) else entry
