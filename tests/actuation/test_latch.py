import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.messages import Reason
from robotos.actuation.controller import CAUSES
from robotos.actuation.latch import RULES, Cause, Clears, Latch, Present, may_arm, may_engage, may_recover
from robotos.actuation.verdict import ALLOWED, Denied
from robotos.errno import Errno

WELL = Present(link_up=True, stop_button=False, bumper=False, cliff=False, pose_lost=False)


def latched(*causes):
    latch = Latch()
    for cause in causes:
        latch = latch.add(cause)
    return latch


def present(**changes):
    return Present(**{**{name: getattr(WELL, name) for name in WELL.__dataclass_fields__}, **changes})


def test_every_cause_has_a_rule():
    assert set(RULES) == set(Cause)


@pytest.mark.parametrize(
    "cause", [Cause.STOP, Cause.KERNEL_SILENT, Cause.POSE_LOST, Cause.BUMPER, Cause.CLIFF, Cause.WHEEL]
)
def test_an_order_of_the_owner_clears(cause):
    assert may_engage(latched(cause), WELL) is ALLOWED


@pytest.mark.parametrize("cause", [Cause.STOP_BUTTON, Cause.LINK_LOST, Cause.RESET, Cause.CONTROLLER])
def test_words_never_suffice(cause):
    assert may_engage(latched(cause), WELL).errno is Errno.EPERM
    assert may_engage(latched(Cause.STOP, cause), WELL).errno is Errno.EPERM
    assert may_arm(latched(cause), WELL) is ALLOWED


def test_nothing_clears_while_the_cause_is_there():
    for may in (may_engage, may_arm):
        assert may(latched(Cause.LINK_LOST), present(link_up=False)).errno is Errno.ENODEV
        assert may(latched(Cause.STOP_BUTTON), present(stop_button=True)).errno is Errno.EPERM
        assert may(latched(Cause.BUMPER), present(bumper=True)).errno is Errno.EPERM
        assert may(latched(Cause.CLIFF), present(cliff=True)).errno is Errno.EPERM
        assert may(latched(Cause.STOP), present(stop_button=True)).errno is Errno.EPERM
        assert may(Latch(), present(link_up=False)).errno is Errno.ENODEV


def test_only_contacts_are_recovered_from():
    assert may_recover(latched(Cause.BUMPER), present(bumper=True)) is ALLOWED
    assert may_recover(latched(Cause.CLIFF, Cause.BUMPER), present(cliff=True)) is ALLOWED
    assert may_recover(Latch(), WELL).errno is Errno.EINVAL
    assert may_recover(latched(Cause.BUMPER), present(stop_button=True)).errno is Errno.EPERM
    for cause in Cause:
        if RULES[cause] is not Clears.CONTACT:
            assert may_recover(latched(Cause.BUMPER, cause), present(bumper=True)).errno is Errno.EPERM


@given(st.lists(st.sampled_from(Cause), min_size=1, max_size=6))
def test_the_first_reason_is_kept_and_the_strictest_decides(causes):
    latch = latched(*causes)
    assert latch.first == causes[0].value
    assert set(latch.causes) == set(causes)
    needs_arming = any(RULES[cause] is Clears.ARM for cause in causes)
    assert isinstance(may_engage(latch, WELL), Denied) is needs_arming
    assert may_arm(latch, WELL) is ALLOWED


def test_the_detail_is_that_of_the_first():
    latch = Latch().add(Cause.LINK_LOST, "cable").add(Cause.STOP, "owner")
    assert latch.detail == "cable"
    assert latch.words == "the link to the motors was lost and I was told to stop"


def test_adding_twice_changes_nothing():
    for one, two in itertools.product(Cause, Cause):
        latch = latched(one, two)
        assert latch.add(one) is latch
        assert latch.add(two) is latch


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.NONE])
def test_every_reason_of_the_controller_has_a_cause_of_its_own_here(reason):
    assert CAUSES[reason] is not Cause.CONTROLLER


def test_after_a_stuck_wheel_the_owners_next_order_arms_again():
    latch = latched(Cause.WHEEL)
    assert may_engage(latch, WELL) == ALLOWED
    assert isinstance(may_recover(latch, WELL), Denied)
