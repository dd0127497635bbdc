from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from robotos.peripherals.playback import Playback

RATE, BLOCK = 1000, 10
LOUD = 10_000


def filled(playback: Playback, at: float = 0.0, size: int = BLOCK) -> np.ndarray:
    out = np.full(size, 77, np.int16)
    playback.fill(out, at)
    return out


@given(st.lists(st.one_of(st.integers(1, 40), st.just(None)), max_size=80))
def test_every_sample_is_played_once_and_in_order(doings: list[int | None]) -> None:
    playback = Playback(RATE, BLOCK, 0.05)
    written, played = 0, []
    for count in doings:
        if count is None:
            out = filled(playback)
            played += [int(value) for value in out if value]
        else:
            written += playback.write(np.arange(1 + written, 1 + written + count).astype(np.int16))
        assert playback.waiting == written - len(played) <= 50
    assert played == list(range(1, len(played) + 1))


@given(st.integers(0, 50), st.integers(0, 4), st.integers(0, 50))
def test_nothing_dropped_is_heard_but_one_fading_block(before: int, fills: int, after: int) -> None:
    playback = Playback(RATE, BLOCK, 0.2)
    playback.write(np.full(before, LOUD, np.int16))
    for _ in range(fills):
        filled(playback)
    left = playback.waiting
    playback.drop()
    playback.write(np.full(after, 7, np.int16))
    if left:
        filled(playback)
    rest = np.concatenate([filled(playback) for _ in range(12)])
    assert list(rest[rest != 0]) == [7] * after


def test_silence_when_there_is_nothing() -> None:
    playback = Playback(RATE, BLOCK, 0.1)
    assert not filled(playback).any()
    assert list(playback.taken()) == []


def test_a_full_ring_takes_no_more() -> None:
    playback = Playback(RATE, BLOCK, 0.05)
    assert playback.write(np.ones(80, np.int16)) == 50
    assert playback.write(np.ones(80, np.int16)) == 0
    filled(playback)
    assert playback.write(np.ones(80, np.int16)) == 10


def test_ducking_ramps_within_one_block_and_stays() -> None:
    playback = Playback(RATE, BLOCK, 1.0)
    playback.write(np.full(100, LOUD, np.int16))
    assert (filled(playback) == LOUD).all()
    playback.duck(0.2)
    ramp = filled(playback).astype(int)
    assert (np.diff(ramp) < 0).all() and ramp[0] < LOUD and abs(ramp[-1] - LOUD // 5) <= 1
    assert (filled(playback) == LOUD // 5).all()
    playback.duck(1.0)
    assert (np.diff(filled(playback).astype(int)) > 0).all()
    assert (filled(playback) == LOUD).all()


def test_a_hush_fades_out_within_one_block_and_what_comes_after_it_is_whole() -> None:
    playback = Playback(RATE, BLOCK, 1.0)
    playback.write(np.full(100, LOUD, np.int16))
    filled(playback)
    playback.drop()
    playback.write(np.full(15, 5, np.int16))
    fade = filled(playback).astype(int)
    assert (np.diff(fade) < 0).all() and fade[-1] == 0
    assert (filled(playback) == 5).all()
    assert list(filled(playback)) == [5] * 5 + [0] * 5


def test_what_was_really_played_is_told_with_its_time() -> None:
    playback = Playback(RATE, BLOCK, 1.0)
    playback.write(np.full(15, LOUD, np.int16))
    playback.duck(0.5)
    filled(playback, at=3.0)
    filled(playback, at=3.01)
    filled(playback, at=3.02)
    (first, at), (second, later) = list(playback.taken())
    assert (at, later) == (3.0, 3.01)
    assert first[-1] == LOUD // 2 and list(second) == [LOUD // 2] * 5 + [0] * 5
    assert list(playback.taken()) == []


def test_a_listener_that_sleeps_loses_the_oldest() -> None:
    playback = Playback(RATE, BLOCK, 10.0)
    playback.write(np.ones(5000, np.int16))
    for n in range(300):
        filled(playback, at=float(n))
    times = [at for _, at in playback.taken()]
    assert times == [float(n) for n in range(300 - len(times), 300)] and 100 < len(times) <= 128
