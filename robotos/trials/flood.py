"""A process that floods unix sockets with packets, sense and nonsense, and never reads an answer.

python -m robotos.trials.flood SOCKET...
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from random import Random

import msgpack

LINES = 20  # connections to each socket: more than the gate takes in
BURST = 50  # packets between two looks at the parent
READY_WITHIN = 10.0  # s


class Flood:
    """The running flood; `close` ends it."""

    def __init__(self, sockets: Sequence[Path]) -> None:
        """Returns once it flows."""
        command = [sys.executable, "-m", "robotos.trials.flood", *map(str, sockets)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self._process.stdout is not None  # asked for with PIPE
        self._process.stdout.readline()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate(timeout=READY_WITHIN)


class _Line:
    """One connection, opened anew whenever it is dropped."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._socket: socket.socket | None = None

    def push(self, packet: bytes) -> None:
        try:
            if self._socket is None:
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                self._socket.setblocking(False)
                self._socket.connect(self._path)
            self._socket.send(packet)
        except BlockingIOError:
            return  # full, or its listener is busy: the next line
        except OSError:
            if self._socket is not None:
                self._socket.close()
            self._socket = None


def packets(rng: Random) -> Iterator[bytes]:
    """Half of them are well-formed calls that these callers may not make."""
    calls = ("drive", "engage", "poll", "arm?", "recover", "hello", "tool")
    for number in count(1):
        if rng.random() < 0.5:
            yield bytes(msgpack.packb([number, rng.choice(calls), [0.3, 0.0, number][: rng.randrange(4)]]))
        else:
            yield rng.randbytes(rng.randrange(1, 400))


def main() -> int:
    """Until the parent goes."""
    parent = os.getppid()
    lines = [_Line(path) for path in sys.argv[1:] for _ in range(LINES)]
    stream = packets(Random(time.monotonic_ns()))
    for line in lines:
        line.push(next(stream))
    print("flowing", flush=True)
    while os.getppid() == parent:
        for _ in range(BURST):
            for line in lines:
                line.push(next(stream))
    return 0


if __name__ == "__main__":
    sys.exit(main())
