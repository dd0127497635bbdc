from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.peripherals.confidence import LEAST, Evidence, confidence

fits = st.lists(st.tuples(st.floats(-500, 0), st.integers(1, 100)), max_size=12)


@given(st.floats(0, 1), fits)
def test_confidence_is_a_probability(posterior: float, words: list[tuple[float, int]]) -> None:
    evidence = Evidence(posterior, [fit for fit, _ in words], [frames for _, frames in words])
    assert 0 <= confidence(evidence) <= 1


def test_what_fits_worse_is_believed_less() -> None:
    good = Evidence(0.5, [-50.0, -60.0], [25, 30])
    assert confidence(good) > confidence(Evidence(0.5, [-50.0, -240.0], [25, 30]))
    assert confidence(good) > confidence(Evidence(0.0001, [-50.0, -60.0], [25, 30]))


@pytest.mark.parametrize(("worst", "kept"), [(-2.0, True), (-9.0, False)])
def test_the_bound_lies_between_speech_that_fits_and_speech_that_does_not(worst: float, kept: bool) -> None:
    evidence = Evidence(0.1, [-2.0 * 30, worst * 30], [30, 30])
    assert (confidence(evidence) >= LEAST) is kept
