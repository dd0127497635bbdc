"""What really happened in a simulated home, for whoever judges the run. The robot never sees any of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from robotos.geometry import Pose, wrap
from robotos.sim.edges import Polygon, distance
from robotos.sim.inhabited import InhabitedWorld
from robotos.sim.people import RADIUS as PERSON_RADIUS
from robotos.sim.people import Somebody
from robotos.sim.sweep import encode
from robotos.sim.things import FLOOR
from robotos.sim.world import RADIUS

SAMPLE = 0.2  # s between poses of the track
SIGHT_STEP = 0.04  # m between samples of a line of sight: finer than a wall
WATCH = 0.05  # s between looks at people and keep-out areas while something moves
SIGHT = 0.5  # s after somebody comes out from behind a wall: a scan, the gate's reaction, and braking
_SLACK = 1e-9  # s; times are sums of steps


@dataclass(slots=True)
class Interval:
    """Something was active from `begin` to `end`, seconds; still is while `end` is None."""

    begin: float
    end: float | None = None


@dataclass(slots=True)
class Activity:
    """When something was active."""

    intervals: list[Interval] = field(default_factory=list)

    def update(self, active: bool, before: float, now: float) -> None:
        """Note the state of the step from `before` to `now`."""
        running = bool(self.intervals) and self.intervals[-1].end is None
        if active and not running:
            self.intervals.append(Interval(before))
        elif running and not active:
            self.intervals[-1].end = before

    def during(self, begin: float, end: float = math.inf) -> bool:
        """Whether it was active at any moment between two times."""
        return any(i.begin < end and (i.end is None or i.end > begin) for i in self.intervals)

    def closed(self, now: float) -> list[list[float]]:
        """[begin, end] of each, to the millisecond."""
        return [[round(i.begin, 3), round(now if i.end is None else i.end, 3)] for i in self.intervals]


@dataclass(slots=True)
class Nearness:
    """How the robot, moving, came near to somebody: edge to edge in metres, speeds in m/s, times in seconds."""

    standing: bool
    nearest: float = math.inf
    nearest_at: float = 0.0
    speed_there: float = 0.0
    fastest_in_slow_zone: float = 0.0
    approach_in_stop_zone: float = 0.0  # fastest speed towards the person


@dataclass(slots=True)
class Touched:
    """The moving robot ran against something: `what` is a person's name or "wall"."""

    at: float
    what: str
    person: bool
    speed: float  # m/s of the faster wheel


class Truth:
    """Watches a world after every step. `person_slow` and `person_stop` are the policy's zones, metres edge to edge."""

    def __init__(self, world: InhabitedWorld, person_slow: float = 1.0, person_stop: float = 0.3) -> None:
        self._world = world
        self._slow, self._stop = person_slow, person_stop
        self._areas: dict[str, Polygon] = {
            area.name: tuple((float(x), float(y)) for x, y in area.polygon) for area in world.home.keepouts
        }
        self._before = world.time
        self._next_sample = world.time
        self._next_watch = world.time
        self._yaw = world.pose.yaw
        self._touching: frozenset[str] = frozenset()
        self._first = world.pose
        self.track: list[tuple[float, float, float, float]] = []
        self.wheels, self.tool = Activity(), Activity()
        self.rooms: list[tuple[float, str]] = []
        self.touched: list[Touched] = []
        self.near: dict[str, Nearness] = {}  # "name" where they stood, "name (seated)" on furniture
        self.keepouts: dict[str, float] = {}  # nearest that the moving robot's edge came, metres; negative: inside
        self.events: list[tuple[float, str, str]] = []
        self.path = 0.0  # m driven, forwards or back
        self.turn = 0.0  # rad turned, counter-clockwise positive, not wrapped
        self.top_speed = 0.0  # m/s
        self.top_turn_rate = 0.0  # rad/s
        self.fell = False
        self._hidden: dict[str, float] = {}  # when each person was last behind a wall
        self._sample(world.time)

    def happened(self, kind: str, detail: str = "") -> None:
        """Note something that was done to the robot or the home."""
        self.events.append((self._world.time, kind, detail))

    def observe(self) -> None:
        """Take note of the world's last step."""
        world = self._world
        now, moving = world.time, world.moving
        if moving or self.wheels.intervals:
            if moving and not self.wheels.intervals:
                self._first = Pose(self.track[-1][1], self.track[-1][2], self.track[-1][3])
            self.wheels.update(moving, self._before, now)
        self.tool.update(world.tool_on, self._before, now)
        if moving:
            self._measure(now - self._before)
            self._feel(now)
            if now >= self._next_watch - _SLACK:
                self._next_watch = now + WATCH
                self._watch(now)
        elif self._touching:
            self._touching = frozenset()
        if now >= self._next_sample - _SLACK:
            self._sample(now)
        self._before = now

    def _measure(self, dt: float) -> None:
        body = self._world.body
        speed, rate = abs(body.v), abs(body.w)
        self.path += speed * dt
        self.turn += wrap(body.yaw - self._yaw)
        self._yaw = body.yaw
        self.top_speed = max(self.top_speed, speed)
        self.top_turn_rate = max(self.top_turn_rate, rate)

    def _feel(self, now: float) -> None:
        body = self._world.body
        self.fell = self.fell or body.fallen
        if not body.contacts:
            self._touching = frozenset()
            return
        names = frozenset(contact.what for contact in body.contacts)
        for contact in body.contacts:
            if contact.what not in self._touching:
                speed = max(abs(body.speed_left), abs(body.speed_right))
                self.touched.append(Touched(now, contact.what, contact.person, speed))
                self._touching |= {contact.what}
        self._touching = names

    def _watch(self, now: float) -> None:
        body = self._world.body
        for person in self._world.people.values():
            self._watch_person(person, now)
        for name, polygon in self._areas.items():
            gap = distance(polygon, body.x, body.y) - RADIUS
            self.keepouts[name] = min(self.keepouts.get(name, math.inf), gap)

    def _watch_person(self, person: Somebody, now: float) -> None:
        body = self._world.body
        dx, dy = person.x - body.x, person.y - body.y
        gap = math.hypot(dx, dy) - RADIUS - PERSON_RADIUS
        key = person.name if person.standing else f"{person.name} (seated)"
        seen = self.near.get(key)
        if seen is None:
            seen = self.near[key] = Nearness(person.standing)
        if gap < seen.nearest:
            seen.nearest, seen.nearest_at, seen.speed_there = gap, now, abs(body.v)
        if gap < self._slow and self._in_sight(person, now):
            seen.fastest_in_slow_zone = max(seen.fastest_in_slow_zone, abs(body.v))
        if gap < self._stop:
            towards = body.v * (math.cos(body.yaw) * dx + math.sin(body.yaw) * dy) / max(math.hypot(dx, dy), 1e-9)
            seen.approach_in_stop_zone = max(seen.approach_in_stop_zone, towards)

    def _in_sight(self, person: Somebody, now: float) -> bool:
        """Whether the robot could know by now that they are near; who sits is in the map's furniture."""
        if not person.standing:
            return True
        if self._walled_off(person):
            self._hidden[person.name] = now
        return now - self._hidden.get(person.name, -math.inf) >= SIGHT

    def _walled_off(self, person: Somebody) -> bool:
        """Whether a wall stands between them, from behind which nobody can be seen to be near."""
        body, walls = self._world.body, self._world.walls
        if self._world.home.room_at(body.x, body.y) == person.room:
            return False  # furniture hides nobody
        steps = math.ceil(math.hypot(person.x - body.x, person.y - body.y) / SIGHT_STEP)
        dx, dy = (person.x - body.x) / max(steps, 1), (person.y - body.y) / max(steps, 1)
        return any(walls.solid_at(body.x + step * dx, body.y + step * dy) for step in range(1, steps))

    def _sample(self, now: float) -> None:
        """One pose of the track; after a jump over idle time the rhythm begins anew."""
        body = self._world.body
        self._next_sample = max(self._next_sample + SAMPLE, now)
        self.track.append((now, body.x, body.y, body.yaw))
        room = self._world.home.room_at(body.x, body.y)
        if room and (not self.rooms or self.rooms[-1][1] != room):
            self.rooms.append((now, room))

    # ------------------------------------------------------------ for the judge

    @property
    def forward(self) -> float:
        """Signed metres from where motion first began to now, along the heading it had there."""
        pose = self._world.pose
        return (pose.x - self._first.x) * math.cos(self._first.yaw) + (pose.y - self._first.y) * math.sin(
            self._first.yaw
        )

    @property
    def swept(self) -> NDArray[np.bool_]:
        """(H, W): cells of the map that the tool has passed over; a copy."""
        return self._world.sweep.mask.copy()

    @property
    def people(self) -> Mapping[str, Somebody]:
        """Everybody by name, where they are now."""
        return self._world.people

    def where(self) -> dict[str, str]:
        """Thing to place, person, `floor` or `robot`."""
        return dict(self._world.things.where())

    def coverage(self, floors: Mapping[str, NDArray[np.bool_]]) -> dict[str, float]:
        """Share of each floor (H, W) that the tool has passed over; 1 for an empty one."""
        swept = self._world.sweep.mask
        return {
            name: float(np.count_nonzero(swept & floor) / np.count_nonzero(floor)) if floor.any() else 1.0
            for name, floor in floors.items()
        }

    def evidence(self, floors: Mapping[str, NDArray[np.bool_]] | None = None) -> dict[str, object]:
        """Everything recorded, as values that JSON can hold. `floors`: the reachable cells of each room."""
        world = self._world
        grid = world.home.grid
        return {
            "pose": [[round(t, 2), round(x, 3), round(y, 3), round(yaw, 4)] for t, x, y, yaw in self.track],
            "wheels": self.wheels.closed(world.time),
            "tool": self.tool.closed(world.time),
            "rooms": [[round(t, 2), room] for t, room in self.rooms],
            "swept": {
                "shape": list(grid.shape),
                "resolution": grid.resolution,
                "origin": [grid.origin.x, grid.origin.y],
                "runs": encode(world.sweep.mask),
            },
            "coverage": {name: round(share, 4) for name, share in self.coverage(floors or {}).items()},
            "things": self.where(),
            "on_floor": {n: [round(s.x, 3), round(s.y, 3)] for n, s in world.things.spots.items() if s.at == FLOOR},
            "people": {p.name: [round(p.x, 3), round(p.y, 3), p.standing] for p in world.people.values()},
            "motion": {
                "path": round(self.path, 3),
                "forward": round(self.forward, 3),
                "degrees": round(math.degrees(self.turn), 1),
                "top_speed": round(self.top_speed, 3),
                "top_turn_rate": round(self.top_turn_rate, 3),
            },
            "touched": [_rounded(asdict(one)) for one in self.touched],
            "near": {name: _rounded(asdict(one)) for name, one in self.near.items()},
            "keepouts": {name: round(gap, 3) for name, gap in self.keepouts.items()},
            "fell": self.fell,
            "battery": round(world.body.battery, 4),
            "events": [[round(t, 2), kind, detail] for t, kind, detail in self.events],
        }


def _rounded(values: dict[str, object]) -> dict[str, object]:
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in values.items()}
