from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.peripherals.espeak import EspeakSynthesiser
from robotos.peripherals.piper import PiperSynthesiser
from robotos.peripherals.sound import SoundError
from robotos.peripherals.synth import open_synthesiser, spoken_pieces, spoken_sentences

needs_espeak = pytest.mark.skipif(
    importlib.util.find_spec("espeakng_loader") is None, reason="espeak-ng comes with the espeak extra"
)
needs_piper = pytest.mark.skipif(importlib.util.find_spec("piper") is None, reason="Piper comes with the piper extra")


@pytest.fixture(scope="module")
def tiny() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tiny_piper", Path(__file__).with_name("tiny_piper.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_sentences_are_cut_and_spelt_out() -> None:
    said = spoken_sentences("I cleaned it at 15:00. Is 0.5 m enough?  Yes!")
    assert said == ["I cleaned it at three p m.", "Is zero point five metres enough?", "Yes!"]
    assert spoken_sentences("  ") == []


LONG = "I am going to the kitchen, and when I have cleaned it I will come back to you. Then I will wait."


def test_a_long_beginning_is_cut_where_a_speaker_takes_breath() -> None:
    assert spoken_pieces(LONG, 200) == spoken_sentences(LONG)
    first, rest, last = spoken_pieces(LONG, 30)
    assert (first, last) == ("I am going to the kitchen,", "Then I will wait.")
    assert f"{first} {rest} {last}" == LONG
    assert spoken_pieces(LONG, 60)[0] == "I am going to the kitchen,"  # no "and" is left hanging
    assert spoken_pieces("Nothing here could be cut in any sensible way at all.", 10) == [
        "Nothing here could be cut in any sensible way at all."
    ]
    assert spoken_pieces("", 10) == []


@given(st.text(alphabet="abc ,;.!?\n", max_size=80), st.floats(1, 100))
def test_cutting_loses_no_word(text: str, first: float) -> None:
    assert " ".join(spoken_pieces(text, first)).split() == " ".join(spoken_sentences(text)).split()


@needs_espeak
def test_espeak_speaks_longer_texts_longer() -> None:
    voice = EspeakSynthesiser()
    short, long = voice.synthesise("Done."), voice.synthesise("I am going to clean the kitchen now.")
    assert short.rate == long.rate == 22050
    assert 0.2 < short.seconds < 1.5 < long.seconds < 5
    assert np.abs(long.pcm).max() > 5000
    again = voice.synthesise("Done.")  # espeak-ng lets its voice waver, so not the very same samples
    assert abs(again.seconds - short.seconds) < 0.05
    assert len(voice.synthesise("").pcm) == 0


@needs_espeak
def test_two_espeak_voices_do_not_mix_their_sound() -> None:
    first, second = EspeakSynthesiser(), EspeakSynthesiser()
    assert first.synthesise("Hello there.").seconds > 0.3
    assert second.synthesise("Hello there.").seconds > 0.3
    assert first.synthesise("Hello there.").seconds > 0.3


@needs_espeak
def test_an_unknown_espeak_voice_is_a_clear_error() -> None:
    with pytest.raises(SoundError, match="no voice 'klingonese'"):
        EspeakSynthesiser("klingonese")


@needs_piper
def test_a_piper_voice_is_found_loaded_and_speaks(tmp_path: Path, tiny: ModuleType) -> None:
    tiny.write_voice(tmp_path / "models" / "piper" / "tiny.onnx")
    voice = open_synthesiser(tmp_path)
    assert voice.name == "piper"
    said = voice.synthesise("hello.")
    assert said.rate == tiny.RATE
    assert len(said.pcm) % tiny.SAMPLES == 0 and len(said.pcm) >= 6 * tiny.SAMPLES
    assert np.abs(said.pcm).max() > 10000
    assert len(voice.synthesise(" ").pcm) == 0


@needs_piper
def test_what_a_piper_voice_lacks_is_named(tmp_path: Path, tiny: ModuleType) -> None:
    model = tmp_path / "v.onnx"
    with pytest.raises(SoundError, match="no Piper voice"):
        PiperSynthesiser(model)
    tiny.write_voice(model)
    config = Path(f"{model}.json")
    text = config.read_text("utf-8")
    config.unlink()
    with pytest.raises(SoundError, match=r"lacks .*v\.onnx\.json"):
        PiperSynthesiser(model)
    config.write_text(text, "utf-8")
    model.write_bytes(b"nothing")
    with pytest.raises(SoundError, match="cannot be loaded"):
        PiperSynthesiser(model)


@needs_espeak
def test_without_a_piper_voice_espeak_speaks(tmp_path: Path) -> None:
    assert open_synthesiser(tmp_path).name == "espeak-ng"
