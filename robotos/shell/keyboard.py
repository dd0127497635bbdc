"""Lines typed by a person or piped in, read beside the loop that must not wait, and output that keeps the prompt."""

from __future__ import annotations

import contextlib
import queue
import sys
import termios
import threading
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

PROMPT = "> "


class Lines:
    """Reads standard input in a thread of its own. `take` never waits; `ended` is set once there will be no more."""

    def __init__(self, interactive: bool) -> None:
        self.interactive = interactive
        self._queue: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._at_end = threading.Event()
        self._thread = threading.Thread(target=self._read, name="keyboard", daemon=True)

    def start(self) -> None:
        """Begin to read; where the prompt is shown, from now on it is."""
        if self.interactive:
            import readline  # noqa: F401 - before the first `input`, which takes it only if it is there

        self._thread.start()

    def take(self) -> str | None:
        """The next line without its end; None when there is none yet."""
        try:
            return self._queue.get_nowait()
        except queue.Empty:
            return None

    @property
    def ended(self) -> bool:
        """Whether all has been read and taken."""
        return self._at_end.is_set() and self._queue.empty()

    def _read(self) -> None:
        try:
            while True:
                self._queue.put(input(PROMPT) if self.interactive else self._piped())
        except (EOFError, OSError, ValueError, UnicodeDecodeError):
            self._at_end.set()

    def _piped(self) -> str:
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")


class Screen:
    """Prints; above the prompt, once `prompting`, without losing what has been typed so far."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.prompting = False

    def print(self, line: Text | str) -> None:
        """One line, then the prompt again."""
        if not self.prompting:
            self._console.print(line, highlight=False, soft_wrap=True)
            return
        import readline

        sys.stdout.write("\r\x1b[K")
        self._console.print(line, highlight=False, soft_wrap=True)
        sys.stdout.write(PROMPT + readline.get_line_buffer())
        sys.stdout.flush()


@contextlib.contextmanager
def kept_terminal() -> Iterator[None]:
    """Give the terminal back as it was: a thread that waits in `input` can't."""
    before = _terminal_settings()
    try:
        yield
    finally:
        if before is not None:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, before)


def _terminal_settings() -> list[Any] | None:
    """None where standard input is no terminal."""
    try:
        return termios.tcgetattr(sys.stdin.fileno())
    except (termios.error, OSError, ValueError):
        return None
