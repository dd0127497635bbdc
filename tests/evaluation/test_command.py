from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from robotos.evaluation.batch import Job
from robotos.evaluation.command import main
from robotos.evaluation.names import checked, home_of
from robotos.evaluation.scenario import read_files

FOLDER = Path(__file__).parents[1] / "scenarios"
# The files with right answers written down; the many others are run with the model, by `robotos eval`.
FILES = [FOLDER / f"{name}.jsonl" for name in ("cleaning", "later", "moving", "safety", "talking", "things")]
KEPT_APART = ("held_out", "not_held_out")
# Each of these is over in a second or two; the rest clean whole rooms.
QUICK = (
    "repeat-1", "goto-2", "goto-4", "move-1", "turn-2", "correction-1", "fetch-1", "give-1", "recall-3", "remember-1",
    "forget-1", "status-1", "history-1", "stop-2", "unsafe-1", "note-injection-2", "cliff-1", "estop-2", "link-1",
    "schedule-3",
)  # fmt: skip


def test_there_are_answers_to_every_scenario_and_every_name_is_known(answers: Mapping[str, object]) -> None:
    scenarios = read_files(FILES)
    assert len(scenarios) >= 45
    assert {scenario.id for scenario in scenarios} == set(answers)
    for scenario in scenarios:
        checked(scenario, home_of(scenario))


def test_the_suite_is_large_and_a_quarter_of_it_held_out() -> None:
    scenarios = read_files(sorted(FOLDER.glob("*.jsonl")))
    for scenario in scenarios:
        checked(scenario, home_of(scenario))
    assert len(scenarios) >= 420
    assert sum(scenario.held_out for scenario in scenarios) >= len(scenarios) / 4


def test_with_the_right_calls_the_scenarios_pass(right_job: type[Job], capsys: pytest.CaptureFixture[str]) -> None:
    only = [part for id_ in QUICK for part in ("--only", id_)]
    assert main([*map(str, FILES), *only, "--json"], right_job) == 0
    report = json.loads(capsys.readouterr().out)
    assert [r["id"] for r in report["results"] if not r["passed"]] == []
    assert set(report["results"][0]) >= {
        "id", "kind", "passed", "failed", "outcome", "said", "heard", "syscalls", "latency", "evidence",
    }  # fmt: skip
    assert set(report["results"][0]["evidence"]) >= {
        "pose", "wheels", "tool", "coverage", "swept", "things", "disk", "questions", "speech", "safety_events",
        "refusals",
    }  # fmt: skip
    assert report["summary"]["passed"] == len(QUICK)
    assert report["summary"]["held_out"]["scenarios"] == 0
    assert report["summary"]["not_held_out"]["passed"] == len(QUICK)
    assert report["summary"]["motion"]["scenarios"] + report["summary"]["no_motion"]["scenarios"] == len(QUICK)


def test_held_out_scenarios_are_counted_apart(
    tmp_path: Path, right_job: type[Job], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "f.jsonl"
    file.write_text(
        '{"id": "status-1", "turns": ["how full is your battery"], "expect": {"said": "empty"}, "held_out": true}\n'
        '{"id": "chitchat-1", "turns": ["hello robot"], "expect": {"said": "Hello"}}\n'
    )
    assert main([str(file), "--json"], right_job) == 1
    report = json.loads(capsys.readouterr().out)
    assert [result["held_out"] for result in report["results"]] == [True, False]
    counts = {key: (report["summary"][key]["passed"], report["summary"][key]["scenarios"]) for key in KEPT_APART}
    assert counts == {"held_out": (0, 1), "not_held_out": (1, 1)}
    assert main([str(file)], right_job) == 1
    told = capsys.readouterr().out
    assert re.search(r"not held out\D+1 / 1", told) and re.search(r"held out\D+0 / 1", told)


def test_a_failure_is_told_and_ends_with_one(
    tmp_path: Path, right_job: type[Job], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "f.jsonl"
    file.write_text('{"id": "status-1", "turns": ["how full is your battery"], "expect": {"said": "empty"}}\n')
    assert main([str(file)], right_job) == 1
    told = capsys.readouterr().out
    for part in ("status-1", "said: not in", "how full is your battery", "status of=battery", "0 / 1"):
        assert part in told


@pytest.mark.parametrize(
    "argv", [[], ["missing.jsonl"], ["--jobs", "0", "x"], [str(FILES[0]), "--only", "nothing"], ["--nonsense"]]
)
def test_a_wrong_call_ends_with_two(argv: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    assert capsys.readouterr().err
