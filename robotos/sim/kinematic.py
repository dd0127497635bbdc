"""The default world: first-order motors, a disc among walls and people, and the sensors it carries."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from robotos.geometry import Pose, wrap
from robotos.navigation.home import Home
from robotos.sim import battery
from robotos.sim.contact import Contact, resolve
from robotos.sim.edges import Edges
from robotos.sim.people import RADIUS as PERSON_RADIUS
from robotos.sim.people import Somebody, cast, circles
from robotos.sim.sweep import Sweep, Swept
from robotos.sim.things import Receiver, Spot, Things
from robotos.sim.walls import Walls
from robotos.sim.world import BEAMS, MAX_RANGE, NO_ECHO, RADIUS, REACH, WHEEL_BASE, Point

FULL_SPEED = 0.40  # m/s of a wheel at PWM 255
TIME_CONSTANT = 0.06  # s, of motor and gearbox
TICKS_PER_METRE = 40000.0
STICTION_SPEED = 0.01  # m/s below which an undriven wheel stands still
STICTION_PWM = 3  # duty that cannot overcome friction

DOCK_DISTANCE, DOCK_ANGLE = 0.1, 0.5  # m, rad off the dock's pose within which the contacts meet

_NOISE = 4096  # length of the tables of random numbers; they are read around and around
_SCANS = 512
_PEOPLE_MARGIN = 0.3  # m beyond the beams' reach at which people are left out


@dataclass(frozen=True, slots=True)
class Imperfection:
    """How far the body is from ideal: one standard deviation each."""

    wheel_scale: float = 0.005  # share by which a wheel's rolling radius is off, fixed for a run
    wheel_noise: float = 0.01  # share of each 10 ms of travel lost or gained, at random
    range_noise: float = 0.01  # m
    camera_noise: float = 0.01  # m


IDEAL = Imperfection(0.0, 0.0, 0.0, 0.0)


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
    stale: bool = True  # something other than the wheels has changed what touches the body


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of a `KinematicWorld`'s state."""

    body: Body
    swept: Swept
    spots: dict[str, Spot]
    people: dict[str, Somebody]
    notes: dict[str, str]


class KinematicWorld:
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
        start = home.dock if start is None else start
        self.home = home
        self.imperfection = Imperfection() if imperfection is None else imperfection
        self.body = Body(start.x, start.y, wrap(start.yaw))
        self.walls = Walls(home.grid, RADIUS + 0.05)
        self.things = Things()
        self.people: dict[str, Somebody] = {}
        self.notes: dict[str, str] = {}
        self.sweep = Sweep(home.grid, RADIUS)
        self._edges = Edges([area.polygon for area in home.keepouts if area.name in cliffs])
        self._draw_imperfections(seed)
        for person in home.people.values():
            self.move_person(person.name, person.x, person.y, animal=person.animal, room=person.room)
        for thing in home.things.values():
            self.place_thing(thing.name, thing.place)
        self._touch()

    def _draw_imperfections(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        scale = self.imperfection.wheel_scale
        self._scale_left, self._scale_right = (1.0 + scale * random.standard_normal(2).clip(-2.0, 2.0)).tolist()
        wheel = self.imperfection.wheel_noise * random.standard_normal(_NOISE)
        self._wheel_noise: list[float] = (1.0 + wheel).tolist()
        self._range_noise: NDArray[np.float64] = self.imperfection.range_noise * random.standard_normal(
            (_SCANS, BEAMS)
        ).clip(-3.0, 3.0)

    # ------------------------------------------------------------ state

    @property
    def time(self) -> float:
        return self.body.time

    @property
    def pose(self) -> Pose:
        return Pose(self.body.x, self.body.y, self.body.yaw)

    @property
    def moving(self) -> bool:
        return self.body.speed_left != 0.0 or self.body.speed_right != 0.0

    @property
    def tool_on(self) -> bool:
        return self.body.tool_on

    @property
    def encoders(self) -> tuple[int, int]:
        body = self.body
        return (
            math.floor(body.travel_left * TICKS_PER_METRE + 1e-6),
            math.floor(body.travel_right * TICKS_PER_METRE + 1e-6),
        )

    @property
    def bumper(self) -> int:
        bits = 0
        for contact in self.body.contacts:
            bits |= contact.bumper
        return bits

    @property
    def cliff(self) -> int:
        return self.body.cliff

    @property
    def battery_mv(self) -> int:
        return battery.millivolts(self.body.battery)

    @property
    def charging(self) -> bool:
        return self.body.charging

    @property
    def holding(self) -> bool:
        return self.things.held != ""

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
            self._touch()
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
        index = body.noise
        left *= self._scale_left * self._wheel_noise[index]
        right *= self._scale_right * self._wheel_noise[index - 1]
        body.noise = (index + 2) % _NOISE
        if body.fallen:
            body.v = body.w = 0.0
            return
        along, turn = (left + right) / 2, (right - left) / WHEEL_BASE
        heading = body.yaw + turn / 2
        x, y = body.x + along * math.cos(heading), body.y + along * math.sin(heading)
        body.yaw = wrap(body.yaw + turn)
        x, y, body.contacts = resolve(x, y, body.yaw, self.walls.near(x, y), self.people.values())
        body.v = ((x - body.x) * math.cos(heading) + (y - body.y) * math.sin(heading)) / dt
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
        body.cliff = self._edges.sensors(body.x, body.y, body.yaw)
        body.fallen = body.fallen or (body.cliff != 0 and self._edges.over(body.x, body.y))
        dock = self.home.dock
        body.charging = (
            math.hypot(body.x - dock.x, body.y - dock.y) <= DOCK_DISTANCE
            and abs(wrap(body.yaw - dock.yaw)) <= DOCK_ANGLE
        )

    def rest(self, seconds: float) -> None:
        body = self.body
        if self.moving or body.tool_on:
            raise ValueError("time can only be skipped while wheels and tool stand still")
        body.time += seconds
        body.battery = battery.after(body.battery, seconds, charging=body.charging)

    # ------------------------------------------------------------ gripper

    def grip(self, close: bool, aim: Point) -> None:
        forward, left, up = aim
        distance = math.hypot(forward, left)
        if close:
            if distance <= REACH:
                self.things.close_on(self._to_map(forward, left, up))
            return
        if distance > REACH:
            forward, left = forward * REACH / distance, left * REACH / distance
        self.things.open_at(self._to_map(forward, left, up), self._receivers())

    def _receivers(self) -> list[Receiver]:
        """Places and hands on this side of the wall."""
        room = self.home.room_at(self.body.x, self.body.y)
        places = [Receiver(p.name, (p.x, p.y, p.z)) for p in self.home.places.values() if p.room == room]
        return places + [Receiver(p.name, p.hand) for p in self.people.values() if p.room == room]

    def _to_map(self, forward: float, left: float, up: float) -> Point:
        point = self.pose.compose(Pose(forward, left))
        return point.x, point.y, up

    # ------------------------------------------------------------ sensors

    def scan(self) -> tuple[int, ...]:
        body = self.body
        angles = body.yaw + _BEAM_ANGLES
        cosines, sines = np.cos(angles), np.sin(angles)
        ranges = self.walls.cast(body.x, body.y, cosines, sines)
        near = _within(self._standing(), body.x, body.y, MAX_RANGE + _PEOPLE_MARGIN)
        if near.size:
            ranges = np.minimum(ranges, cast(near, body.x, body.y, cosines, sines))
        ranges = ranges + self._range_noise[body.scans % _SCANS]
        body.scans += 1
        readings = np.where(ranges <= MAX_RANGE, np.maximum(ranges, 0.0) * 1000.0, NO_ECHO)
        return tuple(np.rint(readings).astype(np.int64).tolist())

    def _standing(self) -> NDArray[np.float64]:
        return circles(self.people)

    # ------------------------------------------------------------ what others do in the home

    def move_person(self, name: str, x: float, y: float, *, animal: bool | None = None, room: str = "") -> None:
        """Somebody (known or new) walks or sits at a point, metres; `room` where the map alone cannot tell."""
        known = self.people.get(name)
        is_animal = known.animal if known is not None and animal is None else bool(animal)
        standing = not self.walls.solid_at(x, y)
        person = Somebody(name, x, y, room or self.home.room_at(x, y), is_animal, standing)
        self.people[name] = person
        self.things.carry(name, person.hand)
        self.body.stale = True

    def place_thing(self, name: str, place: str) -> None:
        """A thing (known or new) is at a place, or in somebody's hand.

        Raises:
            KeyError: no such place or person.
        """
        if place in self.home.places:
            spot = self.home.places[place]
            self.things.put(name, Receiver(place, (spot.x, spot.y, spot.z)))
        elif place in self.people:
            self.things.put(name, Receiver(place, self.people[place].hand))
        else:
            raise KeyError(f"no place or person {place!r}; known: {', '.join([*self.home.places, *self.people])}")

    def place_note(self, place: str, text: str) -> None:
        """A sheet of paper with `text` sticks to a place; empty text takes it away.

        Raises:
            KeyError: no such place.
        """
        if place not in self.home.places:
            raise KeyError(f"no place {place!r}; known: {', '.join(self.home.places)}")
        if text:
            self.notes[place] = text
        else:
            self.notes.pop(place, None)

    def move_robot(self, pose: Pose) -> None:
        """Carry the robot somewhere; its wheels don't notice."""
        body = self.body
        body.x, body.y, body.yaw = pose.x, pose.y, wrap(pose.yaw)
        body.fallen = False
        body.stale = True
        self._touch()

    # ------------------------------------------------------------ copies

    def snapshot(self) -> Snapshot:
        return Snapshot(
            replace(self.body), self.sweep.snapshot(), dict(self.things.spots), dict(self.people), dict(self.notes)
        )

    def restore(self, snapshot: object) -> None:
        if not isinstance(snapshot, Snapshot):
            raise TypeError(f"not a snapshot of a KinematicWorld: {type(snapshot).__name__}")
        self.body = replace(snapshot.body)
        self.sweep.restore(snapshot.swept)
        self.things.restore(snapshot.spots)
        self.people = dict(snapshot.people)
        self.notes = dict(snapshot.notes)


_BEAM_ANGLES = np.arange(BEAMS) * (2 * math.pi / BEAMS)


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
