"""COBS, CRC and frames: the Python side, and the C side against it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.framing import (
    Deframer,
    FrameError,
    cobs_decode,
    cobs_encode,
    controller_frame,
    crc16,
    host_body,
    host_frame,
    parse_controller,
    parse_host,
    seal,
    tag16,
    unseal,
)
from firmware_bridge.host import core_crc
from firmware_bridge.messages import HOST_TYPES, Drive, Heartbeat, Scan, State
from firmware_bridge.native import payload_frame

ZEROES = st.sampled_from([0, 0, 1, 254, 255])
BYTES = st.binary(max_size=600) | st.lists(ZEROES, max_size=600).map(bytes)
lawful = settings(derandomize=True, deadline=None, max_examples=150)


def test_crc_check_value():
    assert crc16(b"123456789") == 0x6F91
    assert core_crc(b"123456789") == 0x6F91


@lawful
@given(BYTES)
def test_crc_is_the_firmwares(data):
    assert crc16(data) == core_crc(data)


def test_tag_check_value():
    """CRC-16/DNP of the catalogue starts from 0 and is complemented."""
    assert tag16(0, b"123456789") ^ 0xFFFF == 0xEA82


@lawful
@given(st.binary(min_size=3, max_size=13), st.integers(1, 65535), st.integers(1, 65535))
def test_a_tag_belongs_to_one_session_only(data, session, other):
    assert (tag16(session, data) == tag16(other, data)) == (session == other)


@lawful
@given(BYTES)
def test_cobs_round_trip(data):
    encoded = cobs_encode(data)
    assert 0 not in encoded
    assert len(encoded) <= len(data) + len(data) // 254 + 1
    assert cobs_decode(encoded) == data


@pytest.mark.parametrize("length", [253, 254, 255, 508, 509])
def test_cobs_at_block_borders(length):
    for data in (b"x" * length, b"x" * length + b"\0", b"\0" + b"x" * length):
        assert cobs_decode(cobs_encode(data)) == data


@pytest.mark.parametrize("broken", [b"", b"\x05ab", b"\x03a\0"])
def test_cobs_refuses(broken):
    with pytest.raises(FrameError):
        cobs_decode(broken)


@lawful
@given(st.binary(min_size=1, max_size=150), st.data())
def test_up_to_three_flipped_bits_never_pass_the_crc(body, data):
    sealed = bytearray(body + crc16(body).to_bytes(2, "little"))
    flips = data.draw(st.sets(st.integers(0, len(sealed) * 8 - 1), min_size=1, max_size=3))
    for bit in flips:
        sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(FrameError):
        unseal(cobs_encode(bytes(sealed)))


@lawful
@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8), st.lists(st.integers(1, 30), min_size=1))
def test_frames_survive_any_chunking(bodies, cuts):
    stream = b"".join(seal(body) for body in bodies)
    deframer, found, at, turn = Deframer(), [], 0, 0
    while at < len(stream):
        size = cuts[turn % len(cuts)]
        found += deframer.push(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert [unseal(frame) for frame in found] == bodies


def test_endless_garbage_is_not_hoarded():
    deframer = Deframer()
    for _ in range(1000):
        assert deframer.push(b"\x55" * 100) == []
    assert deframer.push(b"\0" + seal(b"abc"))[-1] == seal(b"abc")[:-1]


def test_velocity_command_is_17_bytes_and_heartbeat_9():
    assert len(host_frame(0xBEEF, 7, Drive(300, -100, 123456))) == 17
    assert len(host_frame(0xBEEF, 7, Heartbeat())) == 9


@lawful
@given(st.integers(0, 65535), st.integers(0, 65535), st.integers(-306, 306), st.integers(0, 2**32 - 1))
def test_host_frames_round_trip(session, request, v, deadline):
    frame = parse_host(host_frame(session, request, Drive(v, -v, deadline))[:-1])
    assert (frame.request, frame.message) == (request, Drive(v, -v, deadline))
    assert frame.tag == tag16(session, bytes((Drive.TYPE, request & 255, request >> 8)) + frame.message.pack())


def test_a_frame_of_the_wrong_length_or_direction_is_no_message():
    with pytest.raises(FrameError, match="no controller message"):
        parse_controller(host_frame(0, 0, Heartbeat())[:-1])
    with pytest.raises(FrameError, match="no host message"):
        parse_host(controller_frame(0, State(*[0] * 15))[:-1])
    with pytest.raises(FrameError, match="no host message"):
        parse_host(seal(bytes((Drive.TYPE, 0, 0, 0, 0)) + b"short")[:-1])


@lawful
@given(st.lists(st.sampled_from([0, 1, 255, 256, 65280, 65535]) | st.integers(0, 65535), min_size=72, max_size=72))
def test_the_core_encodes_what_python_decodes(make_bench, ranges):
    bench = make_bench()
    bench.tick(ranges_mm=tuple(ranges))
    assert [m.ranges_mm for m in bench.received if isinstance(m, Scan)] == [tuple(ranges)]


@lawful
@given(st.integers(0, 255).filter(lambda kind: kind not in HOST_TYPES), st.binary(max_size=11))
def test_the_core_decodes_what_python_encodes(make_bench, kind, payload):
    """An unknown type comes back as ENOSYS with its id, which only a right decode of every byte allows."""
    bench = make_bench()
    bench.tick()
    bench.hello()
    bench.raw(seal(host_body(bench.session, 1, kind, payload)))
    assert (bench.received[-1].request, bench.received[-1].status) == (1, 38)


WORDS = st.integers(0, 65535) | st.sampled_from([0, 1, 255, 256, 65535])
PAYLOADS = st.binary(max_size=11) | st.lists(ZEROES, max_size=11).map(bytes)


@lawful
@given(WORDS, WORDS, st.integers(0, 255), PAYLOADS)
def test_the_compiled_frame_is_the_same(session, request, kind, payload):
    assert payload_frame(session, request, kind, payload) == seal(host_body(session, request, kind, payload))


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((1, 2, 3), TypeError),
        ((1, 2, 3, "text"), TypeError),
        (("1", 2, 3, b""), TypeError),
        ((65536, 2, 3, b""), OverflowError),
        ((1, -1, 3, b""), OverflowError),
        ((1, 2, 256, b""), OverflowError),
        ((1, 2, 3, bytes(12)), ValueError),
    ],
)
def test_the_compiled_frame_refuses_what_no_message_is(arguments, error):
    with pytest.raises(error):
        payload_frame(*arguments)
