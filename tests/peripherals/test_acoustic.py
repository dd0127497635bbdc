from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pocketsphinx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from robotos.peripherals.acoustic.din import clearness
from robotos.peripherals.acoustic.noisy import CARD, MEANS, SHIFTS, WEIGHTS, noisy_means, pack
from robotos.peripherals.acoustic.parameters import HEADER, as_file, read_parameters
from robotos.peripherals.recogniser import PocketsphinxRecogniser
from robotos.peripherals.sound import RATE, Pcm, SoundError, read_sound
from robotos.training.din import mixed

MODEL = Path(pocketsphinx.get_model_path("en-us")) / "en-us"
RECORDINGS = sorted((Path(__file__).parents[2] / "robotos/shell/recordings").glob("*.wav"))


@given(arrays.arrays(np.float32, st.tuples(*[st.integers(1, 4)] * 4), elements=st.floats(-1e6, 1e6, width=32)))
def test_what_is_written_is_read_again(values: np.ndarray) -> None:
    path = Path(f"/dev/shm/robotos-{hashlib.sha256(values.tobytes()).hexdigest()[:8]}.means")
    try:
        path.write_bytes(as_file(values))
        assert np.array_equal(read_parameters(path), values)
    finally:
        path.unlink(missing_ok=True)


@pytest.mark.parametrize("data", [b"", b"no model", HEADER, HEADER + b"\0" * 64])
def test_another_file_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "means").write_bytes(data)
    with pytest.raises(SoundError, match="no acoustic model"):
        read_parameters(tmp_path / "means")


def test_the_means_are_moved_by_the_shifts_and_kept(tmp_path: Path) -> None:
    made = noisy_means(MODEL, tmp_path)
    with np.load(WEIGHTS / SHIFTS) as file:
        shifts = file["shifts"].astype(np.float32)
    assert np.abs(shifts).mean() > 0.1
    assert np.array_equal(read_parameters(made), read_parameters(MODEL / MEANS) + shifts)
    when = made.stat().st_mtime_ns
    assert noisy_means(MODEL, tmp_path) == made and made.stat().st_mtime_ns == when
    made.write_bytes(b"half a file")
    assert read_parameters(noisy_means(MODEL, tmp_path)).shape == shifts.shape


def test_damaged_shifts_and_another_model_are_refused(tmp_path: Path) -> None:
    card = json.loads((WEIGHTS / CARD).read_text("utf-8"))
    (tmp_path / SHIFTS).write_bytes(pack(np.zeros((1, 1, 1, 1), np.float32)))
    (tmp_path / CARD).write_text(json.dumps(card), "utf-8")
    with pytest.raises(SoundError, match="damaged"):
        noisy_means(MODEL, tmp_path / "cache", tmp_path)
    (tmp_path / SHIFTS).write_bytes((WEIGHTS / SHIFTS).read_bytes())
    (tmp_path / CARD).write_text(json.dumps({**card, "made_for_means": "0"}), "utf-8")
    with pytest.raises(SoundError, match="another English model"):
        noisy_means(MODEL, tmp_path / "cache", tmp_path)


def in_noise(decibels: float) -> Pcm:
    speech = read_sound(RECORDINGS[0])
    return mixed(speech, "white", decibels, (), np.random.default_rng(1))[int(0.15 * RATE) :]


def test_more_noise_is_less_clear() -> None:
    found = [clearness(in_noise(decibels)[: int(0.8 * RATE)]) for decibels in (45.0, 25.0, 15.0, 5.0)]
    assert found == sorted(found, reverse=True)
    assert clearness(np.zeros(RATE, np.int16)) == clearness(np.zeros(0, np.int16)) - 30.0
    assert clearness(np.zeros(10, np.int16)) == 30.0


def test_only_noise_brings_in_the_other_model(vocabulary: list[str], tmp_path: Path) -> None:
    ears = PocketsphinxRecogniser(vocabulary, tmp_path)
    quiet = ears.transcribe(in_noise(45.0))
    assert quiet.text and not list(tmp_path.glob("noisy-*"))
    noisy = ears.transcribe(in_noise(12.0))
    assert list(tmp_path.glob("noisy-*"))
    assert ears.transcribe(in_noise(12.0)) == noisy
    assert ears.transcribe(in_noise(45.0)) == quiet
    ears.begin()
    for frame in np.array_split(in_noise(12.0), 40):
        ears.feed(frame)
    assert ears.finish().segments is not None
