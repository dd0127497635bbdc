"""The controller's end of a USB cable that can be pulled and put back, and that may be slow to read."""

from __future__ import annotations

import contextlib
from pathlib import Path

from firmware_bridge.transport import PtyTransport

MOST_AT_ONCE = 64 * 1024  # bytes; more than a pty holds, so that a host which never pauses holds up nobody


class Cable:
    """A `Transport` over one pty after another. The host finds each at `port`, as udev's links name a real board.

    While it is out, what the controller sends is lost and nothing arrives, as with a UART: the controller's end
    notices nothing.
    """

    def __init__(self, link: Path | None = None) -> None:
        """`link` is made a symbolic link to the pty; without it `port` changes whenever the cable is put back."""
        self._link = link
        self._pty: PtyTransport | None = None
        self._reads = True
        self.port = ""
        self.plug()

    def write(self, data: bytes, urgent: bool = False) -> None:
        if self._pty is not None:
            self._pty.write(data, urgent)

    def read(self) -> bytes:
        if self._pty is None or not self._reads:
            return b""
        data = bytearray()
        while len(data) < MOST_AT_ONCE and (more := self._pty.read()):
            data += more
        return bytes(data)

    def close(self) -> None:
        self.unplug()
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def unplug(self) -> None:
        """Pull it: the host's port is gone, and bytes under way with it."""
        if self._pty is not None:
            self._pty.close()
            self._pty = None

    def plug(self) -> None:
        """Put it back, if it is out."""
        if self._pty is not None:
            return
        self._pty = PtyTransport()
        self.port = self._pty.port
        if self._link is not None:
            fresh = self._link.with_name(f"{self._link.name}.new")
            with contextlib.suppress(FileNotFoundError):
                fresh.unlink()
            fresh.symlink_to(self._pty.port)
            fresh.replace(self._link)
            self.port = str(self._link)

    def stall(self, on: bool) -> None:
        """Stop reading, or read on: everything that has piled up then arrives at once."""
        self._reads = not on
