"""Board, gate and kernel as three processes that can be killed, stopped and started anew one by one."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Self

from robotos.actuation.client import Console, GateError
from robotos.boot.children import Child, Nursery
from robotos.boot.control import ask
from robotos.boot.maps import load_map
from robotos.boot.places import map_directory
from robotos.clock import RealClock
from robotos.kernel.ports import Refused, Sent, StopReport
from robotos.policy import DEFAULT
from robotos.sim.remote import RemoteRobot
from robotos.trials.flood import Flood
from robotos.trials.motors import Sample, turning

MAP = "apartment"
BOARD, GATE, KERNEL = "the board", "the gate", "the kernel"
MODULES = {BOARD: "robotos.sim.serve", GATE: "robotos.actuation.server", KERNEL: "robotos.trials.kernel"}
BOARD_PRIORITY = 30  # above the gate's: no program keeps a real board waiting
LIMIT = 15.0  # s for anything to come about, on a busy machine
GLANCE = 0.02  # s between two looks
NEAR = 1.2  # m from the goal at which there is not enough of a drive left
GOALS = ("front door", "cleaning cupboard")  # the ends of the hallway: nobody stands in the way


class TrialError(Exception):
    """The trial could not be carried out: something beside its subject did not work."""


class Rig:
    """Three processes, and the wires to them. On leaving, all of them end."""

    def __init__(self, board: str | None = None, kernel: bool = True) -> None:
        """`board`: None for the firmware's core on this machine, or a board whose binary is emulated.

        Without `kernel` whoever made this drives the robot through the gate's socket.

        Raises:
            BootError: a process did not start; its own words are told.
        """
        self._stack = contextlib.ExitStack()
        self._nursery = self._stack.enter_context(Nursery())
        self.directory = self._nursery.directory
        self.home = self.directory / "home"
        self.home.mkdir()
        self._children: dict[str, Child] = {}
        _, self._map = load_map(MAP)
        self._goal = GOALS[0]
        self.flood: Flood | None = None
        for name in MODULES if kernel else (BOARD, GATE):
            self.spare(name)
        try:
            self._start_board(board)
            self.robot = RemoteRobot(self.directory / "sim")
            self._stack.callback(self.robot.close)
            self.start(GATE)
            if kernel:
                self.start(KERNEL)
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.flood is not None:
            self.flood.close()
        for name in tuple(self._children):
            self.signal(name, signal.SIGCONT)  # what is suspended cannot end
        self._stack.close()

    # ------------------------------------------------------------ processes

    def spare(self, name: str) -> None:
        """Begin a process that imports what it needs and then waits to be started."""
        self._nursery.prepare(name, MODULES[name], BOARD_PRIORITY if name == BOARD else 0)

    def start(self, name: str) -> None:
        """Run the spare one. The gate is told where the robot stands, as whoever puts it down would tell it."""
        child = self._nursery.take(name)
        child.begin(self._gate_arguments() if name == GATE else self._kernel_arguments())
        child.wait_ready()
        self._children[name] = child

    def signal(self, name: str, number: int) -> float:
        """Send a signal to a process; the moment before it was sent."""
        child = self._children.get(name)
        at = time.monotonic()
        if child is not None and child.alive:
            os.kill(child.process.pid, number)
        return at

    def pid(self, name: str) -> int:
        """Of the process that runs under this name."""
        return self._children[name].process.pid

    def alive(self, name: str) -> bool:
        """Whether it runs, or is suspended."""
        return name in self._children and self._children[name].alive

    def bury(self, name: str) -> None:
        """Take away what a dead process left, and begin its successor."""
        self._children.pop(name).end()
        self.spare(name)

    # ------------------------------------------------------------ people

    def order(self, text: str) -> None:
        """The owner says something. Raises `BootError` when there is no kernel."""
        ask(self.directory / "control", "say", text=text)

    def hush(self) -> None:
        """Everything that runs is cancelled."""
        ask(self.directory / "control", "stop")

    def go(self) -> None:
        """The owner orders the robot to the end of the hallway that it is on the way to, or to the other one."""
        x, y, _ = self.robot.view()["pose"]
        spot = self._map.places[self._goal].approach
        if abs(spot.x - x) + abs(spot.y - y) < NEAR:
            self._goal = next(name for name in GOALS if name != self._goal)
        self.order(f"go to the {self._goal}")

    def arm(self) -> Sent | Refused:
        """Somebody arms at the console. Raises `GateError` when there is no gate."""
        with self._console() as console:
            return console.arm()

    def stop(self, reason: str = "console") -> StopReport:
        """Somebody stops the robot at the console."""
        with self._console() as console:
            return console.stop(reason)

    def link_up(self) -> bool:
        """Whether the gate runs and has a controller."""
        try:
            with self._console() as console:
                news = console.news()
        except GateError:
            return False
        return news is not None and news.state.link_up

    # ------------------------------------------------------------ looking

    def motors(self, since: float) -> list[Sample]:
        """What was on the pins since a moment of the monotonic clock."""
        return [tuple(sample) for sample in self.robot.call("motors", at=since)]

    def turns(self) -> bool:
        """Whether a motor turns now."""
        return turning(self.motors(time.monotonic())[-1])

    def until(self, true: Callable[[], bool], what: str, limit: float = LIMIT) -> None:
        """Wait for something. Raises `TrialError` naming it when it does not come."""
        end = time.monotonic() + limit
        while not true():
            if time.monotonic() > end:
                raise TrialError(f"waited {limit:.0f} s in vain: {what}")
            time.sleep(GLANCE)

    def last_words(self) -> str:
        """The last lines of the kernel's log, for a report."""
        lines = ask(self.directory / "control", "trace", last=6)
        return " | ".join(f"{line['kind']} {line['text']}" for line in lines)

    # ------------------------------------------------------------ helpers

    def _start_board(self, board: str | None) -> None:
        child = self._nursery.take(BOARD)
        arguments = ["--map", str(map_directory(MAP)), "--socket", str(self.directory / "sim")]
        arguments += ["--link", str(self.directory / "board"), "--start", GOALS[0]]
        child.begin([*arguments, *(["--board", board] if board is not None else [])])
        child.wait_ready()
        self._children[BOARD] = child

    def _gate_arguments(self) -> list[str]:
        x, y, yaw = self.robot.view()["pose"]
        sockets = self.directory
        return [
            "--port", str(sockets / "board"), "--map", str(map_directory(MAP)), "--policy", str(DEFAULT),
            "--socket", str(sockets / "gate"), "--console", str(sockets / "console"),
            "--audit", str(self.home / "audit.jsonl"), f"--start={x},{y},{yaw}", "--exit-with-parent",
        ]  # fmt: skip

    def _kernel_arguments(self) -> list[str]:
        sockets = self.directory
        return [
            "--map", MAP, "--home", str(self.home), "--gate", str(sockets / "gate"), "--sim", str(sockets / "sim"),
            "--control", str(sockets / "control"),
        ]  # fmt: skip

    @contextlib.contextmanager
    def _console(self) -> Iterator[Console]:
        console = Console(self.directory / "console", RealClock())
        try:
            yield console
        finally:
            console.close()
