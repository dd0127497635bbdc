"""The kernel as a process of its own, at a gate and a simulated robot that others have started, in real time.

    python -m robotos.trials.kernel --map NAME --home DIR --gate SOCKET --sim SOCKET --control SOCKET

It is the live system's own kernel, programs, disk and loop; only the processor is a literal one and nobody listens or
speaks. Orders come over the control socket. Prints one JSON line when ready.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from robotos.actuation.client import GateError, RemoteActuators
from robotos.boot.children import BootError
from robotos.boot.control import ControlServer
from robotos.boot.live import SWITCH, WORKERS, LiveSystem, Plan
from robotos.boot.maps import load_map
from robotos.boot.places import policy_file, read_policy
from robotos.boot.stop_reflex import StopReflex
from robotos.boot.system import build_kernel
from robotos.clock import RealClock
from robotos.disk import DiskError, open_disk
from robotos.peripherals.typed import SilentSpeech, TypedEars
from robotos.sim.remote import RemoteRobot, SimulationLostError
from robotos.trials.obedient import ObedientProcessor

PATIENCE = 600.0  # s: in trials the gate and the controller go away on purpose, and come back


def attach(options: argparse.Namespace) -> LiveSystem:
    """A live system without children of its own.

    Raises:
        BootError: the map, the policy or the control socket is wrong.
        GateError, SimulationLostError, DiskError: a neighbour or the disk is not there.
    """
    clock = RealClock()
    _, home = load_map(options.map)
    policy = read_policy(policy_file(options.home))
    with contextlib.ExitStack() as stack:
        disk = open_disk(options.home, clock)
        stack.callback(disk.close)
        disk.import_home(home)
        robot = RemoteRobot(options.sim)
        stack.callback(robot.close)
        actuators = RemoteActuators(options.gate, clock)
        stack.callback(actuators.close)
        reflex = StopReflex(options.gate, clock)
        stack.callback(reflex.close)
        sys.setswitchinterval(SWITCH)
        workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="compute")
        stack.callback(workers.shutdown, wait=False, cancel_futures=True)
        kernel = build_kernel(
            clock=clock, processor=ObedientProcessor(), actuators=actuators, camera=robot, speech=SilentSpeech(clock),
            ears=TypedEars(clock), disk=disk, home=home, policy=policy, compute=workers.submit,
        )  # fmt: skip
        control = ControlServer(kernel, options.control)
        stack.callback(control.close)
        plan = Plan(options.map, options.home, "trial", patience=PATIENCE)
        sockets = options.control.parent
        return LiveSystem(
            plan, "trial", kernel, home, disk, actuators, reflex, control, (), sockets, None, stack.pop_all()
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM, or until the parent goes; 1 with one sentence on stderr when it cannot start or go on."""
    parent = os.getppid()
    options = _parser().parse_args(arguments)
    asked_to_end: list[int] = []
    signal.signal(signal.SIGTERM, lambda received, _frame: asked_to_end.append(received))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        system = attach(options)
    except (BootError, GateError, SimulationLostError, DiskError, OSError) as error:
        print(json.dumps({"ready": False, "error": str(error)}), flush=True)
        return 1
    print(json.dumps({"ready": True, "pid": os.getpid()}), flush=True)
    try:
        system.run(lambda: not asked_to_end and os.getppid() == parent)
    except BootError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        with contextlib.suppress(DiskError):  # a trial may have broken the disk on purpose
            system.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m robotos.trials.kernel", description=__doc__)
    parser.add_argument("--map", required=True)
    for name in ("home", "gate", "sim", "control"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
