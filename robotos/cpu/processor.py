"""The processor port: one inference thread for the live robot, and a virtual-time one that repeats exactly."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from robotos.clock import Clock
from robotos.cpu.calibration import UNCALIBRATED, Calibration
from robotos.cpu.engine import ContextFullError, Engine, InterruptedDecode, ModelError
from robotos.cpu.isa import InstructionSet
from robotos.errno import Errno
from robotos.kernel.ports import Decoded, Fault, Instruction, Usage

MAX_CALL_TOKENS = 96
PREFIX_PID = 0  # holds the beginning of all prompts; no process has this number
_CLOSE_SECONDS = 5.0


class Core:
    """Engine and instruction set together: decodes one call. For one thread at a time."""

    def __init__(self, engine: Engine, isa: InstructionSet, calibration: Calibration = UNCALIBRATED) -> None:
        self.engine = engine
        self.isa = isa
        self._calibration = calibration

    def warm(self) -> bool:
        """Evaluate what all prompts begin with, so that the first of them is no slower; whether it was done."""
        if not (prefix := self.isa.prefix):
            return True
        try:
            self.engine.evaluate(PREFIX_PID, prefix)
        except (InterruptedDecode, ContextFullError, ModelError):
            return False  # it only takes longer: whoever asks something hears what is wrong
        return True

    def decode(self, ticket: int, instruction: Instruction) -> Decoded | Fault:
        """The next call after the instruction's pages, or why there is none."""
        began = time.perf_counter()
        try:
            return self._decode(ticket, instruction, began)
        except InterruptedDecode:
            return Fault(ticket, Errno.EINTR, "interrupted")
        except ContextFullError as error:
            return Fault(ticket, Errno.ENOSPC, str(error))
        except ModelError as error:
            return Fault(ticket, Errno.EIO, str(error))
        except ValueError as error:
            return Fault(ticket, Errno.EINVAL, str(error))

    def _decode(self, ticket: int, instruction: Instruction, began: float) -> Decoded | Fault:
        writer = self.isa.writer(instruction)
        tokens = self.isa.render(instruction.pages)
        prompt = len(tokens)
        cached, probability = 0, 1.0
        for generated in range(MAX_CALL_TOKENS):
            evaluation = self.engine.evaluate(instruction.pid, tokens)
            if generated == 0:
                cached = evaluation.cached
            token, share = writer.choose(evaluation.logits)
            tokens.append(token)
            probability *= share
            if writer.finished:
                usage = Usage(prompt, cached, generated + 1, time.perf_counter() - began)
                return Decoded(ticket, writer.call(), self._calibration(probability), usage)
        return Fault(ticket, Errno.ENOSPC, f"no call within {MAX_CALL_TOKENS} tokens")


class LlamaProcessor:
    """ports.Processor whose own thread runs instructions first come, first served."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lock = threading.Lock()
        self._work: queue.Queue[tuple[int, Instruction] | int | None] = queue.Queue()
        self._finished: queue.Queue[Decoded | Fault] = queue.Queue()
        self._next = 1
        self._running = 0
        self._pending: set[int] = set()
        self._cancelled: set[int] = set()
        self._thread = threading.Thread(target=self._run, name="processor", daemon=True)
        self._thread.start()

    def submit(self, instruction: Instruction) -> int:
        with self._lock:
            ticket = self._next
            self._next += 1
            self._pending.add(ticket)
        self._work.put((ticket, instruction))
        return ticket

    def poll(self) -> Sequence[Decoded | Fault]:
        finished: list[Decoded | Fault] = []
        while True:
            try:
                finished.append(self._finished.get_nowait())
            except queue.Empty:
                return finished

    def interrupt(self, ticket: int) -> None:
        with self._lock:
            if ticket in self._pending:
                self._cancelled.add(ticket)
            if ticket == self._running:
                self._core.engine.interrupt()

    def release(self, pid: int) -> None:
        self._work.put(-pid)  # in turn: only the processor's thread may touch the KV cache

    def close(self) -> None:
        """Abandon what runs and free the model."""
        with self._lock:
            self._cancelled.update(self._pending)
            self._core.engine.interrupt()
        self._work.put(None)
        self._thread.join(_CLOSE_SECONDS)
        if not self._thread.is_alive():
            self._core.engine.close()

    def _run(self) -> None:
        self._core.warm()
        while (item := self._work.get()) is not None:
            if isinstance(item, int):
                self._core.engine.forget(-item)
            else:
                self._finished.put(self._execute(*item))

    def _execute(self, ticket: int, instruction: Instruction) -> Decoded | Fault:
        with self._lock:
            if ticket in self._cancelled:
                self._done(ticket)
                return Fault(ticket, Errno.EINTR, "interrupted")
            self._running = ticket
            self._core.engine.clear()
        result = self._core.decode(ticket, instruction)
        with self._lock:
            self._running = 0
            self._done(ticket)
        return result

    def _done(self, ticket: int) -> None:
        self._pending.discard(ticket)
        self._cancelled.discard(ticket)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a token costs in virtual seconds; near what the bundled model takes on one slow core."""

    prompt: float = 0.0004  # a prompt token that is not in the KV cache
    generated: float = 0.006


class VirtualProcessor:
    """ports.Processor that computes at once and answers when the clock says it would have been done.

    One instruction after the other, as on one core; nothing here depends on the machine's speed.
    """

    def __init__(self, core: Core, clock: Clock, costs: Costs | None = None) -> None:
        self._core = core
        self._clock = clock
        self._costs = costs or Costs()
        self._next = 1
        self._free_at = clock.now()
        self._pending: list[tuple[float, Decoded | Fault]] = []

    def submit(self, instruction: Instruction) -> int:
        ticket = self._next
        self._next += 1
        self._core.engine.clear()
        result = self._core.decode(ticket, instruction)
        cost = 0.0
        if isinstance(result, Decoded):
            usage = result.usage
            cost = (usage.prompt - usage.cached) * self._costs.prompt + usage.generated * self._costs.generated
        self._free_at = max(self._free_at, self._clock.now()) + cost
        self._pending.append((self._free_at, result))
        return ticket

    def poll(self) -> Sequence[Decoded | Fault]:
        now = self._clock.now()
        ready = [result for at, result in self._pending if at <= now]
        self._pending = [(at, result) for at, result in self._pending if at > now]
        return ready

    def interrupt(self, ticket: int) -> None:
        now = self._clock.now()
        for index, (at, result) in enumerate(self._pending):
            if result.ticket == ticket and at > now:
                self._pending[index] = (now, Fault(ticket, Errno.EINTR, "interrupted"))
                if at == self._free_at:
                    self._free_at = now

    @property
    def due(self) -> float | None:
        """Clock seconds at which the next result is ready; None when nothing runs."""
        return min((at for at, _ in self._pending), default=None)

    def release(self, pid: int) -> None:
        self._core.engine.forget(pid)

    def close(self) -> None:
        self._core.engine.close()
