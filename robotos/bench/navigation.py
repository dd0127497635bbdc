"""`robotos bench navigation`: whether it gets there, how short its ways are, how soon they are planned, past people."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from rich.progress import track

from robotos.bench.figure import Figure
from robotos.bench.localisation_homes import names, said
from robotos.bench.navigation_drive import Journey, journeys
from robotos.bench.navigation_plans import Ways, large_maps, ways
from robotos.bench.quantile import quantile
from robotos.bench.registry import Options

PAIRS, QUICK_PAIRS = 40, 10  # of points in each home
MAPS, QUICK_MAPS = 20, 5
ORDERS, QUICK_ORDERS = 12, 3  # of each of the driven runs
RUNS, QUICK_RUNS = 4, 1
OPTIMUM = (
    "the shortest 8-connected way over the cells at whose middle the robot may be (radius 17.5 cm, clearance 2 cm)"
)

_Job = tuple[str, str, int]


def measure(options: Options) -> Sequence[Figure]:
    """All figures of this area."""
    homes = names()[: 4 if options.quick else None]
    jobs: list[_Job] = [("ways", home, QUICK_PAIRS if options.quick else PAIRS) for home in homes]
    runs = QUICK_RUNS if options.quick else RUNS
    jobs += [("drive", str(seed), QUICK_ORDERS if options.quick else ORDERS) for seed in range(runs)]
    found: list[Ways] = []
    driven: list[Journey] = []
    for result in _run(jobs, options.jobs):
        if isinstance(result, Ways):
            found.append(result)
        else:
            driven += result
    return [
        *_planned(found, said(homes)), *_timed(QUICK_MAPS if options.quick else MAPS), *_driven(driven),
    ]  # fmt: skip


def _run(jobs: Sequence[_Job], processes: int) -> Iterator[Ways | list[Journey]]:
    if processes == 1:
        yield from track(map(_done, jobs), "navigation", len(jobs), transient=True)
        return
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        yield from track(pool.map(_done, jobs), "navigation", len(jobs), transient=True)


def _done(job: _Job) -> Ways | list[Journey]:
    kind, what, count = job
    return ways(what, count, seed=3) if kind == "ways" else journeys(count, seed=int(what))


def _planned(found: list[Ways], where: str) -> list[Figure]:
    ratios = [ratio for one in found for ratio in one.ratios]
    tried = sum(one.reachable for one in found)
    note = f"{tried} pairs of points, {where}; optimum: {OPTIMUM}"
    no_way = f"of {sum(one.refused for one in found)} points inside walls, furniture and no-go areas, {where}"
    grid = [ratio for one in found for ratio in one.angular]
    return [
        Figure("reachable goals with a way", round(100 * len(ratios) / max(1, tried), 2), "%", ">= 100", note),
        Figure("way over the grid's optimum, median", round(quantile(ratios, 0.5), 3), "", "<= 1.10", note),
        Figure("way over the grid's optimum, worst", round(max(ratios), 3), "", "<= 1.10", note),
        Figure("way over one pulled taut, worst", round(max(grid), 3), "", "", f"{note}; no dislike of walls"),
        Figure("goals that cannot be had, with a reason", float(sum(one.told for one in found)), "goals", "", no_way),
    ]  # fmt: skip


def _timed(maps: int) -> list[Figure]:
    ours, plain = large_maps(maps)
    note = f"corner to corner of {maps} maps of 400 x 400 cells with 60 to 300 blocks, processor time, from nothing"
    return [
        Figure("400 x 400 plan, p50", round(1e3 * quantile(ours, 0.5), 1), "ms", "<= 50", note),
        Figure("400 x 400 plan, worst", round(1e3 * max(ours), 1), "ms", "", note),
        Figure("the same by Dijkstra over the whole grid, p50", round(1e3 * quantile(plain, 0.5), 1), "ms", "", note),
    ]


def _driven(driven: list[Journey]) -> list[Figure]:
    if not driven:
        return []
    metres = sum(one.metres for one in driven)
    note = f"{len(driven)} orders in the apartment, {metres:.0f} m, two people about at 0.5 m/s, wheels that slip"
    reached = sum(one.reached for one in driven)
    fastest = max(one.towards for one in driven)
    longer = quantile([one.ratio for one in driven if one.reached] or [0.0], 0.5)
    refused = sorted({one.reason for one in driven if not one.reached})
    return [
        Figure("driven: goals reached", round(100 * reached / len(driven), 1), "%", ">= 100", f"{note} {refused}"),
        Figure("driven: contacts with people", float(sum(one.people for one in driven)), "contacts", "<= 0", note),
        Figure("driven: contacts with walls", float(sum(one.walls for one in driven)), "contacts", "", note),
        Figure("driven: fastest towards anyone in the stop zone", round(fastest, 3), "m/s", "", note),
        Figure("driven: way over the map's optimum, median", round(longer, 3), "", "", f"{note}; detours included"),
    ]  # fmt: skip
