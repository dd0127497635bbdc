"""The prompt of a live system on a real terminal."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from robotos.shell.main import main
from tests.shell.conftest import ROOT, WITHIN, environment


class Terminal:
    """A pseudo-terminal with `robotos sim` on it."""

    def __init__(self, home: Path) -> None:
        self.fd, self.other = os.openpty()
        self.before = termios.tcgetattr(self.other)
        self.shown = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.shell.live_system", "sim", "--home", str(home), "--mute"],
            cwd=ROOT, env={**environment(), "TERM": "xterm"}, stdin=self.other, stdout=self.other, stderr=self.other,
            start_new_session=True,
        )  # fmt: skip

    def type(self, text: str) -> None:
        self.shown = ""
        os.write(self.fd, text.encode())

    def until(self, words: str) -> str:
        deadline = time.monotonic() + WITHIN
        while words not in self.shown:
            assert time.monotonic() < deadline, self.shown
            if select.select([self.fd], [], [], 0.1)[0]:
                self.shown += os.read(self.fd, 4096).decode(errors="replace")
        return self.shown

    def close(self) -> None:
        self.process.kill()
        self.process.wait(WITHIN)
        os.close(self.fd)
        os.close(self.other)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path / "home")
    yield opened
    opened.close()


def test_words_strokes_and_the_end(terminal: Terminal) -> None:
    terminal.until("robotos is ready")
    terminal.until("Ctrl-D ends")
    terminal.type("what time is it\n")
    assert "heard" in terminal.until("It is ")
    terminal.type("/ps\n")
    assert "PROGRAM" in terminal.until("assistant")
    terminal.type("/state\n")
    terminal.until("battery")
    terminal.type("/fly\n")
    terminal.until("there is no /fly; there are /help")
    terminal.type("stop\n")
    terminal.until("I am standing still.")
    terminal.type("/arm\n")
    terminal.until("the stop (stop) is cleared")
    terminal.type("\x04")
    assert terminal.process.wait(WITHIN) == 0
    assert termios.tcgetattr(terminal.other) == terminal.before


def test_what_is_half_typed_survives_what_is_printed_meanwhile(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("Ctrl-D ends")
    terminal.type("what time i")
    terminal.until("what time i")  # echoed: it has been read
    terminal.shown = ""
    assert main(["stop", "--home", str(tmp_path / "home")]) == 0
    terminal.until("I am standing still.")
    terminal.until("> what time i")
    terminal.type("s it\n")
    terminal.until("It is ")
    terminal.type("/quit\n")
    assert terminal.process.wait(WITHIN) == 0
