"""What the demo shows while it runs: the map, what was heard and said, the syscall log, timings."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console, Group
from rich.layout import Layout
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from robotos.boot.simulated import Rig
from robotos.kernel.trace import Entry
from robotos.shell.terminal_map import TerminalMap

LINES = 12
STYLES = {"hear": "bold yellow", "say": "bold cyan", "call": "green", "result": "dim green", "event": "dim"}


class View(Protocol):
    """Where the demo shows itself."""

    def entry(self, entry: Entry) -> None:
        """A line of the syscall log."""

    def frame(self, rig: Rig) -> None:
        """A moment of the run."""

    def outcome(self, line: str) -> None:
        """What happened, for the transcript."""

    def close(self) -> None: ...


@dataclass(slots=True)
class QuietView:
    """Shows nothing (`--json`)."""

    def entry(self, entry: Entry) -> None: ...

    def frame(self, rig: Rig) -> None: ...

    def outcome(self, line: str) -> None: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class PlainView:
    """One line a thing that happens, for logs and pipes."""

    console: Console

    def entry(self, entry: Entry) -> None:
        if entry.kind != "event":
            self.console.print(_line(entry), highlight=False)

    def frame(self, rig: Rig) -> None: ...

    def outcome(self, line: str) -> None: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class LiveView:
    """The whole screen, redrawn a few times a second."""

    console: Console
    map: TerminalMap
    log: deque[Text] = field(default_factory=lambda: deque(maxlen=LINES))
    talk: deque[Text] = field(default_factory=lambda: deque(maxlen=LINES))
    outcomes: list[str] = field(default_factory=list)
    live: Live | None = None

    def entry(self, entry: Entry) -> None:
        (self.talk if entry.kind in {"hear", "say"} else self.log).append(_line(entry))

    def outcome(self, line: str) -> None:
        self.outcomes.append(line)

    def frame(self, rig: Rig) -> None:
        if self.live is None:
            self.live = Live(console=self.console, auto_refresh=False, screen=False, transient=True)
            self.live.start()
        self.live.update(self._screen(rig), refresh=True)

    def close(self) -> None:
        if self.live is not None:
            self.live.stop()
            self.live = None

    def _screen(self, rig: Rig) -> Layout:
        state = rig.gate.state()
        facts = Table.grid(padding=(0, 2))
        facts.add_row("time", rig.clock.wall().strftime("%H:%M:%S"), "battery", f"{state.battery:.0%}")
        facts.add_row("room", rig.home.room_at(state.pose.x, state.pose.y), "speed", f"{state.twist.v:.2f} m/s")
        facts.add_row("tool", "on" if state.tool_on else "off", "drive", state.latched or _armed(state.armed))
        right = Group(
            Panel(facts, title="robot"),
            Panel(Group(*self.talk), title="heard and said"),
            Panel(Group(*self.log), title="syscalls"),
            Panel(Text("\n".join(self.outcomes) or "..."), title="what happened"),
        )
        layout = Layout()
        layout.split_row(
            Layout(Panel(self.map.draw(state.pose, rig.robot.truth.swept), title=rig.home.name), ratio=4),
            Layout(right, ratio=3),
        )
        return layout


def _armed(armed: bool) -> str:
    return "armed" if armed else "resting"


def _line(entry: Entry) -> Text:
    mark = {"hear": "» ", "say": "« ", "call": "→ ", "result": "← "}.get(entry.kind, "· ")
    text = Text(f"{entry.at:8.2f} ", style="dim")
    text.append(mark + entry.text, style=STYLES.get(entry.kind, ""))
    if entry.errno:
        text.append(f" {entry.errno}", style="dim" if entry.errno == "OK" else "red")
    return text
