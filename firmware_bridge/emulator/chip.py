"""The chip under an emulated board: made and wired up, its memories, and its program's functions and variables."""

from __future__ import annotations

import ctypes
import weakref

from firmware_bridge.boards import Board
from firmware_bridge.build import Built
from firmware_bridge.emulator import elf
from firmware_bridge.emulator.library import library
from firmware_bridge.emulator.readings import Fault, LoopTiming, Stack
from firmware_bridge.emulator.wiring import LINES, REQUIRED, ROLES, UARTS

PERIOD_FUNCTION = "run_period"  # of core/main.c


class Chip:
    """An AVR with its program, wired up as the board says, and not yet powered."""

    def __init__(self, built: Built, board: Board, eeprom: bytes | None = None) -> None:
        """Raises `EmulatorMissingError`, `ElfError`, or `ValueError` where board, program and emulator don't fit."""
        self._shim = library()
        self.program = elf.load(built.elf)
        self._frequency = board.f_cpu
        flash = self.program.flash
        made = self._shim.emulator_new(
            board.mcu.lower().encode(), board.f_cpu, flash, len(flash), self.program.data_end
        )
        if made is None:
            raise ValueError(f"simavr knows no {board.mcu} with room for {len(flash)} bytes of program")
        self._at = ctypes.c_void_p(made)
        weakref.finalize(self, self._shim.emulator_free, self._at)
        self._connect(board)
        if eeprom is not None:
            self.set_eeprom(eeprom)

    def _connect(self, board: Board) -> None:
        missing = REQUIRED - set(board.pins)
        if missing:
            raise ValueError(f"board {board.name} has no pin {', '.join(sorted(missing))}")
        for name, role in ROLES.items():
            pin = board.pins.get(name)
            if pin is not None and not self._shim.emulator_pin(self._at, role, ord(pin.port), pin.bit):
                raise ValueError(f"pin {name}: {board.mcu} has no port {pin.port}")
        for name, line, baud in LINES:
            pin = board.pins.get(name)
            if pin is None:
                continue
            uart = UARTS.get((board.mcu.lower(), f"{pin.port}{pin.bit}"))
            if uart is None or not self._shim.emulator_serial(self._at, line, ord(uart), baud):
                raise ValueError(f"pin {name}: {board.mcu} has no UART on {pin.port}{pin.bit}")

    # ------------------------------------------------------------ EEPROM

    @property
    def eeprom(self) -> bytes:
        """What is in the EEPROM."""
        size = int(self._shim.emulator_eeprom(self._at, False, None))
        content = ctypes.create_string_buffer(size)
        self._shim.emulator_eeprom(self._at, False, content)
        return content.raw

    def set_eeprom(self, content: bytes) -> None:
        """Put another EEPROM in. Raises `ValueError` when it is not of this chip's size."""
        size = int(self._shim.emulator_eeprom(self._at, True, None))
        if len(content) != size:
            raise ValueError(f"this chip's EEPROM has {size} bytes, not {len(content)}")
        self._shim.emulator_eeprom(self._at, True, ctypes.create_string_buffer(content, size))

    # ------------------------------------------------------------ measuring

    def watch_loop(self, function: str = PERIOD_FUNCTION) -> None:
        """Measure how long a function takes from now on. Emulation becomes slower: every instruction is looked at."""
        self._shim.emulator_watch(self._at, self._function(function))

    @property
    def loop_timing(self) -> LoopTiming:
        """What was measured since `watch_loop`."""
        found = (ctypes.c_uint64 * 5)()
        self._shim.emulator_timing(self._at, found)
        periods, total, worst, gap, interval = (int(value) for value in found)
        us = 1e6 / self._frequency
        return LoopTiming(periods, total * us / periods if periods else 0.0, worst * us, gap * us, interval * us)

    @property
    def stack(self) -> Stack:
        """How deep the stack has been since power-up."""
        found = (ctypes.c_uint32 * 2)()
        self._shim.emulator_stack(self._at, found)
        return Stack(*found)

    # ------------------------------------------------------------ faults

    def peek(self, symbol: str) -> bytes:
        """The bytes of a variable. Raises `KeyError` for one that the program does not have."""
        found = self._variable(symbol)
        return self._memory(False, False, found.address, bytes(found.size))

    def peek_int(self, symbol: str) -> int:
        """The same as an unsigned number."""
        return int.from_bytes(self.peek(symbol), "little")

    def poke(self, symbol: str, content: bytes) -> None:
        """Overwrite a variable from its beginning on. Raises `KeyError`, or `ValueError` when it is too small."""
        found = self._variable(symbol)
        if len(content) > found.size:
            raise ValueError(f"{symbol} has {found.size} bytes, not {len(content)}")
        self._memory(False, True, found.address, content)

    def register(self, address: int, size: int = 1) -> int:
        """A register, or a place in SRAM, by its address in data space; little-endian. `ValueError` beyond the end."""
        return int.from_bytes(self._memory(False, False, address, bytes(size)), "little")

    def hang(self, fault: Fault = Fault.LOOP, function: str = PERIOD_FUNCTION) -> bytes:
        """Let the program hang where `function` begins, after resets too. What was there is returned, for `mend`."""
        endless = b"\xff\xcf"  # rjmp .-2
        code = endless if fault is Fault.LOOP else b"\xf8\x94" + endless  # cli
        at = self._function(function)
        before = self._memory(True, False, at, bytes(len(code)))
        self._memory(True, True, at, code)
        return before

    def mend(self, before: bytes, function: str = PERIOD_FUNCTION) -> None:
        """Put back what `hang` returned. A program that hangs there goes on, with interrupts off if they were."""
        at = self._function(function)
        if at < self._shim.emulator_pc(self._at) < at + len(before):
            self._shim.emulator_jump(self._at, at)  # nothing of the function has been done yet
        self._memory(True, True, at, before)

    def function_at(self, address: int) -> str:
        """The name of the function that a flash address is in, "?" for none."""
        inside = [
            name for name, s in self.program.symbols.items()
            if not s.in_ram and s.address <= address < s.address + s.size
        ]  # fmt: skip
        return inside[0] if inside else "?"

    def _function(self, name: str) -> int:
        symbol = self.program.symbols.get(name)
        if symbol is None or symbol.in_ram:
            raise KeyError(f"the program has no function {name}: it must not be inlined")
        return symbol.address

    def _variable(self, name: str) -> elf.Symbol:
        symbol = self.program.symbols.get(name)
        if symbol is None or not symbol.in_ram:
            raise KeyError(f"the program has no variable {name}")
        return symbol

    def _memory(self, flash: bool, write: bool, at: int, content: bytes) -> bytes:
        buffer = ctypes.create_string_buffer(content, len(content))
        if not self._shim.emulator_memory(self._at, flash, write, at, buffer, len(content)):
            raise ValueError(f"{len(content)} bytes at 0x{at:x} are not all in memory")
        return buffer.raw
