"""Whether the machine itself stood still: on each processor a process above all others notes when it was not run.

What cyclictest does, for the few seconds of a trial. A virtual machine whose host runs somebody else for thirty
milliseconds makes every deadline late; that is to be told apart from a gate that is.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

PRIORITY = 30  # above the gate and whoever measures it
NAP = 0.001  # s
SLACK = 0.002  # s by which a nap may be longer: timers, and the kernel's own work


class Witness:
    """The processes that watch, and what they saw. Without any, nothing was seen, and nothing is excused."""

    def __init__(self, watchers: Sequence[subprocess.Popen[bytes]]) -> None:
        self._watchers = watchers
        self._rest: dict[int, bytes] = {}
        self._pauses: list[tuple[float, float]] = []

    @property
    def watching(self) -> int:
        """How many processors it watches."""
        return len(self._watchers)

    def paused(self, began: float, ended: float) -> float:
        """The longest time in seconds that some processor stood still, in part at least between two monotonic times.

        To be asked a few naps after `ended`.
        """
        self._read()
        return max((till - since for since, till in self._pauses if since < ended and till > began), default=0.0)

    def _read(self) -> None:
        for watcher in self._watchers:
            assert watcher.stdout is not None
            pipe = watcher.stdout.fileno()
            with contextlib.suppress(BlockingIOError):
                while more := os.read(pipe, 65536):
                    self._rest[pipe] = self._rest.get(pipe, b"") + more
            *lines, self._rest[pipe] = self._rest.get(pipe, b"").split(b"\n")
            for line in lines:
                since, till = line.split()
                self._pauses.append((float(since), float(till)))


@contextlib.contextmanager
def watched() -> Iterator[Witness]:
    """A witness on every processor that this process may use; none where the system allows no real-time priority."""
    with contextlib.ExitStack() as stack:
        watchers = []
        for processor in sorted(os.sched_getaffinity(0)) if _permitted() else ():
            watcher = subprocess.Popen([sys.executable, "-m", __name__, str(processor)], stdout=subprocess.PIPE)
            assert watcher.stdout is not None
            stack.callback(watcher.wait)
            stack.callback(watcher.kill)
            os.set_blocking(watcher.stdout.fileno(), False)
            watchers.append(watcher)
        yield Witness(watchers)


def _permitted() -> bool:
    check = "import os; os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))"
    return subprocess.run([sys.executable, "-c", check], capture_output=True, check=False).returncode == 0


def watch(processor: int) -> None:
    """Tell each pause of one processor as two monotonic times, until killed or left alone."""
    parent = os.getppid()
    os.sched_setaffinity(0, {processor})
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    while os.getppid() == parent:
        began = time.monotonic()
        time.sleep(NAP)
        ended = time.monotonic()
        if ended - began > NAP + SLACK:
            os.write(1, f"{began} {ended}\n".encode())


if __name__ == "__main__":
    watch(int(sys.argv[1]))
