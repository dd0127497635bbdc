"""One connection that speaks Wyoming: events in and out, with limits on size and time.

The messages are those of the `wyoming` package. Its own reader takes a damaged message for the end of the stream and
believes any length it is told, so reading is done here.
"""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

from wyoming.event import Event

from robotos.peripherals.sound import SoundError
from robotos.peripherals.wyoming.address import Address

HEADER: Final = 64 * 1024  # bytes of the line that begins a message
DATA: Final = 1024 * 1024  # bytes of its data
PAYLOAD: Final = 4 * 1024 * 1024  # bytes of sound in one message
WRITE: Final = 2.0  # s that the other side may take to read a message
CONNECT: Final = 2.0  # s to be answered in
_CHUNK: Final = 64 * 1024
_TYPE: Final = 64  # characters


class WireError(SoundError):
    """The other side does not keep to the protocol, is too slow or has gone."""


class HungUpError(WireError):
    """It ended the connection between two messages."""


class SilentError(WireError):
    """Nothing came within the time; a message that had begun may still be completed by the next `read`."""


class Connection:
    """One reader and one writer at a time, which may be two threads; `write` is locked. Every wait has a deadline."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._link.setblocking(False)
        if link.family in {socket.AF_INET, socket.AF_INET6}:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()
        self._header: _Header | None = None  # of the message whose rest is awaited
        self._writing = threading.Lock()
        self.closed = False

    def read(self, seconds: float) -> Event:
        """The next event, which must be complete within `seconds`.

        Raises:
            HungUpError, SilentError, WireError: see there; after the last the connection is of no more use.
        """
        end = time.monotonic() + seconds
        while (event := self._parsed()) is None:
            self._receive(end)
        return event

    def write(self, event: Event, seconds: float = WRITE) -> None:
        """Send an event. Raises `WireError`, after which the connection is of no more use."""
        data = json.dumps(event.data, ensure_ascii=False).encode() if event.data else b""
        payload = event.payload or b""
        header: dict[str, Any] = {"type": event.type}
        if data:
            header["data_length"] = len(data)
        if payload:
            header["payload_length"] = len(payload)
        message = json.dumps(header).encode() + b"\n" + data + payload
        with self._writing:
            self._send(memoryview(message), time.monotonic() + seconds)

    def close(self) -> None:
        """Hang up; whoever reads or writes meanwhile gets a `WireError`."""
        self.closed = True
        try:
            self._link.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other side was first
        finally:
            self._link.close()

    def _send(self, rest: memoryview, end: float) -> None:
        while rest:
            try:
                rest = rest[self._link.send(rest) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, end, WireError("it does not read what it is sent"))
            except OSError as error:
                raise WireError(f"the connection broke ({error.strerror or error})") from error

    def _receive(self, end: float) -> None:
        try:
            got = self._link.recv(_CHUNK)
        except BlockingIOError:
            self._wait(select.POLLIN, end, SilentError("nothing came in time"))
            return
        except OSError as error:
            raise WireError(f"the connection broke ({error.strerror or error})") from error
        if not got:
            if self._buffer or self._header is not None:
                raise WireError("the connection ended in the middle of a message")
            raise HungUpError("it has hung up")
        self._buffer += got

    def _wait(self, event: int, end: float, late: WireError) -> None:
        if self.closed:
            raise WireError("the connection was closed")
        watch = select.poll()
        try:
            watch.register(self._link, event)
        except ValueError as error:  # closed meanwhile
            raise WireError("the connection was closed") from error
        if not watch.poll(max(0.0, end - time.monotonic()) * 1000):
            raise late

    def _parsed(self) -> Event | None:
        """The event at the beginning of what has come in, if it is whole."""
        if self._header is None:
            self._header = self._parsed_header()
        head = self._header
        if head is None or len(self._buffer) < head.data_length + head.payload_length:
            return None
        self._header = None
        data, end = head.data, head.data_length + head.payload_length
        if head.data_length:
            data = {**data, **_object(bytes(self._buffer[: head.data_length]), "event's data")}
        payload = bytes(self._buffer[head.data_length : end]) if head.payload_length else None
        del self._buffer[:end]
        return Event(head.kind, data, payload)

    def _parsed_header(self) -> _Header | None:
        line_end = self._buffer.find(b"\n", 0, HEADER + 1)
        if line_end < 0:
            if len(self._buffer) > HEADER:
                raise WireError(f"a header is longer than {HEADER // 1024} KB")
            return None
        header = _object(bytes(self._buffer[:line_end]), "header")
        del self._buffer[: line_end + 1]
        kind, data = header.get("type"), header.get("data") or {}
        if not isinstance(kind, str) or not 0 < len(kind) <= _TYPE:
            raise WireError("a header names no type of event")
        if not isinstance(data, dict):
            raise WireError("the data of an event are no JSON object")
        return _Header(kind, data, _length(header, "data_length", DATA), _length(header, "payload_length", PAYLOAD))


@dataclass(frozen=True, slots=True)
class _Header:
    kind: str
    data: dict[str, Any]
    data_length: int
    payload_length: int


def connect(address: Address, seconds: float = CONNECT) -> Connection:
    """Raises `WireError` where nothing answers in time."""
    try:
        return Connection(socket.create_connection((address.host, address.port), seconds))
    except (OSError, UnicodeError) as error:
        why = "timed out" if isinstance(error, TimeoutError) else getattr(error, "strerror", None) or str(error)
        raise WireError(f"no Wyoming service answers at {address} ({why}); start it, or check the address") from error


def _object(text: bytes, what: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise WireError(f"a {what} is no JSON") from None
    if not isinstance(found, dict):
        raise WireError(f"a {what} is no JSON object")
    return found


def _length(header: dict[str, Any], name: str, most: int) -> int:
    value = header.get(name) or 0
    if type(value) is not int or value < 0:
        raise WireError(f"{name} is no whole number")
    if value > most:
        raise WireError(f"a message with {name} {value} is longer than the {most // 1024} KB that are taken")
    return value
