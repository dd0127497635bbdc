"""Many scenarios, one after the other or in several processes; each process loads the model once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from robotos.boot.model import load_core, virtual
from robotos.boot.simulated import MakeProcessor
from robotos.clock import Clock
from robotos.evaluation.hearing import recogniser
from robotos.evaluation.picture import draw
from robotos.evaluation.recording import Recording
from robotos.evaluation.result import Result
from robotos.evaluation.run import run
from robotos.evaluation.scenario import Scenario
from robotos.kernel.ports import Processor


@dataclass(frozen=True, slots=True)
class Job:
    """What all scenarios of a batch have in common: the model file (None: the bundled one) and where pictures go."""

    model: Path | None = None
    picture: Path | None = None

    def runner(self) -> Callable[[Scenario], Result]:
        """Runs one scenario after another on one model, loaded here.

        Raises:
            BootError: there is no such model, or it cannot be used.
        """
        core = load_core(self.model)

        def make(clock: Clock) -> Processor:
            return virtual(core, clock)

        return partial(_one, make, self.picture)


def results(scenarios: Sequence[Scenario], job: Job, jobs: int) -> Iterator[Result]:
    """The results in the order of the scenarios, each as soon as it and those before it are there."""
    if jobs == 1:
        yield from map(job.runner(), scenarios)
        return
    # Spawned, not forked: llama.cpp does not survive a fork.
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_Worker.begin, initargs=(job,)) as pool:
        yield from pool.map(_Worker.one, scenarios)


class _Worker:
    """One worker process: the runner made when it began."""

    runner: Callable[[Scenario], Result] | None = None

    @classmethod
    def begin(cls, job: Job) -> None:
        cls.runner = job.runner()

    @classmethod
    def one(cls, scenario: Scenario) -> Result:
        assert cls.runner is not None  # the initializer has run
        return cls.runner(scenario)


def _one(make_processor: MakeProcessor, picture: Path | None, scenario: Scenario) -> Result:
    def paint(recording: Recording) -> None:
        if picture is not None:
            draw(recording, picture)

    return run(scenario, make_processor, recogniser(), draw=paint)
