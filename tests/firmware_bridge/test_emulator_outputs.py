"""The real binary in the emulator: what it puts on its pins, its resets, and what can be seen inside."""

from __future__ import annotations

import pytest

from firmware_bridge.build import Built, board, build
from firmware_bridge.emulator import (
    EmulatorCrashedError,
    Fault,
)
from firmware_bridge.emulator.elf import ElfError, load
from firmware_bridge.messages import (
    BEAMS,
    UM_PER_TICK,
    Drive,
    Gripper,
    Heartbeat,
    Tool,
)
from tests.firmware_bridge.emulated import BOOTED_US, PERIOD_US, WATCHDOG_US, Board, powered

# ---------------------------------------------------------------- outputs


def test_duties_have_size_and_sign(any_board: Board) -> None:
    any_board.arm().cruise(1_000_000, 200)
    assert any_board.chip.outputs.enabled
    assert any_board.duties[0] == any_board.duties[1] > 100
    assert any_board.state().pwm_left == pytest.approx(any_board.duties[0], abs=10)
    any_board.cruise(600_000, -200)
    assert any_board.duties[0] < -100
    any_board.cruise(600_000, 0, 1500)
    assert any_board.duties[0] < 0 < any_board.duties[1]


@pytest.mark.parametrize("duty", [1, 2, 100, 254, 255])
def test_the_tools_duty_is_as_ordered(any_board: Board, duty: int) -> None:
    any_board.arm()
    assert any_board.send(Heartbeat()) == "OK"
    assert any_board.send(Tool(duty, any_board.deadline(200))) == "OK"
    any_board.run(20_000)
    assert any_board.chip.outputs.tool_pwm == pytest.approx(duty, abs=1)
    any_board.run(300_000)
    assert any_board.chip.outputs.tool_pwm == 0


def test_a_drive_ends_within_a_period_of_its_deadline(any_board: Board) -> None:
    any_board.arm().cruise(300_000)
    assert any_board.send(Heartbeat()) == "OK"
    millis = any_board.chip.peek_int("millis")
    offset_us = any_board.chip.now_us - millis * 1000  # the firmware's millisecond is up to 1000 us old
    assert any_board.send(Drive(200, 0, millis + 100)) == "OK"
    any_board.chip.take_edges()
    any_board.run(150_000)
    zero = [e.us for e in any_board.chip.take_edges() if e.name == "pwm_left" and e.value == 0]
    deadline_us = (millis + 100) * 1000 + offset_us
    assert -1000 <= zero[0] - deadline_us <= PERIOD_US + 1000


@pytest.mark.parametrize("cause", [{"bumper": 1}, {"cliff": 2}, {"stop_button": True}])
def test_a_contact_stops_the_motors_within_ten_milliseconds(any_board: Board, cause: dict[str, object]) -> None:
    any_board.arm().cruise(300_000)
    any_board.chip.take_edges()
    pressed = any_board.chip.now_us
    any_board.set(**cause).run(20_000, 1000)
    last = {e.name: e for e in any_board.chip.take_edges()}
    assert [last[name].value for name in ("pwm_left", "pwm_right", "enabled")] == [0, 0, 0]
    assert max(last[name].us for name in ("pwm_left", "pwm_right", "enabled")) - pressed <= 10_000


def test_the_gripper_is_ordered_whole(mega: Board) -> None:
    """Servo and arm hear of an order at different times; nothing in between is shown."""
    mega.arm()
    shown = set()
    for close, aim in ((True, (400, -30, 120)), (False, (350, 0, 700))):
        mega.post(Gripper(int(close), *aim, mega.deadline(100)))
        for _ in range(400):
            mega.chip.advance(100)
            shown.add((mega.chip.outputs.gripper_close, mega.chip.outputs.gripper_aim_mm))
        assert mega.chip.outputs.gripper_aim_mm == aim
    assert shown == {(False, (0, 0, 0)), (True, (400, -30, 120)), (False, (350, 0, 700))}


def test_without_an_arm_the_servo_alone_counts(uno: Board) -> None:
    uno.arm()
    for close in (1, 0, 1):
        assert uno.send(Gripper(close, 1, 2, 3, uno.deadline(100))) == "OK"
        assert uno.run(40_000).chip.outputs.gripper_close == bool(close)


# ---------------------------------------------------------------- resets


@pytest.mark.parametrize("fault", list(Fault))
def test_a_loop_that_hangs_is_reset_by_the_watchdog(any_board: Board, fault: Fault) -> None:
    any_board.arm().cruise(300_000)
    nonce = any_board.nonce
    any_board.chip.take_edges()
    hung = any_board.chip.now_us
    before = any_board.chip.hang(fault)
    while not any_board.chip.watchdog_resets and any_board.chip.now_us < hung + 2 * WATCHDOG_US:
        any_board.run(1000, 1000)
    off = [e for e in any_board.chip.take_edges() if e.name in ("pwm_left", "enabled") and e.value == 0]
    assert {e.name for e in off} == {"pwm_left", "enabled"}
    assert off[-1].us - hung <= WATCHDOG_US + PERIOD_US
    any_board.chip.mend(before)
    any_board.run(200_000)
    assert any_board.chip.watchdog_resets == 1
    assert any_board.hello(2).nonce != nonce
    assert any_board.duties == (0, 0)


@pytest.mark.parametrize(("fault", "bites"), [(Fault.LOOP, 0), (Fault.DEAF, 1)])
def test_a_hang_mended_in_time_goes_on_unless_interrupts_are_off(mega: Board, fault: Fault, bites: int) -> None:
    before = mega.chip.hang(fault)
    mega.run(30_000)
    mega.chip.mend(before)
    mega.run(300_000)
    assert mega.chip.watchdog_resets == bites
    assert mega.hello()


def test_the_reset_line_floats_the_outputs_and_makes_another_nonce(any_board: Board) -> None:
    any_board.arm().cruise(300_000)
    nonce = any_board.nonce
    any_board.chip.reset(hold_us=100_000)
    assert any_board.duties == (0, 0)
    assert not any_board.chip.outputs.enabled
    any_board.chip.transmit()
    any_board.chip.advance(100_000)
    assert any_board.chip.transmit() == b""
    any_board.run(BOOTED_US)
    assert any_board.hello(2).nonce != nonce
    assert any_board.chip.watchdog_resets == 0


def test_sensors_are_still_connected_after_a_reset(any_board: Board) -> None:
    any_board.set(bumper=2, encoder_left=1, encoder_right=3).run(PERIOD_US)
    any_board.chip.reset()
    any_board.run(BOOTED_US)
    assert any_board.state().bumper == 2
    any_board.set(encoder_left=101, encoder_right=103).run(PERIOD_US)
    assert any_board.state().x_um == pytest.approx(100 * UM_PER_TICK, abs=1)


def test_the_gripper_holds_through_resets_but_not_through_a_power_cut(mega: Board) -> None:
    mega.arm()
    assert mega.send(Gripper(1, 400, 0, 100, mega.deadline(100))) == "OK"
    mega.run(40_000)
    mega.chip.reset()
    mega.run(100_000)
    assert (mega.chip.outputs.gripper_close, mega.chip.outputs.gripper_aim_mm) == (True, (400, 0, 100))
    assert not [e for e in mega.chip.take_edges() if e.name == "gripper_close" and e.value == 0]


def test_the_eeprom_outlives_power_and_no_boot_repeats_a_nonce(any_board: Board) -> None:
    nonces = [any_board.hello().nonce]
    for boot in range(2, 6):
        any_board.chip.power_cycle(noise=0)
        any_board.run(BOOTED_US)
        nonces.append(any_board.hello(boot).nonce)
    name = "uno" if len(any_board.chip.eeprom) == 1024 else "mega2560"
    another = powered(name, eeprom=any_board.chip.eeprom)
    nonces.append(another.hello().nonce)
    assert len(set(nonces)) == len(nonces)
    with pytest.raises(ValueError, match="EEPROM"):
        another.chip.set_eeprom(b"short")


# ---------------------------------------------------------------- looking inside


def test_a_crash_is_an_error_that_says_where(mega: Board) -> None:
    mega.chip.mend(b"\x00\x92\xff\xff")  # sts 0xFFFF, r0: there is no such memory
    with pytest.raises(EmulatorCrashedError, match=r"run_period.*out of ram"):
        mega.run(50_000)
    with pytest.raises(EmulatorCrashedError):
        mega.chip.advance(1000)


def test_periods_are_timed_and_fit_together(mega: Board) -> None:
    mega.chip.watch_loop()
    mega.run(500_000)
    timing = mega.chip.loop_timing
    assert 49 <= timing.periods <= 51
    assert 100 < timing.mean_us <= timing.worst_us < PERIOD_US
    assert timing.longest_interval_us == pytest.approx(PERIOD_US, abs=1100)
    assert timing.longest_gap_us + timing.worst_us >= PERIOD_US - 1100


def test_the_stack_never_gets_deeper_than_the_build_says(any_board: Board) -> None:
    name = "uno" if len(any_board.chip.eeprom) == 1024 else "mega2560"
    any_board.set(ranges_mm=tuple(range(1000, 1000 + BEAMS))).arm().cruise(500_000)
    stack = any_board.chip.stack
    assert 100 < stack.used <= build(name).stack
    assert stack.used + stack.free + build(name).ram == board(name).ram


def test_unknown_names_and_files_are_refused(mega: Board, tmp_path: object) -> None:
    with pytest.raises(KeyError, match="no variable"):
        mega.chip.peek("no_such_thing")
    with pytest.raises(KeyError, match="no function"):
        mega.chip.watch_loop("millis")
    with pytest.raises(ValueError, match="4 bytes"):
        mega.chip.poke("millis", bytes(5))


def test_only_linked_avr_programs_are_taken(built: Built) -> None:
    with pytest.raises(ElfError, match="ELF"):
        load(built.hex)


@pytest.fixture
def built() -> Built:
    powered("mega2560")
    return build("mega2560")
