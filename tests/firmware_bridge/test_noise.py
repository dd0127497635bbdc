"""Garbage, flipped bits, splices and replays on the wire never move the robot, and never deafen it."""

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from firmware_bridge.framing import host_frame
from firmware_bridge.messages import Arm, Clear, Drive, Heartbeat, Recover, State, Stop, Tool

lawful = settings(derandomize=True, deadline=None, max_examples=120)
NOISE = st.binary(max_size=200) | st.lists(st.sampled_from([0, 0, 1, 2, 16, 255]), max_size=200).map(bytes)


def vocabulary(bench):
    """Frames that would move the robot if the controller took them for good."""
    soon = (bench.ms + 300) % 2**32
    messages = [Arm(bench.nonce), Drive(300, 0, soon), Drive(-300, 900, soon), Tool(255, soon), Recover(-90, 0, soon)]
    return [host_frame(bench.session, 100 + i, m) for i, m in enumerate([*messages, Clear(), Heartbeat()])]


def listens(bench):
    bench.raw(b"\0")
    bench.hello(token=123_456)
    return bench.session != 0 and bench.send(Heartbeat()) == "OK"


@lawful
@given(st.lists(NOISE, max_size=10))
def test_garbage_moves_nothing_and_the_next_frame_is_heard(make_bench, chunks):
    bench = make_bench().ready()
    for chunk in chunks:
        bench.raw(chunk)
        bench.send(Heartbeat())
        bench.tick()
        assert bench.still
        assert bench.outputs.tool_pwm == 0
    assert listens(bench)


@lawful
@given(st.data())
def test_flipped_bits_move_nothing(make_bench, data):
    bench = make_bench().ready()
    for _ in range(12):
        frame = bytearray(data.draw(st.sampled_from(vocabulary(bench)[1:5])))
        for bit in data.draw(st.sets(st.integers(0, len(frame) * 8 - 1), min_size=1, max_size=6)):
            frame[bit // 8] ^= 1 << bit % 8
        bench.raw(bytes(frame) + b"\0")
        bench.send(Heartbeat(), request=bench.request + 1)
        bench.request += 1
        bench.tick()
        assert bench.still
        assert bench.outputs.tool_pwm == 0


@lawful
@given(st.data())
def test_splices_and_truncations_move_nothing(make_bench, data):
    bench = make_bench().ready()
    for _ in range(12):
        first, second = (data.draw(st.sampled_from(vocabulary(bench)[1:5])) for _ in range(2))
        cut, resume = data.draw(st.integers(0, len(first) - 2)), data.draw(st.integers(1, len(second)))
        spliced = first[:cut] + second[resume:]
        assume(spliced not in vocabulary(bench))  # cut and joined at the same place
        bench.raw(spliced + b"\0")
        bench.send(Heartbeat())
        bench.tick()
        assert bench.still


@pytest.mark.parametrize("seed", range(3))
def test_noise_in_the_middle_of_a_drive_only_ever_stops_it(make_bench, seed):
    """Ten thousand spoilt frames between good ones: speed stays what was asked for, or falls."""
    rng = random.Random(seed)
    bench = make_bench().ready().cruise(1.0, 150)
    for turn in range(10_000):
        frame = bytearray(rng.choice(vocabulary(bench)[1:5]))
        for bit in rng.sample(range(len(frame) * 8), rng.randint(1, 8)):
            frame[bit // 8] ^= 1 << bit % 8
        bench.raw(bytes(frame) + b"\0")
        if turn % 20 == 0:
            bench.send(Heartbeat())
            bench.drive(150)
        if turn % 4 == 0:
            bench.tick()
            assert -0.02 <= bench.left.speed <= 0.16
            assert bench.outputs.tool_pwm == 0


@lawful
@given(st.lists(NOISE, max_size=8))
def test_the_link_survives_garbage_from_the_controller(make_rig, chunks):
    rig = make_rig().run(0.2)
    for chunk in chunks:
        rig.device.write(chunk)
        rig.run(0.05)
    rig.device.write(b"\0")
    rig.run(0.5)
    assert rig.link.up
    assert rig.still
    assert isinstance(rig.link.state, State)
    assert rig.ask(rig.link.arm()) in {"OK", "EPERM"}


@lawful
@given(st.integers(0, 2**32 - 1), st.floats(0.005, 0.03))
def test_a_link_over_a_cable_that_flips_bits_never_exceeds_what_was_asked(make_rig, seed, rate):
    """Both directions noisy: the drive goes on, stutters or stops, but nothing else happens."""
    rng = random.Random(seed)
    rig = make_rig().drive(200)

    def spoil(end):
        for index in range(len(end._inbox)):
            if rng.random() < rate:
                end._inbox[index] ^= 1 << rng.randrange(8)

    for _ in range(150):
        spoil(rig.device)
        rig.step()
        spoil(rig.host_end)
        assert -0.01 <= rig.left.speed <= 0.21
    rig.link.stop_now(17)
    rig.run(0.5)
    assert rig.left.speed == pytest.approx(0, abs=0.01)
    assert any(isinstance(m, State) for m in rig.messages)


def test_flooding_does_not_stop_the_stop(make_bench):
    bench = make_bench().ready().cruise(0.5)
    bench.raw(b"\x55" * 100_000)
    bench.raw(b"\0" + host_frame(0, 0, Stop(17, 0)))
    bench.tick()
    assert bench.still
