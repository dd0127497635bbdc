"""Log-mel columns: the stream gives what the whole recording gives, whatever the sound."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.peripherals.sound import RATE
from robotos.peripherals.stop.features import BANDS, HOP, WINDOW, LogMel, columns

ALIKE = 2e-6  # what the order of additions in a matrix product may change


def tone(hertz: float, seconds: float = 0.5, peak: float = 8000.0) -> np.ndarray:
    return np.asarray(peak * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE), np.int16)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 5), min_size=1, max_size=12), st.floats(1.0, 12000.0))
def test_a_stream_in_pieces_of_any_size_is_the_whole(seed: int, sizes: list[int], loud: float) -> None:
    rng = np.random.default_rng(seed)
    sound = np.clip(rng.normal(0.0, loud, sum(sizes) * HOP), -32768, 32767).astype(np.int16)
    stream, parts, start = LogMel(), [], 0
    for size in sizes:
        parts.append(stream.push(sound[start : start + size * HOP]))
        start += size * HOP
    found = np.concatenate(parts)
    whole = columns(np.concatenate((np.zeros(WINDOW - HOP, np.int16), sound)))
    assert found.shape == whole.shape == (sum(sizes), BANDS)
    np.testing.assert_allclose(found, whole, atol=ALIKE)


@given(st.integers(0, 5000))
def test_there_are_as_many_columns_as_fit(length: int) -> None:
    found = columns(np.zeros(length, np.int16))
    assert found.shape == (max(0, 1 + (length - WINDOW) // HOP), BANDS)
    assert found.dtype == np.float32


def test_a_higher_tone_is_in_a_higher_band_and_a_longer_throat_lowers_it() -> None:
    loudest = [int(columns(tone(hertz)).mean(axis=0).argmax()) for hertz in (200, 500, 1000, 2000, 4000, 7000)]
    assert loudest == sorted(set(loudest))
    assert columns(tone(2000.0), warp=1.15).mean(axis=0).argmax() < columns(tone(2000.0)).mean(axis=0).argmax()


@given(st.integers(0, BANDS - 1))
def test_no_band_is_deaf(band: int) -> None:
    noise = np.random.default_rng(band).normal(0.0, 3000.0, RATE).astype(np.int16)
    quiet = columns(np.zeros(RATE, np.int16))
    assert columns(noise)[:, band].mean() > quiet[:, band].mean() + 0.5


@given(st.floats(1.1, 8.0))
def test_louder_is_higher_by_the_logarithm(factor: float) -> None:
    soft, loud = columns(tone(1000.0, peak=3000.0)), columns(tone(1000.0, peak=3000.0 * factor))
    band = int(soft.mean(axis=0).argmax())
    assert (loud - soft)[:, band].mean() == pytest.approx(2 * np.log(factor) / 6.0, rel=0.02)


def test_a_frame_of_another_length_is_refused() -> None:
    for wrong in (np.zeros(0, np.int16), np.zeros(100, np.int16), np.zeros((512, 1), np.int16)):
        with pytest.raises(ValueError, match="multiple of 256"):
            LogMel().push(wrong)
