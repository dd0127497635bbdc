from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from robotos.bench import voice_whisper
from robotos.bench.voice_heard import Course
from robotos.bench.voice_orders import HOME
from robotos.boot.places import map_directory
from robotos.boot.words import lexicon_of
from robotos.navigation.home import load_home
from robotos.peripherals.vad import EnergyVad

MAP = map_directory(HOME)
TINY = Path(__file__).parents[1] / "peripherals" / "tiny_whisper.py"


def course() -> Course:
    return Course([("stop", True)], lexicon_of(load_home(MAP)), EnergyVad())


def test_without_a_model_the_figures_say_where_to_put_one(tmp_path: Path) -> None:
    found = voice_whisper.measure(load_home(MAP), course(), tmp_path)
    assert [figure.value for figure in found] == [None, None]
    assert all(str(tmp_path / "models/whisper") in figure.note for figure in found)


def test_a_model_with_files_missing_is_a_reason(tmp_path: Path) -> None:
    directory = tmp_path / "models" / "whisper"
    directory.mkdir(parents=True)
    (directory / "model.bin").write_bytes(b"")
    found = voice_whisper.measure(load_home(MAP), course(), tmp_path)
    assert [figure.value for figure in found] == [None, None]
    assert "lacks" in found[0].note


@pytest.mark.skipif(shutil.which("flite") is None, reason="needs flite")
def test_a_model_in_the_home_directory_is_measured(tmp_path: Path) -> None:
    pytest.importorskip("ctranslate2")
    tiny = importlib.util.spec_from_file_location("tiny_whisper", TINY)
    assert tiny is not None and tiny.loader is not None
    module = importlib.util.module_from_spec(tiny)
    tiny.loader.exec_module(module)
    module.write_model(tmp_path / "models" / "whisper")
    found = {figure.name: figure for figure in voice_whisper.measure(load_home(MAP), course(), tmp_path)}
    exact = found["Whisper: commands heard exactly, quiet"]
    assert exact.value == 0.0  # random weights understand nothing
    assert exact.note.startswith("4 utterances")
