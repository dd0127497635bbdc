"""Four ways for bytes to reach a controller: in memory, a serial port, and the device's end of a pty."""

from __future__ import annotations

import contextlib
import os
import tty
from typing import Protocol

import serial

from firmware_bridge.framing import MAX_HOST_FRAME

# Bytes that may wait to be sent, a new frame included: two of the longest, 1.6 ms at 250000 baud. It is what the
# serial driver still has (TIOCOUTQ); a USB adapter's own buffer of some 64 bytes comes on top. A pty has no queue that
# its writer could see: there the link's own limits hold, and the deadlines.
MAX_UNSENT = 2 * MAX_HOST_FRAME
_CHUNK = 4096


class TransportLost(OSError):  # noqa: N818 - what happened, not an error of the caller
    """The cable is gone: nothing will arrive or leave until the transport is opened anew."""


class TransportFull(BlockingIOError):  # noqa: N818
    """Two frames already wait to be sent; these bytes were not taken."""


class Transport(Protocol):
    """A byte stream that never blocks."""

    def write(self, data: bytes, urgent: bool = False) -> None:
        """Send one or more whole frames. Raises `TransportLost`, or `TransportFull` unless `urgent`."""

    def read(self) -> bytes:
        """What has arrived; b"" when nothing has. Raises `TransportLost`."""

    def close(self) -> None:
        """Give the device back. Later calls raise `TransportLost`."""


class MemoryTransport:
    """One end of an in-process null modem.

    The host's end raises `TransportLost` while the cable is cut, as a USB port does. The device's end is a UART: it
    does not notice, its bytes are lost. Bytes under way when the cable is cut are lost too.
    """

    def __init__(self, hears_cut: bool) -> None:
        self._hears_cut = hears_cut
        self._inbox = bytearray()
        self._peer: MemoryTransport | None = None
        self._whole = True

    @classmethod
    def pair(cls) -> tuple[MemoryTransport, MemoryTransport]:
        """Host end and device end."""
        host, device = cls(hears_cut=True), cls(hears_cut=False)
        host._peer, device._peer = device, host
        return host, device

    def write(self, data: bytes, urgent: bool = False) -> None:
        if self._usable() and self._peer is not None:
            self._peer._inbox += data

    def read(self) -> bytes:
        if not self._usable() or not self._inbox:
            return b""
        data = bytes(self._inbox)
        self._inbox.clear()
        return data

    def close(self) -> None:
        self.cut()

    def cut(self) -> None:
        """Pull the cable (from either end)."""
        self._set(False)

    def mend(self) -> None:
        """Put the cable back."""
        self._set(True)

    def _set(self, whole: bool) -> None:
        for end in (self, self._peer):
            if end is not None:
                end._whole = whole
                end._inbox.clear()

    def _usable(self) -> bool:
        if not self._whole and self._hears_cut:
            raise TransportLost("the link to the motor controller is cut")
        return self._whole


class SerialTransport:
    """A serial port or pty through pyserial.

    DTR is left to the driver, which raises it on opening: on most Arduinos that is a pulse on the reset line. So a gate
    that starts, or finds its cable again, finds a controller that has just booted: disarmed, PWM at zero. Its boot
    loader listens for 1 to 2 s first; `Link` is silent while nothing is heard. Closing the port resets nothing.
    """

    def __init__(self, port: str, baud: int = 250000) -> None:
        """Open `port`. Raises `TransportLost`, naming the port, when there is none or it is taken."""
        self._port = port
        try:
            self._serial = serial.Serial(port, baud, timeout=0, write_timeout=0, exclusive=True)
        except (serial.SerialException, OSError, ValueError) as error:
            raise TransportLost(f"cannot open serial port {port}: {error}") from error
        self._tail = b""  # the part of a frame that the driver did not take

    def write(self, data: bytes, urgent: bool = False) -> None:
        if not urgent and self._unsent() + len(data) > MAX_UNSENT:
            raise TransportFull(f"{self._port}: the controller does not read")
        self._push(self._tail + data)

    def read(self) -> bytes:
        if self._tail:
            self._push(self._tail)
        try:
            return bytes(self._serial.read(_CHUNK))
        except (OSError, TypeError) as error:  # TypeError: pyserial reading a port that was closed meanwhile
            raise self._lost(error) from error

    def close(self) -> None:
        self._serial.close()

    def _unsent(self) -> int:
        try:
            return len(self._tail) + int(self._serial.out_waiting)
        except (OSError, TypeError) as error:
            raise self._lost(error) from error

    def _push(self, data: bytes) -> None:
        # Not Serial.write: without a timeout that spins for as long as the driver's buffer is full.
        try:
            taken = os.write(self._serial.fileno(), data)
        except BlockingIOError:
            taken = 0
        except OSError as error:
            raise self._lost(error) from error
        self._tail = data[taken:]

    def _lost(self, error: Exception) -> TransportLost:
        self.close()
        return TransportLost(f"serial port {self._port} is gone: {error}")


class PtyTransport:
    """The device's end of a pty: what stands in for a board on a USB cable. `port` is the name for the host to open."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)  # before anyone opens it: no echo, no line editing
        os.set_blocking(self._master, False)
        self.port = os.ttyname(self._slave)

    def write(self, data: bytes, urgent: bool = False) -> None:
        """Send; what does not fit is lost, as in a UART without flow control."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._fd(), data)

    def read(self) -> bytes:
        try:
            return os.read(self._fd(), _CHUNK)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        """Pull the cable: the host's next call raises `TransportLost`."""
        if self._master >= 0:
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = -1

    def _fd(self) -> int:
        if self._master < 0:
            raise TransportLost("the pty was closed")
        return self._master
