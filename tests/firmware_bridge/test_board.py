"""The boards' main loop and the whole core, compiled strictly and with sanitizers, on a board without hardware."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest

import firmware_bridge
from firmware_bridge.framing import Deframer, host_frame, parse_controller
from firmware_bridge.messages import SCHEMA_HASH, Ack, Arm, Drive, Heartbeat, Hello, Scan, State, Stop, Welcome

CORE = Path(firmware_bridge.__file__).parent / "firmware" / "core"
STRICT = ["-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Wconversion", "-Wno-sign-conversion", "-Wshadow", "-Werror"]
CC = shutil.which("cc") or "cc"


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A program that is the firmware of a board without hardware."""
    program = tmp_path_factory.mktemp("board") / "board"
    sources = [Path(__file__).with_name("fake_board.c"), *sorted(CORE.glob("*.c"))]
    sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    subprocess.run([CC, *STRICT, *sanitizers, f"-I{CORE}", "-o", program, *sources, "-lm"], check=True, timeout=120)
    return program


def feed(board, data):
    """The messages it sent; fails if it moved, starved its watchdog or tripped a sanitizer."""
    done = subprocess.run([board], input=data, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return [parse_controller(frame).message for frame in Deframer().push(done.stdout)]


def test_it_boots_reports_and_answers(board):
    messages = feed(board, host_frame(0, 0, Hello(7, SCHEMA_HASH)))
    assert messages[0] == Welcome(0x600DF00D, SCHEMA_HASH, 0, 0, 0)
    welcome = next(m for m in messages if isinstance(m, Welcome) and m.token == 7)
    assert welcome.session != 0
    assert sum(isinstance(m, State) for m in messages) >= 18
    assert any(isinstance(m, Scan) for m in messages)
    session = welcome.session
    request = host_frame(0, 0, Hello(7, SCHEMA_HASH)) + host_frame(session, 1, Arm(0x600DF00D))
    answers = [m for m in feed(board, request) if isinstance(m, Ack)]
    assert answers == [Ack(1, 0)]


def test_periods_go_on_under_a_flood_and_no_garbage_moves_or_breaks_it(board):
    rng = random.Random(5)
    frames = [
        host_frame(0, 0, Hello(7, SCHEMA_HASH)),
        host_frame(0, 1, Stop(17, 0)),
        host_frame(3, 2, Drive(100, 0, 50)),
        host_frame(3, 3, Heartbeat()),
    ]
    stream = bytearray()
    for _ in range(10_000):
        frame = bytearray(rng.choice(frames))
        for _ in range(rng.randint(0, 3)):
            frame[rng.randrange(len(frame))] = rng.choice((0, 1, 255, rng.randrange(256)))
        stream += frame[rng.randrange(3) :]
    stream += rng.randbytes(50_000)
    assert any(isinstance(m, State) for m in feed(board, bytes(stream)))


def test_it_never_allocates_and_uses_no_library_but_strings_and_sines():
    text = "".join(path.read_text() for path in CORE.glob("*.[ch]"))
    included = {line.split("<")[1].split(">")[0] for line in text.splitlines() if line.startswith("#include <")}
    assert included == {"stdbool.h", "stdint.h", "string.h", "math.h"}
    assert "alloc(" not in text
