"""How one line of the syscall log is shown to a person and to a machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from rich.text import Text

from robotos.kernel.trace import Entry

LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "hear": ("heard", "bold cyan"),
        "say": ("said", "bold green"),
        "ask": ("asked", "bold yellow"),
        "call": ("call", "blue"),
        "result": ("result", "dim"),
        "event": ("event", "magenta"),
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log in civil time. `errno` is "" where there is none."""

    at: datetime
    pid: int
    program: str
    kind: str
    text: str
    errno: str = ""

    @classmethod
    def of(cls, entry: Entry, at: datetime) -> Line:
        """An entry of the kernel's own log."""
        return cls(at, entry.pid, entry.program, entry.kind, entry.text, entry.errno)

    def plain(self) -> dict[str, Any]:
        """The line as JSON has it."""
        return {
            "at": self.at.isoformat(timespec="milliseconds"), "pid": self.pid, "program": self.program,
            "kind": self.kind, "text": self.text, "errno": self.errno,
        }  # fmt: skip

    def talk(self) -> Text | None:
        """The line as the conversation shows it; None for what a person need not see there."""
        if self.kind == "ask":
            return None  # it is said as well
        label, style = LABELS.get(self.kind, (self.kind, ""))
        failed = self.errno not in {"", "OK"}
        words = Text(self.text, style="red" if failed else "" if self.kind in {"hear", "say"} else "dim")
        if self.kind == "result":
            words = Text.assemble((f"{self.errno:<12} ", "bold red" if failed else "green"), words)
        elif failed:
            words.append(f"  {self.errno}", style="bold red")
        return Text.assemble((f"{self.at:%H:%M:%S}  ", "dim"), (f"{label:<7} ", style), words)

    def strace(self) -> Text:
        """The line as `strace` shows it: who called what, and what it answered."""
        label, style = LABELS.get(self.kind, (self.kind, ""))
        who = f"{self.program}[{self.pid}]" if self.pid else self.program
        line = Text.assemble(
            (f"{self.at:%H:%M:%S.%f}"[:-3], "dim"), f"  {who:<16} ", (f"{label:<7}", style), self.text
        )  # fmt: skip
        if self.errno:
            line.append(f" = {self.errno}", style="green" if self.errno == "OK" else "bold red")
        return line
