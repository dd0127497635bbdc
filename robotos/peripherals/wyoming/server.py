"""A Wyoming server: one thread a connection, few connections, and one sentence about each that did not behave."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Callable
from typing import Final

from wyoming.error import Error

from robotos.peripherals.sound import SoundError
from robotos.peripherals.wyoming.address import Address
from robotos.peripherals.wyoming.wire import Connection, HungUpError, SilentError, WireError

MOST: Final = 8  # connections at once
IDLE: Final = 30.0  # s without an event after which a connection is closed
_ACCEPT: Final = 0.1  # s between looks whether it shall end
_CLOSING: Final = 5.0  # s for a connection's thread to end
_NOTES: Final = 200

Serve = Callable[[Connection, float], None]
"""Answers one connection until it hangs up or has been silent for so many seconds. Raises `SoundError`."""


class WyomingServer:
    """Listens on `address` from the moment it is made; port 0 takes a free one, which `address` then names.

    There is no authentication in the protocol: whoever can reach the address can use what is served.
    """

    def __init__(self, address: Address, serve: Serve, idle: float = IDLE, most: int = MOST) -> None:
        """Raises `SoundError` when the address cannot be had."""
        self._serve, self._idle, self._most = serve, idle, most
        self._ending = threading.Event()
        self._links: dict[threading.Thread, Connection] = {}
        self._notes: queue.Queue[str] = queue.Queue(_NOTES)
        try:
            family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
            self._listener = socket.create_server((address.host, address.port), family=family, backlog=most)
        except OSError as error:
            raise SoundError(
                f"{address} cannot be listened on ({error.strerror or error}); choose another port or address"
            ) from error
        self._listener.settimeout(_ACCEPT)
        self.address = Address(address.host, self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._accept_all, name="wyoming-server", daemon=True)
        self._thread.start()

    def notes(self) -> list[str]:
        """What went wrong with connections since the last call, a sentence each."""
        found = []
        while True:
            try:
                found.append(self._notes.get_nowait())
            except queue.Empty:
                return found

    def close(self) -> None:
        """Hang up everywhere and stop listening."""
        self._ending.set()
        self._thread.join(_CLOSING)
        self._listener.close()
        for thread, link in list(self._links.items()):
            link.close()
            thread.join(_CLOSING)

    def _accept_all(self) -> None:
        while not self._ending.is_set():
            try:
                link, peer = self._listener.accept()
            except TimeoutError:
                continue
            except OSError as error:  # out of file descriptors, or the peer has gone already
                self._note(f"a connection could not be taken ({error.strerror})")
                self._ending.wait(_ACCEPT)
                continue
            connection = Connection(link)
            if len(self._links) >= self._most:
                self._refuse(connection, peer[0], f"{self._most} connections are open already; try again later")
                continue
            thread = threading.Thread(target=self._run, args=(connection, peer[0]), name="wyoming", daemon=True)
            self._links[thread] = connection
            thread.start()

    def _run(self, link: Connection, peer: str) -> None:
        try:
            self._serve(link, self._idle)
        except HungUpError:
            return
        except SilentError:
            self._refuse(link, peer, f"nothing was sent for {self._idle:.0f} s")
        except SoundError as error:
            if not self._ending.is_set():
                self._refuse(link, peer, str(error))
        finally:
            link.close()
            self._links.pop(threading.current_thread(), None)

    def _refuse(self, link: Connection, peer: str, why: str) -> None:
        self._note(f"the connection from {peer} was closed: {why}")
        with contextlib.suppress(WireError):  # it may have gone
            link.write(Error(text=why, code="refused").event(), seconds=0.5)
        link.close()

    def _note(self, text: str) -> None:
        with contextlib.suppress(queue.Full):  # nobody reads them
            self._notes.put_nowait(text)
