"""Who is there: the handshake, the schema, the boot nonce, and what a controller permits before it is armed."""

import pytest

from firmware_bridge.messages import (
    SCHEMA_HASH,
    Arm,
    Clear,
    Disarm,
    Drive,
    Flag,
    Gripper,
    Heartbeat,
    Reason,
    Recover,
    Stop,
    Tool,
    Welcome,
)


def test_a_boot_announces_itself_without_a_session(bench):
    bench.until(lambda: bench.received != [], within=4.0)
    first = bench.received[0][1]
    assert isinstance(first, Welcome)
    assert (first.session, first.schema) == (0, SCHEMA_HASH)


def test_handshake_gives_schema_nonce_session_and_time(bench):
    welcome = bench.hello(token=7)
    assert (welcome.schema, welcome.token) == (SCHEMA_HASH, 7)
    assert welcome.nonce != 0
    assert welcome.session != 0
    assert bench.hello(token=7).session == welcome.session
    assert bench.hello(token=8).session != welcome.session
    assert abs(bench.state().ms - bench.ms) < 60


def test_a_host_of_another_schema_cannot_arm(bench):
    assert bench.hello(schema=SCHEMA_HASH ^ 1).schema == SCHEMA_HASH
    assert bench.arm() == "EPERM"
    assert bench.drive() == "EPERM"
    assert not bench.state().flags & Flag.ARMED
    bench.ready()


def test_another_schema_disarms_a_robot_that_was_armed(bench):
    bench.ready()
    bench.hello(schema=SCHEMA_HASH ^ 1)
    assert not bench.state().flags & Flag.ARMED
    assert bench.arm() == "EPERM"


@pytest.mark.needs("boots")
def test_every_boot_has_a_nonce_and_a_session_of_its_own(bench):
    nonces, sessions = [], []
    for boot in range(4):
        welcome = bench.hello(token=11)
        nonces.append(welcome.nonce)
        sessions.append(welcome.session)
        if boot == 1 and bench.target.can("press"):
            bench.plant.power_cycle()
        else:
            bench.plant.reset()
        bench.session = 0
    assert len(set(nonces)) == 4
    assert len(set(sessions)) == 4


def test_nothing_moves_before_arming(bench):
    bench.hello()
    bench.send(Disarm())
    bench.send(Clear())  # a latch by contact would permit Recover
    soon = bench.ms + 200
    for message in (Drive(200, 0, soon), Tool(200, soon), Gripper(1, 0, 0, 0, soon), Recover(-50, 0, soon)):
        assert bench.send(message) == "EPERM"
    assert bench.still
    assert bench.beat() == "OK"


def test_arming_is_for_one_boot_only(bench):
    bench.hello()
    assert bench.send(Clear()) in ("OK", "EBUSY")
    assert bench.send(Arm(bench.nonce ^ 1)) == "ESTALE"
    assert not bench.state().flags & Flag.ARMED


def test_no_arming_while_latched_and_clearing_leaves_it_disarmed(bench):
    bench.ready()
    assert bench.send(Stop(Reason.OWNER, 0)) == "OK"
    assert bench.arm() == "EPERM"
    assert bench.reason() == Reason.OWNER
    assert bench.send(Clear()) == "OK"
    assert bench.drive() == "EPERM"
    assert bench.state().flags & (Flag.ARMED | Flag.LATCHED) == 0
    assert bench.arm() == "OK"
    assert bench.state().flags & Flag.ARMED


def test_disarming_needs_no_heartbeat_and_latches_nothing(bench):
    bench.ready()
    assert bench.send(Disarm()) == "OK"
    bench.run(0.4)
    assert bench.reason() == Reason.NONE
    assert bench.drive() == "EPERM"


def test_a_new_session_takes_the_robot_from_its_old_host(bench):
    bench.ready()
    old = bench.session
    bench.hello()
    assert bench.reason() == Reason.LINK
    assert bench.send(Heartbeat(), session=old) == "ESTALE"
    assert bench.send(Clear()) == "OK"


def test_frames_of_no_session_are_answered_with_estale_but_a_stop_is_obeyed(bench):
    bench.ready()
    for session in (0, bench.session ^ 1):
        assert bench.send(Heartbeat(), session=session) == "ESTALE"
    assert bench.send(Stop(Reason.OWNER, 0), session=0) == "OK"
    assert bench.reason() == Reason.OWNER
