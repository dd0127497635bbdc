"""The controller goes away in the middle of a drive: reset line, watchdog, power, cable; what must not come back."""

import pytest

from firmware_bridge.messages import Arm, Flag, Reason, Welcome

WATCHDOG = 0.080  # s: 60 ms by the contract, with the tolerance of its oscillator


def assert_fresh(bench, nonce):
    """It is up again, disarmed, under another nonce, and obeys neither the old session nor the old arming."""
    old = bench.session
    welcome = bench.hello()
    assert welcome.nonce != nonce
    assert bench.send(Arm(nonce)) == "ESTALE"
    assert not bench.state().flags & Flag.ARMED
    assert bench.drive() == "EPERM"
    current, bench.session = bench.session, old
    assert bench.drive() in ("ESTALE", "EPERM")
    bench.session = current
    assert bench.still


def assert_off_from(edges, since_us):
    """After that moment no duty and no enable ever rises."""
    for name in ("pwm_left", "pwm_right", "tool_pwm", "enabled"):
        assert not [edge for edge in edges if edge.name == name and edge.value and edge.us > since_us]


@pytest.mark.needs("moves", "boots")
@pytest.mark.parametrize("cause", ["reset line", "power cycle"])
def test_a_reset_in_mid_drive_leaves_it_off_and_disarmed(bench, cause):
    if cause == "power cycle" and not bench.target.can("press"):
        pytest.skip("nobody can switch the supply of a real board from here")
    bench.ready().cruise(0.4)
    nonce = bench.nonce
    if bench.target.can("pins"):
        bench.plant.take_edges()
    at = (bench.plant.reset if cause == "reset line" else bench.plant.power_cycle)()
    bench.run(0.2)
    assert bench.still
    if bench.target.can("pins"):
        assert not bench.plant.outputs.enabled
        assert_off_from(bench.plant.take_edges(), at + 10)
    assert_fresh(bench, nonce)


@pytest.mark.needs("moves", "virtual")
@pytest.mark.parametrize("cause", ["reset line", "power cycle"])
def test_setpoints_that_go_on_through_a_reset_move_nothing(bench, cause):
    bench.ready().cruise(0.3)
    bench.plant.take_edges()
    at = bench.plant.us
    (bench.plant.reset if cause == "reset line" else bench.plant.power_cycle)()
    for _ in range(40):  # a host that has noticed nothing
        bench.beat_blindly()
        bench.run(0.01)
    assert_off_from(bench.plant.take_edges(), at + 10)
    assert bench.still


def until_bitten(bench):
    """Live until the watchdog has bitten; the program then is at its very beginning, and may be mended."""
    board = bench.plant.board
    before = board.bites
    for _ in range(300):
        bench.plant.run_us(1000)
        if board.bites > before:
            return
    raise AssertionError("the watchdog let the loop hang for 300 ms")


@pytest.mark.needs("moves", "virtual", "avr")
@pytest.mark.parametrize("interrupts", [True, False])
def test_a_hung_loop_is_ended_by_the_watchdog(bench, interrupts):
    bench.ready().cruise(0.3)
    nonce = bench.nonce
    bench.plant.take_edges()
    hung = bench.plant.us
    bench.plant.board.hang(interrupts=interrupts)
    until_bitten(bench)
    bench.plant.board.mend()
    edges = bench.plant.take_edges()
    off = [edge.us for edge in edges if edge.name == "enabled" and not edge.value]
    assert off, "the drivers stayed on"
    assert (off[0] - hung) / 1e6 <= WATCHDOG
    assert_off_from(edges, off[0])
    bench.plant.run_us(300_000)
    assert_off_from(bench.plant.take_edges(), hung)
    assert_fresh(bench, nonce)


@pytest.mark.needs("moves", "virtual", "avr")
def test_a_board_that_keeps_being_reset_never_moves(bench):
    bench.ready().cruise(0.3)
    bench.plant.reset()
    bench.plant.take_edges()
    at = bench.plant.us
    for _ in range(12):
        bench.plant.run_us(7_300)
        bench.beat_blindly()
        bench.plant.reset()
    bench.run(0.1)
    assert_off_from(bench.plant.take_edges(), at)


# ---------------------------------------------------------------- what a host sees: the real link


def poll(bench, link, seconds, each=lambda: None):
    """A gate's cycle on the bench for so long."""
    for _ in range(round(seconds / 0.02)):
        link.poll()
        each()
        bench.plant.run(0.02)


def connect(bench):
    """A link that is up, and armed."""
    link = bench.link()
    for _ in range(300):
        link.poll()
        if link.up:
            break
        bench.plant.run(0.02)
    assert link.up, link.lost_reason
    request = link.arm()
    poll(bench, link, 0.2, link.heartbeat)
    if link.acked(request) == "EPERM" and not bench.target.can("press"):
        pytest.skip("the board is latched; connect its stop button or bridge the pin to ground")
    assert link.acked(request) == "OK"
    return link


def drive(bench, link):
    def order():
        link.heartbeat()
        link.drive(200, 0, link.deadline_after(0.2))

    return order


@pytest.mark.needs("moves", "boots")
def test_the_link_notices_a_reset_and_nothing_moves_until_it_is_armed_again(bench):
    link = connect(bench)
    order = drive(bench, link)
    poll(bench, link, 0.5, order)
    nonce = link.nonce
    bench.plant.reset()
    poll(bench, link, 4.0 if bench.target.name == "port" else 1.0, order)
    assert link.up
    assert link.nonce != nonce
    assert link.resets >= 1
    assert link.state is not None
    assert not link.state.flags & Flag.ARMED
    assert (link.state.pwm_left, link.state.pwm_right) == (0, 0)
    request = link.arm()
    poll(bench, link, 0.3, order)
    assert link.acked(request) == "OK"
    assert link.state.pwm_left > 0
    link.stop_now(int(Reason.OWNER))
    poll(bench, link, 0.1)


@pytest.mark.needs("moves", "pins")
def test_cable_out_stops_it_and_cable_in_again_moves_nothing(bench):
    link = connect(bench)
    order = drive(bench, link)
    poll(bench, link, 0.5, order)
    assert not bench.still
    bench.plant.take_edges()
    cut = bench.plant.cut()
    poll(bench, link, 0.4, order)
    assert not link.up
    assert bench.still
    edges = bench.plant.take_edges()
    off = [edge.us for edge in edges if edge.name == "pwm_left" and not edge.value][-1]
    assert (off - cut) / 1e6 <= 0.25
    bench.plant.mend()
    poll(bench, link, 1.5, order)
    assert link.up
    assert bench.still
    assert not [e for e in bench.plant.take_edges() if e.name.startswith("pwm") and e.value]
    assert link.state is not None
    assert link.state.reason == Reason.LINK
    assert link.resets == 0


@pytest.mark.needs("boots")
def test_the_boot_is_announced_once(bench):
    bench.hello()
    bench.state()
    bench.plant.reset()
    since = len(bench.received)
    bench.until(lambda: bool(bench.all(Welcome, since)), within=4.0)
    bench.run(0.1)
    assert len([w for w in bench.all(Welcome, since) if w.session == 0]) == 1


@pytest.mark.needs("boots", "virtual", "avr")
def test_the_boot_is_heard_even_when_the_reset_cut_a_frame_in_two(bench):
    bench.hello()
    for us in range(46_000, 52_000, 700):  # some of them in the middle of the next State
        bench.state()
        bench.plant.run_us(us)
        since = len(bench.received)
        bench.plant.reset()
        bench.until(lambda since=since: bool(bench.all(Welcome, since)), within=1.0)
        assert bench.all(Welcome, since)
