"""`robotos bench boot`: from an empty directory to a robot that moves when told."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from robotos.bench.figure import Figure
from robotos.bench.registry import Options
from robotos.bench.system import Observed, RunError, evict, latencies, observe

ROOT = Path(__file__).parents[2]
SETUP = Path(sys.prefix) / ".setup_seconds"
SCENARIOS = ROOT / "tests" / "scenarios"
STARTS = 3
WORDS = (
    *["what time is it", "how full is your battery"] * 4,
    "remember that the plumber comes on monday",
    "when does the plumber come",
)
READY, MEMORY = "<= 5", "<= 700"


def measure(options: Options) -> Sequence[Figure]:
    """All figures of this area."""
    return [setup(), *starts(options), *conversation(options), *scenarios(options)]


def setup(file: Path = SETUP) -> Figure:
    """How long `make setup` took here."""
    name, goal = "make setup", "<= 10"
    try:
        minutes = float(file.read_text(encoding="ascii")) / 60
    except (OSError, ValueError):
        return Figure(name, None, "min", goal, f"no time was written down in {file}; make clean setup writes it")
    return Figure(name, round(minutes, 1), "min", goal, "of the set-up that made this environment")


def starts(options: Options) -> list[Figure]:
    """Cold and warm starts of the whole system."""
    count = 1 if options.quick else STARTS
    cold = "robotos sim ready, cold"
    warm = "robotos sim ready, warm"
    files = (Path(sysconfig.get_paths()["purelib"]), Path(sysconfig.get_paths()["stdlib"]), ROOT / "robotos")
    try:
        evicted, found = 0, []
        for _ in range(count):
            evicted = evict(files)
            found.append(observe((), options.model).ready)
        again = [observe((), options.model).ready for _ in range(count)]
    except RunError as error:
        return [Figure(name, None, "s", goal, str(error)) for name, goal in ((cold, READY), (warm, ""))]
    note = f"median of {count}, a new home each, {evicted} files dropped from the page cache before"
    return [
        Figure(cold, round(median(found), 2), "s", READY, note),
        Figure(warm, round(median(again), 2), "s", "", f"median of {count}"),
    ]


def conversation(options: Options) -> list[Figure]:
    """Memory and latency of a live system, in real time."""
    try:
        seen = observe(WORDS[-4:] if options.quick else WORDS, options.model)
    except RunError as error:
        return [
            Figure("resident, whole system, at most", None, "MB", MEMORY, str(error)),
            Figure("end of words to first syscall, live, p50", None, "s", "", str(error)),
        ]
    return [*_memory(seen), *_live_latency(latencies(seen.log))]


def _memory(seen: Observed) -> list[Figure]:
    how = "proportional set size of kernel, gate and simulated robot"
    return [
        Figure("resident, whole system, when ready", round(seen.memory_ready), "MB", MEMORY, how),
        Figure("resident, whole system, at most", round(seen.memory_peak), "MB", MEMORY, "while asked and remembering"),
    ]


def _live_latency(seconds: Sequence[float]) -> list[Figure]:
    name = "end of words to first syscall, live"
    if not seconds:
        return [Figure(f"{name}, p50", None, "s", "", "no call followed the words")]
    ordered = sorted(seconds)
    note = f"{len(ordered)} sentences, wall-clock, on this machine"
    worst = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return [
        Figure(f"{name}, p50", round(median(ordered), 3), "s", "", note),
        Figure(f"{name}, p95", round(worst, 3), "s", "", note),
    ]


def scenarios(options: Options) -> list[Figure]:
    """Virtual seconds from the end of words to syscall and motion, over the project's own scenarios."""
    names = [f"end of words to first {what}, {p}" for what in ("syscall", "motion") for p in ("p50", "p95")]
    files = sorted(SCENARIOS.glob("*.jsonl"))
    if not files:
        return [Figure(name, None, "s", "", f"no scenarios in {SCENARIOS}; run it in a checkout") for name in names]
    from robotos.boot.children import BootError
    from robotos.evaluation.batch import Job, results
    from robotos.evaluation.scenario import ScenarioError, read_files
    from robotos.evaluation.statistics import summary_of

    try:
        chosen = read_files(files)[:: 8 if options.quick else 1]
        summary: dict[str, Any] = summary_of(list(results(chosen, Job(options.model), options.jobs)))
    except (BootError, ScenarioError) as error:
        return [Figure(name, None, "s", "", str(error)) for name in names]
    figures = []
    for what in ("syscall", "motion"):
        spread = summary["latency"][f"first_{what}"]
        note = f"{spread['count']} in {len(chosen)} scenarios, virtual time with a fixed cost a token"
        for p in ("p50", "p95"):
            value = spread[p]
            why = note if value is not None else "nothing of the kind happened"
            figures.append(Figure(f"end of words to first {what}, {p}", value, "s", "", why))
    speed, rate = summary["speed"], summary["rate"]
    figures.append(Figure("scenarios against real time", speed, "x", ">= 30", f"each of {options.jobs} processes"))
    figures.append(
        Figure("scenarios passed", None if rate is None else round(100 * rate, 1), "%", "", f"{len(chosen)}")
    )
    return figures
