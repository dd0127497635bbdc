"""How much faster than real time a world runs with the firmware in lockstep, driven over the real frames."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from firmware_bridge.host import HostController
from firmware_bridge.link import Link
from robotos.sim.inhabited import InhabitedWorld
from robotos.sim.robot import PERIOD, SimulatedRobot

CYCLE = 5  # periods of the firmware between two commands: 50 ms
LIFETIME = 0.2  # s of a command
TOOL = 200  # duty of the cleaning tool, of 255
FORTH, TURN = (200, 0), (0, 800)  # mm/s, mrad/s
FORTH_FOR, TURN_FOR = 2.0, 3.95  # s: half a turn, and so to and fro
STARTING = 0.5  # s for handshake and arming, not measured


@dataclass(frozen=True, slots=True)
class Pace:
    """Simulated seconds per second of one core, and the metres driven meanwhile."""

    speed: float
    metres: float


def pace(world: InhabitedWorld, seconds: float, scans: bool) -> Pace:
    """Drive to and fro with the tool on for `seconds` of the world's time.

    What counts is the processor time of `SimulatedRobot.step`: world, sensors, judge, the firmware's C core, and the
    bytes of its line. The host's side of that line is not part of a simulator. Nothing here waits, and what else the
    machine does is not counted.

    Raises:
        TimeoutError: the controller was not ready to drive in time.
    """
    robot = SimulatedRobot(world, HostController(boot_nonce=1), scans=scans)
    link = Link(robot.transport, lambda: robot.now)
    began = robot.now
    while not robot.outputs.enabled:
        _cycle(robot, link, (0, 0), arm=link.up)
        if robot.now > began + STARTING:
            raise TimeoutError("the simulated controller was not ready to drive in time")
    spent, begin, driven = 0.0, robot.now, robot.truth.path
    for order in _orders():
        spent += _cycle(robot, link, order)
        if robot.now - begin >= seconds:
            break
    return Pace((robot.now - begin) / spent, robot.truth.path - driven)


def _cycle(robot: SimulatedRobot, link: Link, order: tuple[int, int], arm: bool = False) -> float:
    """50 ms; the processor time that simulating them took, seconds."""
    before = time.process_time()
    for _ in range(CYCLE):
        robot.step(PERIOD)
    spent = time.process_time() - before
    link.poll()
    link.heartbeat()
    if arm:
        link.arm()
    link.drive(*order, link.deadline_after(LIFETIME))
    link.tool(TOOL, link.deadline_after(LIFETIME))
    return spent


def _orders() -> Iterator[tuple[int, int]]:
    """For ever forth, and half around."""
    while True:
        for order, seconds in ((FORTH, FORTH_FOR), (TURN, TURN_FOR)):
            for _ in range(round(seconds / (CYCLE * PERIOD))):
                yield order
