from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from robotos.peripherals.sound import RATE, SoundError
from robotos.peripherals.whisper import WhisperRecogniser, whisper_model

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("faster_whisper") is None, reason="faster-whisper comes with the voice extra"
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tiny = pytest.importorskip("ctranslate2") and importlib.util.spec_from_file_location(
        "tiny_whisper", Path(__file__).with_name("tiny_whisper.py")
    )
    module = importlib.util.module_from_spec(tiny)
    tiny.loader.exec_module(module)
    directory = tmp_path_factory.mktemp("home") / "models" / "whisper"
    module.write_model(directory)
    return directory


def test_a_model_directory_is_found_loaded_and_run(model: Path) -> None:
    assert whisper_model(model.parents[1]) == model
    recogniser = WhisperRecogniser(model, ["kitchen"], threads=1, least=0.0)
    sound = np.random.default_rng(1).normal(0, 3000, RATE).astype(np.int16)
    heard = recogniser.transcribe(sound)
    assert heard.text and heard.segments
    assert 0 < heard.confidence < 1  # random weights are sure of nothing
    assert recogniser.transcribe(sound) == heard
    assert recogniser.transcribe(sound[:0]).text == ""
    recogniser.begin()
    for start in range(0, len(sound), 512):
        recogniser.feed(sound[start : start + 512])
        assert recogniser.partial() == ""
    assert recogniser.finish() == heard


def test_words_that_the_model_does_not_believe_are_rejected(model: Path) -> None:
    sound = np.random.default_rng(1).normal(0, 3000, RATE).astype(np.int16)
    sure = WhisperRecogniser(model, threads=1, least=0.0).transcribe(sound)
    doubtful = WhisperRecogniser(model, threads=1, least=sure.confidence + 0.01).transcribe(sound)
    assert (doubtful.text, doubtful.rejected) == ("", sure.text)


def test_without_a_model_there_is_none(tmp_path: Path) -> None:
    assert whisper_model(tmp_path) is None


def test_a_missing_file_is_named_and_nothing_is_downloaded(model: Path, tmp_path: Path) -> None:
    for name in ("model.bin", "config.json"):
        (tmp_path / name).write_bytes((model / name).read_bytes())
    with pytest.raises(SoundError, match=r"lacks tokenizer\.json"):
        WhisperRecogniser(tmp_path)


def test_a_broken_model_is_a_clear_error(model: Path, tmp_path: Path) -> None:
    for file in model.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "model.bin").write_bytes((model / "model.bin").read_bytes()[:1000])
    with pytest.raises(SoundError, match="cannot be loaded"):
        WhisperRecogniser(tmp_path)
