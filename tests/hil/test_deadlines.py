"""Deadlines and refusals: what is late, silly or old is refused, and what was accepted ends when it said."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware_bridge.framing import host_body, seal
from firmware_bridge.messages import (
    MAX_TTL_MS,
    PERIOD_MS,
    Ack,
    Drive,
    Flag,
    Gripper,
    Heartbeat,
    Reason,
    Recover,
    Status,
    Tool,
)

QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)


def moving(edges):
    return [edge for edge in edges if edge.name in ("pwm_left", "pwm_right") and edge.value]


@pytest.mark.needs("moves", "virtual")
def test_the_wheels_stop_within_one_period_of_any_deadline(bench):
    """Exact: from the moment at which the controller's clock reaches the deadline to the edge on the pin."""
    bench.ready().cruise(0.3)
    worst = []

    @QUICK
    @given(st.integers(1, MAX_TTL_MS - 20), st.integers(0, 9999), st.integers(60, 300))
    def expires(ttl, phase, speed):
        bench.cruise(0.05, speed)
        bench.plant.run_us(phase)
        bench.beat()
        deadline = (bench.ms + ttl) % 2**32
        bench.plant.take_edges()
        if bench.send(Drive(speed, 0, deadline)) != "OK":
            assert ttl <= 10, "only what was over before it arrived may be refused"
            return
        for _ in range(-(-ttl // 50) + 1):
            bench.post(Heartbeat())
            bench.run(0.05)
        edges = [e for e in bench.plant.take_edges() if e.name in ("pwm_left", "pwm_right")]
        assert bench.still
        assert edges
        last = {name: [e for e in edges if e.name == name][-1] for name in ("pwm_left", "pwm_right")}
        reached = bench.plant.when_ms(deadline)
        for edge in last.values():
            assert edge.value == 0
            assert 0 <= edge.us - reached <= PERIOD_MS * 1000
            worst.append(edge.us - reached)

    expires()
    assert len(worst) > 12
    print(f"deadline to edge: worst {max(worst)} us of {len(worst)}")


@pytest.mark.needs("moves")
def test_without_a_new_order_the_wheels_stop_and_nothing_latches(bench):
    bench.ready().cruise(0.5, 150)
    for _ in range(6):
        bench.beat()
        bench.run(0.05)
    assert bench.still
    state = bench.state()
    assert state.reason == Reason.NONE
    assert state.flags & Flag.ARMED


@pytest.mark.needs("moves", "tool", "pins")
def test_the_tool_ends_at_its_own_deadline_while_the_wheels_go_on(bench):
    bench.ready()
    assert bench.send(Tool(180, bench.ms + 100)) == "OK"
    bench.cruise(0.05)
    assert bench.plant.outputs.tool_pwm == 180
    bench.cruise(0.2)
    assert bench.plant.outputs.tool_pwm == 0
    assert not bench.still


def refused(bench):
    """What must be refused, with its errno, for an armed controller."""
    soon = bench.ms + 200
    return [
        (Drive(100, 0, 0), "EINVAL"),
        (Tool(100, 0), "EINVAL"),
        (Gripper(1, 0, 0, 0, 0), "EINVAL"),
        (Drive(100, 0, bench.ms - 50), "ESTALE"),
        (Tool(100, bench.ms - 50), "ESTALE"),
        (Gripper(1, 0, 0, 0, bench.ms - 50), "ESTALE"),
        (Drive(100, 0, bench.ms + MAX_TTL_MS + 60), "ERANGE"),
        (Tool(100, bench.ms + MAX_TTL_MS + 60), "ERANGE"),
        (Drive(100, 0, (bench.ms + 2**31 - 5000) % 2**32), "ERANGE"),
        (Drive(307, 0, soon), "ERANGE"),
        (Drive(-307, 0, soon), "ERANGE"),
        (Drive(32767, 0, soon), "ERANGE"),
        (Drive(-32768, 0, soon), "ERANGE"),
        (Drive(0, 2601, soon), "ERANGE"),
        (Drive(0, -2601, soon), "ERANGE"),
        (Gripper(2, 0, 0, 0, soon), "ERANGE"),
        (Recover(-50, 0, soon), "EPERM"),
        (Recover(-101, 0, soon), "ERANGE"),
        (Recover(1, 0, soon), "ERANGE"),
    ]


def test_ttl_zero_out_of_range_and_stale_orders_are_refused_and_move_nothing(bench):
    bench.ready()
    if bench.target.can("pins"):
        bench.plant.take_edges()
    for number in range(len(refused(bench))):
        message, errno = refused(bench)[number]
        bench.beat()
        assert bench.send(message) == errno, message
        assert bench.still
    if bench.target.can("pins"):
        assert not moving(bench.plant.take_edges())


@pytest.mark.needs("moves")
def test_a_repeated_order_is_answered_alike_and_done_once(bench):
    bench.ready()
    order = Drive(150, 0, bench.ms + 400)
    assert bench.send(order) == "OK"
    first = bench.request
    assert bench.send(order, request=first) == "OK"
    assert bench.send(Drive(0, 0, bench.ms + 400)) == "OK"
    assert bench.send(order, request=first) == "OK"  # the old answer, and nothing done
    bench.run(0.03)
    assert bench.still


def test_replayed_orders_are_stale(bench):
    bench.ready()
    old = bench.request
    for _ in range(40):
        assert bench.beat() == "OK"
    assert bench.send(Drive(150, 0, bench.ms + 300), request=old) == "ESTALE"
    assert bench.send(Heartbeat(), request=(bench.request + 2000) % 65536) == "ESTALE"
    assert bench.still


def test_an_order_overtaken_by_a_newer_one_is_stale(bench):
    bench.ready()
    late = bench.request + 1
    bench.request += 1
    assert bench.drive(0, 0) == "OK"
    assert bench.send(Drive(150, 0, bench.ms + 300), request=late) == "ESTALE"
    assert bench.still


def test_orders_of_an_earlier_session_are_stale(bench):
    bench.ready()
    old = bench.session
    bench.ready()
    assert bench.send(Drive(150, 0, bench.ms + 300), session=old) == "ESTALE"
    assert bench.still


def test_unknown_messages_and_wrong_lengths_are_refused(bench):

    bench.ready()
    for kind, payload, errno in ((0x7E, b"", "ENOSYS"), (0x10, b"123", "EINVAL"), (0x02, b"1", "EINVAL")):
        bench.request += 1
        since = len(bench.received)
        bench.raw(seal(host_body(bench.session, bench.request, kind, payload)))
        bench.until(lambda since=since: bool(bench.all(Ack, since)))
        assert [Status(ack.status).name for ack in bench.all(Ack, since)] == [errno]


@pytest.mark.needs("moves")
def test_without_heartbeats_an_armed_robot_latches(bench):
    bench.ready().cruise(0.5, 150)
    for _ in range(8):
        bench.drive(150)  # orders alone are no sign of life of the supervisor
        bench.run(0.04)
    assert bench.still
    assert bench.reason() == Reason.LINK
    assert bench.drive() == "EPERM"


@pytest.mark.needs("moves", "virtual")
def test_heartbeat_loss_stops_the_wheels_190_to_211_ms_after_the_last_one(bench):
    bench.ready()
    for phase in (0, 3100, 6500, 9900):
        if bench.state().flags & Flag.LATCHED:
            bench.ready()
        bench.cruise(0.3)
        bench.plant.run_us(phase)
        assert bench.beat() == "OK"
        heard = bench.plant.us
        bench.plant.take_edges()
        while bench.plant.us < heard + 260_000:
            bench.drive(200)
            bench.run(0.02)
        edges = bench.plant.take_edges()
        off = [e for e in edges if e.name == "pwm_left" and not e.value][-1].us
        down = [e for e in edges if e.name == "enabled" and not e.value][-1].us
        assert 189_000 <= off - heard <= 211_000
        assert 189_000 <= down - heard <= 211_000
        assert bench.stays_still(0.1)
