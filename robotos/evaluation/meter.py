"""A processor that counts what another one uses, and outlives the scenario it serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from robotos.kernel.ports import Decoded, Fault, Instruction, Processor, Usage


@dataclass(slots=True)
class MeteredProcessor:
    """Implements `ports.Processor`. `close` leaves the model loaded but drops every sequence: a fresh start for all."""

    inner: Processor
    used: list[Usage] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _pids: set[int] = field(default_factory=set)

    def submit(self, instruction: Instruction) -> int:
        self._pids.add(instruction.pid)
        return self.inner.submit(instruction)

    def poll(self) -> Sequence[Decoded | Fault]:
        done = self.inner.poll()
        for one in done:
            if isinstance(one, Decoded):
                self.used.append(one.usage)
            else:
                self.faults.append(f"{one.errno}: {one.reason}")
        return done

    def interrupt(self, ticket: int) -> None:
        self.inner.interrupt(ticket)

    def release(self, pid: int) -> None:
        self.inner.release(pid)

    def close(self) -> None:
        for pid in sorted(self._pids):
            self.inner.release(pid)

    def total(self) -> Usage:
        """All of it added up."""
        return Usage(
            sum(use.prompt for use in self.used),
            sum(use.cached for use in self.used),
            sum(use.generated for use in self.used),
            sum(use.seconds for use in self.used),
        )
