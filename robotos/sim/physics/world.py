"""The physical world: wheels that grip and slip, a hull that bumps, things that can be pushed; on MuJoCo."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from robotos.geometry import Pose, wrap
from robotos.navigation.home import Home
from robotos.sim import battery
from robotos.sim.contact import Contact
from robotos.sim.flaws import Imperfection
from robotos.sim.inhabited import BEAM_ANGLES, Inhabited, InhabitedWorld
from robotos.sim.people import Somebody
from robotos.sim.physics.library import mujoco
from robotos.sim.physics.model import BEAMS_UP, PEOPLE, STEP, WALLS, WHEEL_RADIUS, Cast
from robotos.sim.physics.stage import Collision, Stage
from robotos.sim.things import FLOOR, Spot
from robotos.sim.world import BEAMS, FULL_SPEED, MAX_RANGE

PRESS = 2.0  # N that close the bumper: it takes more than a tin that gives way
GIVES_WAY = 0.05  # m/s at which the robot still moves on against a thing on the floor
RELEASE = 0.3  # N at which a closed one opens
STANDING_STILL = 0.003  # m/s of a wheel's rim below which it does not turn
STICTION_PWM = 3  # duty that cannot overcome friction
SETTLING = 0.3  # s for which the physics goes on after the robot has come to rest
_SLACK = 1e-9  # s; times are sums of steps
_MOVED = 0.002  # m that a thing on the floor must have been pushed for its spot to follow


@dataclass(frozen=True, slots=True)
class PhysicalCopy:
    """A copy of a `MujocoWorld`."""

    inhabited: Inhabited
    stage: Stage
    data: Any
    owed: float
    resting: float
    pressing: frozenset[str]
    shown_people: dict[str, Somebody]
    shown_things: dict[str, Spot]


class MujocoWorld(InhabitedWorld):
    """A `World` on a home's map, with rigid bodies. Same seed, same commands, same machine: same run.

    The wheels' error of `Imperfection.wheel_scale` is in their radii; what `wheel_noise` stands for comes of contact
    itself. The arm is not modelled: what the gripper closes on is welded to the robot before its hull.
    """

    def __init__(
        self,
        home: Home,
        start: Pose | None = None,
        seed: int = 0,
        imperfection: Imperfection | None = None,
        cliffs: tuple[str, ...] = ("stairwell",),
    ) -> None:
        """As for `KinematicWorld`.

        Raises:
            PhysicsMissingError: MuJoCo is not installed.
        """
        self._library = mujoco()
        super().__init__(home, start, seed, imperfection, cliffs)
        self._owed = 0.0  # s of `step` not yet simulated
        self._resting = 0.0  # s that nothing has been asked of the wheels and they have stood
        self._shown_people: dict[str, Somebody] = {}
        self._shown_things: dict[str, Spot] = {}
        self._loose: tuple[str, ...] = ()  # things on the floor
        self._pressing: frozenset[str] = frozenset()  # what pressed hard at the last look
        self._unsettled = False  # something was put elsewhere, and no step of the model has taken note yet
        self._groups = np.zeros(6, dtype=np.uint8)
        self._groups[[WALLS, PEOPLE]] = 1
        self._hit, self._far = np.zeros(BEAMS, dtype=np.int32), np.zeros(BEAMS)
        self._stage = self._build()
        self._show()
        self._stage.settle()
        self._look()

    def _build(self) -> Stage:
        """The model of everybody and everything there is now; all that moved before goes on from where it is."""
        cast = Cast(tuple((who.name, who.animal) for who in self.people.values()), tuple(self.things.spots))
        stage = Stage(self._library, self.home, cast, (self._scale_left, self._scale_right))
        stage.put_robot(self.pose)
        self._shown_people, self._shown_things = {}, {}
        self._angles = (0.0, 0.0)
        return stage

    # ------------------------------------------------------------ motion

    def step(self, pwm_left: int, pwm_right: int, tool_pwm: int, dt: float) -> None:
        body = self.body
        body.time += dt
        self._show()
        idle = abs(pwm_left) <= STICTION_PWM and abs(pwm_right) <= STICTION_PWM
        self._owed += dt
        if idle and self._resting >= SETTLING:
            self._owed = 0.0
        else:
            self._simulate(0 if idle else pwm_left, 0 if idle else pwm_right)
            self._resting = self._resting + dt if idle and not self.moving else 0.0
        body.tool_on = tool_pwm > 0
        body.battery = battery.after(body.battery, dt, driving=self.moving, tool=body.tool_on, charging=body.charging)
        if body.tool_on:
            self.sweep.at(body.x, body.y)
        else:
            self.sweep.off()

    def _simulate(self, pwm_left: int, pwm_right: int) -> None:
        """All whole steps of the integrator that are owed."""
        stage = self._stage
        scale = 0.0 if self.body.fallen else FULL_SPEED / 255 / WHEEL_RADIUS
        steps = int((self._owed + _SLACK) / STEP)
        if steps:
            self._owed -= steps * STEP
            self._unsettled = False
            stage.step(steps, pwm_left * scale, pwm_right * scale)
            self._look()

    def _look(self) -> None:
        """Read off the model what the robot's sensors and the judge go by."""
        body, stage = self.body, self._stage
        x, y, body.yaw, vx, vy, body.w, left, right, fast_left, fast_right = stage.robot()
        driven = math.hypot(x - body.x, y - body.y)
        body.x, body.y = x, y
        body.v = vx * math.cos(body.yaw) + vy * math.sin(body.yaw)
        before_left, before_right = self._angles
        body.travel_left += (left - before_left) * WHEEL_RADIUS
        body.travel_right += (right - before_right) * WHEEL_RADIUS
        self._angles = (left, right)
        body.speed_left, body.speed_right = _rim(fast_left), _rim(fast_right)
        near = self.walls.near(x, y) or self._loose or not self._on_open_floor()
        body.contacts = self._contacts(stage.collisions()) if near else ()
        body.stale = False
        self._feel_floor()
        if self.things.held:
            self._carry(driven)
        self._follow_pushed()

    def _contacts(self, collisions: list[Collision]) -> tuple[Contact, ...]:
        """What presses the bumper: hard, and longer than the knock of a light thing, or still a little after it has."""
        if abs(self.body.v) > GIVES_WAY:  # a thing that is being pushed along is no obstacle; one that is jammed is
            collisions = [met for met in collisions if met.what not in self._loose]
        closed = {contact.what for contact in self.body.contacts}
        before, self._pressing = self._pressing, frozenset(met.what for met in collisions if met.force > PRESS)
        return tuple(
            Contact(met.what, met.person, wrap(math.atan2(met.dy, met.dx) - self.body.yaw))
            for met in collisions
            if (met.what in closed and met.force > RELEASE) or (met.what in before and met.force > PRESS)
        )

    def _follow_pushed(self) -> None:
        """Things on the floor are where they have been pushed to."""
        for name in self._loose:
            x, y, _ = self._stage.thing(name)
            spot = self.things.spots[name]
            if abs(x - spot.x) > _MOVED or abs(y - spot.y) > _MOVED:
                self.things.spots[name] = self._shown_things[name] = Spot(FLOOR, x, y, 0.0)

    def rest(self, seconds: float) -> None:
        super().rest(seconds)
        self._owed = 0.0

    # ------------------------------------------------------------ what is done to the home

    def _show(self) -> None:
        """Bring the model up to date with what others, or the gripper, have done since."""
        if self.body.stale or len(self.people) != len(self._shown_people):
            self._show_people()
        if self.things.spots != self._shown_things:
            self._show_things()

    def _show_people(self) -> None:
        if any(name not in self._shown_people and name not in self._cast_names for name in self.people):
            self._stage = self._build()
        for name, person in self.people.items():
            if self._shown_people.get(name) != person:
                self._stage.put_person(person)
        for name in self._shown_people.keys() - self.people.keys():
            self._stage.take_away(name)
        self._shown_people = dict(self.people)
        self.body.stale = False
        self._resting = 0.0
        self._unsettled = True

    @property
    def _cast_names(self) -> set[str]:
        return {name for name, _ in self._stage.cast.people}

    def _show_things(self) -> None:
        if any(name not in self._stage.cast.things for name in self.things.spots):
            self._stage = self._build()
            self._show_people()
        for name, spot in self.things.spots.items():
            if self._shown_things.get(name) != spot:
                self._stage.put_thing(name, spot)
        self._shown_things = dict(self.things.spots)
        self._loose = tuple(name for name, spot in self._shown_things.items() if spot.at == FLOOR)
        self._resting = 0.0

    def drop_thing(self) -> str:
        name = self.things.held
        self.body.loses = False
        if name:
            spot = self._stage.let_fall(name)
            self.things.fall(name, spot.x, spot.y)
            self._shown_things[name] = self.things.spots[name]
            self._loose = (*self._loose, name)
            self._resting = 0.0
        return name

    def move_robot(self, pose: Pose) -> None:
        super().move_robot(pose)
        self._stage.put_robot(self.pose)
        if self.things.held:
            self._stage.put_thing(self.things.held, self.things.spots[self.things.held])
        self._show()
        self._stage.settle()
        self._look()

    # ------------------------------------------------------------ sensors

    def scan(self) -> tuple[int, ...]:
        self._show()
        if self._unsettled:
            self._stage.settle()
            self._unsettled = False
        body, stage = self.body, self._stage
        angles = body.yaw + BEAM_ANGLES
        beams = np.stack((np.cos(angles), np.sin(angles), np.zeros(BEAMS)), axis=1).ravel()
        origin = np.array((body.x, body.y, BEAMS_UP))
        self._library.mj_multiRay(
            stage.model, stage.data, origin, beams, self._groups, True, stage.robot_body,
            self._hit, self._far, None, BEAMS, MAX_RANGE + 1.0,
        )  # fmt: skip
        return self._readings(np.where(self._hit >= 0, self._far, np.inf))

    def shown(self) -> tuple[Any, Any]:
        """MuJoCo's model and data as they stand, for whoever draws them; nothing may be changed in them."""
        self._show()
        self._stage.settle()
        return self._stage.model, self._stage.data

    # ------------------------------------------------------------ copies

    def snapshot(self) -> PhysicalCopy:
        stage = self._stage
        data = self._library.MjData(stage.model)
        self._library.mj_copyData(data, stage.model, stage.data)
        return PhysicalCopy(
            self._copy(),
            stage,
            data,
            self._owed,
            self._resting,
            self._pressing,
            dict(self._shown_people),
            dict(self._shown_things),
        )

    def restore(self, snapshot: object) -> None:
        if not isinstance(snapshot, PhysicalCopy):
            raise TypeError(f"not a snapshot of a MujocoWorld: {type(snapshot).__name__}")
        self._go_back(snapshot.inhabited)
        self._stage = snapshot.stage
        self._stage.restore(snapshot.data)
        self._owed, self._resting = snapshot.owed, snapshot.resting
        self._shown_people, self._shown_things = dict(snapshot.shown_people), dict(snapshot.shown_things)
        for name, spot in self._shown_things.items():
            self._stage.rule(name, spot.at)
        self._loose = tuple(name for name, spot in self._shown_things.items() if spot.at == FLOOR)
        self._angles = self._stage.robot()[6:8]
        self._pressing = snapshot.pressing


def _rim(turning: float) -> float:
    """The speed of a wheel's rim, m/s; 0 for one that stands still but for the solver's rounding."""
    speed = turning * WHEEL_RADIUS
    return speed if abs(speed) >= STANDING_STILL else 0.0
