"""The little programs that `firmware/fuzz/fuzz_core.c` runs, written by hand: what the fuzzer begins with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from firmware_bridge.framing import host_frame
from firmware_bridge.messages import SCHEMA_HASH, Arm, Drive, Heartbeat, Hello, Stop, Tool

# Places in KINDS of fuzz_core.c.
HELLO, HEARTBEAT, ARM, DISARM, CLEAR, STOP, DRIVE, RECOVER, TOOL, GRIPPER, ZERO, UNKNOWN = range(12)
# Bits of enum spoil there.
WRONG_TAG, WRONG_CRC, SHORT, LONG, RAW_DEADLINE, NO_DELIMITER, TWICE = (1 << bit for bit in range(7))
BUMPER, CLIFF, BUTTON, SCAN = 1, 4, 16, 128

START = b"\0" + (0).to_bytes(4, "little")
WRAPPING = b"\1" + (2**32 - 150).to_bytes(4, "little")  # and what the core sends is not fetched


def frame(kind: int, payload: bytes = b"", spoil: int = 0, step: int = 1) -> bytes:
    """One frame; `step` is how far its request id is from the last one's."""
    return bytes((0x80 | kind, spoil, step % 256)) + payload


def periods(count: int, milliseconds: int = 10, sensors: int = 0, left: int = 0, right: int = 0) -> bytes:
    """Up to 64 control periods; `left`, `right` are four encoder ticks each per period."""
    return bytes((0x3F + count, milliseconds, sensors, left % 256, right % 256))


def raw(data: bytes) -> bytes:
    """Up to 64 bytes as they are."""
    return bytes((len(data) - 1,)) + data


def _ready(start: bytes = START) -> bytes:
    return start + periods(1) + frame(HELLO, bytes((7, 0, 0, 0, 0, 0, 0, 0))) + frame(ARM, bytes(4))


def _drive(v: int = 200, w: int = 0, ttl: int = 200, spoil: int = 0, step: int = 1) -> bytes:
    payload = v.to_bytes(2, "little", signed=True) + w.to_bytes(2, "little", signed=True)
    return frame(DRIVE, payload + ttl.to_bytes(2, "little", signed=True) + bytes(2), spoil, step)


def _cruise(cycles: int = 4) -> bytes:
    return b"".join(frame(HEARTBEAT) + _drive() + periods(5, left=20, right=20) for _ in range(cycles))


def _recover(v: int = -80) -> bytes:
    payload = v.to_bytes(2, "little", signed=True) + bytes(2) + (150).to_bytes(2, "little") + bytes(2)
    return frame(HEARTBEAT) + frame(RECOVER, payload) + periods(5, left=-8, right=-8)


def _tool(duty: int, ttl: int = 200) -> bytes:
    return frame(TOOL, bytes((duty,)) + ttl.to_bytes(2, "little") + bytes(2))


def core_programs() -> Mapping[str, bytes]:
    """Programs that reach every state: what a random one would take days to find."""
    contact = periods(2, sensors=BUMPER) + periods(2)
    return MappingProxyType(
        {
            "drive": _ready() + _cruise() + periods(40, left=10, right=10),
            "drive over the wrap of the clock": _ready(WRAPPING) + _cruise(6) + periods(40),
            "no heartbeat": _ready() + _drive(ttl=500) + periods(30),
            "tool": _ready()
            + frame(HEARTBEAT)
            + _tool(200)
            + periods(30)
            + _tool(9)
            + periods(5)
            + frame(DISARM)
            + periods(2),
            "gripper": _ready() + frame(GRIPPER, b"\x01" + bytes(6) + b"\x90\x01\0\0") + periods(3),
            "deadlines": _ready() + b"".join(_drive(ttl=ttl) for ttl in (0, -5, 500, 501, 1)) + periods(3),
            "deadline of zero": _ready() + _drive(ttl=0, spoil=RAW_DEADLINE) + periods(3),
            "out of range": _ready()
            + _drive(v=307)
            + _drive(w=-2601)
            + _drive(v=-306, w=2600)
            + periods(9, left=-9, right=9),
            "stop": _ready()
            + _cruise(2)
            + frame(STOP, b"\x11\x00")
            + periods(3)
            + _drive()
            + frame(CLEAR)
            + frame(ARM, bytes(4)),
            "ramp": _ready()
            + _cruise(3)
            + frame(STOP, b"\x12\x01")
            + (frame(HEARTBEAT) + periods(8, left=10, right=9)) * 7,
            "ramp and contact": _ready() + _cruise(3) + frame(STOP, b"\x12\x01") + periods(4) + contact + periods(3),
            "ramp and hello": _ready()
            + _cruise(3)
            + frame(STOP, b"\x12\x01")
            + periods(4)
            + frame(HELLO, bytes(8))
            + periods(4),
            "bump and recover": _ready() + _cruise(2) + contact + _recover() * 3 + contact + _recover() + frame(CLEAR),
            "recover too far": _ready() + _cruise(2) + contact + _recover() * 12,
            "cliff": _ready() + _cruise(2) + periods(3, sensors=CLIFF) + frame(CLEAR) + periods(1) + frame(CLEAR),
            "button": _ready()
            + _cruise(2)
            + periods(3, sensors=BUTTON)
            + frame(CLEAR)
            + periods(1)
            + frame(CLEAR)
            + frame(ARM, bytes(4)),
            "replays": _ready()
            + _drive(spoil=TWICE)
            + frame(HEARTBEAT, step=-3)
            + _drive(v=-200, step=-1)
            + periods(5),
            "foreign session": _ready()
            + _drive(spoil=WRONG_TAG)
            + periods(3)
            + frame(STOP, b"\x11\x01", WRONG_TAG)
            + periods(3),
            "another schema": START
            + frame(HELLO, b"\x07\0\0\0\xff\0\0\0")
            + frame(ARM, bytes(4))
            + _drive()
            + periods(3),
            "another boot": START + frame(HELLO, bytes(8)) + frame(ARM, b"\x01\0\0\0") + _drive() + periods(3),
            "wrong lengths": _ready()
            + b"".join(frame(kind, bytes(9), spoil) for kind in range(10) for spoil in (SHORT, LONG)),
            "unknown": _ready() + frame(ZERO) + frame(UNKNOWN, bytes(3)) + _drive(spoil=WRONG_CRC) + periods(2),
            "garbage": _ready()
            + raw(bytes(range(64)))
            + _drive(spoil=NO_DELIMITER)
            + _drive()
            + frame(HEARTBEAT)
            + periods(9),
            "scans unread": b"\1" + _ready()[1:] + periods(64, sensors=SCAN) + _cruise(3),
            "broken encoders": _ready()
            + _drive()
            + bytes((0x41, 10, 0, 128, 255, 255, 255, 127, 128, 0, 0, 0, 128))
            + periods(9),
            "long pauses": _ready() + _drive(ttl=500) + bytes((0x40, 0xFF, 0xFF, 0xFF, 0, 9, 9)) + periods(3),
        }
    )


def decoder_inputs() -> Mapping[str, bytes]:
    """Real frames, whole and broken."""
    frames = [
        host_frame(0, 1, Hello(7, SCHEMA_HASH)),
        host_frame(9, 2, Arm(5)),
        host_frame(9, 3, Heartbeat()),
        host_frame(9, 4, Drive(-200, 0, 1000)),
        host_frame(9, 5, Stop(17, 1)),
        host_frame(9, 6, Tool(0, 0)),
    ]
    return MappingProxyType(
        {
            "frames": b"".join(frames),
            "cut": b"".join(frame[: len(frame) // 2] for frame in frames),
            "run together": b"".join(frame[:-1] for frame in frames),
            "zeros": bytes(40),
            "too long": b"\x05" * 80 + b"\0" + frames[0],
        }
    )
