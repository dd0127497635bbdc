"""The motor controller on this machine: the firmware's own C core, compiled for the host, one period per call."""

from __future__ import annotations

import ctypes
import importlib.util
from dataclasses import dataclass
from functools import cache

from firmware_bridge.messages import BEAMS, SCHEMA_HASH
from firmware_bridge.native import NOT_BUILT, CoreMissingError

_ROOM = 4096  # more than the core's ring holds


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the board's sensors read in one period."""

    encoder_left: int  # cumulative ticks, messages.UM_PER_TICK micrometres each; may be negative, may wrap at 32 bits
    encoder_right: int
    bumper: int = 0  # bit 0 left, bit 1 right
    cliff: int = 0  # bit 0 left, bit 1 right
    stop_button: bool = False
    battery_mv: int = 16000
    charging: bool = False
    ranges_mm: tuple[int, ...] | None = None  # 72 readings, 65535 where nothing is; None: no new scan
    gripper_holding: bool = False

    def row(self) -> list[int]:
        """All but the scan's readings, in the order in which the C side of either controller takes them."""
        return [
            self.encoder_left,
            self.encoder_right,
            self.bumper,
            self.cliff,
            self.stop_button,
            self.battery_mv,
            self.charging,
            self.gripper_holding,
            self.ranges_mm is not None,
        ]

    def load_scan(self, into: ctypes.Array[ctypes.c_uint16]) -> None:
        """Copy the readings, if there are any. Raises `ValueError` for another number of them."""
        ranges = self.ranges_mm
        if ranges is None:
            return
        if len(ranges) != BEAMS:
            raise ValueError(f"a scan has {BEAMS} readings, not {len(ranges)}")
        into[:] = list(ranges)


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the board puts on its pins."""

    pwm_left: int  # -255 to 255
    pwm_right: int
    tool_pwm: int  # 0 to 255
    gripper_close: bool
    gripper_aim_mm: tuple[int, int, int]  # base frame
    enabled: bool  # the motor drivers' enable line


@cache
def _library() -> ctypes.CDLL:
    spec = importlib.util.find_spec("firmware_bridge._core")
    if spec is None or spec.origin is None:
        raise CoreMissingError(NOT_BUILT)
    library = ctypes.CDLL(spec.origin)
    for name in ("host_schema_hash", "host_core_size", "host_transmit"):
        getattr(library, name).restype = ctypes.c_uint32
    library.host_crc.restype = ctypes.c_uint16
    if library.host_schema_hash() != SCHEMA_HASH:
        raise CoreMissingError("the motor controller's core was built from another schema: run `make setup` again")
    return library


def core_crc(data: bytes) -> int:
    """CRC-16/MCRF4XX as the firmware computes it."""
    return int(_library().host_crc(data, len(data)))


class HostController:
    """One motor controller. Deterministic: the same calls give the same bytes. Not for use by two threads at once.

    Controller time starts at zero with the first `tick` after power-up or `reset`.
    """

    def __init__(self, boot_nonce: int) -> None:
        """`boot_nonce` (32 bits) must differ from boot to boot."""
        library = _library()
        self._size = int(library.host_core_size())
        self._core = ctypes.create_string_buffer(self._size)
        self._core_at = ctypes.c_void_p(ctypes.addressof(self._core))
        self._in = (ctypes.c_int32 * 10)()
        self._out = (ctypes.c_int32 * 9)()
        self._ranges = (ctypes.c_uint16 * BEAMS)()
        self._bytes = ctypes.create_string_buffer(_ROOM)
        self._tick, self._receive, self._transmit = library.host_tick, library.host_receive, library.host_transmit
        self._init = library.host_init
        self._arguments = (self._core_at, ctypes.byref(self._in), ctypes.byref(self._ranges), ctypes.byref(self._out))
        self._last: tuple[int, ...] = ()
        self._outputs = Outputs(0, 0, 0, False, (0, 0, 0), False)
        self._boot_us: int | None = None
        self._waiting = 1
        self.reset(boot_nonce)

    def reset(self, boot_nonce: int) -> None:
        """What a power cycle or the reset line does: all state is lost, the robot is disarmed."""
        self._init(self._core_at, ctypes.c_uint32(boot_nonce & 0xFFFFFFFF))
        self._boot_us = None
        self._waiting = 1

    def tick(self, now_us: int, inputs: Inputs) -> Outputs:
        """Run one control period at `now_us` (any zero, never backwards). Call every 10 ms."""
        if self._boot_us is None:
            self._boot_us = now_us
        inputs.load_scan(self._ranges)
        # ctypes reduces each value modulo 2^32, as the board's counters do
        self._in[:] = [(now_us - self._boot_us) // 1000, *inputs.row()]
        self._tick(*self._arguments)
        *values, self._waiting = self._out[:]
        found = tuple(values)
        if found != self._last:
            self._last = found
            left, right, tool, close, x, y, z, enabled = found
            self._outputs = Outputs(left, right, tool, bool(close), (x, y, z), bool(enabled))
        return self._outputs

    def skip(self, us: int) -> None:
        """Jump over time in which nothing happens. There is nothing to do: the next `tick` says how late it is."""

    def receive(self, data: bytes) -> None:
        """Bytes that arrived at the controller's serial port."""
        if data:
            self._receive(self._core_at, data, len(data))
            self._waiting = 1

    def transmit(self) -> bytes:
        """Bytes that the controller wants to send; they are then gone from it."""
        if not self._waiting:
            return b""
        self._waiting = 0
        count = self._transmit(self._core_at, self._bytes, _ROOM)
        return ctypes.string_at(self._bytes, count) if count else b""

    def snapshot(self) -> bytes:
        """The whole state, for `restore` in this or another controller of the same build."""
        boot = -1 if self._boot_us is None else self._boot_us
        return boot.to_bytes(8, "little", signed=True) + self._core.raw

    def restore(self, snapshot: bytes) -> None:
        """Go back to a snapshot. Raises `ValueError` for one of another build."""
        if len(snapshot) != self._size + 8:
            raise ValueError("the snapshot is of another build of the controller")
        boot = int.from_bytes(snapshot[:8], "little", signed=True)
        self._boot_us = None if boot < 0 else boot
        ctypes.memmove(self._core, snapshot[8:], self._size)
        self._waiting = 1
