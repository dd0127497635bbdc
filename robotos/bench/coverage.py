"""`robotos bench coverage`: how much of the floor is swept, on how long a way: planned for many homes, and driven."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path

from rich.progress import track

from robotos.bench.coverage_drive import Driven, drive_jobs, driven
from robotos.bench.coverage_plans import Planned, floors, measured, picture, time_for
from robotos.bench.figure import Figure
from robotos.bench.localisation_homes import APARTMENT, DATA, USUAL, names
from robotos.bench.registry import Options
from robotos.navigation.coverage import plan_coverage

SHARE, WORST, WAY = ">= 99", ">= 97", "<= 3.4"
QUICK_HOMES = 4
PICTURED = 8.0  # m², the room that is drawn is the one nearest to this


def measure(options: Options) -> Sequence[Figure]:
    """All figures of this area."""
    homes, plans = names(), _plans()
    if options.quick:
        homes, plans = homes[:QUICK_HOMES], []
    jobs = [("plan", name) for name in [*homes, *plans]]
    jobs += [("drive", str(k)) for k in range(len(drive_jobs(homes, options.quick)))]
    rooms: list[Planned] = []
    runs: list[Driven] = []
    for planned, run in _run(jobs, homes, options):
        rooms += planned
        runs += [run] if run is not None else []
    real = [room for room in rooms if not room.home.startswith(("lab_", "Freiburg")) and room.home != APARTMENT]
    drawn = [room for room in rooms if room.home.startswith(("lab_", "Freiburg"))]
    own = [room for room in rooms if room.home == APARTMENT]
    absent = f"no maps in {USUAL}/maps, and {DATA} names no other folder"
    figures = [*_planned("", real, absent), *_planned(", apartment", own, "not run")]
    figures += _planned(", floor plans", drawn, "left out by --quick" if options.quick else absent)
    return [*figures, *_by_home(real), *_drives(runs), *_picture(homes)]


def _plans() -> list[str]:
    folder = Path(os.environ.get(DATA) or USUAL) / "maps" / "ipa"
    return [str(path) for path in sorted(folder.glob("*.png")) if "segmentation" not in path.name]


def _run(
    jobs: Sequence[tuple[str, str]], homes: Sequence[str], options: Options
) -> Iterator[tuple[list[Planned], Driven | None]]:
    work = [(kind, what, tuple(homes), options.quick) for kind, what in jobs]
    if options.jobs == 1:
        yield from track(map(_done, work), "coverage", len(work), transient=True)
        return
    with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn")) as pool:
        yield from track(pool.map(_done, work), "coverage", len(work), transient=True)


def _done(job: tuple[str, str, tuple[str, ...], bool]) -> tuple[list[Planned], Driven | None]:
    kind, what, homes, quick = job
    if kind == "drive":
        return [], driven(drive_jobs(homes, quick)[int(what)])
    found = [measured(floor) for floor in floors(what)]
    return [room for room in found if room is not None], None


def _planned(where: str, rooms: list[Planned], absent: str) -> list[Figure]:
    named = (
        ("planned coverage, median", "%", SHARE), ("planned coverage, worst", "%", WORST),
        ("way, median", "m/m²", WAY), ("cells swept in no-go areas", "cells", "<= 0"),
        ("lanes that cannot be got to", "lanes", "<= 0"), ("planning for 100 m²", "s", "<= 1"),
    )  # fmt: skip
    if not rooms:
        return [Figure(name + where, None, unit, goal, absent) for name, unit, goal in named]
    shares, ways = [100 * room.share for room in rooms], [room.way for room in rooms]
    values = (
        statistics.median(shares), min(shares), statistics.median(ways), float(sum(r.forbidden for r in rooms)),
        float(sum(room.cut_off for room in rooms)), time_for(rooms),
    )  # fmt: skip
    worst = min(rooms, key=lambda room: room.share)
    note = f"{len(rooms)} rooms, {sum(r.area for r in rooms):.0f} m²; least in {worst.room} of {worst.home}"
    plain_shares, plain_ways = [100 * room.plain_share for room in rooms], [room.plain_way for room in rooms]
    plain = f"lines 0.33 m apart, no edges, the same {len(rooms)} rooms"
    return [
        *(Figure(n + where, round(v, 2), unit, goal, note) for (n, unit, goal), v in zip(named, values, strict=True)),
        Figure(f"plain sweep: coverage, median{where}", round(statistics.median(plain_shares), 2), "%", "", plain),
        Figure(f"plain sweep: worst{where}", round(min(plain_shares), 2), "%", "", plain),
        Figure(f"plain sweep: way, median{where}", round(statistics.median(plain_ways), 2), "m/m²", "", plain),
    ]


def _by_home(rooms: list[Planned]) -> list[Figure]:
    figures = []
    for home, group in groupby(rooms, key=lambda room: room.home):
        found = list(group)
        area = sum(room.area for room in found)
        way = sum(room.way * room.area for room in found) / area
        note = f"{len(found)} rooms, {area:.1f} m², {way:.2f} m/m², {sum(r.seconds for r in found):.2f} s to plan"
        share = sum(room.share * room.area for room in found) / area
        figures.append(Figure(f"planned, {home[:28]}", round(100 * share, 2), "%", "", note))
    return figures


def _drives(runs: list[Driven]) -> list[Figure]:
    if not runs:
        return []
    figures = [
        Figure(f"driven, {run.room} of {run.home[:20]}", round(100 * run.share, 2), "%", WORST, run.said())
        for run in runs
    ]
    note = f"{len(runs)} rooms, whole system, wheels that drift by 2 % and slip, 5 % of the beams anything"
    return [
        Figure("driven coverage, median", round(100 * statistics.median(r.share for r in runs), 2), "%", WORST, note),
        Figure("driven coverage, worst", round(100 * min(run.share for run in runs), 2), "%", WORST, note),
        *figures,
    ]


def _picture(homes: Sequence[str]) -> list[Figure]:
    real = [name for name in homes if name != APARTMENT]
    if not real:
        return []
    rooms = [floor for name in real[:3] for floor in floors(name)]
    chosen = min(rooms, key=lambda floor: abs(float(floor.mask.sum()) * floor.costmap.resolution**2 - PICTURED))
    path = Path(tempfile.gettempdir()) / "robotos-coverage.png"
    picture(chosen, plan_coverage(chosen.costmap, chosen.mask, chosen.start), path)
    size = path.stat().st_size / 1024
    return [Figure("picture of one room's lanes", round(size, 1), "KB", "", f"{path}: {chosen.room} of {chosen.home}")]
