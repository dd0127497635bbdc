"""From a scenario's `setup` to a running system: the home as it is, what the disk knows, and what the judge needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from robotos.boot.simulated import MakeProcessor, Rig, simulate
from robotos.encoder.exemplars import Senses
from robotos.evaluation.names import ROBOT
from robotos.evaluation.scenario import Past, Scenario, Setup
from robotos.evaluation.walking import set_walking
from robotos.kernel.ports import TaskRecord
from robotos.navigation.costmap import Costmap
from robotos.navigation.coverage import reachable
from robotos.navigation.grid import Bools
from robotos.navigation.home import Home, Thing
from robotos.navigation.ledger import Ledger
from robotos.policy import Cleaning, Policy
from robotos.sim.flaws import Imperfection
from robotos.sim.people import RADIUS as PERSON_RADIUS
from robotos.sim.people import Somebody
from robotos.sim.spawn import start_pose
from robotos.sim.world import KINEMATIC, RADIUS

LASTED = timedelta(minutes=20)  # of an earlier task
BELIEVED = timedelta(hours=2)  # how long ago a thing was seen where `beliefs` says
LAYOUT = "layout"

Audit = Callable[[dict[str, object]], None]


@dataclass(frozen=True, eq=False)
class Baseline:
    """How things stood when the scenario began, to tell what it changed."""

    began: datetime
    task: int  # the newest task id
    things: Mapping[str, str]
    memories: frozenset[int]
    planned: frozenset[int]


@dataclass(frozen=True, eq=False)
class Setting:
    """A system set up for one scenario."""

    scenario: Scenario
    home: Home
    policy: Policy
    rig: Rig
    floors: Mapping[str, Bools]  # room to its reachable cells (H, W)
    earlier: Mapping[str, Bools]  # room to the cells that an interrupted cleaning had covered before
    before: Baseline

    def tasks(self) -> list[TaskRecord]:
        """Lines of history that the scenario wrote, oldest first."""
        written = [task for task in self.rig.disk.tasks(limit=100_000) if task.id > self.before.task]
        return sorted(written, key=lambda task: task.id)

    def swept(self, room: str) -> Bools:
        """Cells (H, W) that the tool has passed over, now or in an interrupted cleaning of `room` before."""
        mask: Bools = self.rig.robot.truth.swept
        return mask | self.earlier[room] if room in self.earlier else mask

    def coverage(self, room: str) -> float:
        """Share of the reachable floor of `room` that the tool has passed over; 1 where there is none."""
        floor = self.floors[room]
        total = int(floor.sum())
        return int((self.swept(room) & floor).sum()) / total if total else 1.0


def set_up(
    scenario: Scenario,
    home: Home,
    policy: Policy,
    make_processor: MakeProcessor,
    directory: Path,
    audit: Audit | None = None,
    senses: Senses | None = None,
    world: str = KINEMATIC,
) -> Setting:
    """Boot the system in the home of a `checked` scenario; its disk is in `directory`."""
    setup = scenario.setup
    furnished = _furnished(home, setup)
    if setup.tools:
        policy = policy.model_copy(update={"cleaning": Cleaning(tools=setup.tools)})
    flaws = replace(Imperfection(), grasp_miss=setup.gripper.miss_rate, drop_rate=setup.gripper.drop_rate)
    rig = simulate(
        furnished, policy, make_processor, directory, start=start_pose(furnished, setup.robot), wall=setup.time,
        battery=setup.battery, audit=audit, senses=senses, world=world,
        seed=setup.gripper.seed, imperfection=flaws,
    )  # fmt: skip
    for place, text in setup.notes.items():
        rig.robot.place_note(place, text)
    _gather(rig, setup, policy)
    for thing, at in {**setup.objects, **setup.objects_extra}.items():
        if at == ROBOT:
            _hold(rig, thing)
    if setup.gripper.misses:
        rig.robot.miss_grasps(setup.gripper.misses)
    floors = reachable_floors(furnished, policy, rig.robot.world.people)
    earlier = _write_disk(rig, setup, floors)
    tasks = rig.disk.tasks(limit=1_000_000)
    before = Baseline(
        rig.clock.wall(),
        max((task.id for task in tasks), default=0),
        rig.robot.truth.where(),
        frozenset(memory.id for memory in rig.disk.memories()),
        frozenset(entry.id for entry in rig.disk.planned()),
    )
    return Setting(scenario, furnished, policy, rig, floors, earlier, before)


def reachable_floors(home: Home, policy: Policy, people: Mapping[str, Somebody]) -> dict[str, Bools]:
    """Room to the cells (H, W) that the robot's disc can sweep while its edge keeps the policy's clearance.

    Clearance from walls, from keep-out areas and from people who stand still (`person_stop`, edge to edge).
    """
    keep = policy.clearance
    costmap = Costmap(home.grid, RADIUS, keep.walls, home.keepouts, keepout_margin=keep.keepout_margin)
    standing = [(person.x, person.y) for person in people.values() if person.standing]
    if standing:
        costmap = costmap.blocked(standing, PERSON_RADIUS + keep.person_stop)
    return {name: reachable(costmap, room.mask, home.dock) for name, room in home.rooms.items()}


def _furnished(home: Home, setup: Setup) -> Home:
    """The home with things moved and things added; what the robot holds is laid into its gripper later."""
    things = dict(home.things)
    for name, at in setup.objects.items():
        if name in things and at != ROBOT:
            things[name] = replace(things[name], place=at)
    somewhere = next(iter(home.places))
    for name, at in setup.objects_extra.items():
        things[name] = Thing(name, somewhere if at == ROBOT else at)
    return replace(home, things=things)


def _gather(rig: Rig, setup: Setup, policy: Policy) -> None:
    """Put everybody where they are; the robot was told nothing of it."""
    for name, at in setup.people.items():
        if at is not None:
            rig.robot.move_person(name, *at)
        else:
            rig.robot.world.people.pop(name)
    set_walking(rig, setup.walks, policy)


def _hold(rig: Rig, thing: str) -> None:
    rig.robot.world.hold_thing(thing)
    rig.disk.moved(thing, ROBOT, "moved", rig.clock.wall())


def _write_disk(rig: Rig, setup: Setup, floors: Mapping[str, Bools]) -> dict[str, Bools]:
    """What the disk holds from earlier days; the cells of interrupted cleanings by room."""
    now, disk = setup.time, rig.disk
    earlier: dict[str, Bools] = {}
    with disk.transaction():
        for past in sorted(setup.history, key=lambda past: -past.ago):
            cells = _write_past(rig, past, now, floors)
            earlier.pop(past.room, None)
            if cells is not None:
                earlier[past.room] = cells
        for thing, place in setup.beliefs.items():
            disk.moved(thing, place, "seen", now - BELIEVED)
        for memory in setup.memory:
            disk.remember(memory.text, memory.source, now - timedelta(seconds=memory.ago))
    return earlier


def _write_past(rig: Rig, past: Past, now: datetime, floors: Mapping[str, Bools]) -> Bools | None:
    ended = now - timedelta(seconds=past.ago)
    outcome = "interrupted" if past.outcome == "running" else past.outcome
    task = rig.disk.begin_task(past.task, past.room, past.asked_by, ended - LASTED, past.detail)
    cells: Bools | None = None
    if past.task == "clean" and past.room in floors and outcome == "interrupted" and past.share > 0:
        ledger = Ledger(rig.home.grid, floors[past.room], RADIUS)
        ledger.swept |= _part(floors[past.room], past.share)
        rig.disk.save_ledger(task, past.room, ledger.pack())
        cells = ledger.swept
    rig.disk.end_task(task, outcome, past.share, ended, past.detail)
    return cells


def _part(floor: Bools, share: float) -> Bools:
    """The first `share` of a floor's cells, from its left side on."""
    columns, rows = np.nonzero(floor.T)
    count = round(share * len(rows))
    part = np.zeros_like(floor)
    part[rows[:count], columns[:count]] = True
    return part
