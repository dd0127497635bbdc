"""The default world: first-order motors, a disc among walls and people, and the sensors it carries."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from robotos.geometry import Pose, wrap
from robotos.navigation.home import Home
from robotos.sim import battery
from robotos.sim.contact import resolve
from robotos.sim.flaws import IDEAL, LENGTH, Imperfection
from robotos.sim.inhabited import BEAM_ANGLES, Body, Inhabited, InhabitedWorld
from robotos.sim.people import RADIUS as PERSON_RADIUS
from robotos.sim.people import cast, circles
from robotos.sim.world import FULL_SPEED, MAX_RANGE, TICKS_PER_METRE, TIME_CONSTANT, WHEEL_BASE

__all__ = ["FULL_SPEED", "IDEAL", "TICKS_PER_METRE", "Body", "Imperfection", "KinematicWorld"]

STICTION_SPEED = 0.01  # m/s below which an undriven wheel stands still
STICTION_PWM = 3  # duty that cannot overcome friction

_SECTORS = 12  # of a scan that is measured in turn, each from one pose
_PEOPLE_MARGIN = 0.3  # m beyond the beams' reach at which people are left out


class KinematicWorld(InhabitedWorld):
    """A `World` on a home's map. Same seed, same commands: same run, to the last bit."""

    def __init__(
        self,
        home: Home,
        start: Pose | None = None,
        seed: int = 0,
        imperfection: Imperfection | None = None,
        cliffs: tuple[str, ...] = ("stairwell",),
    ) -> None:
        """`start` defaults to the dock; `cliffs` names the keep-out areas that are a drop."""
        super().__init__(home, start, seed, imperfection, cliffs)
        self._touch()

    def _draw_noise(self, random: np.random.Generator) -> None:
        wheel = self.imperfection.wheel_noise * random.standard_normal(LENGTH)
        self._wheel_noise: list[float] = (1.0 + wheel).tolist()
        super()._draw_noise(random)

    # ------------------------------------------------------------ motion

    def step(self, pwm_left: int, pwm_right: int, tool_pwm: int, dt: float) -> None:
        body = self.body
        body.time += dt
        decay = _decay(dt)
        left = body.speed_left = _spin(body.speed_left, pwm_left, decay)
        right = body.speed_right = _spin(body.speed_right, pwm_right, decay)
        tool_on = body.tool_on = tool_pwm > 0
        driving = left != 0.0 or right != 0.0
        body.battery = battery.after(body.battery, dt, driving=driving, tool=tool_on, charging=body.charging)
        if driving:
            body.travel_left += left * dt
            body.travel_right += right * dt
            self._roll(left * dt, right * dt, dt)
            if body.stale:
                self._touch()
            else:
                self._feel_floor()
        else:
            body.v = body.w = 0.0
            if body.stale:
                self._touch()
        if tool_on:
            self.sweep.at(body.x, body.y)
        else:
            self.sweep.off()

    def _roll(self, left: float, right: float, dt: float) -> None:
        """Move the body by what its wheels roll (m), and stop it at what is solid."""
        body = self.body
        if not self._grip.perfect:
            body.rolled += (abs(left) + abs(right)) / 2
            hold_left, hold_right, body.slips = self._grip.of(body.rolled, body.slips)
            left, right = left * hold_left, right * hold_right
        index = body.noise
        left *= self._scale_left * self._wheel_noise[index]
        right *= self._scale_right * self._wheel_noise[index - 1]
        body.noise = (index + 2) % LENGTH
        if body.fallen:
            body.v = body.w = 0.0
            return
        along, turn = (left + right) / 2, (right - left) / WHEEL_BASE
        heading = body.yaw + turn / 2
        cosine, sine = math.cos(heading), math.sin(heading)
        x, y = body.x + along * cosine, body.y + along * sine
        yaw = body.yaw + turn
        body.yaw = yaw if -math.pi < yaw <= math.pi else wrap(yaw)
        walls = self.walls.near(x, y)
        if walls or not self._on_open_floor():
            x, y, body.contacts = resolve(x, y, body.yaw, walls, self.people.values())
            along = (x - body.x) * cosine + (y - body.y) * sine
        else:
            body.contacts = ()
        if self.things.held:
            self._carry(abs(along))
        body.v = along / dt
        body.w = turn / dt
        body.x, body.y = x, y

    def _touch(self) -> None:
        """Work out what the body's surroundings do to its switches."""
        body = self.body
        if body.stale:  # somebody may have stepped up to the robot, which yields no ground
            _, _, body.contacts = resolve(
                body.x, body.y, body.yaw, self.walls.near(body.x, body.y), self.people.values()
            )
            body.stale = False
        self._feel_floor()

    def move_robot(self, pose: Pose) -> None:
        super().move_robot(pose)
        self._touch()

    # ------------------------------------------------------------ sensors

    def scan(self) -> tuple[int, ...]:
        if self.imperfection.scan_time > 0.0 and self.moving:
            return self._readings(self._scan_in_turn())
        return self._readings(self._cast(self.pose, BEAM_ANGLES))

    def _cast(self, pose: Pose, beams: NDArray[np.float64]) -> NDArray[np.float64]:
        """Metres to what is there (n,) along directions relative to the heading of `pose`."""
        angles = pose.yaw + beams
        cosines, sines = np.cos(angles), np.sin(angles)
        ranges = self.walls.cast(pose.x, pose.y, cosines, sines)
        near = _within(circles(self.people), pose.x, pose.y, MAX_RANGE + _PEOPLE_MARGIN)
        if near.size:
            ranges = np.minimum(ranges, cast(near, pose.x, pose.y, cosines, sines))
        return ranges

    def _scan_in_turn(self) -> NDArray[np.float64]:
        """The same for a sensor that turns counter-clockwise: a sector looks from where the robot was then."""
        body, here = self.body, self.pose
        sectors = np.array_split(BEAM_ANGLES, _SECTORS)
        found = []
        for k, sector in enumerate(sectors):
            age = self.imperfection.scan_time * (1.0 - (k + 0.5) / _SECTORS)
            turned = -body.w * age
            back = -body.v * age
            at = here.compose(Pose(back * math.cos(turned / 2), back * math.sin(turned / 2), turned))
            found.append(self._cast(at, np.asarray(sector, dtype=np.float64)))
        return np.concatenate(found)

    # ------------------------------------------------------------ copies

    def snapshot(self) -> Inhabited:
        return self._copy()

    def restore(self, snapshot: object) -> None:
        if not isinstance(snapshot, Inhabited):
            raise TypeError(f"not a snapshot of a KinematicWorld: {type(snapshot).__name__}")
        self._go_back(snapshot)


@lru_cache(maxsize=8)
def _decay(dt: float) -> float:
    return math.exp(-dt / TIME_CONSTANT)


def _spin(speed: float, pwm: int, decay: float) -> float:
    """A wheel's speed one step later: first-order lag towards the speed of its duty."""
    if -STICTION_PWM <= pwm <= STICTION_PWM:
        return speed * decay if abs(speed) >= STICTION_SPEED else 0.0
    target = pwm * (FULL_SPEED / 255)
    return target + (speed - target) * decay


def _within(points: NDArray[np.float64], x: float, y: float, reach: float) -> NDArray[np.float64]:
    if not points.size:
        return points
    return points[(points[:, 0] - x) ** 2 + (points[:, 1] - y) ** 2 <= (reach + PERSON_RADIUS) ** 2]
