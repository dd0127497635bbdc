import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.actuation.body import Body
from robotos.actuation.limits import LOOKAHEAD, Limits, Ramp, Slope
from robotos.geometry import Twist
from robotos.policy import load

POLICY = load()
BODY = Body()
ZERO = Twist(0.0, 0.0)
speeds = st.floats(-10, 10)
RATE, JERK = POLICY.motion.max_acceleration, POLICY.motion.max_jerk


def with_motion(**values):
    return POLICY.model_copy(update={"motion": POLICY.motion.model_copy(update=values)})


@given(speeds, speeds)
def test_speed_limits_hold_for_every_wish_and_keep_its_curve(v, w):
    sent, _ = Limits(POLICY, BODY).speed(Twist(v, w))
    slack = 1 + 1e-6
    assert abs(sent.v) <= 0.306 * slack
    assert abs(sent.w) <= POLICY.motion.max_turn_rate * slack
    assert abs(sent.v) + abs(sent.w) * BODY.wheel_base / 2 <= BODY.wheel_speed * slack
    assert math.isclose(sent.v * w, sent.w * v, abs_tol=1e-6)
    assert sent.v * v >= 0.0
    assert sent.w * w >= 0.0


def test_a_policy_can_be_slower_than_the_body_but_not_faster():
    assert Limits(with_motion(max_speed=0.1), BODY).speed(Twist(0.3, 0.0)) == (Twist(0.1, 0.0), ("max_speed",))
    assert Limits(with_motion(max_speed=1.0), BODY).speed(Twist(0.9, 0.0))[0].v == pytest.approx(0.306)


@given(st.lists(st.tuples(speeds, st.sampled_from([0.0, 0.001, 0.02, 0.05, 0.05, 0.08, 0.3])), max_size=40))
def test_speed_grows_no_faster_than_acceleration_and_jerk_permit_and_falls_at_will(orders):
    """From any moment at which it did not speed up, it gains no more than wheels that obey both limits would have."""
    ramp = Ramp(RATE, JERK)
    now, last, slowest, since = 0.0, 0.0, 0.0, 0.0
    for wanted, elapsed in orders:
        now += elapsed
        sent = ramp.towards(wanted, last, elapsed)
        assert abs(sent) <= abs(wanted)
        assert sent * wanted >= 0.0
        ran = abs(last) if wanted * last > 0.0 else 0.0
        if abs(wanted) <= ran:
            assert sent == wanted
        if abs(sent) < ran or ran == 0.0:  # slowed down, stood or turned round: from here it begins anew
            slowest, since = min(abs(sent), ran), now
        seconds = now - since + LOOKAHEAD
        assert abs(sent) - slowest <= min(RATE * seconds, JERK * seconds * seconds / 2) + 1e-9
        last = sent


@given(st.lists(st.tuples(speeds, st.sampled_from([0.0, 0.001, 0.02, 0.05, 0.05, 0.08, 0.3])), max_size=40))
def test_turning_is_limited_as_by_a_ramp_whose_jerk_is_boundless(orders):
    slope, ramp, last = Slope(RATE), Ramp(RATE, 1e12), 0.0
    for wanted, elapsed in orders:
        sent = slope.towards(wanted, last, elapsed)
        assert sent == pytest.approx(ramp.towards(wanted, last, elapsed), abs=1e-9)
        last = sent


@pytest.mark.parametrize("make", [lambda: Ramp(RATE, JERK), lambda: Slope(RATE)])
def test_ten_orders_at_once_gain_no_more_than_one(make):
    one, ten = make(), make()
    first = last = one.towards(0.3, 0.0, 0.05)
    ten.towards(0.3, 0.0, 0.05)
    for _ in range(10):
        last = ten.towards(0.3, last, 0.0)
    assert last == first


@pytest.mark.parametrize(("jerk", "slower"), [(2.0, 3.0), (6.0, 60.0)])
def test_the_lower_the_jerk_the_gentler_the_start(jerk, slower):
    def start(value):
        ramp, last, found = Ramp(RATE, value), 0.0, []
        for _ in range(20):
            last = ramp.towards(0.306, last, 0.05)
            found.append(last)
        return found

    gentle, brisk = start(jerk), start(slower)
    assert all(a <= b for a, b in zip(gentle, brisk, strict=True))
    assert gentle[1] < brisk[1]
    assert gentle[-1] == brisk[-1] == 0.306


def test_slowed_down_by_something_in_the_way_it_begins_anew():
    ramp, last = Ramp(RATE, JERK), 0.0
    for _ in range(6):
        last = ramp.towards(0.306, last, 0.05)
    slowed = 0.05
    gain = ramp.towards(0.306, slowed, 0.05) - slowed
    assert 0.0 <= gain <= JERK * LOOKAHEAD**2 / 2 + 1e-9


def test_a_stop_is_never_limited():
    limits = Limits(POLICY, BODY)
    assert limits.apply(ZERO, Twist(0.3, 1.0), 0.001) == (ZERO, ())
    assert limits.apply(Twist(0.1, 0.0), Twist(0.3, 1.0), 0.001) == (Twist(0.1, 0.0), ())
