"""Scenarios that are spoken instead of typed: how many points that costs."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import track

from robotos.bench.figure import Figure
from robotos.bench.registry import Options
from robotos.boot.children import BootError
from robotos.evaluation.batch import Job, results
from robotos.evaluation.mishearing import FromSound, misheard
from robotos.evaluation.scenario import Scenario, ScenarioError, read_files

SCENARIOS: Final = Path(__file__).parents[2] / "tests" / "scenarios"
# Everyday orders; other files are worded as nobody looked at, or hold what nobody says aloud.
FILES: Final = ("cleaning", "carrying", "going", "looking", "moving", "rooms", "things", "timed", "telling")
COUNT, QUICK_COUNT = 60, 4
QUIET: Final = 30.0  # dB of speech over noise
SEED: Final = 3
_NAME: Final = "scenarios from sound: points lost against text"
WITHIN: Final = "<= 5"


def measure(options: Options) -> Sequence[Figure]:
    """The same scenarios typed and spoken, on the model of the options."""
    try:
        chosen = _chosen(QUICK_COUNT if options.quick else COUNT)
        with tempfile.TemporaryDirectory(prefix="robotos-bench-") as cache:
            spoken, loss = misheard(chosen, FromSound(QUIET, SEED, Path(cache)))
        job = Job(model=options.model)
        typed = _passed(chosen, job, options.jobs, "typed")
        heard = _passed(spoken, job, options.jobs, "spoken")
    except (ScenarioError, BootError) as error:
        return [Figure(_NAME, None, "%", WITHIN, str(error))]
    note = f"{len(chosen)} scenarios, typed {typed} passed, spoken {heard}; voices of flite and espeak-ng, {loss}"
    return [Figure(_NAME, round(100 * (typed - heard) / len(chosen), 1), "%", WITHIN, note)]


def _chosen(count: int) -> list[Scenario]:
    files = [SCENARIOS / f"{name}.jsonl" for name in FILES]
    if not all(path.is_file() for path in files):
        raise ScenarioError(f"there are no scenarios in {SCENARIOS}; run this from a checkout")
    scenarios = [one for one in read_files(files) if all(turn.spoken for turn in one.turns)]
    return random.Random(SEED).sample(scenarios, count)


def _passed(scenarios: Sequence[Scenario], job: Job, jobs: int, what: str) -> int:
    found = results(scenarios, job, jobs)
    shown = track(found, what, total=len(scenarios), console=Console(stderr=True), transient=True)
    return sum(result["passed"] for result in shown)
