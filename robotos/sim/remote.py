"""The other end of `serve`: camera, events and truth of a simulated robot that runs in another process."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from robotos.kernel.ports import Detection

TIMEOUT = 2.0  # s for any answer
_CHUNK = 65536


class SimulationLostError(OSError):
    """The simulation does not answer any more; start it again."""


class SimulationError(Exception):
    """The simulation would not do what was asked; the message says why."""


class RemoteRobot:
    """A client of one simulation, and its `Camera`. Not for use by two threads at once."""

    def __init__(self, path: Path, timeout: float = TIMEOUT) -> None:
        """Connect to the socket at `path`. Raises `SimulationLostError` when nobody listens there."""
        self._timeout = timeout
        self._next = 0
        self._rest = b""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise SimulationLostError(f"no simulation at {path}: {error}") from error

    def call(self, do: str, **arguments: object) -> Any:
        """One command of `commands.py`, and its result.

        Raises:
            SimulationError: it was refused.
            SimulationLostError: there was no answer in time.
        """
        self._next += 1
        request = {"id": self._next, "do": do, "with": arguments}
        deadline = time.monotonic() + self._timeout
        try:
            self._socket.settimeout(self._timeout)
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(self._line(deadline))
            while answer.get("id") != self._next:  # of a call that timed out
                answer = json.loads(self._line(deadline))
        except (OSError, ValueError) as error:
            raise SimulationLostError(f"the simulation does not answer: {error}") from error
        if "error" in answer:
            raise SimulationError(str(answer["error"]))
        return answer["ok"]

    def _line(self, deadline: float) -> bytes:
        while b"\n" not in self._rest:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._socket.settimeout(left)
            data = self._socket.recv(_CHUNK)
            if not data:
                raise ConnectionResetError("it has ended")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def detect(self) -> Sequence[Detection]:
        """What the camera sees now, nearest first."""
        return [Detection(**seen) for seen in self.call("camera")]

    def truth(self) -> dict[str, Any]:
        """`Truth.evidence` so far."""
        found: dict[str, Any] = self.call("truth")
        return found

    def view(self) -> dict[str, Any]:
        """Time, true pose and activity, for a live picture."""
        found: dict[str, Any] = self.call("view")
        return found

    def close(self) -> None:
        """Hang up; the simulation goes on."""
        self._socket.close()
