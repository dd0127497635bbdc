"""What trials are judged by, without any process."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.kernel.calls import Call
from robotos.trials.flood import packets
from robotos.trials.mavlink import MavlinkMissingError, rows
from robotos.trials.motors import WITHIN, Sample, lag, stopped
from robotos.trials.obedient import NOTHING, order
from robotos.trials.standstill import standstill

PERIOD = 0.01


def record(pwm: list[int], at: float = 100.0, lag: float = 0.0) -> list[Sample]:
    """One sample a period; the machine's clock shows `at` at the first, and `lag` more."""
    return [(at + i * PERIOD + lag, i * PERIOD, value, 0, True) for i, value in enumerate(pwm)]


def test_time_counts_from_the_period_before_the_fault_to_the_first_of_rest() -> None:
    found = stopped(record([9, 9, 9, 0, 0]), 100.005)
    assert (found.seconds, found.moving, found.again) == (0.03, True, False)
    assert found.wall == pytest.approx(0.025)


def test_a_motor_that_turns_later_turns_again() -> None:
    found = stopped(record([9, 9, 0] + [0] * 40 + [5]), 100.0)
    assert found.again and found.seconds == pytest.approx(0.02)


def test_a_pause_within_the_time_allowed_is_not_yet_a_stop() -> None:
    found = stopped(record([9, 0, 0, 9, 9, 0] + [0] * 40), 100.0)
    assert not found.again and found.seconds == pytest.approx(0.05)


def test_who_never_stops_never_stopped_and_who_stops_late_is_told_when() -> None:
    assert stopped(record([9] * 60), 100.0).seconds is None
    assert stopped(record([9] * 40 + [0] * 5), 100.0).seconds == pytest.approx(0.4)


def test_the_time_in_which_a_simulated_board_was_not_run_is_told() -> None:
    whole = record([9] * 10)
    assert lag(whole) == pytest.approx(0.0)
    late = [*whole, *((at + 0.3, controller, *rest) for at, controller, *rest in record([9] * 20)[10:])]
    assert lag(late) == pytest.approx(0.3)


def test_a_record_that_begins_after_the_fault_judges_nothing() -> None:
    for samples in ([], record([0, 0], at=100.0)):
        with pytest.raises(ValueError, match="does not reach back"):
            stopped(samples, 99.9)


@given(st.lists(st.integers(-255, 255), min_size=1, max_size=80), st.floats(0.0, 0.05))
def test_the_judge_agrees_with_its_definition(pwm: list[int], after: float) -> None:
    samples = record(pwm)
    found = stopped(samples, 100.0 + after)
    begin = max(i for i, sample in enumerate(samples) if sample[0] <= 100.0 + after)
    limit = begin + round(WITHIN / PERIOD)
    rest = pwm[begin : limit + 1]
    if rest[-1] == 0:
        assert found.seconds is not None and found.seconds <= WITHIN + 1e-9
        assert found.again == any(pwm[limit + 1 :])
        zero_from = begin + round(found.seconds / PERIOD)
        assert not any(pwm[zero_from : limit + 1])
        assert zero_from == begin or pwm[zero_from - 1] != 0
    else:
        assert found.seconds is None or found.seconds > (len(rest) - 1) * PERIOD - 1e-9


@pytest.mark.parametrize(
    ("words", "program"),
    [("go to the p1", "goto"), ("sing", "exit"), ("go to the", "exit"), ("go to the p1 now", "exit")],
)
def test_orders_are_taken_literally_or_not_at_all(words: str, program: str) -> None:
    call = order(words)
    assert isinstance(call, Call) and call.name == program
    assert (call == NOTHING) is (program == "exit")


def test_a_flood_has_sense_and_nonsense() -> None:
    stream = packets(Random(1))
    some = [next(stream) for _ in range(200)]
    sense = sum(packet[:1] == b"\x93" for packet in some)
    assert 60 < sense < 140 and all(some)


def test_every_frame_of_ours_is_smaller_than_what_mavlink_takes_for_it() -> None:
    try:
        table = rows()
    except MavlinkMissingError as error:
        pytest.skip(str(error))
    assert [row.ours for row in table] == ["Drive", "Heartbeat", "Stop", "Ack", "State", "Scan"]
    assert all(0 < row.our_bytes < row.their_bytes for row in table)


def test_it_stands_within_the_braking_bound() -> None:
    found = standstill()
    assert found.speed >= 0.3
    assert 0.0 < found.from_off <= found.from_stop <= 0.306**2 / (2 * 0.9)
