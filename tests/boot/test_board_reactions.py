"""The board's own reaction times, from its real binary, a few samples in virtual time."""

from __future__ import annotations

import pytest

from robotos.trials.board import emulated, reactions, sizes
from robotos.trials.mavlink import MavlinkMissingError
from robotos.trials.mavlink_size import SizeError
from robotos.trials.mavlink_size import sizes as mavlink_sizes


def test_every_reaction_is_within_its_limit() -> None:
    missing = emulated()
    if missing is not None:
        pytest.skip(missing)
    found = reactions(3, seed=5)
    assert sorted(found.round_trip)[1] <= 5000 and min(found.round_trip) >= 18 * 40  # 9 bytes there, 9 back, 40 us each
    assert max(found.stop_frame) <= 20_000
    for contact in (found.bumper, found.cliff, found.button):
        assert min(contact) > 0 and max(contact) <= 10_000
    assert max(found.expiry) <= 10_000
    assert max(found.silence) <= 50_000
    assert 0 < found.period <= 4000


def test_what_can_be_built_is_within_its_budget() -> None:
    found = sizes()
    if not found:
        pytest.skip("no compiler for any board: apt-get install gcc-avr avr-libc")
    assert all(0 < size.flash <= size.flash_budget and 0 < size.ram <= size.ram_budget for size in found.values())


def test_our_wire_code_is_no_larger_than_mavlinks_and_takes_less_memory() -> None:
    try:
        found = mavlink_sizes()
    except (MavlinkMissingError, SizeError) as error:
        pytest.skip(str(error))
    assert 1000 < found.our_flash <= found.their_flash < 10_000
    assert 50 < found.our_ram < found.their_ram
