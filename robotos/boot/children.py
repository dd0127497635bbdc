"""The processes around a kernel: starting one, waiting until it is ready, and making sure that it ends."""

from __future__ import annotations

import contextlib
import json
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

READY_LIMIT = 30.0  # s for a child to say that it is ready; the first start compiles Python files
END_LIMIT = 3.0  # s for a child to end by itself


class BootError(Exception):
    """The system did not start, or cannot go on; the message says what to do."""


@dataclass(slots=True)
class Child:
    """A child process; `ready` is the line with which it said that it was, once `wait_ready` has returned."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    ready: dict[str, Any] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def begin(self, arguments: Sequence[str]) -> None:
        """Tell it what to run with. If it has died meanwhile, `wait_ready` finds out."""
        stream = self.process.stdin
        assert stream is not None  # asked for with PIPE
        with contextlib.suppress(BrokenPipeError):
            stream.write(json.dumps(list(arguments)).encode() + b"\n")
            stream.close()

    def wait_ready(self, limit: float = READY_LIMIT) -> dict[str, Any]:
        """Wait for its first line, a JSON object, and return it.

        Raises:
            BootError: it ended, said something else, said that it cannot, or nothing in time; its own words are told.
        """
        line = _first_line(self.process, time.monotonic() + limit)
        try:
            ready = json.loads(line) if line else None
        except ValueError:
            ready = None
        if isinstance(ready, dict) and ready.get("ready", True):
            self.ready = ready
            return ready
        self.end()
        said = str(ready["error"]) if isinstance(ready, dict) and "error" in ready else self._last_words()
        raise BootError(f"{self.name} did not start: {said}")

    def end(self) -> None:
        """Ask it to end, and see to it."""
        if self.alive:
            self.process.terminate()
            try:
                self.process.wait(END_LIMIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(END_LIMIT)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            lines = []
        return lines[-1] if lines else "it said nothing; try again, and run robotos doctor if that does not help"


class Nursery:
    """Children on their way, and the private directory with their sockets and logs. On leaving, all of them end.

    Made before the modules that a kernel needs are imported, so that all processes import at the same time.
    """

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._children: dict[str, Child] = {}
        self.directory = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="robotos-")))

    def prepare(self, name: str, module: str, priority: int = 0) -> None:
        """Start a child; it runs once `Child.begin` tells it how. Complaints go to a log in `directory`.

        `priority` above 0 asks for real-time scheduling.
        """
        extra = [str(priority)] if priority else []
        log = self.directory / f"{module}.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "robotos.boot.prepared", module, *extra],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        child = self._children[name] = Child(name, process, log)
        self._stack.callback(child.end)

    def take(self, name: str) -> Child:
        """The child prepared under a name."""
        return self._children[name]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stack.close()


def _first_line(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    stream = process.stdout
    assert stream is not None  # asked for with PIPE
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        left = deadline - time.monotonic()
        # The end of the stream is an event too: a child that ends is not waited for.
        return stream.readline() if left > 0 and selector.select(left) else b""
