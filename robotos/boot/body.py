"""A gate on a simulated body, on virtual time, with no kernel above it: to try or to measure the gate alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from firmware_bridge.host import HostController
from firmware_bridge.link import Link
from robotos.actuation.body import Body
from robotos.actuation.gate import Audit, Gate
from robotos.clock import VirtualClock
from robotos.geometry import Pose
from robotos.navigation.home import Home
from robotos.policy import Policy
from robotos.sim.kinematic import Imperfection, KinematicWorld
from robotos.sim.robot import PERIOD, SimulatedRobot
from robotos.sim.truth import Truth

CYCLE = 0.05  # s, period of the gate
ELSEWHERE = (-50.0, -50.0)  # m: where people are who are not at home
SETTLED = 0.5  # s for the handshake and the first scans
_ZERO = datetime(2026, 11, 20, 15, 10)


@dataclass(frozen=True, slots=True)
class BodyRig:
    """The real firmware core, link and gate on a simulated robot. Nobody is at home until they are moved there."""

    clock: VirtualClock
    home: Home
    policy: Policy
    robot: SimulatedRobot
    gate: Gate

    def period(self) -> None:
        """One control period of the firmware, 10 ms."""
        self.robot.step(PERIOD)
        self.clock.advance(PERIOD)

    def cycle(self) -> None:
        """50 ms: five periods of the firmware, one of the gate."""
        for _ in range(round(CYCLE / PERIOD)):
            self.period()
        self.gate.cycle()

    def run(self, seconds: float) -> None:
        """Let time pass with a kernel that is alive and asks for nothing."""
        for _ in range(round(seconds / CYCLE)):
            self.cycle()
            self.gate.poll()


def body_rig(
    home: Home,
    policy: Policy,
    *,
    start: Pose | None = None,
    seed: int = 0,
    imperfection: Imperfection | None = None,
    audit: Audit | None = None,
    trace: Callable[[str, bytes], None] | None = None,
    known: bool = True,
) -> BodyRig:
    """Connected at `start` (default: the dock), which the gate is told if `known`; not armed.

    `trace` sees each frame on the wire.

    Raises:
        TimeoutError: the simulated controller does not answer.
    """
    clock = VirtualClock(_ZERO)
    world = KinematicWorld(home, start, seed, imperfection)
    for name in home.people:
        world.move_person(name, *ELSEWHERE)
    truth = Truth(world, policy.clearance.person_slow, policy.clearance.person_stop)
    robot = SimulatedRobot(world, HostController(boot_nonce=seed + 1), truth, camera_seed=seed)
    link = Link(robot.transport, clock.now, trace)
    where = world.pose if known else None
    gate = Gate(policy, home, link, clock, where, audit, Body(scan_time=world.imperfection.scan_time))
    rig = BodyRig(clock, home, policy, robot, gate)
    rig.run(SETTLED)
    if not gate.state().link_up:
        raise TimeoutError("the simulated controller did not answer the handshake")
    return rig
