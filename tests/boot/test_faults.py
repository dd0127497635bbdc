"""Faults of real processes and cables, once each; `robotos bench body` and `make soak` do them more often."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest

from robotos.trials.faults import FAULTS
from robotos.trials.motors import stopped, turning
from robotos.trials.rig import GATE, KERNEL, Rig, TrialError
from robotos.trials.trial import attempt, drive

SEED = 20261121


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with Rig() as made:
        yield made


@pytest.mark.parametrize("name", list(FAULTS))
def test_the_motors_are_off_in_time_and_stay_off(rig: Rig, name: str) -> None:
    trial = attempt(rig, name, SEED, 0)
    assert trial.violations == ()


def test_stale_orders_move_nothing_when_everybody_wakes_up_at_once(rig: Rig) -> None:
    """Kernel and gate are suspended one after the other and go on in the same order: queues are full of old orders."""
    drive(rig)
    at = rig.signal(GATE, signal.SIGSTOP)
    time.sleep(0.15)
    rig.signal(KERNEL, signal.SIGSTOP)
    time.sleep(0.5)
    assert not stopped(rig.motors(at), at).again
    woken = rig.signal(GATE, signal.SIGCONT)
    rig.signal(KERNEL, signal.SIGCONT)
    time.sleep(1.0)
    assert not any(map(turning, rig.motors(woken)[1:]))


def test_what_does_not_come_about_is_named(rig: Rig) -> None:
    with pytest.raises(TrialError, match="pigs fly"):
        rig.until(lambda: False, "pigs fly", limit=0.05)
