"""The Cortex-M3 port: its ELF runs in qemu in real time and is spoken to with the real link through a pty."""

import json
import os
import random
import re
import select
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware_bridge.boards import FIRMWARE, board
from firmware_bridge.build import build
from firmware_bridge.framing import Deframer, host_frame, parse_controller
from firmware_bridge.link import Link
from firmware_bridge.messages import (
    FULL_PWM_MM_S,
    SCHEMA_HASH,
    Ack,
    Arm,
    Clear,
    Drive,
    Flag,
    Gripper,
    Hello,
    Reason,
    Welcome,
)
from firmware_bridge.transport import SerialTransport

BOARD = "lm3s6965evb"
GCC, QEMU, NM = "arm-none-eabi-gcc", "qemu-system-arm", "arm-none-eabi-nm"
STRICT = ["-Wall", "-Wextra", "-Wconversion", "-Wno-sign-conversion", "-Wshadow", "-Werror"]
PATIENCE = 20.0  # s; every wait ends, however busy the machine is
GPIO = {"A": 0x40004000, "B": 0x40005000, "D": 0x40007000}
DRIVERS_ON = 1 << 7  # PD7
BUMPER_LEFT, CLIFF_RIGHT, STOP_BUTTON = 2, 5, 6  # bits of port A
NONCE_WORDS = 256

pytestmark = [
    pytest.mark.skipif(not shutil.which(tool), reason=f"{tool} is missing: apt-get install {package}")
    for tool, package in ((GCC, "gcc-arm-none-eabi libnewlib-arm-none-eabi"), (QEMU, "qemu-system-arm"))
]


@pytest.fixture(scope="module")
def elf():
    return build(BOARD).elf


@pytest.fixture
def machine(elf):
    with Machine(elf) as machine:
        yield machine


class Machine:
    """qemu with the firmware, the link to it, its monitor (qmp), and qtest's access to memory and input pins."""

    def __init__(self, elf: Path) -> None:
        symbols = subprocess.run([NM, elf], check=True, capture_output=True, text=True, timeout=30).stdout
        self._at = {name: int(at, 16) for at, _, name in (line.split() for line in symbols.splitlines())}
        sockets = {name: socket.socketpair() for name in ("qmp", "qtest")}
        fds = {name: inner.fileno() for name, (_, inner) in sockets.items()}
        chardevs = [arg for name, fd in fds.items() for arg in ("-chardev", f"socket,id={name},fd={fd}")]
        machine = ["-M", BOARD, "-kernel", str(elf), "-accel", "tcg", "-display", "none", "-serial", "pty"]
        control = ["-mon", "chardev=qmp,mode=control", "-qtest", "chardev:qtest", "-qtest-log", "/dev/null"]
        self._qemu = subprocess.Popen(
            [QEMU, *machine, *chardevs, *control],
            pass_fds=fds.values(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._files = {}
        for name, (outer, inner) in sockets.items():
            inner.close()
            outer.settimeout(PATIENCE)
            self._files[name] = outer.makefile("rw")
            outer.close()
        self.resets: list[str] = []
        self.link = Link(SerialTransport(self._find_port()), time.monotonic)
        self.qmp("qmp_capabilities")
        parts = self.qmp("qom-list", path="/machine/unattached")
        self._gpio = [part["name"] for part in parts if part["type"] == "child<pl061_luminary>"]  # A first

    def _find_port(self) -> str:
        assert self._qemu.stdout is not None
        said, found = b"", None
        while found is None:
            assert select.select([self._qemu.stdout], [], [], PATIENCE)[0], said
            more = os.read(self._qemu.stdout.fileno(), 4096)
            assert more, said
            said += more
            found = re.search(rb"redirected to (/dev/\S+) ", said)
        return found[1].decode()

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *_: object) -> None:
        self.link.close()
        self._qemu.terminate()
        self._qemu.communicate(timeout=PATIENCE)
        for file in self._files.values():
            file.close()

    def _ask(self, name: str, line: str) -> str:
        self._files[name].write(line + "\n")
        self._files[name].flush()
        return self._files[name].readline()

    def qmp(self, command: str, **arguments: object) -> list[dict[str, str]]:
        answer = json.loads(self._ask("qmp", json.dumps({"execute": command, "arguments": arguments})))
        while "return" not in answer:
            assert "error" not in answer, answer
            if answer.get("event") == "RESET":
                self.resets.append(answer["data"]["reason"])
            answer = json.loads(self._files["qmp"].readline())
        return answer["return"]

    def peek(self, address: int) -> int:
        ok, value = self._ask("qtest", f"readl 0x{address:x}").split()
        assert ok == "OK"
        return int(value, 16)

    def poke(self, address: int, value: int) -> None:
        assert self._ask("qtest", f"writel 0x{address:x} 0x{value:x}").strip() == "OK"

    def body(self, word: int) -> int:
        """One word of struct qemu_body, by its place there."""
        value = self.peek(self._at["qemu_body"] + 4 * word)
        return value - 2**32 if value >= 2**31 else value

    def press(self, bit: int, down: bool = True) -> None:
        """A contact at port A opens (pressed) or closes."""
        path = f"/machine/unattached/{self._gpio[0]}"
        assert self._ask("qtest", f"set_irq_in {path} unnamed-gpio-in {bit} {int(down)}").strip() == "OK"

    @property
    def driven(self) -> tuple[int, int]:
        return self.body(2), self.body(3)

    @property
    def enabled(self) -> bool:
        return self.peek(GPIO["D"] + (DRIVERS_ON << 2)) != 0

    # ------------------------------------------------------------ the host's part

    def until(self, done: Callable[[], bool], each: Callable[[], object] = lambda: None) -> None:
        """Poll the link until `done`. Fails after `PATIENCE`."""
        end = time.monotonic() + PATIENCE
        self.link.poll()
        while not done():
            assert time.monotonic() < end, (self.link.lost_reason, self.link.state)
            each()
            time.sleep(0.005)
            self.link.poll()

    def up(self) -> "Machine":
        self.until(lambda: self.link.up and self.link.state is not None and self.link.state.session != 0)
        return self

    def asked(self, ask: Callable[[], int]) -> str:
        """The answer to a request; asked again while a busy machine lets it time out."""
        end = time.monotonic() + PATIENCE
        answer = None
        while answer in {None, "ETIMEDOUT"}:
            assert time.monotonic() < end
            self.up()
            request = ask()
            self.until(lambda request=request: self.link.acked(request) is not None, self.link.heartbeat)
            answer = self.link.acked(request)
        return answer

    def told(self, flag_or_reason: int) -> None:
        """Wait for a report with this Reason, or this Flag set."""
        if isinstance(flag_or_reason, Flag):
            self.until(lambda: bool(self.link.state.flags & flag_or_reason))
        else:
            self.until(lambda: self.link.state.reason == flag_or_reason)

    def drive_on(self) -> None:
        self.link.heartbeat()
        self.link.drive(200, 0, self.link.deadline_after(0.2))

    def cruise(self) -> "Machine":
        """Arm and drive until the wheels turn; once more where a busy machine let 0.2 s pass without a heartbeat."""
        end = time.monotonic() + PATIENCE
        turning = False
        while not turning:
            assert time.monotonic() < end
            self.up()
            if self.link.state.reason == Reason.LINK:
                self.asked(lambda: self.link.send(Clear()))
            armed = self.asked(self.link.arm) == "OK"
            assert armed or self.link.state.reason == Reason.LINK
            self.until(lambda: self.fast or self.link.state.reason == Reason.LINK, self.drive_on)
            turning = self.fast
        return self

    @property
    def fast(self) -> bool:
        return min(self.driven) > 0 and self.link.state.v_mm_s > 150

    def still(self) -> bool:
        return self.driven == (0, 0)


def test_it_also_builds_for_the_chip_itself(tmp_path):
    elf = tmp_path / "chip.elf"
    chain = board(BOARD).toolchain
    sources = [path for folder in chain.sources for path in sorted((FIRMWARE / folder).glob("*.c"))]
    folders = [f"-I{FIRMWARE / folder}" for folder in chain.sources]
    command = [GCC, *chain.flags, *STRICT, *folders, *sources, *chain.link_flags, "-lm", "-o", elf]
    subprocess.run(command, check=True, timeout=120, cwd=FIRMWARE)
    symbols = subprocess.run([NM, elf], check=True, capture_output=True, text=True, timeout=30).stdout
    assert "nonce_page" in symbols
    assert "qemu_body" not in symbols


def test_it_boots_disarmed_and_reads_its_pins_and_its_battery(machine):
    machine.up()
    state = machine.link.state
    assert machine.link.nonce == 1
    assert 15000 <= state.battery_mv <= 15250  # what qemu's converter gives: 512 to 519 of 1024
    assert (state.bumper, state.cliff, state.reason) == (0, 0, Reason.NONE)
    assert not state.flags & Flag.ARMED
    assert not machine.enabled
    assert machine.still()


def test_another_schema_may_not_arm(machine):
    transport, deframer, heard = machine.link._transport, Deframer(), []

    def answer(kind):
        end = time.monotonic() + PATIENCE
        while not [m for m in heard if isinstance(m, kind)]:
            assert time.monotonic() < end
            heard.extend(parse_controller(frame).message for frame in deframer.push(transport.read()))
            time.sleep(0.005)
        return [m for m in heard if isinstance(m, kind)][-1]

    answer(Welcome)  # of the boot, which may have cut a frame short
    heard.clear()
    transport.write(host_frame(0, 0, Hello(77, SCHEMA_HASH ^ 1)))
    welcome = answer(Welcome)
    assert (welcome.token, welcome.schema) == (77, SCHEMA_HASH)
    transport.write(host_frame(welcome.session, 1, Arm(welcome.nonce)))
    assert answer(Ack) == Ack(1, 1)
    assert not machine.enabled


def test_it_drives_at_the_speed_it_is_told(machine):
    machine.cruise()
    assert machine.enabled
    machine.told(Flag.ARMED)
    first = machine.link.state
    machine.until(lambda: machine.link.state.ms >= first.ms + 1000, machine.drive_on)
    state = machine.link.state
    assert (state.x_um - first.x_um) / (state.ms - first.ms) == pytest.approx(200, rel=0.1)
    assert state.pwm_left == pytest.approx(200 / FULL_PWM_MM_S * 255, rel=0.3)  # a busy machine makes periods uneven
    assert state.yaw_urad == 0
    assert machine.link.bad_frames == 0


def test_an_order_ends_at_its_deadline(machine):
    machine.cruise()
    deadline = machine.link.deadline_after(0.3)
    assert machine.asked(lambda: machine.link.send(Drive(200, 0, deadline))) == "OK"
    machine.until(machine.still, machine.link.heartbeat)
    assert (
        deadline - 20 <= machine.body(1) < deadline
    )  # when PWM was last put at anything else, in the board's own time
    machine.told(Flag.ARMED)  # an order that ends is no fault
    assert machine.link.state.reason == Reason.NONE


def test_silence_of_the_host_latches(machine):
    machine.cruise()
    end = time.monotonic() + PATIENCE
    while not machine.still() or machine.enabled:
        assert time.monotonic() < end
        time.sleep(0.005)
    machine.told(Reason.LINK)


def test_a_stop_latches_until_it_is_cleared_and_armed_again(machine):
    machine.cruise()
    assert machine.asked(lambda: machine.link.stop_now(Reason.OWNER)) == "OK"
    machine.told(Reason.OWNER)
    assert machine.still()
    assert not machine.enabled
    assert machine.asked(lambda: machine.link.send(Drive(200, 0, machine.link.deadline_after(0.4)))) == "EPERM"
    assert machine.asked(machine.link.arm) == "EPERM"
    assert machine.asked(lambda: machine.link.send(Clear())) == "OK"
    assert machine.asked(lambda: machine.link.send(Drive(200, 0, machine.link.deadline_after(0.4)))) == "EPERM"
    assert machine.still()
    machine.cruise()


@pytest.mark.parametrize(
    ("contact", "reason"),
    [(BUMPER_LEFT, Reason.BUMPER), (CLIFF_RIGHT, Reason.CLIFF), (STOP_BUTTON, Reason.STOP_BUTTON)],
)
def test_a_contact_at_a_pin_stops_and_latches(machine, contact, reason):
    machine.cruise()
    machine.press(contact)
    machine.until(lambda: machine.still() and not machine.enabled, machine.drive_on)
    machine.told(reason)
    assert machine.asked(lambda: machine.link.send(Clear())) == "EBUSY"
    machine.press(contact, False)
    machine.until(lambda: machine.asked(lambda: machine.link.send(Clear())) == "OK")
    machine.cruise()


def test_tool_and_gripper(machine):
    machine.cruise()
    assert machine.body(5) == -1  # nobody has said anything about the gripper since boot
    assert machine.asked(lambda: machine.link.send(Gripper(1, 300, 0, 100, machine.link.deadline_after(0.4)))) == "OK"
    machine.until(lambda: machine.body(5) == 1, machine.link.heartbeat)
    machine.until(lambda: machine.body(4) == 180, lambda: machine.link.tool(180, machine.link.deadline_after(0.2)))
    assert machine.asked(lambda: machine.link.stop_now(Reason.OWNER)) == "OK"
    machine.until(lambda: machine.body(4) == 0)
    assert machine.body(5) == 1


def test_a_reset_comes_up_disarmed_with_another_nonce(machine):
    machine.cruise()
    machine.qmp("system_reset")
    machine.until(lambda: machine.link.resets == 1 and machine.link.up, machine.drive_on)
    assert machine.link.nonce == 2
    assert machine.asked(lambda: machine.link.send(Arm(1))) == "ESTALE"
    assert machine.asked(lambda: machine.link.send(Drive(200, 0, machine.link.deadline_after(0.4)))) == "EPERM"
    assert machine.still()
    assert not machine.enabled
    machine.cruise()


def test_a_loop_that_hangs_is_reset_by_the_watchdog(machine):
    machine.cruise()
    machine.poke(machine._at["qemu_body"], 1)
    machine.until(lambda: machine.link.resets == 1 and machine.link.up, machine.drive_on)
    assert machine.link.nonce == 2
    assert machine.still()
    machine.qmp("query-status")
    assert machine.resets == ["guest-reset"]


def test_a_full_page_of_nonces_is_erased_and_the_count_goes_on(machine):
    machine.up()
    page = machine._at["nonces"]
    for word in range(NONCE_WORDS):
        machine.poke(page + 4 * word, 1000 + word)
    machine.qmp("system_reset")
    machine.until(lambda: machine.link.resets == 1)
    assert machine.link.nonce == 1000 + NONCE_WORDS
    assert machine.peek(page) == 1000 + NONCE_WORDS
    assert machine.peek(page + 4) == 0xFFFF_FFFF


def test_garbage_moves_nothing_and_the_next_frame_is_understood(machine):
    machine.up()
    rng = random.Random(3)
    for _ in range(50):
        machine.link._transport.write(rng.randbytes(60), urgent=True)
        machine.until(lambda: True)
        assert machine.still()
    machine.link._transport.write(b"\0", urgent=True)
    assert not machine.enabled
    machine.cruise()


def test_the_tool_ends_at_its_deadline(machine):
    machine.cruise()
    assert machine.asked(lambda: machine.link.tool(200, machine.link.deadline_after(0.3))) == "OK"
    machine.until(lambda: machine.body(4) == 200, machine.link.heartbeat)
    machine.until(lambda: machine.body(4) == 0, machine.drive_on)
    assert not machine.still()
