from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.cpu.calibration import Calibration, binned, expected_error, fit

share = st.floats(0, 1)


@given(share, share)
def test_a_calibration_keeps_the_order_and_the_range(a: float, b: float) -> None:
    calibration = Calibration(0.6, -0.4)
    low, high = sorted((a, b))
    assert 0 <= calibration(low) <= calibration(high) <= 1


def test_an_overconfident_model_is_brought_down_to_the_truth() -> None:
    rng = random.Random(1)
    truth = [rng.random() for _ in range(4000)]
    right = [rng.random() < p for p in truth]
    boasted = [Calibration(2.5, 1.0)(p) for p in truth]
    assert expected_error(boasted, right) > 0.1
    fitted = fit(boasted[:2000], right[:2000])
    assert expected_error([fitted(p) for p in boasted[2000:]], right[2000:]) < 0.05
    assert fitted.slope == pytest.approx(1 / 2.5, rel=0.15)


@given(st.lists(st.tuples(share, st.booleans()), max_size=40))
def test_any_cases_give_a_rising_calibration(cases: list[tuple[float, bool]]) -> None:
    fitted = fit([p for p, _ in cases], [r for _, r in cases])
    assert fitted.slope > 0
    assert 0 <= fitted(0.5) <= 1


@given(st.lists(st.tuples(share, st.booleans()), max_size=40))
def test_every_case_is_in_one_bin(cases: list[tuple[float, bool]]) -> None:
    assert sum(map(len, binned([p for p, _ in cases], [r for _, r in cases]))) == len(cases)
