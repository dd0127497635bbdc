"""The bundled model, from words to wheels: the scenarios, and the proof that it is the weights that do it."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotos.cpu.models import bundled
from robotos.evaluation.batch import Job
from robotos.evaluation.scenario import read_files
from robotos.training.export import randomised

SCENARIOS = Path(__file__).parents[1] / "scenarios"
# How many scenarios of a file may fail: a call near the threshold is asked about or not as arithmetic differs a little
# between processors. Of cleaning the two with a room nobody knows: without the sentence encoder, which is not part of
# the repository, the model says that it cannot do that in place of asking what is meant.
MAY_FAIL = {"cleaning": 2, "later": 1, "moving": 1, "safety": 1, "talking": 1, "things": 1}


@pytest.mark.parametrize("name", sorted(MAY_FAIL))
def test_the_bundled_model_does_what_is_asked(name: str) -> None:
    runner = Job().runner()
    results = [runner(scenario) for scenario in read_files([SCENARIOS / f"{name}.jsonl"])]
    failed = [f"{result['id']}: {result['failed']}" for result in results if not result["passed"]]
    assert len(failed) <= MAY_FAIL[name], "\n".join(failed)


def test_with_random_weights_the_scenarios_collapse(tmp_path: Path) -> None:
    model = tmp_path / "random.gguf"
    randomised(bundled().path, model, seed=3)
    runner = Job(model).runner()
    moving = [scenario for scenario in read_files([SCENARIOS / "cleaning.jsonl"]) if scenario.needs_motion][:12]
    assert len(moving) >= 8
    passed = [scenario.id for scenario in moving if runner(scenario)["passed"]]
    assert len(passed) <= 1, passed
