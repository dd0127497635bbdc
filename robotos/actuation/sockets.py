"""The gate's two local sockets, readable by their owner alone, and the callers connected to them."""

from __future__ import annotations

import os
import selectors
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from robotos.actuation.dispatch import Role
from robotos.actuation.protocol import PACKET, ProtocolError, Reply, Request, open_socket, pack_reply, unpack_request
from robotos.errno import Errno
from robotos.kernel.ports import Refused

BACKLOG = 8
MOST_CALLERS = 16  # at each of the two sockets: a crowd at the kernel's must not keep a person from the console's
_URGENCY: Mapping[Role | None, int] = MappingProxyType({Role.STOP: 0, Role.CONSOLE: 1})


class SocketError(OSError):
    """A socket cannot be offered; the text says why and what to do."""


class Caller:
    """One connection. `role` is None until a caller on the kernel's socket has said which of the two it is."""

    def __init__(self, connection: socket.socket, role: Role | None) -> None:
        self.connection = connection
        self.role = role

    def answer(self, number: int, reply: Reply) -> bool:
        """Send a reply. False when the caller is gone or does not read: it is then to be dropped."""
        try:
            self.connection.send(pack_reply(number, reply))
        except OSError:
            return False
        return True


def listen(path: Path) -> socket.socket:
    """A listening socket that only its owner may open (0600). One left behind by a dead gate is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise SocketError(f"{path} is in the way and is no socket: remove it or choose another --socket")
        if _answers(path):
            raise SocketError(f"another gate is running at {path}: stop it first")
        path.unlink()
    server = open_socket()
    server.setblocking(False)
    before = os.umask(0o177)
    try:
        server.bind(str(path))
    except OSError as error:
        server.close()
        raise SocketError(f"cannot make a socket at {path}: {error}") from error
    finally:
        os.umask(before)
    server.listen(BACKLOG)
    return server


def _answers(path: Path) -> bool:
    with open_socket() as probe:
        probe.setblocking(False)
        try:
            probe.connect(str(path))
        except BlockingIOError:
            return True  # its backlog is full
        except OSError:
            return False
        return True


class Callers:
    """Accepts, reads and drops connections; knows nothing of what they ask."""

    def __init__(self, kernel: Path, console: Path, gone: Callable[[Caller], None]) -> None:
        """`gone` is told of every caller that hangs up. Raises `SocketError`."""
        self._paths = (kernel, console)
        self._gone = gone
        self._selector = selectors.DefaultSelector()
        self._callers: set[Caller] = set()
        for path, role in ((kernel, None), (console, Role.CONSOLE)):
            self._selector.register(listen(path), selectors.EVENT_READ, role)

    def requests(self, timeout: float) -> Iterator[tuple[Caller, Request]]:
        """What has been asked, one a caller, waiting `timeout` seconds at most; stop lines first, then people."""
        ready = [key for key, _ in self._selector.select(max(timeout, 0.0))]
        callers = [key.data for key in ready if isinstance(key.data, Caller)]
        for caller in sorted(callers, key=lambda one: _URGENCY.get(one.role, len(_URGENCY))):
            request = self._receive(caller)
            if request is not None:
                yield caller, request
        for key in ready:
            if not isinstance(key.data, Caller) and isinstance(key.fileobj, socket.socket):
                self._accept(key.fileobj, key.data)

    def has(self, role: Role) -> bool:
        """Whether somebody of this role is connected."""
        return any(caller.role is role for caller in self._callers)

    def drop(self, caller: Caller) -> None:
        """Hang up."""
        if caller in self._callers:
            self._callers.discard(caller)
            self._selector.unregister(caller.connection)
            caller.connection.close()
            self._gone(caller)

    def close(self) -> None:
        """Hang up on everybody and take the sockets away."""
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()
        for path in self._paths:
            path.unlink(missing_ok=True)

    def _accept(self, server: socket.socket, role: Role | None) -> None:
        try:
            connection, _ = server.accept()
        except OSError:
            return  # it changed its mind
        person = role is Role.CONSOLE
        if sum((caller.role is Role.CONSOLE) is person for caller in self._callers) >= MOST_CALLERS:
            connection.close()
            return
        connection.setblocking(False)
        caller = Caller(connection, role)
        self._callers.add(caller)
        self._selector.register(connection, selectors.EVENT_READ, caller)

    def _receive(self, caller: Caller) -> Request | None:
        try:
            packet, _, flags, _ = caller.connection.recvmsg(PACKET)
        except BlockingIOError:
            return None
        except OSError:
            packet, flags = b"", 0
        if not packet:
            self.drop(caller)
            return None
        try:
            if flags & socket.MSG_TRUNC:
                raise ProtocolError("the packet is too long")
            return unpack_request(packet)
        except ProtocolError as error:
            if not caller.answer(0, Refused(Errno.EINVAL, str(error))):
                self.drop(caller)
            return None
