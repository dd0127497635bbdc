"""The real binary in the emulator: its time, its serial lines, and what its sensors read."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from firmware_bridge.build import board, build
from firmware_bridge.emulator import (
    EmulatedController,
    Fault,
    Line,
)
from firmware_bridge.framing import Deframer, host_frame, parse_controller
from firmware_bridge.messages import (
    BEAMS,
    NO_ECHO,
    SCHEMA_HASH,
    UM_PER_TICK,
    Flag,
    Hello,
    Reason,
    Scan,
    Welcome,
)
from tests.firmware_bridge.emulated import BOARDS, BYTE_US, PERIOD_US, Board, powered

# No shrinking: a failing example is a second of emulation each time.
few = settings(
    max_examples=8, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck)
)


# ---------------------------------------------------------------- time


def test_it_boots_reports_and_leaves_its_outputs_off(any_board: Board) -> None:
    welcome = any_board.hello()
    assert welcome.schema == SCHEMA_HASH
    assert any_board.state().flags & Flag.ARMED == 0
    assert any_board.chip.take_edges() == []
    assert any_board.chip.outputs.enabled is False


def test_the_same_calls_give_the_same_bytes_and_other_noise_another_nonce() -> None:
    first, again, other = (powered("mega2560", noise).hello() for noise in (1, 1, 2))
    assert first == again
    assert first.nonce != other.nonce


@few
@given(steps=st.lists(st.integers(1, 30_000), min_size=1, max_size=40))
def test_time_is_exact_however_it_is_cut(steps: list[int]) -> None:
    chip = powered("mega2560").chip
    before = chip.peek_int("millis") * 1000 - chip.now_us
    for step in steps:
        chip.advance(step)
    assert abs(chip.peek_int("millis") * 1000 - chip.now_us - before) <= 1000


def test_time_neither_runs_backwards_nor_jumps(mega: Board) -> None:
    with pytest.raises(ValueError, match="no step"):
        mega.chip.tick(mega.chip.now_us - 1, mega.inputs)
    with pytest.raises(ValueError, match="no step"):
        mega.chip.tick(mega.chip.now_us + 60_000_000, mega.inputs)


def test_skipped_time_shows_on_the_boards_clock(mega: Board) -> None:
    before, at = mega.state().ms, mega.chip.now_us
    mega.chip.skip(3_600_000_000)
    after = mega.state().ms
    assert after - before == pytest.approx((mega.chip.now_us - at) / 1000, abs=11)
    assert mega.chip.watchdog_resets == 0


# ---------------------------------------------------------------- serial lines


def test_bytes_take_forty_microseconds_each_in_and_out(mega: Board) -> None:
    mega.run(5_000 - mega.chip.now_us % 1000, 1000)
    mega.chip.transmit()
    frame = host_frame(0, 0, Hello(9, SCHEMA_HASH))
    asked = mega.chip.now_us
    mega.chip.receive(frame)
    assert mega.chip.line(Line.HOST).waiting == len(frame)
    mega.chip.advance(int(BYTE_US * (len(frame) - 1)) - 1)
    assert mega.chip.line(Line.HOST).waiting == 2  # the last but one is on the line
    mega.chip.advance(20_000)
    stream = [(us, byte) for us, byte in mega.chip.transmit_timed() if us > asked]
    data = bytes(byte for _, byte in stream)
    answer = [parse_controller(f).message for f in Deframer().push(data)]
    assert any(isinstance(m, Welcome) and m.token == 9 for m in answer)
    gaps = [b[0] - a[0] for a, b in pairwise(stream)]
    assert min(gaps) >= BYTE_US - 0.1
    assert sorted(gaps)[len(gaps) // 2] == pytest.approx(BYTE_US, abs=0.1)  # back to back inside a frame


def test_a_flood_is_taken_at_line_speed_and_nothing_is_lost_while_interrupts_run(mega: Board) -> None:
    mega.chip.receive(bytes(5000))
    mega.run(100_000)
    assert mega.chip.line(Line.HOST).waiting == pytest.approx(5000 - 2500, abs=1)
    mega.run(110_000)
    assert mega.chip.line(Line.HOST).lost == 0
    assert mega.hello()


def test_a_cpu_that_does_not_listen_loses_all_but_what_the_uart_keeps(mega: Board) -> None:
    mega.chip.hang(Fault.DEAF)
    mega.run(PERIOD_US * 2)
    mega.chip.receive(b"0123456789")
    mega.chip.advance(500)
    assert mega.chip.line(Line.HOST).lost == 10 - 3  # two in the buffer, one in the shift register


def test_a_wrong_baud_rate_is_noticed() -> None:
    target = board("mega2560")
    powered("mega2560")
    slow = EmulatedController(build("mega2560"), replace(target, f_cpu=target.f_cpu // 2))  # the wrong crystal
    slow.advance(200_000)
    slow.receive(host_frame(0, 0, Hello(1, SCHEMA_HASH)))
    slow.advance(50_000)
    assert slow.line(Line.HOST).mangled > 0
    assert not Deframer().push(slow.transmit())


def test_no_cable_holds_megabytes(mega: Board) -> None:
    with pytest.raises(OverflowError, match="ahead"):
        mega.chip.receive(bytes(200_000))


# ---------------------------------------------------------------- sensors

ranges = st.lists(st.one_of(st.integers(20, 12_000), st.just(NO_ECHO)), min_size=BEAMS, max_size=BEAMS).map(tuple)


@few
@given(scans=st.lists(ranges, min_size=1, max_size=4))
def test_a_turn_of_the_lidar_says_what_there_is(scans: list[tuple[int, ...]]) -> None:
    mega = powered("mega2560")
    for scan in scans:
        mega.set(ranges_mm=scan).run(100_000)
    mega.run(50_000)
    seen = [m.ranges_mm for m in mega.received if isinstance(m, Scan)]
    assert seen == scans
    assert mega.chip.line(Line.LIDAR).lost == mega.chip.line(Line.LIDAR).mangled == 0


def test_turns_go_on_ten_a_second_with_what_was_last_seen(mega: Board) -> None:
    mega.set(ranges_mm=tuple(range(1000, 1000 + BEAMS))).run(1_050_000)
    assert sum(isinstance(m, Scan) for m in mega.received) == 10


def test_a_scan_has_seventy_two_readings(mega: Board) -> None:
    with pytest.raises(ValueError, match="72"):
        mega.chip.tick(mega.chip.now_us + 1000, replace(mega.inputs, ranges_mm=(1, 2)))


@pytest.mark.parametrize("name", BOARDS)
@few
@given(moves=st.lists(st.tuples(st.integers(-140, 140), st.integers(-140, 140)), min_size=1, max_size=40))
def test_every_encoder_edge_is_counted(name: str, moves: list[tuple[int, int]]) -> None:
    """Up to 14000 edges a second and wheel, a tenth above top speed."""
    wired = powered(name)
    start = [wired.chip.peek_int(f"encoder_{side}") for side in ("left", "right")]
    left = right = 0
    for dl, dr in moves:
        left, right = left + dl, right + dr
        wired.set(encoder_left=left, encoder_right=right).run(PERIOD_US)
    wired.run(1000)
    counted = [wired.chip.peek_int(f"encoder_{side}") for side in ("left", "right")]
    assert [(now - was) % 65536 for now, was in zip(counted, start, strict=True)] == [left % 65536, right % 65536]
    assert wired.chip.peek_int("encoder_skips") == 0


def test_odometry_is_in_metres_and_forwards_is_forwards(any_board: Board) -> None:
    for period in range(100):
        any_board.set(encoder_left=(period + 1) * 100, encoder_right=(period + 1) * 100).run(PERIOD_US)
    assert any_board.state().x_um == pytest.approx(100 * 100 * UM_PER_TICK, abs=50)


def test_contacts_read_as_the_core_reads_them(any_board: Board) -> None:
    assert any_board.state().flags & (Flag.STOP_BUTTON | Flag.CHARGING | Flag.HOLDING) == 0
    for bits in (0, 1, 2, 3):
        state = any_board.set(bumper=bits, cliff=3 - bits).state()
        assert (state.bumper, state.cliff) == (bits, 3 - bits)
    assert any_board.set(stop_button=True, charging=True).state().flags & (Flag.STOP_BUTTON | Flag.CHARGING) == (
        Flag.STOP_BUTTON | Flag.CHARGING
    )
    assert any_board.state().reason == Reason.STOP_BUTTON


def test_the_gripper_contact_is_read_where_there_is_one(mega: Board) -> None:
    assert mega.set(gripper_holding=True).state().flags & Flag.HOLDING


def test_writing_to_a_port_leaves_its_inputs_alone(uno: Board) -> None:
    """On the Uno charging shares port B with the enable and direction pins, and the encoders port D with another."""
    uno.set(charging=True).arm()
    for v in (200, -200, 200):
        uno.cruise(200_000, v)
        assert uno.state().flags & Flag.CHARGING
    assert uno.chip.peek_int("encoder_left") == pytest.approx(uno.inputs.encoder_left, abs=2)
    assert uno.chip.peek_int("encoder_skips") == 0


@pytest.mark.parametrize("millivolts", [12_800, 14_400, 16_800])
def test_the_battery_is_measured_through_its_divider(mega: Board, millivolts: int) -> None:
    mega.set(battery_mv=millivolts).run(1_500_000)  # the firmware smooths it
    assert mega.state().battery_mv == pytest.approx(millivolts, abs=40)
