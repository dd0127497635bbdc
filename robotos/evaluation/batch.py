"""Many scenarios, one after the other or in several processes; each process loads the model once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from robotos.boot.children import BootError
from robotos.boot.exemplars import open_senses
from robotos.boot.model import load_core, virtual
from robotos.boot.simulated import MakeProcessor
from robotos.encoder.exemplars import Senses
from robotos.evaluation.hearing import recogniser
from robotos.evaluation.picture import draw
from robotos.evaluation.recording import Recording
from robotos.evaluation.result import Result
from robotos.evaluation.run import run
from robotos.evaluation.scenario import Scenario
from robotos.evaluation.scripted import as_nearest, given
from robotos.sim.world import KINEMATIC

MakeFor = Callable[[Scenario], MakeProcessor]


@dataclass(frozen=True, slots=True)
class Job:
    """What all scenarios of a batch have in common: the model file (None: the bundled one) and where pictures go.

    With `exemplars` the processor is shown phrases like what was said, as far as there is a sentence encoder here.
    Without a model the nearest of those phrases alone decides (`phrases_only`), or the right calls are known: `answers`
    has them, in linear form, by the scenario's id. `world` is one of `robotos.sim.world.WORLDS`.
    """

    model: Path | None = None
    picture: Path | None = None
    exemplars: bool = True
    phrases_only: bool = False
    answers: Mapping[str, Sequence[str]] | None = None
    world: str = KINEMATIC

    def runner(self) -> Callable[[Scenario], Result]:
        """Runs one scenario after another on one model, loaded here.

        Raises:
            BootError: there is no such model or encoder, or it cannot be used.
        """
        if self.answers is not None:
            return partial(_one, _knowing(self.answers), None, self.picture, self.world)
        senses = open_senses() if self.exemplars else None
        if self.phrases_only:
            return partial(_one, _as_nearest, _with_phrases(senses), self.picture, self.world)
        core = load_core(self.model)
        return partial(_one, lambda scenario: partial(virtual, core), senses, self.picture, self.world)


def _knowing(answers: Mapping[str, Sequence[str]]) -> MakeFor:
    def make_for(scenario: Scenario) -> MakeProcessor:
        return lambda clock: given(answers[scenario.id])

    return make_for


def _as_nearest(scenario: Scenario) -> MakeProcessor:
    return lambda clock: as_nearest()


def _with_phrases(senses: Senses | None) -> Senses:
    if senses is None:
        raise BootError("without a model and without phrases nothing is left to decide; leave out --without-exemplars")
    if senses.index is None:
        raise BootError(f"without a model the sentence encoder decides, and {senses.problem}")
    return senses


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


def _one(make_for: MakeFor, senses: Senses | None, picture: Path | None, world: str, scenario: Scenario) -> Result:
    def paint(recording: Recording) -> None:
        if picture is not None:
            draw(recording, picture)

    return run(scenario, make_for(scenario), recogniser(), draw=paint, senses=senses, world=world)
