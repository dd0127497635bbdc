import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.actuation import checks
from robotos.actuation.body import Body
from robotos.actuation.verdict import ALLOWED, Denied
from robotos.errno import Errno
from robotos.geometry import Twist
from robotos.policy import load

POLICY = load()
BODY = Body()
speeds = st.floats(-10, 10)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400])
def test_numbers_that_are_not_finite_are_out_of_range(value):
    assert checks.finite(v=0.0, w=value).errno is Errno.ERANGE


@pytest.mark.parametrize("value", [None, "0.1", True, [0.1], {}, 1j, b"1"])
def test_what_is_no_number_is_invalid(value):
    assert checks.finite(v=value).errno is Errno.EINVAL


@pytest.mark.parametrize(
    ("ttl", "errno"), [(0.0, Errno.EINVAL), (-0.1, Errno.ERANGE), (0.501, Errno.ERANGE), (1e9, Errno.ERANGE)]
)
def test_a_time_to_live_is_short_and_never_zero(ttl, errno):
    assert checks.schema_drive(0.1, 0.0, ttl).errno is errno
    assert checks.schema_drive(0.1, 0.0, 0.5) is ALLOWED


def test_a_speed_that_nobody_can_mean_is_refused():
    assert checks.schema_drive(10.1, 0.0, 0.1).errno is Errno.ERANGE
    assert checks.schema_drive(0.0, -11.0, 0.1).errno is Errno.ERANGE


@given(speeds, speeds)
def test_limits_hold_for_every_wish_and_keep_its_curve(v, w):
    sent = checks.limits(Twist(v, w), POLICY, BODY).twist
    slack = 1 + 1e-6
    assert abs(sent.v) <= 0.306 * slack
    assert abs(sent.w) <= POLICY.motion.max_turn_rate * slack
    assert abs(sent.v) + abs(sent.w) * BODY.wheel_base / 2 <= BODY.wheel_speed * slack
    assert math.isclose(sent.v * w, sent.w * v, abs_tol=1e-6)
    assert sent.v * v >= 0.0
    assert sent.w * w >= 0.0


def test_a_policy_can_be_slower_than_the_body_but_not_faster():
    slow = POLICY.model_copy(update={"motion": POLICY.motion.model_copy(update={"max_speed": 0.1})})
    fast = POLICY.model_copy(update={"motion": POLICY.motion.model_copy(update={"max_speed": 1.0})})
    assert checks.limits(Twist(0.3, 0.0), slow, BODY).twist.v == pytest.approx(0.1)
    assert checks.limits(Twist(0.9, 0.0), fast, BODY).twist.v == pytest.approx(0.306)


@given(speeds, speeds, st.floats(0, 1))
def test_speed_grows_no_faster_than_policy_accelerates_and_falls_at_will(wanted, last, elapsed):
    sent = checks.acceleration(Twist(wanted, 0.0), Twist(last, 0.0), elapsed, POLICY).twist.v
    most = POLICY.motion.max_acceleration * (min(elapsed, 0.1) + 0.05)
    assert abs(sent) <= abs(wanted)
    assert sent * wanted >= 0.0
    if wanted * last > 0:
        assert abs(sent) <= abs(last) + most + 1e-9
        if abs(wanted) <= abs(last):
            assert sent == wanted
    else:
        assert abs(sent) <= most + 1e-9


def test_old_readings_are_not_driven_by():
    assert isinstance(checks.fresh(0.3, 0.1, POLICY, translating=False), Denied)
    assert isinstance(checks.fresh(0.1, 0.4, POLICY, translating=True), Denied)
    assert checks.fresh(0.1, 0.4, POLICY, translating=False) is ALLOWED
    assert isinstance(checks.fresh(math.nan, 0.1, POLICY, translating=False), Denied)
    assert isinstance(checks.fresh(0.1, math.inf, POLICY, translating=True), Denied)


def test_an_uncertain_position_is_not_driven_by():
    assert checks.located(0.2, POLICY) is ALLOWED
    assert isinstance(checks.located(0.26, POLICY), Denied)
    assert isinstance(checks.located(math.nan, POLICY), Denied)


def test_the_gripper_reaches_so_far_and_only_from_a_standing_robot():
    assert checks.schema_gripper((0.5, 0.3, 0.4), BODY) is ALLOWED
    assert checks.schema_gripper((0.7, 0.5, 0.4), BODY).errno is Errno.ERANGE
    assert checks.schema_gripper((0.5, 0.0, -0.2), BODY).errno is Errno.ERANGE
    assert checks.gripper_interlock(0.1, Twist(0.0, 0.0)).errno is Errno.EBUSY
    assert checks.gripper_interlock(0.0, Twist(0.1, 0.0)).errno is Errno.EBUSY


def test_the_first_no_decides_and_nothing_is_asked_after_it():
    asked = []

    def check(answer):
        return lambda: (asked.append(answer), answer)[1]

    no, never = Denied(Errno.EPERM, "no"), Denied(Errno.EIO, "never")
    assert checks.first_denial(check(ALLOWED), check(no), check(never)) is no
    assert asked == [ALLOWED, no]
