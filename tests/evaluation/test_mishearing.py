from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from robotos.evaluation.batch import Job
from robotos.evaluation.command import main
from robotos.evaluation.mishearing import MOST_WORDS, FromSound, FromTable, misheard
from robotos.evaluation.names import home_of
from robotos.evaluation.scenario import Scenario, read_files
from robotos.navigation.home import Home
from robotos.peripherals.recogniser import PocketsphinxRecogniser
from robotos.training.mistakes import Mistakes, Row

ALWAYS = FromTable(Mistakes({"clean": Row(10_000, {"queen": 10_000})}, {20: 1.0}), 1)
LINES = (
    {"id": "a-1", "turns": ["Clean the kitchen, please!", {"say": "clean it", "if_asked": "yes, clean"}]},
    {"id": "a-2", "turns": [{"event": "estop"}, {"say": "<|clean|>" * (MOST_WORDS + 1)}, {"say": "!?"}, {"say": ""}]},
    {"id": "a-3", "turns": ["go to the kitchen"], "if_asked": "clean"},
)


@pytest.fixture
def scenarios(tmp_path: Path) -> list[Scenario]:
    path = tmp_path / "some.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES), "utf-8")
    return read_files([path])


def test_what_is_said_and_answered_is_misheard(scenarios: list[Scenario]) -> None:
    found, loss = misheard(scenarios, ALWAYS)
    assert [turn.say for turn in found[0].turns] == ["queen the kitchen please", "queen it"]
    assert found[0].turns[1].if_asked == "yes queen"
    assert (found[2].turns[0].say, found[2].if_asked) == ("go to the kitchen", "queen")
    assert (loss.sayings, loss.unheard, loss.words, loss.wrong) == (5, 0, 13, 4)
    assert "30.8 % of 13 words wrong" in str(loss)


def test_what_nobody_would_say_aloud_stays_as_it_was_typed(scenarios: list[Scenario]) -> None:
    assert misheard(scenarios, ALWAYS)[0][1] == scenarios[1]


def test_the_same_words_are_misheard_in_the_same_way(scenarios: list[Scenario]) -> None:
    table = Mistakes({"the": Row(10, {"a": 3, "": 2}), "kitchen": Row(10, {"chicken": 4})}, {20: 0.5})
    first, again = (misheard(scenarios, FromTable(table, 5))[0] for _ in range(2))
    assert first == again
    others = {str(misheard(scenarios, FromTable(table, seed))[0]) for seed in range(12)}
    assert len(others) > 3


def test_with_the_table_the_command_mishears(
    scenarios: list[Scenario], right_job: type[Job], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(__file__).parents[1] / "scenarios"
    main([str(folder / "moving.jsonl"), "--only", "goto-2", "--misheard", "--json"], right_job)
    shown = capsys.readouterr()
    assert "words wrong" in shown.err
    assert json.loads(shown.out)["summary"]["scenarios"] == 1


@pytest.mark.skipif(shutil.which("flite") is None, reason="half of the voices are flite's: apt-get install flite")
def test_words_go_through_the_air_once(scenarios: list[Scenario], tmp_path: Path) -> None:
    opened = []

    def ears(home: Home, cache: Path) -> PocketsphinxRecogniser:
        opened.append(home.name)
        return PocketsphinxRecogniser(["go to the kitchen", "clean the hall"], cache)

    ear = FromSound(30.0, 1, tmp_path, ears)
    home = home_of(scenarios[0])
    assert ear.hear("go to the kitchen", home) == "go to the kitchen"
    (kept,) = (tmp_path / "heard").iterdir()
    kept.write_text("heard before", "utf-8")
    assert ear.hear("go to the kitchen", home) == "heard before"
    assert opened == [home.name]
