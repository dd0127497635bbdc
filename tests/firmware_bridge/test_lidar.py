"""The AVR boards' lidar parser and arm packets, compiled for the host with sanitizers."""

import random
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.boards import FIRMWARE
from firmware_bridge.messages import BEAMS, NO_ECHO

CC = shutil.which("cc") or "cc"
STRICT = ["-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Wconversion", "-Wno-sign-conversion", "-Wshadow", "-Werror"]
# LDROBOT, "LD06 development manual": the example of a packet, from 324.27 to 334.70 degrees
EXAMPLE = bytes.fromhex(
    "54 2C 68 08 AB 7E E0 00 E4 DC 00 E2 D9 00 E5 D5 00 E3 D3 00 E4 D0 00 E9 CD 00 E4 CA 00 E2 C7 00 E9 C5 00 E5 C2 00"
    "E5 C0 00 E5 BE 82 3A 1A 50"
)
STRONG = 200


def crc8(data):
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x4D) & 0xFF if crc & 0x80 else crc << 1
    return crc


def packet(start, end, points):
    """Angles in 0.01 degrees, clockwise; points are (mm, confidence)."""
    body = struct.pack("<BBHH", 0x54, 0x2C, 3600, start) + b"".join(struct.pack("<HB", *point) for point in points)
    body += struct.pack("<HH", end, 0)
    return body + bytes((crc8(body),))


def turns(count, see, per_turn=450, wobble=0, first=0):
    """Packets of a lidar that sees `see(degrees clockwise)` for so many turns."""
    rng = random.Random(1)
    stream, step, at = [], 36000 / per_turn, float(first)
    while at < first + 36000 * count:
        pace = step * (1 + wobble * (2 * rng.random() - 1))
        angles = [round(at + pace * i) % 36000 for i in range(12)]
        stream.append(packet(angles[0], angles[-1], [see(angle / 100) for angle in angles]))
        at += 12 * pace
    return stream


def everywhere(degrees):
    return 1000, STRONG


@dataclass
class Parsed:
    scans: list[list[int]]
    bad: int
    gaps: int


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    if shutil.which(CC) is None:
        pytest.skip("no C compiler: apt-get install gcc")
    made = tmp_path_factory.mktemp("lidar") / "lidar"
    sources = [Path(__file__).with_name("lidar_main.c"), FIRMWARE / "avr/lidar.c", FIRMWARE / "avr/arm_packet.c"]
    includes = [f"-I{FIRMWARE / 'avr'}", f"-I{FIRMWARE / 'core'}"]
    sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    subprocess.run([CC, *STRICT, *sanitizers, *includes, "-o", made, *sources], check=True, timeout=60)
    return made


@pytest.fixture(scope="module")
def parse(program):
    def parse(data):
        done = subprocess.run([program], input=data, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr.decode()
        *scans, counts = done.stdout.decode().splitlines()
        _, bad, _, gaps = counts.split()
        return Parsed([[int(mm) for mm in scan.split()] for scan in scans], int(bad), int(gaps))

    return parse


def test_the_manuals_example_is_one_good_packet(parse):
    assert len(EXAMPLE) == 47
    assert crc8(EXAMPLE[:-1]) == EXAMPLE[-1]
    assert parse(EXAMPLE) == Parsed([], 0, 0)
    # in a whole turn its nearest points show where it looked
    before = [p for p in turns(1, everywhere) if struct.unpack_from("<H", p, 4)[0] < 32427]
    (scan,) = parse(b"".join([*before, EXAMPLE, *turns(1, everywhere, first=33500)])).scans
    assert scan[5:9] == [192, 199, 213, 1000]  # four points in beam 7, from E0 to D5 hexadecimal, five in 6, three in 5
    assert scan[40] == 1000


@pytest.mark.parametrize(("clockwise", "beam"), [(0, 0), (90, 54), (180, 36), (270, 18), (357.6, 0), (2.4, 0), (5, 71)])
def test_clockwise_angles_become_counter_clockwise_beams(parse, clockwise, beam):
    def see(degrees):
        return (400, STRONG) if abs((degrees - clockwise + 180) % 360 - 180) <= 0.5 else (2000, STRONG)

    (scan, *_) = parse(b"".join(turns(2.1, see))).scans
    assert scan[beam] == 400
    assert [mm for i, mm in enumerate(scan) if i != beam] == [2000] * (BEAMS - 1)


def test_the_nearest_of_a_beam_counts_and_what_is_no_echo_does_not(parse):
    def see(degrees):
        beam = round(-degrees / 5) % BEAMS
        if beam == 10:
            return 700 + round(degrees * 100) % 7, STRONG
        return {20: (0, STRONG), 30: (900, 3), 40: (15000, STRONG), 50: (10, STRONG)}.get(beam, (1500, STRONG))

    scan = parse(b"".join(turns(2.1, see))).scans[0]
    assert scan[10] == 700
    assert [scan[i] for i in (20, 30, 40, 50)] == [NO_ECHO] * 4
    assert scan[60] == 1500


@pytest.mark.parametrize("per_turn", [346, 450, 900])  # 13, 10 and 5 turns a second
@pytest.mark.parametrize("wobble", [0, 0.1])
def test_one_scan_per_turn_at_every_speed(parse, per_turn, wobble):
    found = parse(b"".join(turns(10, everywhere, per_turn, wobble)))
    assert found.bad == found.gaps == 0
    assert 9 <= len(found.scans) <= 10
    assert all(scan == [1000] * BEAMS for scan in found.scans)


def test_a_turn_that_began_before_the_first_packet_is_not_handed_over(parse):
    found = parse(b"".join(turns(2, everywhere, first=12000)))
    assert (len(found.scans), found.gaps) == (1, 1)


def test_a_turn_with_a_lost_packet_is_not_handed_over(parse):
    stream = turns(5, everywhere)
    broken = bytearray(stream[100])
    broken[20] ^= 0x10
    found = parse(b"".join([*stream[:100], bytes(broken), *stream[101:]]))
    assert (found.bad, found.gaps) == (1, 1)
    assert len(found.scans) == len(parse(b"".join(stream)).scans) - 1


@pytest.mark.parametrize("where", range(0, 47 * 8, 7))
def test_any_bit_that_flips_is_noticed(parse, where):
    stream = turns(2.1, everywhere)
    broken = bytearray(stream[20])
    broken[where // 8] ^= 1 << where % 8
    found = parse(b"".join([*stream[:20], bytes(broken), *stream[21:]]))
    assert len(found.scans) == 1  # the second turn


def test_it_finds_the_next_packet_after_any_cut(parse):
    stream = b"".join(turns(4, everywhere))
    for cut in range(1, 48):
        assert len(parse(stream[cut:]).scans) >= 2


def test_a_false_beginning_costs_no_good_packet(parse):
    """A header in the rubbish just before a packet: the search goes on one byte later, not one packet later."""
    stream = turns(2.1, everywhere)
    found = parse(b"\x54\x2c" + b"\x54" * 9 + b"".join(stream))
    assert len(found.scans) == len(parse(b"".join(stream)).scans)


def test_impossible_angles_are_refused_though_their_crc_is_right(parse):
    for start, end in ((36000, 100), (100, 36000), (65535, 65535), (1000, 9000), (9000, 1000)):
        assert parse(packet(start, end, [(500, STRONG)] * 12)).bad >= 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=60), st.integers(0, 449)), max_size=60), st.integers(0, 2**32))
def test_garbage_neither_breaks_it_nor_makes_a_scan_of_nothing(parse, pieces, seed):
    stream = turns(12, everywhere)
    data = b"".join(piece if isinstance(piece, bytes) else stream[piece] for piece in pieces)
    found = parse(data + random.Random(seed).randbytes(400))
    for scan in found.scans:
        assert set(scan) <= {1000, NO_ECHO} or found.bad  # 8 bits of CRC let one garbled packet in 256 through


def test_a_flood_of_noise_leaves_it_sane(parse):
    noise = random.Random(3).randbytes(500_000)
    found = parse(noise + b"".join(turns(3, everywhere)))
    assert found.scans[-1] == [1000] * BEAMS


@given(st.booleans(), *(st.integers(-32768, 32767) for _ in range(3)))
@settings(max_examples=30, deadline=None)
def test_arm_packets(program, close, x, y, z):
    done = subprocess.run(
        [program, *(str(int(value)) for value in (close, x, y, z))], capture_output=True, timeout=60, check=True
    )
    body = struct.pack("<BBhhh", 0xA5, close, x, y, z)
    assert done.stdout == body + bytes((sum(body) & 0xFF,))
