"""A processor that is loaded beside everything else: asked before it is ready, it says so at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from robotos.cpu.engine import ModelError
from robotos.errno import Errno
from robotos.kernel.ports import Decoded, Fault, Instruction, Processor


class LateProcessor:
    """Implements `ports.Processor`. Whoever started it does not wait: a large model takes seconds to load.

    `load` runs once, on a thread of its own. When it raises `ModelError`, every instruction is a fault from then on
    and `problem` says why. With `patience`, for virtual time, it is loaded only when it is first asked, and waited for
    so many seconds.
    """

    def __init__(self, load: Callable[[], Processor], patience: float = 0.0) -> None:
        self._load = load
        self._patience = patience
        self._lock = threading.Lock()
        self._inner: Processor | None = None
        self._closed = False
        self._refused: list[Fault] = []
        self._next = -1  # tickets of refused instructions count down, those of the loaded processor up
        self.problem = ""
        self._thread = threading.Thread(target=self._run, name="larger model", daemon=True)
        self._begun = not patience
        if self._begun:
            self._thread.start()

    @property
    def ready(self) -> bool:
        """Whether it is loaded."""
        return self._inner is not None

    def wait(self, seconds: float) -> bool:
        """Give loading so much time to end; whether it did, well or not."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def submit(self, instruction: Instruction) -> int:
        if not self._begun:
            self._begun = True
            self._thread.start()
            self._thread.join(self._patience)
        inner = self._inner
        if inner is not None:
            return inner.submit(instruction)
        ticket, self._next = self._next, self._next - 1
        if self.problem:
            self._refused.append(Fault(ticket, Errno.EIO, self.problem))
        else:
            self._refused.append(Fault(ticket, Errno.EAGAIN, "the model is still being loaded"))
        return ticket

    def poll(self) -> Sequence[Decoded | Fault]:
        refused, self._refused = self._refused, []
        return [*refused, *(self._inner.poll() if self._inner is not None else ())]

    def interrupt(self, ticket: int) -> None:
        if self._inner is not None and ticket > 0:
            self._inner.interrupt(ticket)

    def release(self, pid: int) -> None:
        if self._inner is not None:
            self._inner.release(pid)

    def close(self) -> None:
        """Free it; what is still being loaded is freed as soon as it is there."""
        with self._lock:
            self._closed = True
            inner = self._inner
        if inner is not None:
            inner.close()

    def _run(self) -> None:
        try:
            loaded = self._load()
        except ModelError as error:
            self.problem = str(error)
            return
        with self._lock:
            if not self._closed:
                self._inner = loaded
                return
        loaded.close()
