"""Commands run as a person runs them: as processes, each on a home directory of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
WITHIN = 60.0  # s for anything, on a busy machine


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "200"}


def robotos(*arguments: str, module: str = "robotos.shell.main", stdin: str = "") -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, env=environment(), input=stdin, capture_output=True, text=True, timeout=WITHIN, check=False,
    )  # fmt: skip


class Live:
    """A live system with a scripted processor; `log` grows with the JSON lines it prints."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home = home
        self.log: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.shell.live_system", *arguments, "--home", str(home), "--json", "--mute"],
            cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.log.append(json.loads(line))

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WITHIN
        while not true():
            assert self.process.poll() is None, self.errors()
            assert time.monotonic() < deadline, self.log[-10:]
            time.sleep(0.02)

    def ready(self) -> dict[str, Any]:
        self.until(lambda: bool(self.log))
        assert self.log[0]["ready"] is True
        return self.log[0]

    def said(self) -> list[str]:
        return [line["text"] for line in self.log if line.get("kind") == "say"]

    def child(self, name: str) -> int:
        return int(self.log[0]["children"][name])

    def end(self) -> tuple[int, str]:
        """Wait for its end; exit code and what it said about it."""
        _, errors = self._finish()
        return self.process.returncode, errors

    def errors(self) -> str:
        return self._finish()[1]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self._finish()

    def _finish(self) -> tuple[str, str]:
        assert self.process.stderr is not None and self.process.stdin is not None
        try:
            self.process.wait(WITHIN)
        finally:
            self.process.kill()
        self._reader.join(WITHIN)
        errors = "" if self.process.stderr.closed else self.process.stderr.read()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        return "", errors


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Callable[..., Live]]:
    begun: list[Live] = []

    def start(*arguments: str, home: Path | None = None) -> Live:
        begun.append(Live(home or tmp_path / "home", *arguments))
        return begun[-1]

    yield start
    for one in begun:
        one.close()
