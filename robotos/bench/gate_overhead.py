"""What the gate costs: microseconds per order and per cycle, over a drive through the apartment with people about."""

from __future__ import annotations

import gc
import math
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from robotos.actuation.audit import AuditFile
from robotos.actuation.gate import Audit
from robotos.bench.figure import Figure
from robotos.boot.body import CYCLE, ELSEWHERE, BodyRig, body_rig
from robotos.boot.maps import load_map
from robotos.geometry import Pose, Twist
from robotos.kernel.ports import Sent
from robotos.navigation.costmap import Costmap
from robotos.navigation.home import Home
from robotos.navigation.planner import plan
from robotos.navigation.tracking import Arrived, Tracker
from robotos.policy import load

TTL = 0.2  # s
GOALS = {"p50": "<= 30", "p99": "<= 200"}  # µs an order
TOUR = ("shoe rack", "kitchen table", "sofa", "bookshelf", "desk", "cleaning cupboard", "dock")
WALL = Pose(2.7, 3.2 + 0.175 + 0.025, 0.0)  # beside the hallway's long wall, at the clearance
LANE = 80  # cycles along it, and as many back
LANES_AFTER = ("shoe rack", "cleaning cupboard")
PERSON, STROLL, ABOUT = "guest", 0.5, 1.15  # who walks around the robot, at so many m/s and m from its centre
LONGEST_LEG = 900  # cycles
PEOPLE_EVERY = 2  # every so many legs of the tour have people on them


@dataclass(slots=True)
class Overhead:
    """Nanoseconds of each order and each cycle of one drive, orders by what was near."""

    orders: dict[str, list[int]] = field(default_factory=dict)
    cycles: list[int] = field(default_factory=list)
    clipped: int = 0

    @property
    def all_orders(self) -> list[int]:
        """Every order's nanoseconds."""
        return [value for values in self.orders.values() for value in values]


def gate_overhead(
    home: Home, seconds: float = 300.0, audit: Audit | None = None, now: Callable[[], int] = time.perf_counter_ns
) -> Overhead:
    """Drive for about so many seconds of virtual time, and time every order and cycle by `now` (nanoseconds).

    `time.thread_time_ns` leaves out what other processes take of this processor. The tour goes through all rooms (free
    floor), along a wall at the clearance, and with somebody who walks around the robot within its slow zone.
    """
    rig = body_rig(home, load(), audit=audit if audit is not None else _nowhere)
    rig.gate.engage("measure")
    rig.run(0.1)
    drive = _Drive(rig, now)
    gc.collect()
    gc.freeze()  # as the gate's own process does
    try:
        while rig.clock.now() < seconds:
            drive.lap(seconds)
    finally:
        gc.unfreeze()
    return drive.found


def measure_gate(seconds: float = 300.0, now: Callable[[], int] = time.perf_counter_ns) -> list[Figure]:
    """What an order and a cycle cost, with an audit that keeps nothing and with one in a file."""
    _, home = load_map("apartment")
    figures = _figures(gate_overhead(home, seconds, now=now), "audit to nothing")
    with tempfile.TemporaryDirectory(prefix="robotos-bench-") as directory:
        audit = AuditFile(Path(directory) / "audit.jsonl")
        try:
            figures += _figures(gate_overhead(home, seconds, audit, now), "audit to a file")
        finally:
            audit.close()
    return figures


class _Drive:
    """Laps through the home, timed."""

    def __init__(self, rig: BodyRig, now: Callable[[], int]) -> None:
        self._rig, self._now = rig, now
        self._costmap = Costmap(rig.home.grid, keepouts=rig.home.keepouts)
        self._angle, self._walking = 0.0, False
        self.found = Overhead()

    def lap(self, until: float) -> None:
        """One tour of the rooms, with lanes along the wall in between."""
        for number, name in enumerate(TOUR):
            self._people(number % PEOPLE_EVERY == PEOPLE_EVERY - 1)
            self._follow(self._rig.home.places[name].approach, "people" if self._walking else "free")
            if name in LANES_AFTER:
                self._lanes()
            if self._rig.clock.now() >= until:
                return

    def _lanes(self) -> None:
        self._people(False)
        self._follow(WALL, "free", yaw=0.0)
        for _ in range(3):
            self._lane(1.0)
            self._lane(-1.0)

    def _follow(self, goal: Pose, kind: str, yaw: float | None = None) -> None:
        path = plan(self._costmap, self._rig.gate.state().pose, goal)
        if not isinstance(path, tuple):
            raise RuntimeError(f"no way to {goal}: {path}")
        tracker = Tracker(path, final_yaw=yaw)
        for _ in range(LONGEST_LEG):
            wanted = tracker.steer(self._rig.gate.state().pose)
            if isinstance(wanted, Arrived):
                return
            self._order(wanted, kind)

    def _lane(self, sign: float) -> None:
        for _ in range(LANE):
            pose = self._rig.gate.state().pose
            self._order(Twist(0.3 * sign, -2.0 * (pose.yaw + sign * 2.0 * (pose.y - WALL.y))), "wall")

    def _order(self, wanted: Twist, kind: str) -> None:
        gate, now = self._rig.gate, self._now
        gate.pump()  # as its own process does every 5 ms: simulation and steering, which are others', came in between
        began = now()
        answer = gate.drive(wanted.v, wanted.w, TTL)
        ended = now()
        self.found.orders.setdefault(kind, []).append(ended - began)
        self.found.clipped += isinstance(answer, Sent) and bool(answer.clipped)
        for _ in range(5):
            self._rig.period()
        began = now()
        gate.cycle()
        self.found.cycles.append(now() - began)
        gate.poll()
        self._stroll()

    # ------------------------------------------------------------ who is about

    def _people(self, about: bool) -> None:
        self._walking = about
        if not about:
            self._rig.robot.move_person(PERSON, *ELSEWHERE)

    def _stroll(self) -> None:
        """Somebody walks around the robot, within its slow zone, and hidden by walls now and then."""
        if not self._walking:
            return
        self._angle += STROLL * CYCLE / ABOUT
        pose = self._rig.robot.world.pose
        self._rig.robot.move_person(
            PERSON, pose.x + ABOUT * math.cos(self._angle), pose.y + ABOUT * math.sin(self._angle)
        )


def _figures(found: Overhead, how: str) -> list[Figure]:
    orders, count = found.all_orders, f"{len(found.all_orders)} orders, {how}"
    figures = [
        Figure(f"gate per order, {name}, {how}", _micro(orders, share), "µs", GOALS[name], count)
        for name, share in (("p50", 0.5), ("p99", 0.99))
    ]
    for kind, values in sorted(found.orders.items()):
        figures.append(Figure(f"gate per order, p50, {kind}, {how}", _micro(values, 0.5), "µs", "", f"{len(values)}"))
    note = f"{len(found.cycles)} cycles of {CYCLE * 1e3:.0f} ms, one in two with a scan, {how}"
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        figures.append(Figure(f"gate per cycle, {name}, {how}", _micro(found.cycles, share), "µs", "", note))
    return figures


def _micro(nanoseconds: Sequence[int], share: float) -> float:
    """The quantile `share`, µs."""
    ranked = sorted(nanoseconds)
    return round(ranked[min(int(share * len(ranked)), len(ranked) - 1)] / 1e3, 1)


def _nowhere(entry: dict[str, object]) -> None:
    """An audit that keeps nothing."""
