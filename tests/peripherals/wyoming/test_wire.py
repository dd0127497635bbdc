from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wyoming.event import Event, async_read_event, async_write_event

from robotos.peripherals.sound import SoundError
from robotos.peripherals.wyoming.address import Address, is_address, parse_address
from robotos.peripherals.wyoming.wire import (
    HEADER,
    PAYLOAD,
    Connection,
    HungUpError,
    SilentError,
    WireError,
    connect,
)

LIMIT = 10.0  # s


@pytest.fixture
def ends() -> Iterator[tuple[Connection, socket.socket]]:
    ours, theirs = socket.socketpair()
    link = Connection(ours)
    yield link, theirs
    link.close()
    theirs.close()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.builds(
    Event,
    st.text(min_size=1, max_size=40),
    st.dictionaries(st.text(max_size=8), JSON, max_size=4),
    st.none() | st.binary(min_size=1, max_size=300),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(EVENTS, max_size=4))
def test_events_come_out_as_they_went_in(events: list[Event]) -> None:
    ours, theirs = map(Connection, socket.socketpair())
    for event in events:
        ours.write(event)
    assert [theirs.read(LIMIT) for _ in events] == events
    ours.close()
    with pytest.raises(HungUpError):
        theirs.read(LIMIT)
    theirs.close()


@settings(deadline=None, max_examples=20)
@given(EVENTS)
def test_the_protocols_own_package_understands_us_and_we_it(event: Event) -> None:
    ours, theirs = socket.socketpair()
    link = Connection(ours)

    async def echo() -> Event | None:
        reader, writer = await asyncio.open_connection(sock=theirs)
        got = await asyncio.wait_for(async_read_event(reader), LIMIT)
        if got is not None:
            await async_write_event(got, writer)
        writer.close()
        return got

    link.write(event)
    got = asyncio.run(echo())
    back = link.read(LIMIT)
    link.close()
    assert got == event == back


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400), st.booleans())
def test_garbage_ends_in_one_kind_of_error(garbage: bytes, line: bool) -> None:
    ours, theirs = socket.socketpair()
    link = Connection(ours)
    theirs.sendall(garbage + (b"\n" if line else b""))
    theirs.close()
    try:
        for _ in range(500):
            link.read(LIMIT)
    except WireError as error:
        assert str(error)
    else:
        raise AssertionError("never ended")
    finally:
        link.close()


@settings(deadline=None, max_examples=100)
@given(EVENTS, st.data())
def test_a_message_in_pieces_is_whole_and_half_of_one_is_an_error(event: Event, data: st.DataObject) -> None:
    first, second = socket.socketpair()
    writer = Connection(first)
    writer.write(event)
    raw = second.recv(1 << 20)  # what goes over the wire
    second.close()
    ours, theirs = socket.socketpair()
    link = Connection(ours)
    cut = data.draw(st.integers(1, len(raw) - 1))
    theirs.sendall(raw[:cut])
    with pytest.raises(SilentError):
        link.read(0.0)
        link.read(0.0)
    theirs.sendall(raw[cut:] + raw[:cut])
    assert link.read(LIMIT) == event
    theirs.close()
    with pytest.raises(WireError, match="middle of a message"):
        link.read(LIMIT)
    for one in (link, writer):
        one.close()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"x" * (HEADER + 1), "longer than 64 KB"),
        (b"[1]\n", "no JSON object"),
        (b'{"type": 5}\n', "no type"),
        (b"{}\n", "no type"),
        (b'{"type": "a", "data": 3}\n', "no JSON object"),
        (b'{"type": "a", "data_length": 1.5}\n', "no whole number"),
        (b'{"type": "a", "data_length": true}\n', "no whole number"),
        (b'{"type": "a", "payload_length": -1}\n', "no whole number"),
        (b'{"type": "a", "payload_length": %d}\n' % (PAYLOAD + 1), "longer than the 4096 KB"),
        (b'{"type": "a", "data_length": 99999999999999999999}\n', "longer than the 1024 KB"),
        (b'{"type": "a", "data_length": 2}\n[]', "no JSON object"),
        (b"[" * 60_000 + b"\n", "no JSON"),
        (b"\xff\xfe\n", "no JSON"),
        (struct.pack("<I", 0) * 10 + b"\n", "no JSON"),
    ],
)
def test_what_is_wrong_is_said(ends: tuple[Connection, socket.socket], raw: bytes, why: str) -> None:
    link, theirs = ends
    theirs.settimeout(LIMIT)
    theirs.sendall(raw)
    with pytest.raises(WireError, match=why):
        link.read(LIMIT)


def test_silence_and_a_trickle_end_by_the_deadline(ends: tuple[Connection, socket.socket]) -> None:
    link, theirs = ends
    ending = threading.Event()

    def trickle() -> None:
        for byte in json.dumps({"type": "a", "payload_length": 1000}).encode() + b"\n" + bytes(500):
            if ending.wait(0.01):
                return
            theirs.send(bytes([byte]))

    thread = threading.Thread(target=trickle)
    thread.start()
    began = time.monotonic()
    with pytest.raises(SilentError):
        link.read(0.3)
    assert time.monotonic() - began < 2.0
    ending.set()
    thread.join()


def test_who_does_not_read_is_given_up(ends: tuple[Connection, socket.socket]) -> None:
    link, _ = ends
    began = time.monotonic()
    with pytest.raises(WireError, match="does not read"):
        for _ in range(100):
            link.write(Event("a", {}, bytes(1 << 20)), seconds=0.2)
    assert time.monotonic() - began < 5.0


def test_addresses() -> None:
    assert parse_address("wyoming://kitchen.local:10700") == Address("kitchen.local", 10700)
    assert parse_address("tcp://[::1]:5") == Address("::1", 5)
    assert parse_address("kitchen", 10700) == Address("kitchen", 10700)
    assert str(parse_address("[::1]:5")) == "wyoming://[::1]:5"
    assert is_address("wyoming://x") and not is_address("piper-cori")
    assert Address("127.0.0.2", 1).loopback and Address("localhost", 1).loopback
    assert not Address("0.0.0.0", 1).loopback and not Address("kitchen", 1).loopback


@settings(deadline=None)
@given(st.text(max_size=40))
def test_what_is_no_address_is_one_sentence(text: str) -> None:
    try:
        found = parse_address(text)
    except SoundError as error:
        assert "wyoming://host:port" in str(error)
    else:
        assert found.host and 0 <= found.port < 65536


def test_where_nobody_answers_the_error_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(WireError, match=f"no Wyoming service answers at wyoming://127.0.0.1:{port}"):
        connect(Address("127.0.0.1", port))
