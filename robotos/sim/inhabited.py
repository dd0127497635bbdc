"""What every simulated world has beside its physics: the home, who lives there, what lies about, and the gripper."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from robotos.geometry import Pose, wrap
from robotos.navigation.home import Home
from robotos.sim import battery
from robotos.sim.contact import Contact
from robotos.sim.edges import Edges
from robotos.sim.flaws import Grip, Imperfection, Luck, outliers, wheel_scales
from robotos.sim.people import RADIUS as PERSON_RADIUS
from robotos.sim.people import Somebody
from robotos.sim.sweep import Sweep, Swept
from robotos.sim.things import ROBOT, Receiver, Spot, Things
from robotos.sim.walls import Walls
from robotos.sim.world import BEAMS, MAX_RANGE, NO_ECHO, RADIUS, REACH, TICKS_PER_METRE, WHEEL_BASE, Point

DOCK_DISTANCE, DOCK_ANGLE = 0.1, 0.5  # m, rad off the dock's pose within which the contacts meet
FALLS_AHEAD = 0.3  # m from the robot's centre to where a thing that it loses comes to lie
LOST_AFTER = 0.8  # m that something which is not held well is carried
HELD_AT = 0.5  # m above the floor at which a thing is carried

BEAM_ANGLES: NDArray[np.float64] = np.asarray(np.arange(BEAMS) * (2 * math.pi / BEAMS), dtype=np.float64)
_SCANS = 512
# A point, metres, the square of how far from it is still so, and whether all around it is open floor.
_UNKNOWN = (0.0, 0.0, 0.0, False)
_MARGIN = 0.02  # m kept from what is taken to be out of reach: a period's way, and the depth of a touch
_ASIDE = (0.0, math.pi, math.pi / 2, -math.pi / 2)  # directions in which a lost thing falls, as far as there is room


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


@dataclass(frozen=True, slots=True)
class Inhabited:
    """A copy of all that an `InhabitedWorld` holds."""

    body: Body
    swept: Swept
    spots: dict[str, Spot]
    people: dict[str, Somebody]
    notes: dict[str, str]


class InhabitedWorld(ABC):
    """A `World` on a home's map, less the physics. Same seed, same commands: same run."""

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
        self._luck = Luck(seed, self.imperfection)
        self._open = _UNKNOWN
        random = np.random.default_rng(seed)
        scale = self.imperfection.wheel_scale
        self._scale_left, self._scale_right = (1.0 + scale * random.standard_normal(2).clip(-2.0, 2.0)).tolist()
        left, right = wheel_scales(seed, self.imperfection, WHEEL_BASE)
        self._scale_left, self._scale_right = self._scale_left * left, self._scale_right * right
        self._grip = Grip(seed, self.imperfection)
        self._outliers = None
        if self.imperfection.outliers > 0.0:
            self._outliers = outliers(seed, self.imperfection, _SCANS, BEAMS, MAX_RANGE)
        self._draw_noise(random)
        for person in home.people.values():
            self.move_person(person.name, person.x, person.y, animal=person.animal, room=person.room)
        for thing in home.things.values():
            self.place_thing(thing.name, thing.place)

    def _draw_noise(self, random: np.random.Generator) -> None:
        """Draw what is random about a run, once."""
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

    @abstractmethod
    def step(self, pwm_left: int, pwm_right: int, tool_pwm: int, dt: float) -> None:
        """Advance by `dt` with motors driven at -255..255."""

    def rest(self, seconds: float) -> None:
        """Advance at once while nothing moves; `ValueError` when something does."""
        body = self.body
        if self.moving or body.tool_on:
            raise ValueError("time can only be skipped while wheels and tool stand still")
        body.time += seconds
        body.battery = battery.after(body.battery, seconds, charging=body.charging)

    # ------------------------------------------------------------ for the physics

    def _feel_floor(self) -> None:
        """What is under the body: an edge, nothing at all, the charging contacts."""
        body, dock = self.body, self.home.dock
        if self._on_open_floor():
            body.cliff, body.charging = 0, False
            return
        body.cliff = self._edges.sensors(body.x, body.y, body.yaw)
        body.fallen = body.fallen or (body.cliff != 0 and self._edges.over(body.x, body.y))
        body.charging = (
            math.hypot(body.x - dock.x, body.y - dock.y) <= DOCK_DISTANCE
            and abs(wrap(body.yaw - dock.yaw)) <= DOCK_ANGLE
        )

    def _on_open_floor(self) -> bool:
        """Whether nobody who stands, no edge and not the dock is within the robot's reach: then it need not look."""
        body = self.body
        x, y, square, is_open = self._open
        x, y = body.x - x, body.y - y
        if x * x + y * y >= square:
            room = self._room_around() - _MARGIN
            is_open = room > 0.0
            room = max(room, _MARGIN)
            self._open = (body.x, body.y, room * room, is_open)
        return is_open

    def _room_around(self) -> float:
        """Metres that the robot may go, in any direction, before it meets somebody, an edge or the dock."""
        body, dock = self.body, self.home.dock
        gaps = [
            math.hypot(who.x - body.x, who.y - body.y) - RADIUS - PERSON_RADIUS
            for who in self.people.values()
            if who.standing
        ]
        at_dock = math.hypot(body.x - dock.x, body.y - dock.y) - DOCK_DISTANCE
        return min([*gaps, at_dock, self._edges.clearance(body.x, body.y) - RADIUS])

    def _carry(self, metres: float) -> None:
        """The robot has driven on with what is in its gripper, which may not stay there."""
        body = self.body
        body.carried += metres
        if body.carried > (LOST_AFTER if body.loses else self._luck.holds_for(body.loads)):
            self.drop_thing()

    def _readings(self, ranges: NDArray[np.float64]) -> tuple[int, ...]:
        """True distances (BEAMS,), metres, as the range sensor reports them: millimetres with its noise."""
        body = self.body
        ranges = ranges + self._range_noise[body.scans % _SCANS]
        if self._outliers is not None:
            wrong = self._outliers[body.scans % _SCANS]
            ranges = np.where(np.isnan(wrong), ranges, wrong)
        body.scans += 1
        readings = np.where(ranges <= MAX_RANGE, np.maximum(ranges, 0.0) * 1000.0, NO_ECHO)
        return tuple(np.rint(readings).astype(np.int64).tolist())

    @abstractmethod
    def scan(self) -> tuple[int, ...]:
        """One ring of range readings, millimetres, `NO_ECHO` where nothing is within reach."""

    # ------------------------------------------------------------ gripper

    def grip(self, close: bool, aim: Point) -> None:
        """Close the gripper on, or open it at, a point in the base frame."""
        forward, left, up = aim
        distance = math.hypot(forward, left)
        if close:
            if distance <= REACH and not self._fumbles():
                self._close_on(self._to_map(forward, left, up))
            return
        if distance > REACH:
            forward, left = forward * REACH / distance, left * REACH / distance
        self.things.open_at(self._to_map(forward, left, up), self._receivers())

    def _close_on(self, point: Point) -> None:
        if self.things.held:
            return
        self.things.close_on(point)
        if self.things.held:
            self.body.loads += 1
            self.body.carried = 0.0

    def _fumbles(self) -> bool:
        body = self.body
        body.grasps += 1
        if body.misses > 0:
            body.misses -= 1
            return True
        return self._luck.misses(body.grasps)

    def miss_grasps(self, times: int) -> None:
        """The next `times` the gripper closes it gets nothing; `ValueError` for a negative number."""
        if times < 0:
            raise ValueError(f"a gripper cannot miss {times} times")
        self.body.misses = times

    def lose_thing(self) -> None:
        """What is in the gripper, or comes into it next, is not held well: it is lost on the way."""
        self.body.loses = True

    def hold_thing(self, name: str) -> None:
        """A thing is in the gripper from now on, and what was there before lies on the floor."""
        if self.things.held not in {"", name}:
            self.drop_thing()
        self.things.spots[name] = Spot(ROBOT, self.body.x, self.body.y, HELD_AT)
        self.things.held = name
        self.body.loads += 1
        self.body.carried = 0.0

    def drop_thing(self) -> str:
        """What is in the gripper falls out of it, before the robot where there is room; its name, "" for nothing."""
        name = self.things.held
        self.body.loses = False
        if name:
            self.things.fall(name, *self._free_floor())
        return name

    def _free_floor(self) -> tuple[float, float]:
        body = self.body
        for aside in _ASIDE:
            x, y = body.x + FALLS_AHEAD * math.cos(body.yaw + aside), body.y + FALLS_AHEAD * math.sin(body.yaw + aside)
            row, column = self.home.grid.to_cell(x, y)
            if self.home.grid.inside(row, column) and self.home.grid.free[row, column]:
                return x, y
        return body.x, body.y

    def _receivers(self) -> list[Receiver]:
        """Places and hands on this side of the wall."""
        room = self.home.room_at(self.body.x, self.body.y)
        places = [Receiver(p.name, (p.x, p.y, p.z)) for p in self.home.places.values() if p.room == room]
        return places + [Receiver(p.name, p.hand) for p in self.people.values() if p.room == room]

    def _to_map(self, forward: float, left: float, up: float) -> Point:
        point = self.pose.compose(Pose(forward, left))
        return point.x, point.y, up

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
        self._open = _UNKNOWN

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
        self._open = _UNKNOWN

    # ------------------------------------------------------------ copies

    def _copy(self) -> Inhabited:
        return Inhabited(
            replace(self.body), self.sweep.snapshot(), dict(self.things.spots), dict(self.people), dict(self.notes)
        )

    def _go_back(self, copy: Inhabited) -> None:
        self.body = replace(copy.body)
        self._open = _UNKNOWN
        self.sweep.restore(copy.swept)
        self.things.restore(copy.spots)
        self.people = dict(copy.people)
        self.notes = dict(copy.notes)

    @abstractmethod
    def snapshot(self) -> object:
        """A copy of the whole state; opaque."""

    @abstractmethod
    def restore(self, snapshot: object) -> None:
        """Go back to a state of this same world."""
