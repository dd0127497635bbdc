"""How long the real binary takes: its control period under the worst load we know, and how regular it is."""

from itertools import pairwise

import pytest

from firmware_bridge.build import board as describe
from firmware_bridge.framing import host_frame
from firmware_bridge.messages import PERIOD_MS, Drive, Gripper, Heartbeat, Tool
from tests.hil.test_senses import ring

BYTES_PER_MS = 25
NOISE_MS = 4  # of every 20: what is left of the line is the host's


def work(bench, seconds, noise=False):
    """A host's busiest second, again and again: full speed, scans, brush, gripper, everything acknowledged."""
    turn = 0
    end = bench.plant.now() + seconds
    while bench.plant.now() < end:
        soon = bench.ms + 200
        bench.post(Heartbeat())
        bench.post(Drive(306 if turn % 40 < 20 else -306, 300, soon))
        bench.post(Tool(200, soon))
        bench.post(Gripper(turn // 10 % 2, 300 + turn % 50, 0, 100, soon))
        if bench.target.can("lidar") and turn % 5 == 0:
            bench.plant.show(ring(turn))
        if noise:
            bench.raw(host_frame(bench.session ^ 3, turn, Heartbeat()) * (NOISE_MS * BYTES_PER_MS // 10))
        bench.run(0.02)
        turn += 1


@pytest.mark.needs("moves", "avr", "virtual")
@pytest.mark.parametrize("noise", [False, True], ids=["busy", "busy and noisy"])
def test_the_control_period_is_within_its_budget_and_regular(bench, noise, record_property):
    bench.ready()
    budget = describe(bench.target.board).budget.period_us
    bench.plant.board.controller.watch_loop()
    began = bench.plant.us
    work(bench, 1.2, noise)
    found = bench.plant.board.timing()
    rate = found.periods / (bench.plant.us - began) * 1e6
    for name in ("mean_us", "worst_us", "longest_interval_us", "longest_gap_us"):
        record_property(name, round(getattr(found, name)))
    record_property("hz", round(rate, 1))
    print(
        f"{bench.target.name}: {rate:.1f} periods a second, mean {found.mean_us:.0f} us, worst {found.worst_us:.0f} us"
        f" of {budget}, longest from one to the next {found.longest_interval_us:.0f} us"
    )
    assert found.worst_us <= budget
    assert rate >= 99.9
    assert found.longest_interval_us <= PERIOD_MS * 1000 + 3000  # it never waits for more than one round of the loop


@pytest.mark.needs("moves", "avr", "virtual")
def test_no_byte_and_no_frame_is_lost_under_that_load(bench):
    bench.ready()
    since = len(bench.received)
    before = bench.plant.board.lines()
    work(bench, 1.2)
    bench.run(0.1)
    stamps = [message.ms for message in bench.all(type(bench.state()), since)]
    assert max(b - a for a, b in pairwise(stamps)) <= 70
    assert bench.bad_frames == 0
    assert bench.missed_frames == 0
    assert bench.plant.board.lines() == before, "bytes were lost in a UART, or arrived mangled"


@pytest.mark.needs("moves", "avr", "virtual")
def test_the_stack_never_comes_near_the_variables(bench, record_property):
    bench.ready()
    work(bench, 1.0, noise=True)
    stack = bench.plant.board.controller.stack
    record_property("used", stack.used)
    print(f"{bench.target.name}: stack {stack.used} bytes used, {stack.free} free")
    assert stack.used <= describe(bench.target.board).budget.stack
    assert stack.free >= 100
