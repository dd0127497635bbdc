"""All that changes about a simulated robot's body, in one place that can be copied."""

from __future__ import annotations

from dataclasses import dataclass

from robotos.sim.contact import Contact


@dataclass(slots=True)
class Body:
    """Everything about the robot that changes. SI units, map frame; `v`, `w` as the body really moved last step."""

    x: float
    y: float
    yaw: float
    time: float = 0.0
    speed_left: float = 0.0
    speed_right: float = 0.0
    travel_left: float = 0.0
    travel_right: float = 0.0
    v: float = 0.0
    w: float = 0.0
    battery: float = 1.0
    charging: bool = False
    tool_on: bool = False
    cliff: int = 0
    fallen: bool = False
    contacts: tuple[Contact, ...] = ()
    noise: int = 0
    scans: int = 0
    grasps: int = 0  # times the gripper has closed on something
    misses: int = 0  # times that it will close on nothing, whatever is there
    loads: int = 0  # things taken so far
    carried: float = 0.0  # m driven with what is in the gripper
    loses: bool = False  # whether what it carries, or takes next, will be lost soon
    rolled: float = 0.0  # m that the wheels have turned, on average
    slips: int = 0  # times that a wheel has lost its grip
    stale: bool = True  # something other than the wheels has changed what touches the body
