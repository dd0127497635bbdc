"""A compiled model and its state, with names in place of indices: the robot, people, things, and what touches what."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from robotos.geometry import Pose
from robotos.navigation.home import Home
from robotos.sim.people import Somebody
from robotos.sim.physics import model as mjcf
from robotos.sim.physics.model import GROUND, LOOSE, SHELF, SHELF_THICK, SOLID, STANDING, THING_HALF, Cast
from robotos.sim.things import FLOOR, ROBOT, Spot

Floats = NDArray[np.float64]

AWAY = (0.0, 0.0, -50.0)  # m: where a body is that belongs to nobody now
SEATED_UP = 0.6  # m that somebody on furniture is above the floor: over the beams and the hull
_NUDGE = 0.05  # m/s downwards of a body that is put somewhere: more than a sleeping one is allowed, so it wakes up


@dataclass(frozen=True, slots=True)
class Collision:
    """One contact of the robot's hull: what it touches, which way (unit vector, map frame), and how hard, newtons."""

    what: str
    person: bool
    dx: float
    dy: float
    force: float


class Stage:
    """One compiled home. A new person or thing needs a new one."""

    def __init__(self, library: Any, home: Home, cast: Cast, wheel_scale: tuple[float, float]) -> None:
        self.library = library
        self.cast = cast
        self.model = library.MjModel.from_xml_string(mjcf.mjcf(home, cast, wheel_scale))
        self.data = library.MjData(self.model)
        named = self.model
        free = named.joint("robot")
        self._robot_q, self._robot_v = int(free.qposadr[0]), int(free.dofadr[0])
        # Views of the robot's free joint and, right after it, its wheels: they stay valid as long as `data` does.
        self._q = self.data.qpos[self._robot_q : self._robot_q + 9]
        self._v = self.data.qvel[self._robot_v : self._robot_v + 8]
        self._drive = (0.0, 0.0)
        self.robot_body = int(named.body("robot").id)
        assert [int(named.joint(side).qposadr[0]) for side in ("left", "right")] == [
            self._robot_q + 7,
            self._robot_q + 8,
        ]
        self._hull = int(named.geom("hull").id)
        self._mocap = {who: int(named.body(f"person {i}").mocapid[0]) for i, (who, _) in enumerate(cast.people)}
        self._hands = {who: int(named.body(f"hand {i}").mocapid[0]) for i, (who, _) in enumerate(cast.people)}
        self._things = {what: i for i, what in enumerate(cast.things)}
        self._thing_q = [int(named.joint(f"thing {i}").qposadr[0]) for i in range(len(cast.things))]
        self._thing_v = [int(named.joint(f"thing {i}").dofadr[0]) for i in range(len(cast.things))]
        self._thing_body = [int(named.body(f"thing {i}").id) for i in range(len(cast.things))]
        self._thing_geom = [int(named.geom(f"thing {i}").id) for i in range(len(cast.things))]
        self._grips = [int(named.equality(f"grip {i}").id) for i in range(len(cast.things))]
        self._met = {int(named.geom(f"person {i}").id): who for i, (who, _) in enumerate(cast.people)}
        self._met_things = {geom: what for what, geom in zip(cast.things, self._thing_geom, strict=True)}
        self._force = np.zeros(6)

    # ------------------------------------------------------------ the robot

    def put_robot(self, pose: Pose) -> None:
        """Set the robot down, standing still; its wheels keep their angle."""
        half = pose.yaw / 2
        self._q[:7] = (pose.x, pose.y, 0.0, math.cos(half), 0.0, 0.0, math.sin(half))
        self._v[:] = 0.0

    def robot(self) -> tuple[float, float, float, float, float, float, float, float, float, float]:
        """The robot's motion now.

        Returns:
            x, y (m), yaw (rad), velocity along x and y of the map (m/s), turn rate (rad/s), the angles of the left and
            right wheel (rad), and their speeds (rad/s).
        """
        x, y, _, w, i, j, k, left, right = self._q.tolist()
        vx, vy, _, _, _, turn, fast_left, fast_right = self._v.tolist()
        yaw = math.atan2(2 * (w * k + i * j), 1 - 2 * (j * j + k * k))
        return x, y, yaw, vx, vy, turn, left, right, fast_left, fast_right

    def collisions(self) -> list[Collision]:
        """What presses against the hull now."""
        data = self.data
        found = []
        for index in np.flatnonzero((data.contact.geom == self._hull).any(axis=1)).tolist():
            contact = data.contact[index]
            first, second = int(contact.geom1), int(contact.geom2)
            self.library.mj_contactForce(self.model, data, index, self._force)
            # The frame's first axis points from the first geom to the second.
            sign = 1.0 if first == self._hull else -1.0
            other = second if first == self._hull else first
            who = self._met.get(other)
            what = who or self._met_things.get(other) or "wall"
            dx, dy = sign * float(contact.frame[0]), sign * float(contact.frame[1])
            found.append(Collision(what, who is not None, dx, dy, float(self._force[0])))
        return found

    # ------------------------------------------------------------ others

    def put_person(self, person: Somebody) -> None:
        """Somebody is at a point, on the floor or on furniture; what holds their things up comes along."""
        up = 0.0 if person.standing else SEATED_UP
        x, y, hand = person.hand
        self.data.mocap_pos[self._mocap[person.name]] = (x, y, up)
        self.data.mocap_pos[self._hands[person.name]] = (x, y, hand - SHELF_THICK)

    def take_away(self, name: str) -> None:
        """Somebody is not here."""
        self.data.mocap_pos[self._mocap[name]] = AWAY
        self.data.mocap_pos[self._hands[name]] = AWAY

    def put_thing(self, name: str, spot: Spot) -> None:
        """A thing lies where a spot says, or is in the gripper (welded there)."""
        index, held = self._things[name], spot.at == ROBOT
        self.rule(name, spot.at)
        self.data.eq_active[self._grips[index]] = held
        q, v = self._thing_q[index], self._thing_v[index]
        at = self._grip_point() if held else (spot.x, spot.y, spot.z + THING_HALF)
        self.data.qpos[q : q + 7] = (*at, 1.0, 0.0, 0.0, 0.0)
        self.data.qvel[v : v + 6] = (0.0, 0.0, -_NUDGE, 0.0, 0.0, 0.0)

    def rule(self, name: str, at: str) -> None:
        """What a thing touches from now on: nothing in the gripper, all that is solid on the floor, else its shelf."""
        index, model = self._things[name], self.model
        touches, touched = (LOOSE, GROUND | SOLID | LOOSE) if at == FLOOR else (STANDING, GROUND | SHELF | STANDING)
        if at == ROBOT:
            touches = touched = 0
        geom, body = self._thing_geom[index], self._thing_body[index]
        model.geom_contype[geom] = model.body_contype[body] = touches
        model.geom_conaffinity[geom] = model.body_conaffinity[body] = touched

    def let_fall(self, name: str) -> Spot:
        """What was in the gripper falls from where it is; where that is above the floor."""
        q = self._thing_q[self._things[name]]
        x, y, z = self.data.qpos[q : q + 3].tolist()
        spot = Spot(FLOOR, x, y, z - THING_HALF)
        self.put_thing(name, spot)
        return spot

    def thing(self, name: str) -> tuple[float, float, float]:
        """Where a thing really is: metres, `z` of its lower side."""
        q = self._thing_q[self._things[name]]
        x, y, z = self.data.qpos[q : q + 3].tolist()
        return x, y, z - THING_HALF

    def _grip_point(self) -> tuple[float, float, float]:
        x, y, yaw = self.robot()[:3]
        ahead = mjcf.GRIP_AHEAD
        return x + ahead * math.cos(yaw), y + ahead * math.sin(yaw), mjcf.GRIP_UP

    # ------------------------------------------------------------ time

    def step(self, steps: int, left: float, right: float) -> None:
        """`steps` of `model.STEP` with the motors set to turn at rad/s."""
        if (left, right) != self._drive:
            self._drive = (left, right)
            self.data.ctrl[:] = self._drive
        self.library.mj_step(self.model, self.data, steps)

    def restore(self, data: Any) -> None:
        """Go on from a copy of `data`."""
        self.library.mj_copyData(self.data, self.model, data)
        left, right = self.data.ctrl.tolist()
        self._drive = (left, right)

    def settle(self) -> None:
        """Work out positions and contacts without letting time pass."""
        self.library.mj_forward(self.model, self.data)
