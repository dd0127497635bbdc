"""What the stop reflex is trained on: nobody on both sides, labels where the words end, the same clips for a seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.language.stopwords import is_stop
from robotos.peripherals.sound import RATE, write_wav
from robotos.peripherals.stop.features import HOP, WINDOW
from robotos.peripherals.stop.network import FIELD, STRIDE
from robotos.peripherals.stop.words import WORDS
from robotos.training.stop import material, recordings, rooms, voices
from robotos.training.stop.clips import COLUMNS, LENGTH, OUTPUTS, Banks, make_clips, targets_for
from robotos.training.stop.split import DIALECTS, FLITE, VARIANTS, Part, part_of
from robotos.training.stop.streaming import word_end


def burst(seconds: float, seed: int = 0, level: float = 0.2) -> rooms.Sound:
    return np.random.default_rng(seed).normal(0.0, level, int(seconds * RATE)).astype(np.float32)


def banks() -> Banks:
    words = [[burst(0.4, seed)] for seed in range(len(WORDS))]
    several = [burst(0.3 + 0.2 * seed, seed) for seed in range(4)]
    return Banks([words[0], [], [], []], words, several, several, [burst(3.0, 5)], several, [burst(3.0, 6)])


@given(st.text("0123456789abcdef", min_size=8, max_size=8))
def test_a_speaker_belongs_to_one_part_for_good(speaker: str) -> None:
    assert part_of(speaker) is part_of(speaker)


def test_the_parts_have_about_their_shares_and_no_voice_is_in_two() -> None:
    found = [part_of(f"{number:08x}") for number in range(4000)]
    assert 0.63 < found.count(Part.TRAIN) / 4000 < 0.69
    assert 0.18 < found.count(Part.TEST) / 4000 < 0.22
    for table in (FLITE, VARIANTS):
        names = [name for part in Part for name in table[part]]
        assert len(names) == len(set(names))
    assert all(DIALECTS[part] for part in Part)


def test_no_text_of_talk_holds_a_stop_word_and_none_is_in_two_parts() -> None:
    texts = {part: voices.texts(part) for part in Part}
    assert all(len(lines) > 1000 for lines in texts.values())
    assert not set(texts[Part.TRAIN]) & set(texts[Part.TEST])
    every = [line for lines in texts.values() for line in lines] + [*voices.NEAR, *voices.HOUSEHOLD, *voices.ROBOT]
    said = {"stop", "stops", "halt", "freeze"}
    assert not [line for line in every if said & set(line.lower().replace(".", "").split())]
    assert not [line for line in every if "hold it" in line.lower()]


def test_every_saying_ends_with_its_word_and_is_a_stop_for_the_recogniser_too() -> None:
    for word, sayings in voices.SAYINGS.items():
        assert all(saying.rstrip("!").endswith(word) for saying in sayings)
        assert all(is_stop(saying) for saying in sayings)
    assert tuple(voices.SAYINGS) == WORDS


@given(st.integers(0, LENGTH), st.integers(0, len(WORDS) - 1))
def test_labels_follow_the_end_of_the_word(end: int, word: int) -> None:
    targets = targets_for(word, end)
    assert targets.shape == (OUTPUTS, len(WORDS))
    yes = np.flatnonzero(targets[:, word] == 1)
    after = [((i * STRIDE + FIELD - 1) * HOP + WINDOW - end) / RATE for i in yes]
    assert all(0.03 <= seconds <= 0.2 for seconds in after)
    others = np.delete(targets, word, axis=1)
    assert not (others == 1).any()
    assert OUTPUTS == 1 + (COLUMNS - FIELD) // STRIDE


def test_the_same_seed_makes_the_same_clips_and_another_one_others() -> None:
    first, again, other = (make_clips(banks(), 6, 8, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.columns, again.columns)
    np.testing.assert_array_equal(first.targets, again.targets)
    assert not np.array_equal(first.columns, other.columns)
    assert ((first.targets == 1).any(axis=(1, 2))).sum() == 6
    assert np.isfinite(first.columns).all()


@given(st.floats(-5.0, 30.0), st.integers(0, 100))
def test_noise_is_as_loud_as_asked_for(decibels: float, seed: int) -> None:
    word = np.concatenate((np.zeros(8000, np.float32), burst(0.5, seed, 0.1), np.zeros(8000, np.float32)))
    noise = burst(len(word) / RATE, seed + 1)
    added = rooms.with_noise(word, noise, decibels) - word
    found = 10 * np.log10(np.square(word[8000:16000]).mean() / np.square(added).mean())
    assert found == pytest.approx(decibels, abs=0.3)


@given(st.floats(0.1, 0.6), st.floats(0.2, 0.8), st.integers(0, 50))
def test_the_end_of_a_word_is_found_by_loudness(before: float, lasts: float, seed: int) -> None:
    quiet = burst(2.0, seed, 0.0005)
    start, count = int(before * RATE), int(lasts * RATE)
    quiet[start : start + count] += burst(lasts, seed + 1, 0.1)[:count]
    assert word_end(rooms.to_pcm(quiet)) == pytest.approx((start + count) / RATE, abs=0.011)


def test_speed_changes_length_and_reverberation_does_not() -> None:
    sound = burst(0.5)
    assert len(rooms.faster(sound, 1.25)) == int(len(sound) / 1.25)
    rng = np.random.default_rng(1)
    assert rooms.reverberant(sound, rng).shape == sound.shape
    assert np.isfinite(rooms.coloured(4000, rng)).all()


def test_recordings_are_read_by_speaker(tmp_path: Path) -> None:
    with pytest.raises(recordings.RecordingsError, match="ROBOTOS_BENCH_DATA"):
        recordings.data_directory(tmp_path)
    (tmp_path / "audio/speech_commands/stop").mkdir(parents=True)
    noise = rooms.to_pcm(burst(2.0))
    write_wav(tmp_path / "audio/kitchen_noise.wav", noise)
    data = recordings.data_directory(tmp_path)
    parts = [recordings.kitchen_noise(data, part) for part in Part]
    np.testing.assert_array_equal(np.concatenate(parts), noise)


def test_mixing_never_clips() -> None:
    loud = rooms.to_pcm(burst(1.0, 1, 0.3))
    mixed = material.noisy(loud, burst(1.0, 2), 0.0, np.random.default_rng(1))
    assert mixed.shape == loud.shape
    assert np.abs(mixed.astype(int)).max() <= 32768
