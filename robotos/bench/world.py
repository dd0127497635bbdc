"""`robotos bench world`: how much faster than real time a simulated robot runs, its firmware in lockstep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from robotos.bench.figure import Figure
from robotos.bench.registry import Options
from robotos.navigation.home import Home, load_home
from robotos.sim.pace import Pace, pace
from robotos.sim.physics.library import PhysicsMissingError
from robotos.sim.world import KINEMATIC, MUJOCO
from robotos.sim.worlds import make_world

APARTMENT = Path(__file__).parents[2] / "maps" / "apartment"
ROUND = 11.9  # s simulated for one round: once to and fro
ROUNDS, QUICK_ROUNDS = 15, 2  # the best counts: what disturbs a run on a shared machine only ever slows it down
AWAY = (-50.0, -50.0)  # m: nobody is at home, so that the way is the same in every world


@dataclass(frozen=True, slots=True)
class Case:
    """One figure: a world, with or without its range sensor, and the goal."""

    name: str
    world: str
    scans: bool
    goal: str


CASES = (
    Case("kinematic world, range sensor off", KINEMATIC, False, ">= 500"),
    Case("kinematic world, range sensor at 10 Hz", KINEMATIC, True, ">= 100"),
    Case("MuJoCo world, range sensor at 10 Hz", MUJOCO, True, ">= 40"),
)


def measure(options: Options) -> Sequence[Figure]:
    """All figures of this area; those of a world that is not installed say so."""
    if not APARTMENT.is_dir():
        why = f"no map in {APARTMENT}; run it in a checkout"
        return [Figure(case.name, None, "x", case.goal, why) for case in CASES]
    home = load_home(APARTMENT)
    return [figure for case in CASES for figure in _figures(home, case, options)]


def _figures(home: Home, case: Case, options: Options) -> list[Figure]:
    try:
        runs = [_run(home, case) for _ in range(QUICK_ROUNDS if options.quick else ROUNDS)]
    except PhysicsMissingError as error:
        return [Figure(case.name, None, "x", case.goal, str(error))]
    best = max(runs, key=lambda run: run.speed)
    how = (
        f"driven to and fro with the tool on, {ROUND:g} s, best of {len(runs)} rounds; seconds of one core that world, "
        "sensors, judge and the firmware's C core take"
    )
    return [
        Figure(case.name, round(best.speed, 1), "x", case.goal, how),
        Figure(f"{case.name}, driven metres", round(best.metres, 2), "m", "", "what the robot did meanwhile"),
    ]


def _run(home: Home, case: Case) -> Pace:
    world = make_world(case.world, home)
    for name in home.people:
        world.move_person(name, *AWAY)
    return pace(world, ROUND, case.scans)
