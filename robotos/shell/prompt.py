"""The few commands that are typed at the prompt of a live system with a stroke before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from robotos.actuation.client import GateError
from robotos.boot.console import arm_at
from robotos.boot.live import LiveSystem
from robotos.shell.keyboard import Screen
from robotos.shell.tables import process_table


@dataclass(frozen=True, slots=True)
class Prompt:
    """Carries out one such command on a running system. `stopping` gets the reason when it is to end."""

    system: LiveSystem
    screen: Screen
    stopping: list[str]
    talk: Callable[[bool], str] | None = None  # push to talk, where a microphone listens

    def run(self, words: str) -> None:
        """`/name`; an unknown one is answered with those there are."""
        name = words.split(maxsplit=1)[0]
        command = self._commands.get(name)
        if command is None:
            self.screen.print(f"there is no {name}; there are {', '.join(self._commands)}")
        else:
            command()

    @property
    def _commands(self) -> Mapping[str, Callable[[], None]]:
        return {
            "/help": self._help, "/ps": self._ps, "/state": self._state, "/arm": self._arm,
            "/talk": lambda: self._talk(True), "/hush": lambda: self._talk(False),
            "/quit": lambda: self.stopping.append("/quit"),
        }  # fmt: skip

    def _help(self) -> None:
        self.screen.print(
            "Words go to the robot as if you had said them. /ps processes, /state the body, /arm after a hard stop, "
            '/talk all that is said is for it until /hush, /quit. "stop" stops at once.'
        )

    def _ps(self) -> None:
        for line in process_table(self.system.control.services.ps({})):
            self.screen.print(line)

    def _state(self) -> None:
        state = self.system.actuators.state()
        stopped = f"stopped ({state.latched})" if state.latched else "armed" if state.armed else "at rest"
        self.screen.print(
            f"at x {state.pose.x:.2f} m, y {state.pose.y:.2f} m, heading {state.pose.yaw:.2f} rad; {stopped}; "
            f"battery {state.battery:.0%}{', charging' if state.charging else ''}"
        )

    def _talk(self, on: bool) -> None:
        self.screen.print(self.talk(on) if self.talk is not None else "no microphone listens; start it with --listen")

    def _arm(self) -> None:
        try:
            self.screen.print(arm_at(self.system.sockets / "console").text)
        except GateError as error:
            self.screen.print(str(error))
