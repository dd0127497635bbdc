"""Frames as the host builds and reads them: COBS, CRC-16/MCRF4XX, and the headers before each message."""

from __future__ import annotations

import binascii
from array import array
from dataclasses import dataclass
from struct import Struct

from firmware_bridge.messages import CONTROLLER_TYPES, HOST_TYPES, ControllerMessage, HostMessage

DELIMITER = b"\0"
# encoded bytes of the longest message to the controller: COBS code, type, tag, request, payload, CRC, delimiter
MAX_HOST_FRAME = 1 + 1 + 2 + 2 + max(kind.FORMAT.size for kind in HOST_TYPES.values()) + 2 + 1
MAX_FRAME = 254  # encoded bytes; what is longer was never a frame of ours
_HEAD, _TAGGED = Struct("<BHH"), Struct("<BH")  # type, tag, request; type, request
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _tag_step(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ 0xA6BC if value & 1 else value >> 1
    return value


_TAG_TABLE = array("H", (_tag_step(byte) for byte in range(256)))


class FrameError(ValueError):
    """The bytes between two delimiters aren't a frame of this schema."""


class UnknownMessageError(FrameError):
    """A whole frame with a right CRC, but of a type or length that this schema doesn't have."""


@dataclass(frozen=True, slots=True)
class HostFrame:
    """A decoded frame on its way to the controller."""

    tag: int  # of type, request and payload, started from the session
    request: int
    message: HostMessage


@dataclass(frozen=True, slots=True)
class ControllerFrame:
    """A decoded frame from the controller."""

    seq: int
    message: ControllerMessage


def crc16(data: bytes) -> int:
    """CRC-16/MCRF4XX of `data`; check value 0x6F91 for b"123456789".

    It is the bit-reversed sibling of `binascii.crc_hqx`, which runs in C: bytes and result are mirrored.
    """
    crc = binascii.crc_hqx(data.translate(_REVERSED), 0xFFFF)
    return _REVERSED[crc & 0xFF] << 8 | _REVERSED[crc >> 8]


def tag16(session: int, data: bytes) -> int:
    """The CRC that binds a host's frame to its session: polynomial of CRC-16/DNP, reflected, started from `session`."""
    tag, table = session, _TAG_TABLE
    for byte in data:
        tag = tag >> 8 ^ table[(tag ^ byte) & 0xFF]
    return tag


def cobs_encode(data: bytes) -> bytes:
    """Consistent overhead byte stuffing (Cheshire and Baker, 1999), without the delimiter."""
    out = bytearray()
    for block in data.split(DELIMITER):
        start = 0
        while len(block) - start >= MAX_FRAME:
            out.append(0xFF)
            out += block[start : start + MAX_FRAME]
            start += MAX_FRAME
        out.append(len(block) - start + 1)
        out += block[start:]
    return bytes(out)


def cobs_decode(data: bytes) -> bytes:
    """The inverse of `cobs_encode`. Raises `FrameError` when a block runs past the end or a zero is inside."""
    if not data or 0 in data:
        raise FrameError("empty, or a zero inside a frame")
    out = bytearray()
    at = 0
    while at < len(data):
        code = data[at]
        if at + code > len(data):
            raise FrameError("a COBS block runs past the end")
        out += data[at + 1 : at + code]
        at += code
        if code != 0xFF and at < len(data):
            out.append(0)
    return bytes(out)


def seal(body: bytes) -> bytes:
    """Body -> CRC -> COBS -> delimiter: the bytes that go on the wire."""
    crc = binascii.crc_hqx(body.translate(_REVERSED), 0xFFFF)  # as `crc16`, in the order of the wire
    data = body + crc.to_bytes(2, "big").translate(_REVERSED)
    if len(data) >= MAX_FRAME:
        return cobs_encode(data) + DELIMITER
    out = bytearray(DELIMITER + data + DELIMITER)  # no block can be too long for its code, so each zero becomes one
    at = 0
    while (zero := out.find(0, at + 1)) > 0:
        out[at] = zero - at
        at = zero
    return bytes(out)


def unseal(frame: bytes) -> bytes:
    """The body of a frame without its delimiter. Raises `FrameError`."""
    raw = cobs_decode(frame)
    if len(raw) < 3 or crc16(raw[:-2]) != int.from_bytes(raw[-2:], "little"):
        raise FrameError("wrong CRC")
    return raw[:-2]


def host_frame(session: int, request: int, message: HostMessage) -> bytes:
    """The wire bytes of one message to the controller; `native.payload_frame` makes the same ones faster."""
    return seal(host_body(session, request, message.TYPE, message.pack()))


def host_body(session: int, request: int, kind: int, payload: bytes) -> bytes:
    """What `host_frame` seals: type, tag, request, payload."""
    tag = tag16(session, _TAGGED.pack(kind, request) + payload)
    return _HEAD.pack(kind, tag, request) + payload


def controller_frame(seq: int, message: ControllerMessage) -> bytes:
    """The wire bytes of one message from the controller (for tools and tests; the firmware writes its own)."""
    return seal(bytes((message.TYPE, seq)) + message.pack())


def parse_host(frame: bytes) -> HostFrame:
    """Decode a frame to the controller (for traces). Raises `FrameError`."""
    body = unseal(frame)
    kind = HOST_TYPES.get(body[0])
    if kind is None or len(body) != 5 + kind.FORMAT.size:
        raise UnknownMessageError(f"type 0x{body[0]:02X} with {len(body)} bytes is no host message")
    return HostFrame(body[1] | body[2] << 8, body[3] | body[4] << 8, kind.unpack(body[5:]))


def parse_controller(frame: bytes) -> ControllerFrame:
    """Decode a frame from the controller. Raises `FrameError`."""
    body = unseal(frame)
    kind = CONTROLLER_TYPES.get(body[0])
    if kind is None or len(body) != 2 + kind.FORMAT.size:
        raise UnknownMessageError(f"type 0x{body[0]:02X} with {len(body)} bytes is no controller message")
    return ControllerFrame(body[1], kind.unpack(body[2:]))


class Deframer:
    """Cuts a byte stream at the delimiters; holds at most one unfinished frame."""

    def __init__(self) -> None:
        self._rest = b""

    def push(self, data: bytes) -> list[bytes]:
        """Whole frames without their delimiters, oldest first; empty ones are left out."""
        *frames, self._rest = (self._rest + data).split(DELIMITER)
        if len(self._rest) > MAX_FRAME:
            self._rest = self._rest[-MAX_FRAME:]  # garbage without an end: its CRC will not match
        return [frame for frame in frames if frame]

    def clear(self) -> None:
        """Forget the unfinished frame (the cable was out)."""
        self._rest = b""
