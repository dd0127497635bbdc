"""The index in a process of its own, for a robot that moves: the kernel feels neither its long steps nor its death.

Adding to a collection and opening a large one hold the interpreter for tenths of a second, and damaged files can end
the process. So a live system asks over a pipe, with a deadline; until the index is ready, and where it is late, the
words in SQLite find what they can. `robotos.disk.serving` is the other end.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from robotos.disk.index import Closed

ANSWER_WITHIN = 0.1  # s; a kernel's period is 0.05
CLOSE_WITHIN = 10.0  # s for sealing a large index
END_WITHIN = 2.0  # s for a process to end
STARTS = 3  # times; then there is no index until the next start


class ApartIndex:
    """An `Index` whose work is done elsewhere. It is being opened from the start on; nothing here waits for that."""

    def __init__(self, home: Path) -> None:
        self.rebuilt: list[str] = []
        self.late = 0  # searches that were not answered in time
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self._ready = False
        self._number = 0
        self._answers: dict[int, list[int]] = {}
        self._closed: Closed | None = None
        self._rest = b""
        self._start()

    @property
    def pid(self) -> int:
        """Of the other process; 0 when there is none."""
        return self._process.pid if self._process is not None else 0

    @property
    def ready(self) -> bool:
        """Whether it is open, looked through and up to date."""
        self._take(0.0)
        return self._ready

    def search(self, query: str, limit: int) -> list[int]:
        self._take(0.0)
        if not self._ready:
            return []
        self._number += 1
        number = self._number
        self._tell({"search": number, "query": query, "limit": limit})
        until = time.monotonic() + ANSWER_WITHIN
        while self._ready and number not in self._answers and time.monotonic() < until:
            self._take(max(0.0, until - time.monotonic()))
        found = self._answers.get(number)
        self._answers.clear()
        self.late += found is None
        return found or []

    def catch_up(self) -> None:
        self._tell({"catch_up": True})

    def close(self) -> Closed | None:
        if self._process is None:
            return None
        if self._ready:  # otherwise there is nothing to seal, and the closing pipe ends it
            self._tell({"close": True})
        until = time.monotonic() + CLOSE_WITHIN
        while self._ready and self._closed is None and time.monotonic() < until:
            self._take(max(0.0, until - time.monotonic()))
        self._starts = STARTS
        self._end()
        return self._closed

    # ------------------------------------------------------------ the pipe

    def _start(self) -> None:
        self._starts += 1
        command = [sys.executable, "-m", "robotos.disk.serving", str(self._home)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None  # asked for with PIPE
            os.set_blocking(stream.fileno(), False)
        self._rest, self._ready = b"", False

    def _tell(self, message: Mapping[str, object]) -> None:
        if self._process is None or self._process.stdin is None:
            return
        with contextlib.suppress(BlockingIOError, BrokenPipeError):  # stuck or gone: found out when it does not answer
            os.write(self._process.stdin.fileno(), json.dumps(message).encode() + b"\n")

    def _take(self, seconds: float) -> None:
        """Take in what the other process has said, waiting for it so long at most; start it again if it has ended."""
        if self._process is None or self._process.stdout is None:
            return
        number = self._process.stdout.fileno()
        if not select.select([number], [], [], seconds)[0]:
            return
        said = os.read(number, 1 << 16)
        if not said:
            return self._died()
        *lines, self._rest = (self._rest + said).split(b"\n")
        for line in lines:
            self._hear(json.loads(line))

    def _hear(self, message: Mapping[str, Any]) -> None:
        self._ready = self._ready or "ready" in message
        self.rebuilt += message.get("rebuilt", [])
        if "answer" in message:
            self._answers[message["answer"]] = message["ids"]
        if "token" in message:
            self._closed = Closed(message["token"], message["applied"])

    def _died(self) -> None:
        process = self._process
        self._end()
        code = process.returncode if process is not None else 0
        self.rebuilt.append(f"its process ended ({f'signal {-code}' if code and code < 0 else f'exit code {code}'})")
        if self._starts < STARTS:
            self._start()

    def _end(self) -> None:
        process, self._process, self._ready = self._process, None, False
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        try:
            process.wait(END_WITHIN)
        except subprocess.TimeoutExpired:  # in the midst of a rebuild: unsealed, so it is done anew
            process.kill()
            process.wait()
