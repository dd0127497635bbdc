"""`say` and `hear` where no robot runs: on a simulated one, on virtual time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from robotos.clock import Clock
from robotos.shell import hear, say
from tests.boot.conftest import scripted
from tests.cottage import build
from tests.scripted import ScriptedProcessor

RECORDING = Path(hear.__file__).with_name("recordings") / "clean_kitchen.wav"


def load(_model: Path | None) -> Callable[[Clock], ScriptedProcessor]:
    return scripted


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    (tmp_path / "map").mkdir()
    build(tmp_path / "map")
    return ["--map", str(tmp_path / "map"), "--home", str(tmp_path / "home")]


def test_what_was_heard_done_and_said(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert say.main(["clean", "the", "kitchen", *options], load) == 0
    shown = capsys.readouterr().out
    assert "heard   clean the kitchen" in shown and "result  OK" in shown and "said    I'm going to clean" in shown
    assert say.main(["clean the kitchen", "--json", *options], load) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["outcome"] == "refused" and told["calls"][0]["errno"] == "EALREADY" and told["running"] is False
    assert any("do it anyway" in text for text in told["said"])


@pytest.mark.parametrize(
    ("words", "code", "outcome"),
    [("colourless green ideas", 1, "unclear"), ("go to the attic", 1, "asked"), ("stop", 0, "stopped")],
)
def test_exit_codes(
    options: list[str], capsys: pytest.CaptureFixture[str], words: str, code: int, outcome: str
) -> None:
    assert say.main([words, "--json", *options], load) == code
    told = json.loads(capsys.readouterr().out)
    assert told["outcome"] == outcome and told["said"]


def test_a_recorded_voice_and_the_bundled_model_clean_a_room(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert hear.main([str(RECORDING), "--json", *options]) == 0
    told = json.loads(capsys.readouterr().out)
    assert "clean the kitchen" in told["heard"]
    assert told["calls"][0] == {"call": told["calls"][0]["call"], "errno": "OK"}
    assert told["calls"][0]["call"].startswith("clean rooms=")
