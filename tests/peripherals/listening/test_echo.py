"""The robot's own voice is taken out of what it hears, and the owner's over it is not."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.peripherals.echo import EchoReference
from robotos.peripherals.listening.barge_in import BargeIn
from robotos.peripherals.listening.guard import EchoGuard, Guarded
from robotos.peripherals.resampling import StreamResampler
from robotos.peripherals.sample_clock import SampleClock
from robotos.peripherals.sound import RATE, level
from robotos.peripherals.vad import FRAME, FRAME_SECONDS, open_vad
from tests.peripherals.listening import rooms


@given(
    st.sampled_from([(22050, 16000), (48000, 16000), (44100, 16000), (8000, 16000), (16000, 48000), (16000, 16000)]),
    st.lists(st.integers(0, 2000), min_size=2, max_size=8),
)
def test_blocks_are_resampled_without_a_seam(rates: tuple[int, int], sizes: list[int]) -> None:
    rate, to = rates
    tone = np.sin(2 * np.pi * 440 * np.arange(sum(sizes)) / rate).astype(np.float32)
    whole, pieces, start = StreamResampler(rate, to), StreamResampler(rate, to), 0
    found = []
    for size in sizes:
        found.append(pieces.push(tone[start : start + size]))
        start += size
    once = whole.push(tone)
    assert np.allclose(np.concatenate(found), once, atol=1e-6)
    assert abs(len(once) - len(tone) * to / rate) <= 1
    wanted = np.sin(2 * np.pi * 440 * (np.arange(len(once)) / to - whole.delay))
    assert np.all(np.abs(once - wanted)[600:] < 2e-3)


@given(st.lists(st.tuples(st.floats(0.0, 0.5), st.integers(1, 4000)), min_size=1, max_size=12))
def test_what_was_played_is_found_again_at_its_time(parts: list[tuple[float, int]]) -> None:
    reference, at, said = EchoReference(4.0), 10.0, np.zeros(40 * RATE, np.int16)
    rng = np.random.default_rng(1)
    for gap, count in parts:
        begin = round((at + gap) * RATE)
        pcm = rng.integers(-9000, 9000, count).astype(np.int16)
        reference.played(pcm, RATE, begin / RATE)
        if begin - round(at * RATE) <= 0.004 * RATE:
            begin = round(reference.ended * RATE) - count  # a seam that small is closed
        said[begin : begin + count] = pcm
        at = (begin + count) / RATE
    end = round(reference.ended * RATE)
    found = reference.between((end - 2 * RATE) / RATE, 2 * RATE)
    assert np.allclose(found * 32768, said[end - 2 * RATE : end], atol=0.01)
    assert not reference.between(reference.ended, 100).any()


def test_what_was_dropped_is_no_longer_expected() -> None:
    reference = EchoReference(4.0)
    reference.played(np.full(RATE, 1000, np.int16), RATE, 2.0)
    reference.cut(2.25)
    assert reference.between(2.2, int(0.05 * RATE)).all()
    assert not reference.between(2.25, RATE).any()


@given(st.lists(st.floats(-0.02, 0.02), min_size=100, max_size=300))
def test_counting_holds_the_samples_together_while_the_clock_jitters(jitter: list[float]) -> None:
    stamps = SampleClock()
    times = [stamps.stamp(5.0 + 0.032 * number + off, 0.032) for number, off in enumerate(jitter)]
    steps = np.diff(times[64:])
    assert np.allclose(steps, 0.032)
    assert all(abs(at - 5.0 - 0.032 * number) < 0.045 for number, at in enumerate(times))


def test_lost_blocks_and_drift_are_made_up_for() -> None:
    stamps = SampleClock()
    for number in range(100):
        stamps.stamp(0.032 * number, 0.032)
    assert abs(stamps.stamp(10.0, 0.032) - 10.0) < 0.001
    drifting = SampleClock()
    at = [drifting.stamp(0.032 * number * 1.0005, 0.032) for number in range(20_000)]
    assert abs(at[-1] - 0.032 * 19_999 * 1.0005) < 0.1
    assert 0 < drifting.jumps < 12


@dataclass
class Run:
    """What came of one room."""

    near: list[float] = field(default_factory=list)
    speech: list[float] = field(default_factory=list)
    out: list[float] = field(default_factory=list)
    ducked: list[float] = field(default_factory=list)
    hushed: list[float] = field(default_factory=list)


def run(room: rooms.Room) -> Run:
    reference, vad, found = EchoReference(), open_vad()[0], Run()
    guard = EchoGuard(reference)
    now = [0.0]
    barge_in = BargeIn(
        lambda loud: found.ducked.append(now[0]) if loud < 1 else None, lambda: found.hushed.append(now[0])
    )
    for start in range(0, len(room.heard) - FRAME, FRAME):
        room.tell(reference, start + FRAME)
        guarded = guard.push(room.heard[start : start + FRAME], start / RATE)
        now[0] = (start + FRAME) / RATE
        probability = vad.probability(guarded.frame)
        barge_in.push(guarded, probability, now[0])
        found.out.append(level(guarded.frame))
        if guarded.near:
            found.near.append(now[0])
        if probability >= 0.5:
            found.speech.append(now[0])
    return found


@pytest.mark.parametrize(
    "room",
    [
        rooms.room(0), rooms.room(1, delay=0.2), rooms.room(2, coupling=1.0), rooms.room(3, coupling=0.1),
        rooms.room(4, linear=False), rooms.room(5, slip=300), rooms.room(6, slip=1600),
    ],
    ids=["usual", "late", "loud", "soft", "overdriven", "slips by 19 ms", "slips by 0.1 s"],
)  # fmt: skip
def test_its_own_voice_never_counts_as_anybodys(room: rooms.Room) -> None:
    found = run(room)
    assert found.near == []
    assert found.speech == []
    assert found.ducked == []


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("loud", [0.4, 0.3])
def test_who_speaks_over_it_silences_it_within_200_ms(seed: int, loud: float) -> None:
    at = (7.0, 9.6)
    found = run(rooms.room(seed, owner_at=at, loud=loud))
    for begin in at:
        spoke = begin + rooms.onset()
        ducked = [time - spoke for time in found.ducked if -0.05 < time - spoke < 1.5]
        hushed = [time - spoke for time in found.hushed if -0.05 < time - spoke < 1.5]
        assert ducked and ducked[0] <= 0.18
        assert hushed and hushed[0] <= 0.2
    assert all(any(-0.1 < time - begin < 2.2 for begin in at) for time in found.near)


def test_without_its_own_voice_nothing_is_changed() -> None:
    guard, frame = EchoGuard(EchoReference()), (rooms.owner()[:FRAME] * 32767).astype(np.int16)
    assert np.array_equal(guard.push(frame, 50.0).frame, frame)


def test_a_clatter_ducks_but_does_not_silence() -> None:
    calls: list[object] = []
    barge_in = BargeIn(calls.append, lambda: calls.append("hush"))
    frame = np.zeros(FRAME, np.int16)
    near = [False] * 5 + [True] * 2 + [False] * 60
    for number, is_near in enumerate(near):
        barge_in.push(Guarded(frame, True, is_near), 0.1 if is_near else 0.0, number * FRAME_SECONDS)
    assert calls == [0.25, 1.0]
