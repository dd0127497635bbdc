from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.peripherals.denoise import NoiseReducer
from robotos.peripherals.sound import RATE, Pcm


def reduced(pcm: Pcm, piece: int) -> Pcm:
    reducer = NoiseReducer()
    parts = [reducer.push(pcm[start : start + piece]) for start in range(0, len(pcm), piece)]
    return np.concatenate((*parts, reducer.flush()))


def noise(seconds: float, amplitude: float) -> Pcm:
    return np.random.default_rng(4).normal(0, amplitude, int(seconds * RATE)).astype(np.int16)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 4000), st.integers(50, 3000))
def test_it_does_not_matter_in_what_pieces_sound_comes(length: int, piece: int) -> None:
    pcm = noise(length / RATE, 2000)
    found = reduced(pcm, piece)
    assert np.array_equal(found, reduced(pcm, len(pcm) + 1))
    assert len(found) >= length


def test_steady_noise_becomes_quieter_and_a_voice_stays() -> None:
    hiss = noise(2.0, 500)
    time = np.arange(RATE) / RATE
    voice = np.zeros(len(hiss))
    voice[RATE : 2 * RATE] = 8000 * np.sin(2 * np.pi * 440 * time)
    found = reduced((hiss + voice).astype(np.int16), 512).astype(float)
    assert np.std(found[RATE // 2 : RATE - 600]) < 0.35 * 500
    tone = found[RATE + 2000 : 2 * RATE - 2000]
    assert np.std(tone) == pytest.approx(8000 / np.sqrt(2), rel=0.1)
    assert np.corrcoef(tone, voice[RATE + 2000 : 2 * RATE - 2000])[0, 1] > 0.97  # not delayed


def test_silence_stays_silent() -> None:
    assert not reduced(np.zeros(5000, np.int16), 512).any()
