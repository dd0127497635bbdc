"""The live system: the simulated robot and the gate as child processes, the kernel in this one, in real time."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from robotos.actuation.client import GateError, RemoteActuators
from robotos.boot import running
from robotos.boot.children import BootError, Child, Nursery
from robotos.boot.control import ControlServer
from robotos.boot.exemplars import exemplars_of
from robotos.boot.hearing_loss import BarredActuators
from robotos.boot.last_pose import LastPose
from robotos.boot.maps import load_map
from robotos.boot.places import policy_file, read_policy
from robotos.boot.ports import must_find_port
from robotos.boot.prepare import GATE, SIMULATED
from robotos.boot.restore import restore_things
from robotos.boot.stop_reflex import StopReflex
from robotos.boot.system import build_kernel
from robotos.clock import RealClock
from robotos.disk import DiskError, SqliteDisk, open_disk
from robotos.encoder.exemplars import Senses, Store
from robotos.errno import Errno
from robotos.kernel.kernel import Kernel
from robotos.kernel.ports import Camera, Detection, Ears, Processor, Speech
from robotos.navigation.home import Home
from robotos.sim.remote import RemoteRobot, SimulationError, SimulationLostError
from robotos.sim.world import KINEMATIC

PERIOD = 0.05  # s between kernel steps
LINK_LIMIT = 5.0  # s for the controller's handshake
SWITCH = 0.001  # s after which a computing thread lets the kernel's loop in
WORKERS = 2  # threads for long computations of programs
TIDY_EVERY = 60.0  # s between looks at what the disk need not keep any longer
PATIENCE = 10.0  # s that a lost motor controller is waited for before the system gives up


class NoCamera:
    """A robot without a camera sees nothing: finding and fetching end with "I did not find it"."""

    def detect(self) -> Sequence[Detection]:
        return ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start, and on what. Without `port` it runs on a simulated robot, put down at `start_at`.

    `board` names the board whose real firmware drives that robot, emulated; "" is the core compiled for this machine.
    `world` is one of `robotos.sim.world.WORLDS`. `trace` is a file for all frames between gate and controller.
    """

    map_name: str
    home_directory: Path
    port: str | None = None
    start_at: str = "dock"
    board: str = ""
    world: str = KINEMATIC
    trace: Path | None = None
    patience: float = PATIENCE


@dataclass(frozen=True, slots=True)
class Organs:
    """What a live system hears, thinks and speaks with; the processor is made while the children start.

    `senses` begins to open the instruction cache; without it the processor reads without examples.
    """

    processor: Callable[[], Processor]
    speech: Speech
    ears: Ears
    senses: Callable[[], Future[Senses]] | None = None
    barred: Callable[[], str] = lambda: ""  # why nothing may move now, such as that stop words are not heard


@dataclass(slots=True)
class LiveSystem:
    """Everything that runs, and the loop that keeps it running."""

    plan: Plan
    port: str
    kernel: Kernel
    home: Home
    disk: SqliteDisk
    actuators: RemoteActuators
    reflex: StopReflex
    control: ControlServer
    children: Sequence[Child]
    sockets: Path
    exemplars: Store | None
    _resources: contextlib.ExitStack
    _tidy_at: float = 0.0
    _lost_since: float | None = None
    _closed: list[bool] = field(default_factory=list)
    _last_pose: LastPose = field(init=False)

    def __post_init__(self) -> None:
        self._last_pose = LastPose(self.plan.home_directory, self.plan.map_name)

    def run(self, going: Callable[[], bool]) -> None:
        """Step the kernel every 50 ms while `going()`; a late step is not made up for.

        Raises:
            BootError: something it cannot go on without is gone. The wheels stand, or are stopped by `close`.
        """
        due = time.monotonic()
        while going():
            self._check()
            try:
                self.reflex.serve(self.kernel)
                self.kernel.step()
                self.reflex.watch(self.kernel)
                self._tidy()
                self._last_pose.keep(self.actuators.state(), time.monotonic())
            except (SimulationLostError, GateError, DiskError) as error:
                self._check()  # a dead child explains it better
                raise BootError(f"{error}; the robot stands still") from error
            self.control.poll()
            due = max(due + PERIOD, time.monotonic())
            time.sleep(max(0.0, due - time.monotonic()))

    @property
    def pids(self) -> dict[str, int]:
        """Every process beside this one, by name."""
        return _pids(self.children, self.disk)

    def _tidy(self) -> None:
        """While nothing is going on, let go of a few rows that policy says are too old."""
        now = time.monotonic()
        if now >= self._tidy_at and self.kernel.idle:
            self._tidy_at = now + (0.0 if self.disk.tidy(self.kernel.ports.policy.disk) else TIDY_EVERY)

    def close(self) -> None:
        """End all programs, stop the wheels, and take everything down. May be called again."""
        if self._closed:
            return
        self._closed.append(True)
        with self._resources:
            if self.actuators.state().armed:
                self.actuators.stop("shutdown")
            self.kernel.cancel_all(Errno.ECANCELED, "shutdown")

    def _check(self) -> None:
        """A child that ended by itself, or a controller that stays away, is an error that the owner hears about."""
        for child in self.children:
            if not child.alive:
                raise BootError(
                    f"{child.name} has ended unexpectedly (exit code {child.process.returncode}); "
                    "the robot stands still. Start robotos again"
                )
        now = time.monotonic()
        if self.actuators.state().link_up:
            self._lost_since = None
        elif self._lost_since is None:
            self._lost_since = now
        elif now - self._lost_since > self.plan.patience:
            raise BootError(
                f"the motor controller on {self.port} has been away for {now - self._lost_since:.0f} s; the robot "
                "stands still. Check cable and power, then start robotos again"
            )


def boot_live(plan: Plan, organs: Organs, nursery: Nursery) -> LiveSystem:
    """Start the system with the children that `prepared` has begun in the nursery, which must outlive it.

    Raises:
        BootError: something is missing or broken. Nothing is left running once the nursery is left.
    """
    policy_path = policy_file(plan.home_directory)
    policy = read_policy(policy_path)
    directory, home = load_map(plan.map_name)
    sockets = nursery.directory
    with contextlib.ExitStack() as stack:
        disk = _disk(plan.home_directory)
        stack.callback(disk.close)
        simulator = _begin_simulator(plan, directory, nursery) if plan.port is None else None
        disk.import_home(home)
        port = plan.port or str(simulator.wait_ready()["port"] if simulator else "")
        gate = _begin_gate(plan, port, directory, policy_path, nursery)
        processor = organs.processor()  # while the gate starts
        stack.callback(processor.close)
        camera = stack.enter_context(_camera(sockets, simulator, disk, home))
        gate.wait_ready()
        port = must_find_port(port)  # its name, for what is said about it
        actuators = _actuators(sockets / "gate", port)
        stack.callback(actuators.close)
        reflex = _reflex(sockets / "gate")
        stack.callback(reflex.close)
        sys.setswitchinterval(SWITCH)
        workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="compute")
        stack.callback(workers.shutdown, wait=False, cancel_futures=True)
        exemplars = exemplars_of(organs.senses(), home, disk, RealClock()) if organs.senses is not None else None
        if exemplars is not None:
            stack.callback(exemplars.close)
        kernel = build_kernel(
            clock=RealClock(), processor=processor, actuators=BarredActuators(actuators, organs.barred),
            camera=camera, speech=organs.speech, ears=organs.ears, disk=disk, home=home, policy=policy,
            compute=workers.submit, exemplars=exemplars,
        )  # fmt: skip
        control = _control(kernel, sockets / "control")
        stack.callback(control.close)
        children = [child for child in (simulator, gate) if child is not None]
        pids = _pids(children, disk)
        card = running.Running(os.getpid(), str(sockets / "control"), str(sockets / "console"), str(directory), pids)
        card.write(plan.home_directory)
        stack.callback(running.remove, plan.home_directory)
        return LiveSystem(
            plan, port, kernel, home, disk, actuators, reflex, control, children, sockets, exemplars, stack.pop_all()
        )


def _pids(children: Sequence[Child], disk: SqliteDisk) -> dict[str, int]:
    return {**{child.name: child.process.pid for child in children}, "index": disk.warm()}


def _begin_simulator(plan: Plan, directory: Path, nursery: Nursery) -> Child:
    child = nursery.take(SIMULATED)
    child.begin(
        ["--map", str(directory), "--socket", str(nursery.directory / "sim"), "--start", plan.start_at,
         "--board", plan.board, "--world", plan.world]
    )  # fmt: skip
    return child


def _begin_gate(plan: Plan, port: str, directory: Path, policy: Path, nursery: Nursery) -> Child:
    child = nursery.take(GATE)
    sockets = nursery.directory
    child.begin(
        ["--port", port, "--map", str(directory), "--policy", str(policy), "--socket", str(sockets / "gate"),
         "--console", str(sockets / "console"), "--audit", str(plan.home_directory / "audit.jsonl"),
         "--exit-with-parent", *(["--trace", str(plan.trace.absolute())] if plan.trace is not None else []),
         *_known(plan)]
    )  # fmt: skip
    return child


def _known(plan: Plan) -> list[str]:
    """What the gate may take for its pose, if its scans bear it out, and how the simulated sensor measures."""
    last = LastPose(plan.home_directory, plan.map_name).read()
    told = [f"--told={last.x},{last.y},{last.yaw}"] if last is not None else []
    return told if plan.port is not None else [*told, "--scan-time=0"]


@contextlib.contextmanager
def _camera(sockets: Path, simulator: Child | None, disk: SqliteDisk, home: Home) -> Iterator[Camera]:
    if simulator is None:
        yield NoCamera()
        return
    try:
        robot = RemoteRobot(sockets / "sim")
        restore_things(disk, home, lambda name, place: robot.call("place_thing", name=name, place=place))
    except (SimulationLostError, SimulationError) as error:
        raise BootError(f"{SIMULATED} does not answer ({error}); start robotos again") from error
    try:
        yield robot
    finally:
        robot.close()


def _actuators(path: Path, port: str) -> RemoteActuators:
    try:
        actuators = RemoteActuators(path, RealClock())
    except GateError as error:
        raise BootError(f"{GATE} does not answer ({error}); start robotos again") from error
    deadline = time.monotonic() + LINK_LIMIT
    while time.monotonic() < deadline:
        actuators.poll()
        if actuators.state().link_up:
            return actuators
        time.sleep(0.01)
    actuators.close()
    raise BootError(
        f"no motor controller answers on {port}: check the cable, the port and the firmware (robotos doctor)"
    )


def _reflex(path: Path) -> StopReflex:
    try:
        return StopReflex(path, RealClock())
    except GateError as error:
        raise BootError(f"{GATE} has no line for the stop reflex ({error}); start robotos again") from error


def _disk(directory: Path) -> SqliteDisk:
    try:
        return open_disk(directory, RealClock())
    except DiskError as error:
        raise BootError(str(error)) from error


def _control(kernel: Kernel, path: Path) -> ControlServer:
    try:
        return ControlServer(kernel, path)
    except OSError as error:
        raise BootError(f"cannot make a socket at {path}: {error}; set TMPDIR to a short path") from error
