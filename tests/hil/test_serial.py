"""The wire under load: floods, noise and replays change nothing, and round trips are short."""

import random
from itertools import pairwise

import pytest

from firmware_bridge.framing import host_frame
from firmware_bridge.messages import Ack, Arm, Clear, Drive, Flag, Heartbeat, Reason, Recover, State, Tool

BYTES_PER_MS = 25  # 250000 baud, 10 bits a byte
NOISY_FRAMES = 2500


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def test_round_trip_of_a_heartbeat(bench, record_property):
    """From the first byte handed to the port to the acknowledgement, wire time included."""
    bench.hello()
    times = []
    step = 0.00002 if bench.target.can("virtual") else 0.0
    for turn in range(120 if bench.target.can("virtual") else 200):
        bench.plant.run(0.0031 + 0.00037 * (turn % 17))
        since = len(bench.received)
        began = bench.plant.now()
        request = bench.post(Heartbeat())
        took = bench.until(
            lambda since=since, request=request: any(a.request == request for a in bench.all(Ack, since)), step=step
        )
        assert took >= 0, "a heartbeat was not acknowledged"
        times.append((bench.plant.now() - began) * 1000)
    p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
    record_property("p50_ms", round(p50, 3))
    record_property("p99_ms", round(p99, 3))
    print(f"{bench.target.name}: heartbeat to ack p50 {p50:.3f} ms, p99 {p99:.3f} ms, worst {max(times):.3f} ms")
    if bench.target.can("virtual"):  # in real time the figure is also the machine's
        assert p50 <= 1.2
        assert p99 <= 6.0
    assert p50 <= 10.0


FLOODS = {
    "garbage": lambda bench: bytes(random.Random(1).randbytes(4000)),
    "no delimiter": lambda bench: b"\x55" * 4000,
    "delimiters": lambda bench: b"\0" * 4000,
    "heartbeats of no session": lambda bench: host_frame(bench.session ^ 5, 3, Heartbeat()) * 300,
    "stale drives": lambda bench: host_frame(bench.session, (bench.request - 40) % 65536, Drive(200, 0, 1)) * 200,
}


def flood(bench, data, ms, start=0):
    """Feed the line at full speed for so many milliseconds; the position in `data` after it."""
    for _ in range(ms):
        chunk = bytes(data[(start + i) % len(data)] for i in range(BYTES_PER_MS))
        bench.raw(chunk)
        bench.plant.run_us(1000)
        start += BYTES_PER_MS
    return start


@pytest.mark.needs("moves", "virtual")
@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_at_full_baud_delays_no_period_no_reflex_and_no_deadline(bench, kind):
    bench.ready().cruise(0.3)
    data = FLOODS[kind](bench)
    # an order that ends 120 ms from now, in the middle of the flood
    bench.beat()
    deadline = bench.ms + 120
    assert bench.send(Drive(200, 0, deadline)) == "OK"
    bench.plant.take_edges()
    flood(bench, data, 150)
    edges = bench.plant.take_edges()
    off = [e for e in edges if e.name == "pwm_left" and not e.value]
    assert off
    assert 0 <= off[0].us - bench.plant.when_ms(deadline) <= 10_000
    # and a press in the middle of another
    bench.raw(b"\0")
    bench.run(0.03)
    bench.ready().cruise(0.2)
    bench.drive(200, ttl=400)
    flood(bench, data, 20)
    bench.plant.take_edges()
    pressed = bench.plant.us
    bench.plant.press(bumper=2)
    flood(bench, data, 20)
    off = [e for e in bench.plant.take_edges() if e.name == "pwm_left" and not e.value]
    assert off
    assert off[0].us - pressed <= 10_000
    bench.raw(b"\0")
    bench.run(0.05)
    assert bench.reason() == Reason.BUMPER
    assert bench.beat() == "OK"


def vocabulary(bench):
    """Frames that would do something if the controller took them for good."""
    soon = (bench.ms + 300) % 2**32
    messages = [
        Drive(300, 0, soon),
        Drive(-300, 900, soon),
        Tool(255, soon),
        Recover(-90, 0, soon),
        Arm(bench.nonce),
        Clear(),
    ]
    return [host_frame(bench.session, bench.request + 1 + i, m) for i, m in enumerate(messages)]


def spoil(rng, frames, replays):
    """One frame of noise: flipped bits, a cut, a splice of two, a replay of an earlier session, or bare garbage."""
    first, second = rng.choice(frames), rng.choice(frames)
    kind = rng.randrange(5)
    if kind == 0:
        spoilt = bytearray(first[:-1])
        for bit in rng.sample(range(len(spoilt) * 8), rng.randint(1, 8)):
            spoilt[bit // 8] ^= 1 << bit % 8
        return bytes(spoilt) + b"\0"
    if kind == 1:
        return first[: rng.randrange(1, len(first) - 1)] + b"\0"
    if kind == 2:
        cut = rng.randrange(1, len(first) - 1)
        spliced = first[:cut] + second[cut + rng.randrange(1, 4) :]
        return (b"\x01" if spliced in frames else b"") + spliced
    return rng.choice(replays) if kind == 3 else rng.randbytes(rng.randrange(1, 40)) + b"\0"


@pytest.mark.needs("pins")
def test_thousands_of_spoilt_and_replayed_frames_move_nothing_and_are_shaken_off(bench):
    bench.ready()
    replays = vocabulary(bench)
    bench.ready()
    bench.plant.take_edges()
    rng = random.Random(7)
    count = NOISY_FRAMES if bench.target.can("virtual") else 300
    for turn in range(count):
        bench.raw(spoil(rng, vocabulary(bench), replays))
        if turn % 40 == 0:
            bench.raw(b"\0")
            bench.post(Heartbeat())
        bench.plant.run(0.0006)
        if turn % 100 == 0:
            bench.listen()
    assert not [e for e in bench.plant.take_edges() if e.value and e.name in ("pwm_left", "pwm_right", "tool_pwm")]
    bench.raw(b"\0")
    bench.run(0.1)
    assert bench.beat() == "OK", "it does not hear any more"
    assert bench.bad_frames == 0
    assert bench.stays_still(0.1)


@pytest.mark.needs("moves", "pins")
def test_noise_in_the_middle_of_a_drive_only_ever_slows_it(bench):
    bench.ready().cruise(0.8, 150)
    replays = vocabulary(bench)
    rng = random.Random(3)
    fastest = 0.0
    for turn in range(200):
        if turn % 20 == 0:
            bench.raw(b"\0")
            bench.post(Heartbeat())
            bench.post(Drive(150, 0, bench.ms + 200))
        frames = [host_frame(bench.session, bench.request + 9, Drive(300, 0, bench.ms + 300))]
        bench.raw(spoil(rng, frames, [r for r in replays if r != frames[0]][:2]))
        bench.run(0.002)
        fastest = max(fastest, abs(bench.plant.left.speed), abs(bench.plant.right.speed))
    assert fastest <= 0.165
    assert bench.plant.outputs.tool_pwm == 0


def test_after_any_garbage_the_next_frame_behind_a_delimiter_is_heard(bench):
    bench.hello()
    rng = random.Random(5)
    for length in (1, 2, 7, 30, 31, 60, 253, 254, 255, 300, 600):
        bench.raw(rng.randbytes(length))
        bench.raw(b"\0")
        if not bench.target.can("virtual"):
            bench.run(0.03)
        assert bench.beat() == "OK", length


@pytest.mark.needs("moves")
def test_reports_come_at_20_hz_without_a_gap_while_driving(bench):
    bench.ready()
    since = len(bench.received)
    bench.cruise(1.5, 150)
    stamps = [state.ms for state in bench.all(State, since)]
    gaps = [b - a for a, b in pairwise(stamps)]
    assert max(gaps) <= 60
    assert 45 <= sum(gaps) / len(gaps) <= 51
    assert bench.bad_frames == 0
    assert bench.state().flags & Flag.ARMED
