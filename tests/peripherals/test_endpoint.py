from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.peripherals.endpoint import DEFAULT, Endpointer, spans
from robotos.peripherals.sound import RATE, SoundError, read_sound
from robotos.peripherals.vad import FRAME, FRAME_SECONDS, EnergyVad, SileroVad, Vad, open_vad, silero_model

RECORDINGS = Path(__file__).parents[2] / "robotos" / "shell" / "recordings"


@pytest.fixture(scope="module")
def silero() -> SileroVad:
    model = silero_model()
    if model is None:
        pytest.skip("Silero's network comes with faster-whisper, of the voice extra")
    return SileroVad(model)


def quiet(seconds: float) -> np.ndarray:
    return np.random.default_rng(2).normal(0, 8, int(seconds * RATE)).astype(np.int16)


def scene() -> tuple[np.ndarray, list[tuple[float, float]]]:
    """Two utterances, a second of quiet around each, and where they lie."""
    first, second = read_sound(RECORDINGS / "clean_kitchen.wav"), read_sound(RECORDINGS / "stop.wav")
    begin = 1 + len(first) / RATE + 1
    where = [(1.0, begin - 1), (begin, begin + len(second) / RATE)]
    return np.concatenate((quiet(1), first, quiet(1), second, quiet(1))), where


@pytest.mark.parametrize("kind", ["silero", "energy"])
def test_two_utterances_are_found_where_they_are(kind: str, silero: SileroVad) -> None:
    vad: Vad = silero if kind == "silero" else EnergyVad()
    sound, where = scene()
    found = list(spans(sound, vad))
    assert len(found) == len(where)
    for span, (began, ended) in zip(found, where, strict=True):
        assert abs(span.began - began) < 0.4
        assert abs(span.ended - ended) < 0.4


def test_the_state_is_carried_from_frame_to_frame(silero: SileroVad) -> None:
    frame = read_sound(RECORDINGS / "stop.wav")[4 * FRAME : 5 * FRAME]
    silero.reset()
    first, second = silero.probability(frame), silero.probability(frame)
    silero.reset()
    assert first != second
    assert silero.probability(frame) == first


@pytest.mark.parametrize(
    "sound", [np.zeros(3 * RATE, np.int16), quiet(3.0), (quiet(3.0).astype(int) * 100).astype("i2")]
)
def test_silence_and_noise_are_no_speech(sound: np.ndarray, silero: SileroVad) -> None:
    assert list(spans(sound, silero)) == []


def test_a_broken_network_is_a_clear_error(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    broken = tmp_path / "vad.onnx"
    broken.write_bytes(b"nothing")
    with pytest.raises(SoundError, match="install faster-whisper again"):
        SileroVad(broken)


def test_without_the_network_loudness_decides_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robotos.peripherals.vad.silero_model", lambda: None)
    vad, notice = open_vad()
    assert vad.name == "energy"
    assert "voice" in notice


def test_a_frame_of_the_wrong_size_is_refused(silero: SileroVad) -> None:
    with pytest.raises(ValueError, match="512"):
        silero.probability(np.zeros(100, np.int16))


@given(st.lists(st.sampled_from([0.0, 0.4, 0.9]), max_size=400))
def test_spans_are_ordered_disjoint_and_within_the_stream(probabilities: list[float]) -> None:
    endpointer = Endpointer()
    found = [span for p in probabilities if (span := endpointer.push(p)) is not None]
    found += [span] if (span := endpointer.close()) is not None else []
    length = len(probabilities) * FRAME_SECONDS
    for span in found:
        assert 0 <= span.began < span.ended <= length + 1e-9
        assert span.ended - span.began <= DEFAULT.longest + DEFAULT.lead + 1e-9
    assert all(a.ended <= b.began + DEFAULT.lead for a, b in itertools.pairwise(found))


def test_a_click_is_no_utterance() -> None:
    endpointer = Endpointer()
    assert all(endpointer.push(p) is None for p in [0.0] * 10 + [0.9] * 2 + [0.0] * 40)
