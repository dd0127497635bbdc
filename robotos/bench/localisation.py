"""`robotos bench localisation`: how well the robot knows where it is, how soon it knows that it does not, and the cost.

Firmware, link and gate are the real ones; the robot is simulated, with wheels that drift and slip, people who walk
through its beams, and beams that show anything. Thresholds (monitor, search) were chosen by scans at random spots of
these same maps, before any of these drives were run; the seeds here tuned nothing.
"""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from robotos.bench.figure import Figure
from robotos.bench.localisation_drive import Log, Roamer
from robotos.bench.localisation_homes import home_of, names, said
from robotos.bench.localisation_lost import Awakening, Kidnapping, awake, kidnap
from robotos.bench.localisation_replay import Followed, replay
from robotos.bench.quantile import quantile
from robotos.bench.registry import Options
from robotos.sim.flaws import Imperfection

USUAL = Imperfection(drift=0.02, slip_rate=0.1, outliers=0.05)
DRIFTING = Imperfection(drift=0.05, slip_rate=0.3, outliers=0.05)
STRESS = Imperfection(drift=0.05, slip_rate=0.3, outliers=0.20)
TURNING = Imperfection(drift=0.02, slip_rate=0.1, outliers=0.05, scan_time=0.1)
BAD = "drift 5 %, 20 % outliers, which the gate takes for people, so that it hardly drives"


@dataclass(frozen=True, slots=True)
class _Amount:
    """How much of everything: seconds driven with usual and with bad sensors, kidnappings, awakenings per home."""

    usual: float = 4200.0  # more than an hour, as it stands now and then
    stress: float = 600.0
    kidnapped: int = 50
    kidnapped_stress: int = 22
    awake: int = 8
    replayed: float = 60.0


_FULL = _Amount()
_QUICK = _Amount(220.0, 66.0, 11, 4, 1, 20.0)


@dataclass(frozen=True, slots=True)
class _Job:
    """One thing to run in a process of its own: everything in it can be pickled."""

    kind: str
    home: str
    imperfection: Imperfection
    seed: int
    amount: float = 0.0


def measure(options: Options) -> Sequence[Figure]:
    """All figures of this area."""
    homes, amount = names(), _QUICK if options.quick else _FULL
    jobs = list(_jobs(homes, amount))
    found: dict[str, list[object]] = {}
    for job, result in zip(jobs, _run(jobs, options.jobs), strict=True):
        found.setdefault(job.kind, []).append(result)
    where = said(homes)
    return [
        *_tracked("", found["usual"], where, "<= 8", "<= 4"),
        *_tracked(", drift 5 %", found["drifting"], f"and three times as many slips, {where}", "", ""),
        *_tracked(", turning sensor", found["turning"], f"a sensor that turns once in 0.1 s, {where}", "", ""),
        *_kidnapped("", found["kidnapped"], where, f">= {amount.kidnapped}"),
        *_kidnapped(", stress", found["kidnapped stress"], f"{BAD}, {where}", ""),
        *_awake(found["awake"], where),
        *_compared("", found["replay"], f"drift 2 %, 5 % outliers, {where}"),
        *_compared(", stress", found["replay stress"], f"drift 5 %, 20 % outliers, {where}"),
        Figure("kernel: per scan", None, "ms", "", "the kernel goes by the gate's pose and makes none of its own"),
    ]


def _jobs(homes: Sequence[str], amount: _Amount) -> Iterator[_Job]:
    for seed, home in enumerate(homes):
        yield _Job("usual", home, USUAL, seed, amount.usual / len(homes))
        yield _Job("drifting", home, DRIFTING, 100 + seed, amount.stress / len(homes))
        yield _Job("turning", home, TURNING, 200 + seed, amount.stress / len(homes))
        yield _Job("replay", home, USUAL, 300 + seed, amount.replayed)
        yield _Job("replay stress", home, STRESS, 300 + seed, amount.replayed)
        for again in range(amount.awake):
            yield _Job("awake", home, USUAL, 400 + seed + 100 * again)
    for number in range(amount.kidnapped):
        yield _Job("kidnapped", homes[number % len(homes)], USUAL, 2000 + number)
    for number in range(amount.kidnapped_stress):
        yield _Job("kidnapped stress", homes[number % len(homes)], STRESS, 3000 + number)


def _run(jobs: Sequence[_Job], processes: int) -> Iterator[object]:
    work: Iterator[object]
    if processes == 1:
        yield from track(map(_done, jobs), "localisation", len(jobs), transient=True)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context) as pool:
        work = pool.map(_done, jobs)
        yield from track(work, "localisation", len(jobs), transient=True)


def _done(job: _Job) -> object:
    home = home_of(job.home)
    if job.kind == "awake":
        return awake(home, job.imperfection, job.seed)
    if job.kind.startswith("kidnapped"):
        return kidnap(home, job.imperfection, job.seed, standing=job.seed % 5 == 4)
    replayed = job.kind.startswith("replay")
    # by bad readings the gate would hardly let it drive, as it takes them for people: the same drive is replayed
    log = Roamer(home, USUAL if replayed else job.imperfection, job.seed).run(job.amount)
    if replayed:
        return replay(home.grid, log.true, job.imperfection.drift, job.imperfection.outliers, job.seed)
    return Path(job.home).stem, log


def _tracked(how: str, found: Sequence[object], where: str, metres: str, degrees: str) -> list[Figure]:
    logs: list[tuple[str, Log]] = [one for one in found if isinstance(one, tuple)]
    off = [value for _, log in logs for value in log.off]
    turned = [value for _, log in logs for value in log.turned]
    driving, path = sum(log.driving for _, log in logs), sum(log.path for _, log in logs)
    losses, stuck = sum(len(log.losses) for _, log in logs), sum(log.stuck for _, log in logs)
    worst, log = max(logs, key=lambda one: quantile(one[1].off, 0.95))
    note = f"{driving:.0f} s with the wheels turning, {path:.0f} m, pulled free {stuck} times, {where}"
    return [
        Figure(f"position error, p95{how}", _centimetres(off), "cm", metres, note),
        Figure(f"position error, p50{how}", _centimetres(off, 0.5), "cm", "", note),
        Figure(f"position error, p95 of the worst home{how}", _centimetres(log.off), "cm", metres, worst),
        Figure(f"heading error, p95{how}", _degrees(turned), "degrees", degrees, note),
        Figure(f"false losses{how}", float(losses), "times", "<= 1" if metres else "", note),
    ]


def _kidnapped(how: str, found: Sequence[object], where: str, goal: str) -> list[Figure]:
    all_ = [one for one in found if isinstance(one, Kidnapping)]
    known = [min(one.noticed, one.recovered) for one in all_]
    back = sum(math.isfinite(one.recovered) for one in all_)
    note = f"{len(all_)} robots carried off, one in five standing, {where}; 10 s is the limit"
    wrong, way = sum(one.wrong for one in all_), max(one.way for one in all_)
    found_again = [one.recovered for one in all_ if math.isfinite(one.recovered)]
    return [
        Figure(f"carried off: known within 10 s{how}", float(sum(one.within for one in all_)), "times", goal, note),
        Figure(f"carried off: until it knows, worst{how}", _finite(max(known)), "s", "<= 10" if goal else "", note),
        Figure(f"carried off: found itself by itself{how}", float(back), "times", "", note),
        Figure(
            f"carried off: until it found itself, p95{how}",
            _finite(quantile(found_again, 0.95)) if found_again else None, "s", "", note,
        ),
        Figure(f"carried off: believed a wrong place{how}", float(wrong), "times", "<= 0", note),
        Figure(f"carried off: driven on a wrong pose, most{how}", round(way, 2), "m", "", note),
    ]  # fmt: skip


def _awake(found: Sequence[object], where: str) -> list[Figure]:
    all_ = [one for one in found if isinstance(one, Awakening)]
    right = [one.found for one in all_ if math.isfinite(one.found)]
    note = f"{len(all_)} starts at spots it was told nothing of, standing, two people about, {where}"
    return [
        Figure("woken anywhere: found itself", round(100 * len(right) / len(all_), 1), "%", "", note),
        Figure("woken anywhere: until it did, p95", _finite(quantile(right, 0.95)) if right else None, "s", "", note),
        Figure(
            "woken anywhere: asked", round(100 * sum(one.asked for one in all_) / len(all_), 1), "%", "",
            f"places that look alike from where it stands, or too many people about; {note}",
        ),
        Figure("woken anywhere: believed a wrong place", float(sum(one.wrong for one in all_)), "times", "<= 0", note),
    ]  # fmt: skip


def _compared(how: str, found: Sequence[object], where: str) -> list[Figure]:
    pairs = [one for one in found if isinstance(one, tuple)]
    figures = []
    named: tuple[tuple[str, Callable[[tuple[Followed, Followed]], Followed]], ...] = (
        ("scan matching (the gate)", lambda pair: pair[0]),
        ("Monte-Carlo", lambda pair: pair[1]),
    )
    for name, pick in named:
        chosen = [pick(pair) for pair in pairs]
        off, turned = [v for one in chosen for v in one.off], [v for one in chosen for v in one.turned]
        cost = [v for one in chosen for v in one.cost]
        note = f"{len(off)} scans of the same drives replayed through both, {where}"
        figures += [
            Figure(f"{name}: position error, p95{how}", _centimetres(off), "cm", "", note),
            Figure(f"{name}: heading error, p95{how}", _degrees(turned), "degrees", "", note),
            Figure(f"{name}: per scan, p50{how}", round(1e3 * quantile(cost, 0.5), 2), "ms", "", note),
            Figure(f"{name}: per scan, p99{how}", round(1e3 * quantile(cost, 0.99), 2), "ms", "", note),
        ]
    return figures


def _centimetres(metres: Sequence[float], share: float = 0.95) -> float:
    return round(100 * quantile(metres, share), 2)


def _degrees(radians: Sequence[float]) -> float:
    return round(math.degrees(quantile(radians, 0.95)), 2)


def _finite(seconds: float) -> float:
    """A figure must be a number: a thousand seconds stand for never."""
    return round(seconds, 2) if math.isfinite(seconds) else 1000.0
