"""What every simulated world offers: motors in, sensors out, and copies of its state."""

from __future__ import annotations

from typing import Protocol

from robotos.geometry import Pose

KINEMATIC, MUJOCO = "kinematic", "mujoco"
WORLDS = (KINEMATIC, MUJOCO)  # by name; `robotos.sim.worlds` makes them

RADIUS = 0.175  # m, of the robot's disc and of what its tool sweeps
WHEEL_BASE = 0.235  # m
REACH = 0.8  # m from the robot's centre to where the gripper gets
FULL_SPEED = 0.40  # m/s of a wheel at PWM 255
TIME_CONSTANT = 0.06  # s, of motor and gearbox
TICKS_PER_METRE = 40000.0
MAX_RANGE = 6.0  # m
BEAMS = 72
NO_ECHO = 65535  # a range reading with nothing in reach

LEFT, RIGHT = 1, 2  # bits of bumper and cliff sensors

Point = tuple[float, float, float]


class World(Protocol):
    """A body in a home. Metres, seconds, radians; nothing moves but by `step`."""

    @property
    def time(self) -> float:
        """Seconds since the world began."""

    @property
    def pose(self) -> Pose:
        """Where the robot really is (for the judge and for pictures, never for the robot)."""

    @property
    def moving(self) -> bool:
        """Whether a wheel turns."""

    @property
    def tool_on(self) -> bool:
        """Whether the cleaning tool turns."""

    @property
    def encoders(self) -> tuple[int, int]:
        """Cumulative wheel ticks, left and right."""

    @property
    def bumper(self) -> int:
        """`LEFT` and `RIGHT` bits."""

    @property
    def cliff(self) -> int:
        """`LEFT` and `RIGHT` bits."""

    @property
    def battery_mv(self) -> int:
        """Millivolts."""

    @property
    def charging(self) -> bool:
        """Whether the charging contacts carry current."""

    @property
    def holding(self) -> bool:
        """Whether something is in the gripper."""

    def step(self, pwm_left: int, pwm_right: int, tool_pwm: int, dt: float) -> None:
        """Advance by `dt` with motors driven at -255..255."""

    def rest(self, seconds: float) -> None:
        """Advance at once while nothing moves; `ValueError` when something does."""

    def grip(self, close: bool, aim: Point) -> None:
        """Close the gripper on, or open it at, a point in the base frame."""

    def scan(self) -> tuple[int, ...]:
        """One ring of range readings, millimetres, `NO_ECHO` where nothing is within reach."""

    def snapshot(self) -> object:
        """A copy of the whole state; opaque."""

    def restore(self, snapshot: object) -> None:
        """Go back to a state of this same world."""
