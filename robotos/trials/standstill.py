"""How far the robot rolls on after a stop at top speed, in virtual time: braking alone, no machine's delays."""

from __future__ import annotations

import math
from dataclasses import dataclass

from robotos.boot.body import CYCLE, body_rig
from robotos.boot.maps import load_map
from robotos.geometry import Pose
from robotos.kernel.ports import Refused
from robotos.policy import load

START = Pose(1.5, 3.9, 0.0)  # in the hallway, five metres of free floor ahead
TTL = 0.2  # s
CYCLES = 40  # of 50 ms to get to top speed
ROLLING = 0.6  # s, more than any stop takes


@dataclass(frozen=True, slots=True)
class Standstill:
    """Metres rolled from the stop, and from the moment at which the motors were off; m/s when it was asked for."""

    from_stop: float
    from_off: float
    speed: float


def standstill(seed: int = 0) -> Standstill:
    """Drive straight on at the policy's top speed, stop, measure.

    Raises:
        RuntimeError: the gate would not let it drive.
    """
    _, home = load_map("apartment")
    policy = load()
    rig = body_rig(home, policy, start=START, seed=seed)
    rig.gate.engage("measure")
    rig.run(CYCLE)
    for _ in range(CYCLES):
        sent = rig.gate.drive(policy.motion.max_speed, 0.0, TTL)
        if isinstance(sent, Refused):
            raise RuntimeError(f"may not drive: {sent.reason}")
        rig.run(CYCLE)
    speed = rig.gate.state().twist.v
    rig.gate.stop("measure")
    begun, off = rig.robot.world.pose, rig.robot.world.pose
    turning = True
    for _ in range(round(ROLLING / 0.01)):
        rig.period()
        if turning:
            off = rig.robot.world.pose
            turning = bool(rig.robot.outputs.pwm_left or rig.robot.outputs.pwm_right)
    end = rig.robot.world.pose
    return Standstill(_metres(begun, end), _metres(off, end), speed)


def _metres(a: Pose, b: Pose) -> float:
    return math.hypot(b.x - a.x, b.y - a.y)
