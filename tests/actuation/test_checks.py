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
    assert checks.gripper_interlock(0.1, Twist(0.0, 0.0), False).errno is Errno.EBUSY
    assert checks.gripper_interlock(0.0, Twist(0.1, 0.0), False).errno is Errno.EBUSY
    assert checks.gripper_interlock(0.0, Twist(0.0, 0.0), False) is ALLOWED
    assert "tool is off" in checks.gripper_interlock(0.0, Twist(0.0, 0.0), True).reason


def test_the_first_no_decides_and_nothing_is_asked_after_it():
    asked = []

    def check(answer):
        return lambda: (asked.append(answer), answer)[1]

    no, never = Denied(Errno.EPERM, "no"), Denied(Errno.EIO, "never")
    assert checks.first_denial(check(ALLOWED), check(no), check(never)) is no
    assert asked == [ALLOWED, no]


@given(*[st.one_of(st.floats(), st.integers(), st.none(), st.booleans(), st.text(max_size=2))] * 3)
def test_what_is_plain_is_finite(v, w, ttl):
    if checks.plain(v, w, ttl):
        assert checks.finite(v=v, w=w, ttl=ttl) is ALLOWED
