"""The running system's own socket: words in, processes and syscall log out. It cannot arm: that is the console's."""

from __future__ import annotations

import json
import os
import selectors
import socket
import stat
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from robotos.boot.children import BootError
from robotos.boot.routing import escalations
from robotos.boot.teaching import Lesson, forget, phrase_of
from robotos.boot.utterance import Utterance
from robotos.kernel.interrupts import Interrupt
from robotos.kernel.kernel import Kernel
from robotos.kernel.trace import LENGTH, Entry
from robotos.kernel.whereabouts import room_of

MAX_LINE = 64 * 1024  # bytes of one request
MAX_CLIENTS = 16
TIMEOUT = 5.0  # s for an answer
SEND_TIMEOUT = 0.05  # s that a client may take to read an answer: the kernel waits meanwhile
MOST_UTTERANCES = 16  # followed at once
BATCH = 200  # lines of the log in one answer

Request = Mapping[str, Any]


class Services:
    """What the socket offers, by name; each takes the request and returns what JSON can hold."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._utterances: dict[int, Utterance] = {}
        self._lessons: dict[int, tuple[str, Lesson]] = {}
        self._next = 1
        self._seq = 0
        self._log: deque[tuple[int, Entry]] = deque(maxlen=LENGTH)
        for entry in kernel.trace.entries:
            self._note(entry)
        kernel.trace.watchers.append(self._note)
        self.table: dict[str, Callable[[Request], object]] = {
            "say": self.say, "outcome": self.outcome, "ps": self.ps, "trace": self.trace, "state": self.state,
            "stop": self.stop, "teach": self.teach, "taught": self.taught, "unteach": self.unteach,
        }  # fmt: skip

    def update(self) -> None:
        """Look what became of the utterances; called after each step of the kernel."""
        for utterance in self._utterances.values():
            utterance.update()

    def say(self, request: Request) -> object:
        """Hand in words; the number to ask for their outcome with."""
        text = str(request["text"])
        source, speaker = str(request.get("source", "text")), str(request.get("speaker", "owner"))
        utterance = Utterance.say(self._kernel, text, source, speaker=speaker)
        number, self._next = self._next, self._next + 1
        self._utterances[number] = utterance
        while len(self._utterances) > MOST_UTTERANCES:
            self._utterances.pop(next(iter(self._utterances))).detach()
        return {"number": number, **utterance.report().plain()}

    def outcome(self, request: Request) -> object:
        """What came of words handed in earlier."""
        utterance = self._utterances.get(int(request["number"]))
        if utterance is None:
            raise ValueError("no such utterance, or it was too long ago")
        return utterance.report().plain()

    def teach(self, request: Request) -> object:
        """Teach what a phrase means; the number to ask with what came of it."""
        phrase = str(request["phrase"])
        lesson = Lesson.hand_in(self._kernel, phrase, str(request["call"]))
        number, self._next = self._next, self._next + 1
        self._lessons[number] = phrase_of(phrase), lesson
        while len(self._lessons) > MOST_UTTERANCES:
            self._lessons.pop(next(iter(self._lessons)))
        return {"number": number}

    def taught(self, request: Request) -> object:
        """What came of a lesson."""
        if (number := int(request["number"])) not in self._lessons:
            raise ValueError("no such lesson, or it was too long ago")
        phrase, lesson = self._lessons[number]
        return lesson.told(phrase)

    def unteach(self, request: Request) -> bool:
        """Forget a taught phrase; whether there was one."""
        return forget(self._kernel, str(request["phrase"]))

    def ps(self, request: Request) -> list[dict[str, Any]]:
        """The process table, without those that have ended."""
        kernel = self._kernel
        return [
            {
                "pid": p.pid, "parent": p.parent, "program": p.program.name, "state": p.state.value,
                "call": str(p.call) if p.call is not None else "", "priority": p.program.priority.value,
                "by": p.asked_by, "taint": p.taint.value, "seconds": round(kernel.now() - p.began, 1),
                "syscalls": int(p.budget.used.get("syscalls", 0)), "tokens": int(p.budget.used.get("tokens", 0)),
                "metres": round(p.budget.used.get("metres", 0.0), 1),
                "waits": p.waiting.label if p.waiting is not None else "", "base": kernel.base.holder is p,
            }
            for p in kernel.processes.values()
            if not p.ended
        ]  # fmt: skip

    def trace(self, request: Request) -> object:
        """Lines of the log after number `after`, oldest first, each with its number and civil time; `last` at most."""
        after = int(request.get("after", 0))
        found = [(seq, entry) for seq, entry in self._log if seq > after]
        if "last" in request:
            found = found[-max(0, int(request["last"])) :]
        wall, now = self._kernel.ports.clock.wall().timestamp(), self._kernel.now()
        return [{"seq": seq, "wall": wall - (now - e.at), **asdict(e)} for seq, e in found[:BATCH]]

    def state(self, request: Request) -> object:
        """The body as the gate knows it, and whether anything runs."""
        state = self._kernel.ports.actuators.state()
        return {
            "pose": [state.pose.x, state.pose.y, state.pose.yaw], "battery": state.battery, "charging": state.charging,
            "armed": state.armed, "latched": state.latched, "link_up": state.link_up, "idle": self._kernel.idle,
            "speed": abs(state.twist.v), "turning": abs(state.twist.w),
            "room": room_of(state, self._kernel.ports.home),
            "escalations": escalations(self._kernel.ports.processor),
        }  # fmt: skip

    def stop(self, request: Request) -> object:
        """Stop and cancel everything."""
        self._kernel.interrupt(Interrupt("stop", self._kernel.now(), "the shell"))
        return {"latched": self._kernel.ports.actuators.state().latched}

    def _note(self, entry: Entry) -> None:
        self._seq += 1
        self._log.append((self._seq, entry))


class ControlServer:
    """Answers between two steps of the kernel; one JSON object a line: `{"do": ..., ...}`."""

    def __init__(self, kernel: Kernel, path: Path) -> None:
        """Raises `OSError` where the socket cannot be made."""
        self.services = Services(kernel)
        self._path = path
        if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
            path.unlink()
        self._selector = selectors.DefaultSelector()
        self._clients = 0
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            self._listener.bind(str(path))
        finally:
            os.umask(before)
        self._listener.listen(MAX_CLIENTS)
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, b"")

    def poll(self) -> None:
        """Serve what has arrived; never waits longer than `SEND_TIMEOUT` for a client that does not read."""
        self.services.update()
        for key, _ in self._selector.select(0):
            if key.fileobj is self._listener:
                self._accept()
            elif isinstance(key.fileobj, socket.socket):
                self._serve(key.fileobj, bytes(key.data))

    def close(self) -> None:
        """Hang up and remove the socket."""
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        if self._clients >= MAX_CLIENTS:
            client.close()
            return
        client.settimeout(SEND_TIMEOUT)
        self._clients += 1
        self._selector.register(client, selectors.EVENT_READ, b"")

    def _serve(self, client: socket.socket, rest: bytes) -> None:
        try:
            data = client.recv(MAX_LINE)
            *lines, rest = (rest + data).split(b"\n")
            if not data or len(rest) > MAX_LINE:
                raise ConnectionResetError
            for line in lines:
                client.sendall(json.dumps(self._answer(line), default=str).encode() + b"\n")
        except OSError:
            self._selector.unregister(client)
            client.close()
            self._clients -= 1
            return
        self._selector.modify(client, selectors.EVENT_READ, rest)

    def _answer(self, line: bytes) -> dict[str, object]:
        try:
            request = json.loads(line)
            do = str(request["do"])
            if do not in self.services.table:
                raise ValueError(f"no request {do!r}; known: {', '.join(self.services.table)}")
            return {"ok": self.services.table[do](request)}
        except (ValueError, KeyError, TypeError) as error:
            return {"error": f"not a request: {error}"}


def ask(path: Path, do: str, **arguments: object) -> Any:
    """Ask the running system whose control socket is `path`.

    Raises:
        BootError: none answers there, or it does not understand.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(TIMEOUT)
        try:
            client.connect(str(path))
            client.sendall(json.dumps({"do": do, **arguments}).encode() + b"\n")
            data = bytearray()
            while not data.endswith(b"\n"):
                more = client.recv(MAX_LINE)
                if not more:
                    raise ConnectionResetError("it hung up")
                data += more
            answer = json.loads(data)
        except (OSError, ValueError) as error:
            raise BootError(
                f"the running system does not answer ({error}); end it and start robotos sim anew"
            ) from error
    if "error" in answer:
        raise BootError(str(answer["error"]))
    return answer["ok"]
