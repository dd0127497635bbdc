"""The stop listener with the weights that ship: what it hears, what it does not, and that it is never silently off."""

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from robotos.peripherals.espeak import EspeakSynthesiser
from robotos.peripherals.flite import FliteSynthesiser
from robotos.peripherals.sound import RATE, Pcm, SoundError, resample
from robotos.peripherals.stop.listener import WEIGHTS, StopHeard, StopListener, open_stop_listener
from robotos.peripherals.stop.network import CARD, ONNX, load_network
from robotos.peripherals.stop.words import WORDS

FRAME = 512
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="the stop reflex runs on onnxruntime"
)
needs_espeak = pytest.mark.skipif(
    importlib.util.find_spec("espeakng_loader") is None, reason="espeak-ng comes with the espeak extra"
)
needs_flite = pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed")


@pytest.fixture(scope="module")
def listener() -> StopListener:
    return open_stop_listener()


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))


def frames(pcm: Pcm) -> Iterator[Pcm]:
    padded = np.concatenate((pcm, np.zeros(RATE // 2 + -(len(pcm) + RATE // 2) % FRAME, np.int16)))
    return (padded[start : start + FRAME] for start in range(0, len(padded), FRAME))


def hear(listener: StopListener, pcm: Pcm) -> list[StopHeard]:
    listener.reset()
    return [heard for frame in frames(pcm) if (heard := listener.push(frame)) is not None]


def spoken(text: str, voice: str = "en-us", speed: int = 150) -> Pcm:
    sound = EspeakSynthesiser(voice, speed).synthesise(text)
    return np.concatenate((np.zeros(RATE // 2, np.int16), resample(sound.pcm, sound.rate)))


@needs_espeak
@pytest.mark.parametrize("word", WORDS)
def test_each_stop_word_is_heard_once_and_soon(listener: StopListener, word: str) -> None:
    sound = spoken(f"robot {word}")
    found = hear(listener, sound)
    assert [one.word for one in found] == [word]
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max())
    assert -0.1 < found[0].at - loud[-1] / RATE < 0.25


@needs_flite
def test_another_synthesiser_is_heard_too_with_noise(listener: StopListener) -> None:
    said = FliteSynthesiser("slt").synthesise("stop").pcm
    noise = np.random.default_rng(3).normal(0.0, 150.0, len(said) + RATE)
    noise[RATE // 2 : RATE // 2 + len(said)] += said
    assert [one.word for one in hear(listener, noise.astype(np.int16))] == ["stop"]


@needs_espeak
@pytest.mark.parametrize("text", ["carry on with the kitchen please", "where is the red cup", "i am on my way"])
def test_talk_is_none(listener: StopListener, text: str) -> None:
    assert hear(listener, spoken(text)) == []


@pytest.mark.parametrize("level", [0.0, 30.0, 1000.0, 20000.0])
def test_silence_noise_and_clipping_are_none(listener: StopListener, level: float) -> None:
    noise = np.random.default_rng(1).normal(0.0, level, 5 * RATE)
    assert hear(listener, np.clip(noise, -32768, 32767).astype(np.int16)) == []


@needs_espeak
def test_the_same_sound_gives_the_same_answer_and_a_reset_forgets(listener: StopListener) -> None:
    sound = spoken("stop", "en-us+f2")
    first = hear(listener, sound)
    assert first == hear(listener, sound)
    listener.reset()
    pieces = list(frames(sound))
    for piece in pieces[: len(pieces) // 2]:
        listener.push(piece)
    listener.reset()
    assert all(listener.push(np.zeros(FRAME, np.int16)) is None for _ in range(40))


def test_a_frame_of_another_length_is_refused(listener: StopListener) -> None:
    with pytest.raises(ValueError, match="512 samples"):
        listener.push(np.zeros(256, np.int16))


def spoil(card: Callable[[dict], object], weights: Path) -> None:
    told = json.loads((weights / CARD).read_text())
    card(told)
    (weights / CARD).write_text(json.dumps(told))


def test_damaged_weights_are_refused(weights: Path) -> None:
    model = bytearray((weights / ONNX).read_bytes())
    model[len(model) // 2] ^= 1
    (weights / ONNX).write_bytes(bytes(model))
    with pytest.raises(SoundError, match="SHA-256 is not the card's"):
        open_stop_listener(weights)


@pytest.mark.parametrize("name", [CARD, ONNX])
def test_missing_weights_are_a_sentence_with_the_cure(weights: Path, name: str) -> None:
    (weights / name).unlink()
    with pytest.raises(SoundError, match="install robotos again, or make train-stop"):
        open_stop_listener(weights)


@pytest.mark.parametrize("wrong", [0.0, 1.0, float("nan"), "high", None])
def test_a_threshold_that_could_never_be_reached_is_refused(weights: Path, wrong: object) -> None:
    spoil(lambda told: told["thresholds"].update(stop=wrong), weights)
    with pytest.raises(SoundError):
        open_stop_listener(weights)


def test_without_onnxruntime_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(SoundError, match="pip install onnxruntime"):
        open_stop_listener()


def test_a_network_that_answers_no_numbers_is_an_error() -> None:
    network = load_network(WEIGHTS)
    with pytest.raises(SoundError, match="no numbers"):
        network.probabilities(np.full((57, 40), np.nan, np.float32))
    with pytest.raises(SoundError, match="has failed"):
        network.probabilities(np.zeros((3, 40), np.float32))


def test_the_network_is_small_and_credits_the_recordings() -> None:
    assert (WEIGHTS / ONNX).stat().st_size <= 200 * 1024
    card = (WEIGHTS / "README.md").read_text()
    assert "CC BY 4.0" in card and "Speech Commands" in card
