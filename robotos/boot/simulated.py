"""The whole system on virtual time in one process: simulated robot, real firmware core, gate, kernel, programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from firmware_bridge.controller import Controller
from firmware_bridge.host import HostController
from firmware_bridge.link import Link
from robotos.actuation.body import Body
from robotos.actuation.gate import Audit, Gate
from robotos.boot.exemplars import exemplars_of
from robotos.boot.system import build_kernel
from robotos.clock import Clock, VirtualClock
from robotos.disk import SqliteDisk, open_disk
from robotos.encoder.exemplars import Senses
from robotos.errno import Errno
from robotos.geometry import Pose
from robotos.kernel.kernel import Kernel
from robotos.kernel.ports import Processor
from robotos.navigation.home import Home
from robotos.peripherals.typed import SilentSpeech, TypedEars
from robotos.policy import Policy
from robotos.sim.flaws import Imperfection
from robotos.sim.robot import PERIOD, SimulatedRobot
from robotos.sim.truth import Truth
from robotos.sim.world import KINEMATIC
from robotos.sim.worlds import make_world

CYCLE = 0.05  # s, period of gate and kernel
BOOT_LIMIT = 2.0  # s for the handshake
MOST_IDLE = 12 * 3600.0  # s, the longest idle stretch that is skipped at once

MakeProcessor = Callable[[Clock], Processor]


@dataclass(slots=True)
class Rig:
    """Everything that runs, and the one function that moves time."""

    clock: VirtualClock
    home: Home
    robot: SimulatedRobot
    gate: Gate
    kernel: Kernel
    disk: SqliteDisk
    ears: TypedEars
    speech: SilentSpeech
    walkers: list[Callable[[], None]] = field(default_factory=list)  # what others do in the home, each period

    def step(self) -> None:
        """One control period of 50 ms: five of the firmware, one of the gate, one of the kernel."""
        for walk in self.walkers:
            walk()
        for _ in range(round(CYCLE / PERIOD)):
            self.robot.step(PERIOD)
            self.clock.advance(PERIOD)
        self.gate.cycle()
        self.kernel.step()

    def run(self, seconds: float) -> None:
        """Let time pass, step by step."""
        until = self.clock.now() + seconds - 1e-9
        while self.clock.now() < until:
            self.step()

    def run_until(self, done: Callable[[], bool], limit: float) -> bool:
        """Let time pass until `done`, or for `limit` seconds. Whether it was done."""
        until = self.clock.now() + limit
        while not done():
            if self.clock.now() >= until:
                return False
            self.step()
        return True

    def pass_idle(self, seconds: float) -> None:
        """Let time pass, jumping over it while nothing runs and nothing moves."""
        until = self.clock.now() + seconds
        while until - self.clock.now() > 1e-9:
            if not self.at_rest:
                self.step()
                continue
            due = self.kernel.next_wakeup()
            target = until if due is None else min(until, max(due, self.clock.now()))
            jump = target - self.clock.now() - CYCLE
            if jump > CYCLE:
                self.robot.skip(jump)
                self.clock.advance(jump)
            self.step()

    @property
    def at_rest(self) -> bool:
        """Nothing runs (what is paused does not), nothing moves and the drive is disarmed: time may be skipped."""
        return self.kernel.waiting_only and not self.gate.state().armed and not self.robot.world.moving

    def close(self) -> None:
        """End what still runs, then release the disk and the model."""
        self.kernel.cancel_all(Errno.ECANCELED, "shutdown")
        self.kernel.ports.processor.close()
        self.disk.close()


def simulate(
    home: Home,
    policy: Policy,
    make_processor: MakeProcessor,
    directory: Path,
    *,
    start: Pose | None = None,
    wall: datetime = datetime(2026, 11, 20, 15, 10),
    seed: int = 0,
    battery: float = 1.0,
    index: bool = True,
    durable: bool = False,
    audit: Audit | None = None,
    on_say: Callable[[float, str], None] | None = None,
    controller: Controller | None = None,
    senses: Senses | None = None,
    world: str = KINEMATIC,
    imperfection: Imperfection | None = None,
) -> Rig:
    """Put a simulated robot into a home and boot the system on it; the disk is in `directory`.

    `controller` is the motor controller; without one the firmware's core runs on this machine. With `senses` the
    processor is shown phrases like what was said; they are not closed here: many rigs may share them.

    `world` is one of `robotos.sim.world.WORLDS`, `imperfection` what is wrong with the robot in it.

    `audit` is handed one mapping for each order to the gate, `on_say` the clock and the words of each sentence.
    """
    clock = VirtualClock(wall)
    body = make_world(world, home, start, seed, imperfection)
    truth = Truth(body, policy.clearance.person_slow, policy.clearance.person_stop)
    robot = SimulatedRobot(body, controller or HostController(boot_nonce=seed + 1), truth, camera_seed=seed)
    if battery < 1.0:
        robot.set_battery(battery)
    link = Link(robot.transport, clock.now)
    gate = Gate(policy, home, link, clock, body.pose, audit, Body(scan_time=body.imperfection.scan_time))
    disk = open_disk(directory, clock, index=index, durable=durable)
    disk.import_home(home)
    ears, speech = TypedEars(clock), SilentSpeech(clock, on_say)
    kernel = build_kernel(
        clock=clock, processor=make_processor(clock), actuators=gate, camera=robot.camera, speech=speech, ears=ears,
        disk=disk, home=home, policy=policy,
        exemplars=exemplars_of(senses, home, disk, clock) if senses is not None else None,
    )  # fmt: skip
    rig = Rig(clock, home, robot, gate, kernel, disk, ears, speech)
    if not rig.run_until(lambda: gate.state().link_up, BOOT_LIMIT):
        raise TimeoutError("the simulated controller did not answer the handshake")
    return rig


def events(rig: Rig) -> Mapping[str, Callable[[], None]]:
    """What may happen to the robot, by the names scenario files use."""
    return {
        "bumper": rig.robot.press_bumper,
        "cliff": rig.robot.cliff,
        "estop": lambda: rig.robot.stop_button(True),
        "estop_release": lambda: rig.robot.stop_button(False),
        "arm": lambda: _arm(rig),
        "link_lost": rig.robot.cut_link,
        "link_back": rig.robot.restore_link,
    }


def _arm(rig: Rig) -> None:
    rig.gate.arm("console")
