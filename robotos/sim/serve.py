"""A simulated robot as its own process, in real time: `python -m robotos.sim.serve --map DIR --socket PATH`.

The firmware sits behind a pty, whose name is printed as one JSON line. Everything around it (camera, events, truth) is
asked for over a unix socket, one JSON object a line: `{"id", "do", "with"}`, answered by `{"id", "ok"}` or
`{"id", "error"}`. The process ends when its parent does.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import selectors
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from firmware_bridge.build import BoardError, BuildError
from firmware_bridge.controller import Controller
from firmware_bridge.host import HostController
from robotos.navigation.home import LayoutError, load_home
from robotos.navigation.map_server import MapError
from robotos.sim.cable import Cable
from robotos.sim.commands import Command, CommandError, bench_commands, call, commands
from robotos.sim.motors import MotorLog
from robotos.sim.robot import PERIOD, SimulatedRobot
from robotos.sim.spawn import start_pose
from robotos.sim.world import KINEMATIC, WORLDS
from robotos.sim.worlds import make_world

MAX_LINE = 64 * 1024  # bytes of one request
MAX_CLIENTS = 8
MAX_LAG = 0.1  # s that the loop tries to catch up; a longer pause is left out of the simulation
EMULATED_STEP = 0.001  # s; what the emulated board's serial line adds to a round trip is real to this accuracy
LOG_SECONDS = 60.0  # of what was on the motors' pins
SEND_TIMEOUT = 0.2  # s that a client may take to read an answer


class Service:
    """The unix socket: takes requests and answers them between two steps of the simulation."""

    def __init__(self, path: Path, table: Mapping[str, Command]) -> None:
        """Raises `OSError` where the socket cannot be made."""
        if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
            path.unlink()
        self._table = table
        self._path = path
        self._buffers: dict[socket.socket, bytes] = {}
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            self._listener.bind(str(path))
        finally:
            os.umask(before)
        self._listener.listen(MAX_CLIENTS)
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)

    def serve(self, seconds: float) -> None:
        """Answer what arrives within `seconds`."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            for key, _ in self._selector.select(max(0.0, left)):
                if key.fileobj is self._listener:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    self._read(key.fileobj)
            if left <= 0:
                return

    def close(self) -> None:
        """Drop all clients and take the socket away."""
        for client in tuple(self._buffers):
            self._drop(client)
        self._listener.close()
        self._selector.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        if len(self._buffers) >= MAX_CLIENTS:
            client.close()
            return
        client.settimeout(SEND_TIMEOUT)
        self._buffers[client] = b""
        self._selector.register(client, selectors.EVENT_READ)

    def _drop(self, client: socket.socket) -> None:
        self._selector.unregister(client)
        del self._buffers[client]
        client.close()

    def _read(self, client: socket.socket) -> None:
        try:
            data = client.recv(MAX_LINE)
            *lines, rest = (self._buffers[client] + data).split(b"\n")
            for line in lines:
                client.sendall(self._answer(line))
        except OSError:
            data, rest = b"", b""
        if not data or len(rest) > MAX_LINE:
            self._drop(client)
        else:
            self._buffers[client] = rest

    def _answer(self, line: bytes) -> bytes:
        request: object = None
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise CommandError("a request is a JSON object with id, do and with")
            answer = {"id": request.get("id"), "ok": call(self._table, request.get("do"), request.get("with", {}))}
        except (CommandError, ValueError) as error:
            answer = {"id": request.get("id") if isinstance(request, dict) else None, "error": str(error)}
        return json.dumps(answer).encode() + b"\n"


def run(
    robot: SimulatedRobot, service: Service, motors: MotorLog, going: Callable[[], bool], step: float = PERIOD
) -> None:
    """Step in real time, answering requests in between, for as long as `going()`."""
    due = time.monotonic()
    while going():
        robot.step(step)
        motors.note(robot.now, robot.outputs)
        due = max(due + step, time.monotonic() - MAX_LAG)
        service.serve(max(0.0, due - time.monotonic()))


def _controller(board: str) -> tuple[Controller, float]:
    """A motor controller, and how many seconds to step it at a time: the emulated one paces its serial line itself."""
    chance = int.from_bytes(os.urandom(4), "little")
    if not board:
        return HostController(chance), PERIOD
    from firmware_bridge.emulator import power_up  # most simulated robots do without

    return power_up(board, noise=chance), EMULATED_STEP


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m robotos.sim.serve", description="A simulated robot in real time.")
    parser.add_argument("--map", type=Path, required=True, help="directory with the home's map and layout.yaml")
    parser.add_argument("--socket", type=Path, required=True, help="unix socket to make for camera, events and truth")
    parser.add_argument("--start", default="dock", help="room or place where the robot stands (default: dock)")
    parser.add_argument("--link", type=Path, help="symbolic link to make to the pty; it survives unplugging")
    parser.add_argument(
        "--board", default="", help="emulate this board with its real firmware (default: the core, here)"
    )
    parser.add_argument("--world", choices=WORLDS, default=KINEMATIC, help="how the world is simulated")
    parser.add_argument("--seed", type=int, default=0, help="of all that is random")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the parent goes or SIGTERM comes; 2 with one sentence on stderr when it cannot start."""
    parent = os.getppid()
    options = _arguments(arguments)
    ended = False

    def end(_signal: int, _frame: FrameType | None) -> None:
        nonlocal ended
        ended = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
    with contextlib.ExitStack() as stack:
        try:
            home = load_home(options.map)
            world = make_world(options.world, home, start_pose(home, options.start), options.seed)
            device = Cable(options.link)
            stack.callback(device.close)
            controller, step = _controller(options.board)
            robot = SimulatedRobot(world, controller, device=device, camera_seed=options.seed)
            motors = MotorLog(time.monotonic, round(LOG_SECONDS / step))
            service = Service(options.socket, {**commands(robot), **bench_commands(motors, device)})
            stack.callback(service.close)
        except (LayoutError, MapError, ImportError, BoardError, BuildError, OSError, KeyError) as error:
            print(error.args[0] if isinstance(error, KeyError) else error, file=sys.stderr)
            return 2
        print(json.dumps({"port": device.port, "socket": str(options.socket)}), flush=True)
        run(robot, service, motors, lambda: not ended and os.getppid() == parent, step)
    return 0


if __name__ == "__main__":
    sys.exit(main())
