import math

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.actuation.protocol import (
    NOWHERE,
    News,
    ProtocolError,
    Request,
    pack_reply,
    pack_request,
    unpack_reply,
    unpack_request,
)
from robotos.errno import Errno
from robotos.geometry import Pose, Twist
from robotos.kernel.ports import BodyEvent, BodyState, Refused, Scan, Sent, StopReport

numbers = st.floats(allow_nan=False)
ids = st.integers(0, 2**32)
sent = st.builds(Sent, st.builds(Twist, numbers, numbers), st.lists(st.text(max_size=5), max_size=3).map(tuple))
refused = st.builds(Refused, st.sampled_from(Errno), st.text(max_size=20))
stops = st.builds(StopReport, st.booleans(), numbers, st.text(max_size=20))
scans = st.builds(Scan, numbers, st.lists(numbers, min_size=72, max_size=72).map(tuple))
states = st.builds(
    BodyState,
    stamp=numbers,
    pose=st.builds(Pose, numbers, numbers, numbers),
    sigma=numbers,
    twist=st.builds(Twist, numbers, numbers),
    battery=numbers,
    charging=st.booleans(),
    armed=st.booleans(),
    latched=st.text(max_size=10),
    link_up=st.booleans(),
    bumper=st.integers(0, 3),
    cliff=st.integers(0, 3),
    stop_button=st.booleans(),
    tool_on=st.booleans(),
    gripper_closed=st.booleans(),
    gripper_holding=st.booleans(),
    located=st.sampled_from(["tracking", "uncertain", "lost"]),
    scan=st.none() | scans,
)
events = st.lists(st.builds(BodyEvent, st.text(max_size=9), numbers, st.text(max_size=9)), max_size=3).map(tuple)
news = st.builds(News, events, states, numbers, ids, st.text(max_size=20))


@given(ids, st.one_of(sent, refused, stops, news))
def test_every_answer_arrives_as_it_was(number, reply):
    assert unpack_reply(pack_reply(number, reply)) == (number, reply)


@given(ids, st.text(max_size=10), st.lists(st.one_of(numbers, st.text(max_size=5), st.booleans()), max_size=8))
def test_every_request_arrives_as_it_was(number, name, arguments):
    request = Request(number, name, tuple(arguments))
    assert unpack_request(pack_request(request)) == request


@given(st.binary(max_size=60))
def test_noise_is_refused_and_nothing_else(noise):
    for unpack in (unpack_request, unpack_reply):
        try:
            unpack(noise)
        except ProtocolError:
            continue
        assert isinstance(msgpack.unpackb(noise), list)


@pytest.mark.parametrize(
    "message", [None, 1, {}, [], [1, "drive"], ["1", "drive", []], [1, 2, []], [1, "drive", {}], [1, "x", [0] * 9]]
)
def test_requests_of_another_shape_are_refused(message):
    with pytest.raises(ProtocolError):
        unpack_request(msgpack.packb(message))


@pytest.mark.parametrize(
    "message", [[1, "sent", "fast", 0, []], [1, "refused", "EWHAT", ""], [1, "news", [], [], 0, 0, ""], [1, "hm"], [1]]
)
def test_answers_of_another_shape_are_refused(message):
    with pytest.raises(ProtocolError):
        unpack_reply(msgpack.packb(message))


def test_a_stop_is_confirmed_by_true_alone():
    assert not unpack_reply(msgpack.packb([1, "stop", 1, 0.1, ""]))[1].confirmed
    assert not unpack_reply(msgpack.packb([1, "stop", "yes", 0.1, ""]))[1].confirmed


def test_infinities_survive():
    _, found = unpack_reply(pack_reply(1, News((), NOWHERE, 0.0, 0)))
    assert math.isinf(found.state.sigma)
