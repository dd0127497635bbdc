"""Where counters come round and inputs leave all reason: what is true of the first minute holds for ever."""

import pytest

from firmware_bridge.host import Inputs
from firmware_bridge.messages import (
    RECOVER_TRAVEL_MM,
    REQUEST_AHEAD,
    Arm,
    Clear,
    Disarm,
    Gripper,
    Heartbeat,
    Recover,
    State,
    Tool,
)

HALF_OF_ALL_IDS = 32768


def beat(bench, requests):
    """Heartbeats that use up request ids, with the furthest jumps that are allowed."""
    while requests > 0:
        jump = min(requests, REQUEST_AHEAD)
        bench.request = (bench.request + jump - 1) % 65536
        requests -= jump
        assert bench.send(Heartbeat()) == "OK"
        bench.tick()


@pytest.mark.parametrize("requests", [HALF_OF_ALL_IDS - 2, HALF_OF_ALL_IDS + 5, 2 * HALF_OF_ALL_IDS - 3])
def test_what_was_not_asked_for_in_a_long_time_is_not_stale(bench, requests):
    bench.ready()
    assert bench.send(Tool(0, bench.ms + 100)) == "OK"
    assert bench.send(Gripper(0, 0, 0, 0, bench.ms + 100)) == "OK"
    beat(bench, requests)
    assert bench.send(Tool(100, bench.ms + 100)) == "OK"
    assert bench.send(Gripper(1, 0, 0, 0, bench.ms + 100)) == "OK"
    assert bench.drive() == "OK"
    assert bench.send(Disarm()) == "OK"
    assert bench.send(Clear()) == "OK"
    assert bench.arm() == "OK"


def test_a_late_repeat_is_stale_however_many_requests_went_before(bench):
    bench.ready()
    beat(bench, 3000)
    late = bench.request = bench.request + 1
    assert bench.send(Disarm()) == "OK"
    assert bench.send(Arm(bench.nonce), request=late) == "ESTALE"
    beat(bench, 40)
    assert bench.send(Arm(bench.nonce), request=late) == "ESTALE"


@pytest.mark.parametrize("base", [0xFFFF, 0xFFFE, 0xFFF0])
def test_no_session_has_the_number_of_another(make_bench, base):
    nonce = next(n for n in range(2**20) if (n * 0x9E3779B1 >> 16) & 0xFFFF == base)
    bench = make_bench(nonce=nonce)
    bench.tick()
    sessions = [bench.hello(token).session for token in range(1, 40)]
    assert 0 not in sessions
    assert len(set(sessions)) == len(sessions)


def test_an_encoder_that_jumps_throws_the_position_no_further_than_wheels_can_turn(bench):
    bench.tick()
    for jump in (2**31 - 1, 2**31 - 1, 1):
        bench.controller.tick(bench.us, Inputs(jump, jump))
        bench.us += 10_000
    assert abs(bench.state().x_um) < 10_000_000


def test_the_fastest_turn_is_reported_with_its_sign(bench):
    bench.tick()
    ticks = 0
    for _ in range(20):
        ticks += 4000  # 10 m/s
        bench.controller.tick(bench.us, Inputs(-ticks, ticks))
        bench.us += 10_000
    bench.collect()
    assert [m for m in bench.received if isinstance(m, State)][-1].w_mrad_s > 30_000


def test_recovering_ends_where_it_should_even_if_no_encoder_says_so(bench):
    bench.ready().cruise(0.3)
    bench.tick(bumper=1)
    bench.tick()
    start = bench.left.way
    for period in range(500):
        if period % 5 == 0:
            bench.send(Heartbeat())
            bench.send(Recover(-100, 0, bench.ms + 100))
        # both encoder cables are off: the wheels turn, and nothing is counted
        bench.outputs = bench.controller.tick(bench.us, Inputs(0, 0, bumper=1))
        bench.us += 10_000
        bench.left.step(bench.outputs.pwm_left)
    assert bench.still
    assert -RECOVER_TRAVEL_MM / 1000 <= bench.left.way - start < -0.05


def test_recovering_is_over_when_the_wheels_are_stuck(bench):
    bench.ready().cruise(0.3)
    bench.tick(bumper=1)
    bench.left.strength = bench.right.strength = 0.0
    answers = set()
    for _ in range(20):
        bench.send(Heartbeat())
        answers.add(bench.send(Recover(-100, 0, bench.ms + 100)))
        for _ in range(5):
            bench.tick()
    assert answers == {"OK", "EPERM"}
    assert bench.still
