"""A wheel that does not turn as it is driven is let go within a third of a second, whatever is wrong with it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.host import Inputs
from firmware_bridge.messages import STUCK_MS, Clear, Flag, Heartbeat, Reason, Tool

PERIOD_MS = 10


def periods_to_latch(bench, encoders, v=200, w=0, most=100):
    """Drive on with these encoder readings; how many periods until the outputs are off. None: they stay on."""
    for period in range(most):
        if period % 5 == 0:
            bench.send(Heartbeat())
            bench.drive(v, w)
        left, right = encoders(bench)
        outputs = bench.controller.tick(bench.us, Inputs(left, right))
        bench.us += 10_000
        bench.left.step(outputs.pwm_left)
        bench.right.step(outputs.pwm_right)
        bench.outputs = outputs
        bench.collect()
        if not outputs.enabled:
            return period + 1
    return None


DEFECTS = {
    "left dead": lambda b: (7, b.right.ticks),
    "right dead": lambda b: (b.left.ticks, -3),
    "both dead": lambda b: (0, 0),
    "left backwards": lambda b: (-b.left.ticks, b.right.ticks),
    "both backwards": lambda b: (-b.left.ticks, -b.right.ticks),
}


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
@pytest.mark.parametrize("v", [60, 200, 306, -200])
def test_a_defective_encoder_latches(bench, defect, v):
    bench.ready()
    periods = periods_to_latch(bench, defect, v)
    assert periods is not None
    assert periods * PERIOD_MS <= 2 * STUCK_MS
    assert bench.still
    assert bench.state().reason == Reason.WHEEL
    assert bench.drive() == "EPERM"
    assert bench.send(Tool(255, bench.ms + 100)) == "EPERM"


def test_crossed_encoders_latch_when_turning(bench):
    bench.ready()
    assert periods_to_latch(bench, lambda b: (b.right.ticks, b.left.ticks), 0, 1500) is not None
    assert bench.state().reason == Reason.WHEEL


def test_a_blocked_wheel_latches_before_it_burns(bench):
    bench.ready().cruise(0.5)
    bench.left.strength = 0.0
    bench.left.speed = 0.0
    assert periods_to_latch(bench, lambda b: (b.left.ticks, b.right.ticks)) is not None
    assert bench.state().reason == Reason.WHEEL


def test_it_clears_and_arms_like_any_stop_and_latches_again_while_the_fault_lasts(bench):
    bench.ready()
    assert periods_to_latch(bench, DEFECTS["both dead"]) is not None
    assert bench.send(Clear()) == "OK"
    assert bench.arm() == "OK"
    assert periods_to_latch(bench, DEFECTS["both dead"]) is not None


def test_it_is_no_contact_that_one_may_back_away_from(bench):
    bench.ready()
    assert periods_to_latch(bench, DEFECTS["left dead"]) is not None
    assert not bench.state().flags & Flag.RECOVER_ALLOWED


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    orders=st.lists(st.tuples(st.integers(-306, 306), st.integers(-2600, 2600)), min_size=1, max_size=8),
    strength=st.floats(0.7, 1.2),
    load=st.floats(0, 25),
)
def test_a_healthy_wheel_never_does(make_bench, orders, strength, load):
    """Hard reversals, weak batteries and stiff gears included."""
    bench = make_bench().ready()
    for wheel in (bench.left, bench.right):
        wheel.strength, wheel.load = strength, load
    for v, w in orders:
        assert periods_to_latch(bench, lambda b: (b.left.ticks, b.right.ticks), v, w, most=40) is None
