"""Smoothing, thresholds and rest: one detection for each word, none for a click."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from robotos.peripherals.stop.decision import SMOOTHED, Decision, smoothed
from robotos.peripherals.stop.words import WORDS

LIMITS = np.asarray([0.5, 0.6, 0.7, 0.8], np.float32)
REST = 25

scores = st.lists(
    st.lists(st.floats(0.0, 1.0, width=32), min_size=len(WORDS), max_size=len(WORDS)), min_size=1, max_size=80
)


def run(rows: np.ndarray, limits: np.ndarray = LIMITS) -> list[tuple[int, str]]:
    decision = Decision(limits)
    return [(i, found.word) for i, row in enumerate(rows) if (found := decision.push(row)) is not None]


@given(scores)
def test_only_what_reaches_its_threshold_is_told_and_never_soon_again(rows: list[list[float]]) -> None:
    array = np.asarray(rows, np.float32)
    smooth, found = smoothed(array), run(array)
    for at, word in found:
        assert smooth[at, WORDS.index(word)] >= LIMITS[WORDS.index(word)]
    assert all(later - sooner >= REST for (sooner, _), (later, _) in pairwise(found))
    reached = np.flatnonzero((smooth >= LIMITS).any(axis=1))
    assert (found[0][0] if found else None) == (int(reached[0]) if len(reached) else None)


@given(scores)
def test_all_frames_at_once_are_one_after_the_other(rows: list[list[float]]) -> None:
    array = np.asarray(rows, np.float32)
    smooth = smoothed(array)
    assert smooth.shape == array.shape
    last = np.concatenate((np.zeros((SMOOTHED - 1, len(WORDS)), np.float32), array))
    for i in range(len(array)):
        np.testing.assert_allclose(smooth[i], last[i : i + SMOOTHED].mean(axis=0), atol=1e-6)


def test_a_click_is_no_word_and_a_word_is_one_word() -> None:
    rows = np.zeros((60, len(WORDS)), np.float32)
    rows[10, 0] = 0.9
    assert run(rows) == []
    rows[30:37, 0] = 0.9
    assert run(rows) == [(31, "stop")]


def test_a_score_that_stays_up_counts_once_and_a_second_word_counts_again() -> None:
    rows = np.zeros((120, len(WORDS)), np.float32)
    rows[10:90, 2] = 0.95
    assert run(rows) == [(11, "freeze")]
    rows[45:50, 2] = 0.0
    assert [word for _, word in run(rows)] == ["freeze", "freeze"]


def test_after_a_reset_nothing_is_left() -> None:
    decision, row = Decision(LIMITS), np.asarray([0.9, 0, 0, 0], np.float32)
    assert decision.push(row) is None
    decision.reset()
    assert decision.push(row) is None
    assert decision.push(row) is not None
