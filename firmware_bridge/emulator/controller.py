"""An emulated board: the real AVR binary with pins, serial lines and time, behind the interface of every controller."""

from __future__ import annotations

import ctypes

from firmware_bridge.boards import Board
from firmware_bridge.build import Built
from firmware_bridge.emulator.chip import Chip
from firmware_bridge.emulator.readings import Edge, Line, LineState
from firmware_bridge.emulator.wiring import OUTPUTS
from firmware_bridge.host import Inputs, Outputs
from firmware_bridge.messages import BEAMS

CLOCK = "millis"  # of avr/clock.c: milliseconds since boot
LONGEST_TICK_US = 10_000_000
_ROOM = 4096
_RUNNING = (2, 3)  # simavr's cpu_Running and cpu_Sleeping
_CRASHED = 7


class EmulatorCrashedError(RuntimeError):
    """The program did what none may (a wild address, an opcode that does not exist); the text says what and where."""


class EmulatedController(Chip):
    """A board from power-up on. Deterministic: the same calls give the same bytes. Not for use by two threads at once.

    Time is microseconds since power-up; it goes on through resets, and moves only by `tick`, `advance` and `skip`.
    """

    def __init__(self, built: Built, board: Board, eeprom: bytes | None = None, noise: int = 0) -> None:
        """`eeprom` is what an earlier one returned (new, it is all 0xFF); `noise` decides what SRAM holds at power-up.

        Raises:
            EmulatorMissingError: libsimavr or a compiler is missing.
            ElfError: `built` is no program for an AVR.
            ValueError: board and emulator don't fit together, or `eeprom` is of another size.
        """
        super().__init__(built, board, eeprom)
        self._noise = noise
        self._in = (ctypes.c_int32 * 9)()
        self._out = (ctypes.c_int32 * 10)()
        self._ranges = (ctypes.c_uint16 * BEAMS)()
        self._bytes = ctypes.create_string_buffer(_ROOM)
        self._last: tuple[int, ...] = ()
        self.outputs = Outputs(0, 0, 0, False, (0, 0, 0), False)  # what is on the pins
        self.now_us = 0
        self._skipped_us = 0
        self._shim.emulator_power(self._at, noise)

    # ------------------------------------------------------------ time

    def tick(self, now_us: int, inputs: Inputs) -> Outputs:
        """Live until `now_us` with these sensors, encoder edges spread evenly; what is on the pins then.

        Raises:
            ValueError: time runs backwards or on by more than ten seconds (see `skip`), or a scan has not 72 readings.
            EmulatorCrashedError: the program crashed.
        """
        inputs.load_scan(self._ranges)
        self._in[:] = [*inputs.row()]
        return self._live(now_us, self._in)

    def advance(self, us: int) -> Outputs:
        """Live on for so long, sensors as they were: for looking closer than a control period. Raises as `tick`."""
        return self._live(self.now_us + us, None)

    def skip(self, us: int) -> None:
        """Jump over time in which nothing happens: the board's clock shows it as gone by, nothing else notices."""
        if us < 0:
            raise ValueError(f"time does not run backwards: skip({us})")
        self.poke(CLOCK, ((self.peek_int(CLOCK) + us // 1000) % 2**32).to_bytes(4, "little"))
        self.now_us += us
        self._skipped_us += us

    def _cycles(self, now_us: int) -> int:
        return (now_us - self._skipped_us) * self._frequency // 1_000_000

    def _us(self, cycles: int) -> float:
        return cycles * 1e6 / self._frequency + self._skipped_us

    def _live(self, now_us: int, inputs: object) -> Outputs:
        if not 0 <= now_us - self.now_us <= LONGEST_TICK_US:
            raise ValueError(
                f"from {self.now_us} us to {now_us} us is no step of at most {LONGEST_TICK_US} us forwards"
            )
        self._shim.emulator_tick(
            self._at, self._cycles(self.now_us), self._cycles(now_us), inputs, self._ranges, self._out
        )
        self.now_us = now_us
        found = tuple(self._out)
        if found != self._last:
            self._last = found
            left, right, tool, close, x, y, z, enabled, state, _ = found
            if state not in _RUNNING:
                raise self._crash(state)
            self.outputs = Outputs(left, right, tool, bool(close), (x, y, z), bool(enabled))
        return self.outputs

    def _crash(self, state: int) -> EmulatorCrashedError:
        self._last = ()
        at = int(self._shim.emulator_pc(self._at))
        words = self._shim.emulator_words().decode("ascii", "replace").strip()
        what = "crashed" if state == _CRASHED else "went to sleep with interrupts off"
        return EmulatorCrashedError(
            f"the emulated program {what} at 0x{at:04x} ({self.function_at(at)}), {self.now_us} us after power-up"
            + (f": {words}" if words else "")
        )

    # ------------------------------------------------------------ the host's serial line

    def receive(self, data: bytes) -> None:
        """Bytes from the host: they go to the board one after another, 40 us each, as time passes.

        Raises:
            OverflowError: more than 128 KiB wait to be sent.
        """
        if self._shim.emulator_receive(self._at, data, len(data)) < len(data):
            raise OverflowError("the host has sent more than four seconds of bytes ahead; no cable holds so many")

    def transmit(self) -> bytes:
        """Bytes that have come through to the host since the last call."""
        data = b""
        while count := int(self._shim.emulator_transmit(self._at, self._bytes, None, _ROOM)):
            data += ctypes.string_at(self._bytes, count)
        return data

    def transmit_timed(self) -> list[tuple[float, int]]:
        """The same, byte by byte with the microsecond at which each one's stop bit was through."""
        times = (ctypes.c_uint64 * _ROOM)()
        found: list[tuple[float, int]] = []
        while count := int(self._shim.emulator_transmit(self._at, self._bytes, times, _ROOM)):
            found += zip(map(self._us, times[:count]), ctypes.string_at(self._bytes, count), strict=True)
        return found

    def lidar_put(self, data: bytes) -> None:
        """Unplug the lidar for good and send these bytes in its place; none of them: its line is dead.

        Raises:
            OverflowError: more than 4 KiB wait to be sent, or the board has no line for a lidar.
        """
        if self._shim.emulator_lidar_put(self._at, data, len(data)) < len(data):
            raise OverflowError("no room on the lidar's line, or no such line on this board")

    def arm_take(self) -> bytes:
        """What the arm's controller has heard since the last call."""
        count = int(self._shim.emulator_arm_take(self._at, self._bytes, _ROOM))
        return ctypes.string_at(self._bytes, count)

    def line(self, line: Line) -> LineState:
        """How a serial line does."""
        found = (ctypes.c_uint32 * 3)()
        self._shim.emulator_line(self._at, line, found)
        return LineState(*found)

    # ------------------------------------------------------------ reset and power

    def reset(self, boot_nonce: int = 0, hold_us: int = 0) -> None:
        """Hold the reset line for `hold_us`, pins floating. `boot_nonce` is ignored: the firmware makes its own."""
        self._shim.emulator_reset(self._at, hold_us * self._frequency // 1_000_000)
        self._last = ()
        self._live(self.now_us, None)

    def power_cycle(self, noise: int | None = None) -> None:
        """The supply fails and comes back: SRAM is lost, the EEPROM is not."""
        self._noise = self._noise + 1 if noise is None else noise
        self._shim.emulator_power(self._at, self._noise)
        self._last = ()
        self._live(self.now_us, None)

    @property
    def watchdog_resets(self) -> int:
        """How often the hardware watchdog has bitten."""
        return int(self._out[9])

    # ------------------------------------------------------------ measuring

    def take_edges(self) -> list[Edge]:
        """What changed on the outputs since the last call, oldest first; only the last 8192 are kept."""
        times, values = (ctypes.c_uint64 * _ROOM)(), (ctypes.c_int32 * (2 * _ROOM))()
        edges: list[Edge] = []
        while count := int(self._shim.emulator_edges(self._at, times, values, _ROOM)):
            edges += [Edge(self._us(times[i]), OUTPUTS[values[2 * i]], values[2 * i + 1]) for i in range(count)]
        return edges
