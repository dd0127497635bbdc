"""`robotos eval --gpsr`: from a file of commands to what they came to, with the right calls in place of a model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from robotos.evaluation.command import main
from robotos.evaluation.gpsr.suite import DATA, commands_file
from robotos.evaluation.scenario import ScenarioError

COMMANDS = """
Tell me how many toys there are on the stove
Tell me what is the heaviest toy on the hat rack
Meet Ines in the cellar and answer a quiz
Say hello to Ines in the cellar and say something about yourself
Polish the stove
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "commands.txt"
    path.write_text(COMMANDS)
    return path


def test_supported_commands_are_run_and_the_others_counted(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--gpsr", str(file), "--oracle", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [result["id"] for result in report["results"]] == ["gpsr-2", "gpsr-5"]
    summary = report["summary"]
    assert (summary["supported"]["count"], summary["supported"]["of"]) == (2, 5)
    assert sum(summary["unsupported"].values()) == 3 and summary["unparsed"] == ["Polish the stove"]
    assert {kind: rate["passed"] for kind, rate in summary["kinds"].items()} == {"count things": 1, "greet somebody": 1}
    assert summary["wrong"]["count"] == summary["needless"]["count"] == 0


def test_the_table_tells_what_is_supported(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--gpsr", str(file), "--oracle", "--only", "gpsr-2", "--seed", "2"]) == 0
    told = capsys.readouterr().out
    assert "supported: 2 of 5" in told and "not in the grammar: Polish the stove" in told and "count things" in told


@pytest.mark.parametrize(
    "argv", [["--gpsr", "missing.txt"], ["--oracle"], ["--oracle", "x.jsonl"], ["x.jsonl", "--gpsr", "y.txt"], []]
)
def test_a_wrong_call_ends_with_two(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    assert "robotos eval: " in capsys.readouterr().err


def test_a_file_without_a_supported_command_is_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("Polish the stove\n")
    assert main(["--gpsr", str(file)]) == 2
    assert "no supported command" in capsys.readouterr().err


def test_without_a_file_the_benchmarks_data_is_looked_at(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=DATA):
        commands_file(None, {DATA: str(tmp_path)})
    (tmp_path / "commands").mkdir()
    path = tmp_path / "commands" / "gpsr_dev.txt"
    path.write_text(COMMANDS)
    assert commands_file(None, {DATA: str(tmp_path)}) == path
    assert commands_file(Path("own.txt"), {}) == Path("own.txt")
