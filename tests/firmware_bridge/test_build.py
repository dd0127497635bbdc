"""Boards, their build, budgets and generated files, and what only the real binary shows: cycles, stack, nonces."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise

import pytest

from firmware_bridge import boards, build, stack, wiring
from firmware_bridge.boards import BoardError
from firmware_bridge.build import BuildError
from firmware_bridge.emulator import EmulatorMissingError, Line, power_up
from firmware_bridge.framing import Deframer, parse_controller
from firmware_bridge.host import Inputs
from firmware_bridge.messages import PERIOD_MS, SCHEMA_HASH, Welcome
from firmware_bridge.selftest import measure_loop

AVR = ("mega2560", "uno")
CYCLES_PER_US = 16
EDGES_PER_SECOND = 14_400  # of one wheel at full speed
FULL_SPEED = 144  # ticks a period
ENTER = 8  # cycles from an event to its routine: 5 of the part, 3 for the jump
LONGEST = 80  # cycles; a byte takes 640, and the UART keeps two more while it waits
# of each board: an encoder's routine, then those of the host's UART
VECTORS = {
    "mega2560": ("__vector_1", "__vector_25", "__vector_26"),
    "uno": ("__vector_5", "__vector_18", "__vector_19"),
}

needs_compiler = pytest.mark.skipif(shutil.which("avr-gcc") is None, reason="apt-get install gcc-avr avr-libc")


def power(name, eeprom=None):
    try:
        return power_up(name, eeprom)
    except EmulatorMissingError as error:
        pytest.skip(str(error))


class TestBoards:
    def test_every_board_parses_and_states_its_budgets(self):
        assert {"mega2560", "uno"} <= set(boards.names())
        for name in boards.names():
            board = boards.board(name)
            assert board.budget.flash <= board.flash
            assert board.budget.ram + board.budget.stack <= board.ram
            assert board.budget.period_us <= PERIOD_MS * 1000 * 4 // 10
            assert {"enable", "stop_button", "left_pwm", "right_pwm", "battery"} <= set(board.pins)

    def test_the_reference_board_is_wired_as_promised(self):
        pins = boards.board("mega2560").pins
        where = {name: (pin.header, f"{pin.port}{pin.bit}", pin.function) for name, pin in pins.items()}
        assert where["left_a"] == ("D2", "E4", "INT4")
        assert where["left_b"] == ("D3", "E5", "INT5")
        assert where["right_a"] == ("D21", "D0", "INT0")
        assert where["right_b"] == ("D20", "D1", "INT1")
        assert where["left_pwm"] == ("D5", "E3", "OC3A")
        assert where["right_pwm"] == ("D6", "H3", "OC4A")
        assert where["enable"] == ("D9", "H6", "")
        assert where["stop_button"] == ("D26", "A4", "")
        assert where["lidar_rx"] == ("D19", "D2", "")

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ('header = "D5"', 'header = "D7"', "both on D7"),
            ('port = "E3"', 'port = "E4"', "both on E4"),
            ('port = "E3"', 'port = "E"', "no port and bit"),
            ('role = "encoder"', 'role = "magic"', "role 'magic'"),
            ("flash = 24_576", "flash = -", "board.toml"),
            ('mcu = "ATmega2560"', "", "mcu is missing"),
            ('"2341:0042"', '"2341-0042"', "USB id"),
        ],
    )
    def test_a_wrong_board_is_refused_with_the_entry_at_fault(self, old, new, words):
        text = (boards.FOLDER / "mega2560" / "board.toml").read_text(encoding="utf-8")
        assert old in text
        with pytest.raises(BoardError, match=re.escape(words)):
            boards.parse("mega2560", text.replace(old, new, 1))

    def test_an_unknown_board_names_those_there_are(self):
        with pytest.raises(BoardError, match="mega2560"):
            boards.board("mega")


class TestGenerated:
    def test_pins_pages_and_pictures_are_in_step(self, capsys):
        assert wiring.main(["--check"]) == 0, capsys.readouterr().err

    def test_a_changed_pin_changes_all_three(self):
        board = boards.board("uno")
        moved = replace(board, pins={**board.pins, "enable": replace(board.pins["enable"], header="D99", bit=7)})
        before, after = wiring.rendered(board), wiring.rendered(moved)
        assert [path.name for path in before if before[path] != after[path]] == ["pins.h", "WIRING.md", "wiring.svg"]

    @pytest.mark.parametrize("name", boards.names())
    def test_the_page_says_what_keeps_the_robot_still(self, name):
        board = boards.board(name)
        page = wiring.render_page(board)
        for pin in board.pins.values():
            assert f"`{pin.name}`" in page
        for words in ("normally closed", "10 kΩ", "The gripper holds", "Before the first drive", "with a meter"):
            assert words in page
        assert not re.search(r"\{\w+\}", page)

    @pytest.mark.parametrize("name", boards.names())
    def test_the_header_drives_every_output_and_pulls_every_contact_up(self, name):
        board = boards.board(name)
        header = wiring.render_pins(board)
        for macro, wanted in (("OUTPUT", "is_output"), ("PULL_UP", "has_pull_up")):
            line = next(line for line in header.splitlines() if f"FOR_EACH_{macro}_PORT" in line)
            masks = {port[-1]: int(mask, 16) for port, mask in re.findall(r"DO\((\w+), (0x\w+)\)", line)}
            for pin in board.pins.values():
                if len(pin.port) == 1:
                    assert bool(masks.get(pin.port, 0) >> pin.bit & 1) == getattr(pin, wanted)


@needs_compiler
class TestBuild:
    @pytest.mark.parametrize("name", AVR)
    def test_it_stays_within_its_budgets_and_is_kept(self, name, tmp_path):
        built = build.build(name, tmp_path)
        assert 0 < built.flash <= built.flash_budget
        assert 0 < built.ram <= built.ram_budget
        assert 0 < built.stack <= built.stack_budget
        assert built.hex.read_text().startswith(":")
        made = built.elf.stat().st_mtime_ns
        assert build.build(name, tmp_path) == built
        assert built.elf.stat().st_mtime_ns == made
        assert [path.name for path in tmp_path.iterdir()] == [built.elf.parent.name]

    def test_only_the_newest_builds_of_a_board_are_kept(self, tmp_path):
        for number in range(6):
            old = tmp_path / f"uno-{number:016x}"
            old.mkdir()
            os.utime(old, (number, number))
        (tmp_path / "mega2560-0").mkdir()
        built = build.build("uno", tmp_path)
        kept = {path.name for path in tmp_path.iterdir()}
        assert built.elf.exists() and "mega2560-0" in kept
        assert {name for name in kept if name.startswith("uno-0000")} == {f"uno-{n:016x}" for n in (3, 4, 5)}

    def test_the_schema_in_the_elf_is_the_packages(self):
        elf = build.build("uno").elf
        symbols = subprocess.run(["avr-nm", elf], capture_output=True, text=True, check=True, timeout=20).stdout
        assert f"{SCHEMA_HASH:08x} A {build.SCHEMA_SYMBOL}" in symbols

    def test_another_schema_is_refused(self, tmp_path, monkeypatch):
        monkeypatch.setattr(build, "SCHEMA_HASH", 1)
        with pytest.raises(BuildError, match="generate"):
            build.build("uno", tmp_path)

    def test_too_large_a_firmware_is_refused(self, tmp_path, monkeypatch):
        for what in ("flash", "ram", "stack"):
            small = replace(boards.board("uno"), budget=replace(boards.board("uno").budget, **{what: 10}))
            monkeypatch.setattr(build, "board", lambda _, small=small: small)
            with pytest.raises(BuildError, match="the budget is 10"):
                build.build("uno", tmp_path / what)

    def test_what_the_compiler_says_is_handed_on(self, tmp_path, monkeypatch):
        board = boards.board("uno")
        broken = tmp_path / "broken"
        shutil.copytree(boards.FIRMWARE, broken)
        (broken / "core" / "latch.c").write_text("int main(void) { return nothing; }\n")
        monkeypatch.setattr(build, "FIRMWARE", broken)
        monkeypatch.setattr(build, "board", lambda _: board)
        with pytest.raises(BuildError, match=r"(?s)compiling core/latch.c: .*nothing.* undeclared"):
            build.build("uno", tmp_path / "cache")

    def test_no_compiler_says_what_to_install(self, tmp_path, monkeypatch):
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(BuildError, match="apt-get install gcc-avr avr-libc"):
            build.build("uno", tmp_path)

    def test_outputs_are_driven_low_before_anything_else(self):
        """The first instructions after the reset vector only load constants and store them into direction registers."""
        elf = build.build("mega2560").elf
        listing = subprocess.run(
            ["avr-objdump", "-d", "--no-show-raw-insn", elf], capture_output=True, text=True, check=True, timeout=20
        ).stdout
        assert re.search(r"^ +0:\tr?jmp\t.*<__ctors_end>$", listing, re.M)  # the reset vector
        lines = listing[listing.index("<__ctors_end>:\n") :].splitlines()[1:]
        header = wiring.render_pins(boards.board("mega2560"))
        ports = len(re.findall(r"DO\(DDR[A-Z],", header))
        assert ports >= 3
        for load, store in zip(lines[0 : 2 * ports : 2], lines[1 : 2 * ports : 2], strict=True):
            assert "\tldi\tr16" in load
            assert "\tsts\t0x" in store


class TestStack:
    LISTING = """
00000000 <main>:
   0:\tpush\tr28
   2:\trcall\t.+4      \t; 0x8 <work>
00000008 <work>:
   8:\tpush\tr2
   a:\ticall
   c:\tret
00000010 <handle>:
  10:\tpush\tr2
  12:\tpush\tr3
00000020 <__vector_5>:
  20:\tpush\tr24
  22:\trcall\t.+4      \t; 0x30 <library>
00000030 <library>:
  30:\tpush\tr2
"""

    def test_the_deepest_chain_and_interrupt(self):
        sizes = {"main": 10, "work": 20, "handle": 30, "__vector_5": 7}
        found = stack.depth(self.LISTING.replace("; 0x8 ", ""), sizes, return_bytes=3, push_bytes=1, exception_bytes=0)
        assert found.chain == ("main", "work", "handle")  # by a pointer: nothing calls handle by name
        assert (found.main, found.interrupt) == (60, 7 + 3 + 1)

    def test_recursion_has_no_bound(self):
        text = "00000000 <main>:\n   0:\tcall\t0x8\t; 0x8 <a>\n00000008 <a>:\n   8:\tcall\t0x8\t; 0x8 <main>\n"
        with pytest.raises(stack.StackError, match="main -> a -> main"):
            stack.depth(text, {"main": 1, "a": 1}, 2, 1, 0)


@needs_compiler
@pytest.mark.parametrize("name", AVR)
class TestRunning:
    def test_a_period_and_the_stack_are_within_budget_at_the_worst_of_times(self, name):
        power(name)
        built, board = build.build(name), boards.board(name)
        loop = measure_loop(name)
        assert loop.periods >= 290
        assert 0 < loop.worst_us <= board.budget.period_us
        assert loop.stack_used <= built.stack
        if name == "mega2560":  # the bound's chain does run here, so it can't be far off
            assert loop.stack_used > built.stack * 0.8

    def test_interrupts_are_short_and_no_edge_or_byte_is_lost_at_full_speed(self, name):
        board = power(name)
        _, us = nonce_of(board, 0)
        us += -us % (PERIOD_MS * 1000)
        inputs, spent = Inputs(0, 0), {}
        for vector in VECTORS[name]:
            board.watch_loop(vector)
            for period in range(40):
                step = FULL_SPEED if period < 30 else -FULL_SPEED
                left, right = inputs.encoder_left + step, inputs.encoder_right + step
                inputs = replace(inputs, encoder_left=left, encoder_right=right)
                board.receive(bytes(range(1, 226)))
                us += PERIOD_MS * 1000
                board.tick(us, inputs)
            assert board.loop_timing.worst_us * CYCLES_PER_US + ENTER <= LONGEST
            spent[vector] = board.loop_timing.mean_us * CYCLES_PER_US + ENTER
        share = spent[VECTORS[name][0]] * 2 * EDGES_PER_SECOND / 16e6
        assert share < 0.125  # of the CPU, for both wheels at full speed
        assert board.peek_int("encoder_skips") == 0
        assert board.line(Line.HOST).lost == 0
        for side in ("left", "right"):
            counted = int.from_bytes(board.peek(f"encoder_{side}"), "little")
            assert (counted - getattr(inputs, f"encoder_{side}")) % 2**16 <= 3  # it began with the phase it found


def nonce_of(board, us):
    """Boot on; the nonce of the Welcome that the board sends of its own accord."""
    deframer, found = Deframer(), []
    for _ in range(40):
        us += 5000
        board.tick(us, Inputs(0, 0))
        frames = deframer.push(board.transmit())
        found += [m for m in (parse_controller(frame).message for frame in frames) if isinstance(m, Welcome)]
        if found:
            return found[0].nonce, us
    raise AssertionError("it does not boot")


@needs_compiler
class TestNonce:
    def test_no_boot_has_a_nonce_that_an_earlier_one_had_and_the_wear_is_spread(self):
        board, us, nonces, contents = power("uno"), 0, [], []
        for _ in range(70):
            nonce, us = nonce_of(board, us)
            nonces.append(nonce)
            contents.append(board.eeprom)
            board.power_cycle()
        assert len(set(nonces)) == 70
        changed = [{i // 6 for i in range(1024) if a[i] != b[i]} for a, b in pairwise(contents)]
        assert all(len(slots) == 1 for slots in changed)
        assert len(set.union(*changed[:64])) == 64  # 64 boots, 64 slots

    @pytest.mark.parametrize("noise", [1, 2])
    def test_power_that_fails_in_the_middle_of_the_write_repeats_no_nonce(self, noise):
        board, us = power("mega2560"), 0
        seen = []
        nonce, us = nonce_of(board, us)
        seen.append(nonce)
        for ms in range(60, 100, noise):
            board.power_cycle(ms * noise)
            us += ms * 1000  # from before the first byte to after the last
            board.tick(us, Inputs(0, 0))
            board.power_cycle(ms)
            nonce, us = nonce_of(board, us)
            seen.append(nonce)
        assert len(set(seen)) == len(seen)

    def test_an_eeprom_full_of_rubbish_is_no_obstacle(self):
        rubbish = bytes((i * 73 + i // 7) % 256 for i in range(1024))
        board, us, seen = power("uno", rubbish), 0, []
        for _ in range(5):
            nonce, us = nonce_of(board, us)
            seen.append(nonce)
            board.reset()
        assert len(set(seen)) == 5
