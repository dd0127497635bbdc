"""Where a controller sits: with motors on virtual time, the same behind a pty in real time, or at a serial port."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from firmware_bridge.host import Inputs, Outputs
from firmware_bridge.transport import MemoryTransport, PtyTransport, SerialTransport, Transport, TransportLost
from tests.hil.boards import Board, Edge
from tests.hil.wheels import Track, Wheel

SLICE_US = 1000  # how often the motors take the duty from the pins
CATCH_UP = 0.02  # s that the board in real time may be behind
PATIENCE = 10.0  # s that a thread may take to do something, on a busy machine


class VirtualPlant:
    """A board, two motors, switches to press and a cable, on virtual time. Microseconds since power-up."""

    def __init__(self, board: Board, device: Transport | None = None) -> None:
        """`device` may replace the controller's end of the in-process cable."""
        self.board = board
        self.inputs = Inputs(0, 0)
        self.left, self.right, self.track = Wheel(), Wheel(), Track()
        self.transport, memory = MemoryTransport.pair()
        self.device: Transport = memory if device is None else device
        self.us = 0
        self.watch: Callable[[], None] | None = None  # called after each slice
        self._scan: tuple[int, ...] | None = None

    def now(self) -> float:
        return self.us / 1e6

    def run(self, seconds: float) -> None:
        self.run_us(round(seconds * 1e6))

    def run_us(self, us: int) -> None:
        """Live on, in slices of a millisecond at most."""
        end = self.us + us
        while self.us < end:
            self._slice(min(SLICE_US - self.us % SLICE_US, end - self.us))

    def _slice(self, us: int) -> None:
        data = self.device.read()
        if data:
            self.board.receive(data)
        self.us += us
        self._roll(us / 1e6)
        self.inputs = replace(self.inputs, encoder_left=self.left.ticks, encoder_right=self.right.ticks)
        scan, self._scan = self._scan, None
        self.board.tick(self.us, replace(self.inputs, ranges_mm=scan))
        data = self.board.transmit()
        if data:
            self.device.write(data)
        if self.watch is not None:
            self.watch()

    def when_ms(self, ms: int) -> float:
        """When this boot's clock shows `ms`, in microseconds since power-up; to 5 us."""
        for _ in range(200):
            if self.board.zero_us is not None:
                return self.board.zero_us + ms * 1000
            self.run_us(10)
        raise AssertionError("the firmware's clock stands still")

    def _roll(self, dt: float) -> None:
        """The motors, at what was on the pins: so a slice's encoder edges belong into it, however short it is."""
        outputs = self.board.outputs
        # normally-closed contacts in the enable line: the wire stops the motors whatever the controller says
        live = outputs.enabled and not self.inputs.stop_button
        before = self.left.way, self.right.way
        self.left.step(outputs.pwm_left if live else 0, dt)
        self.right.step(outputs.pwm_right if live else 0, dt)
        self.track.roll(self.left.way - before[0], self.right.way - before[1])

    def press(self, **sensors: Any) -> None:
        """Sensors read so from now on."""
        self.inputs = replace(self.inputs, **sensors)

    def show(self, ranges_mm: tuple[int, ...]) -> None:
        """One turn of the lidar."""
        self._scan = ranges_mm

    @property
    def outputs(self) -> Outputs:
        return self.board.outputs

    def take_edges(self) -> list[Edge]:
        return self.board.take_edges()

    def reset(self) -> int:
        """The reset line; when, in board time."""
        self.board.reset()
        return self.us

    def power_cycle(self) -> int:
        """The supply fails and comes back; when."""
        self.board.power_cycle()
        return self.us

    def cut(self) -> int:
        """The cable comes out; when."""
        self.transport.cut()
        return self.us

    def mend(self) -> None:
        self.transport.mend()

    def reopen(self) -> Transport:
        """What a link that has lost its transport gets."""
        return self.transport

    def close(self) -> None: ...


class _Socket:
    """The board's end of a USB cable that can be pulled: a pty, or nothing."""

    def __init__(self) -> None:
        self.pty: PtyTransport | None = PtyTransport()

    def write(self, data: bytes, urgent: bool = False) -> None:
        if self.pty is not None:
            self.pty.write(data)

    def read(self) -> bytes:
        return b"" if self.pty is None else self.pty.read()

    def close(self) -> None:
        if self.pty is not None:
            self.pty.close()
            self.pty = None

    @property
    def port(self) -> str:
        if self.pty is None:
            raise TransportLost("the cable is out")
        return self.pty.port


class PtyPlant:
    """The same in real time on a thread of its own, at the other end of a pty that pyserial opens."""

    def __init__(self, board: Board) -> None:
        self._socket = _Socket()
        self.transport: Transport = SerialTransport(self._socket.port)
        self._plant = VirtualPlant(board, self._socket)
        self._orders: deque[tuple[Callable[[], object], threading.Event]] = deque()
        self._ending = threading.Event()
        self.late = 0.0  # s, the most that the emulation was behind real time
        self._thread = threading.Thread(target=self._live, name="board", daemon=True)
        self._thread.start()

    def _live(self) -> None:
        start = time.monotonic()
        while not self._ending.wait(SLICE_US / 1e6 / 2):
            while self._orders:
                order, done = self._orders.popleft()
                order()
                done.set()
            behind = time.monotonic() - start - self._plant.now()
            self.late = max(self.late, behind)
            if behind > CATCH_UP:  # the machine was busy: that time did not pass for the board
                start += behind - CATCH_UP
                behind = CATCH_UP
            self._plant.run_us(max(0, int(behind * 1e6)))

    def _do(self, order: Callable[[], object]) -> None:
        done = threading.Event()
        self._orders.append((order, done))
        assert done.wait(PATIENCE), "the emulated board's thread has ended"

    def _when(self, order: Callable[[], object]) -> int:
        """Have it done; when it was, in board time."""
        at: list[int] = []

        def done() -> None:
            order()
            at.append(self._plant.us)

        self._do(done)
        return at[0]

    def now(self) -> float:
        return time.monotonic()

    def run(self, seconds: float) -> None:
        time.sleep(seconds)

    def press(self, **sensors: Any) -> None:
        self._do(lambda: self._plant.press(**sensors))

    def show(self, ranges_mm: tuple[int, ...]) -> None:
        self._do(lambda: self._plant.show(ranges_mm))

    @property
    def outputs(self) -> Outputs:
        return self._plant.outputs

    @property
    def left(self) -> Wheel:
        return self._plant.left

    @property
    def right(self) -> Wheel:
        return self._plant.right

    @property
    def track(self) -> Track:
        return self._plant.track

    @property
    def us(self) -> int:
        return self._plant.us

    def take_edges(self) -> list[Edge]:
        taken: list[Edge] = []
        self._do(lambda: taken.extend(self._plant.take_edges()))
        return taken

    def reset(self) -> int:
        return self._when(self._plant.reset)

    def power_cycle(self) -> int:
        return self._when(self._plant.power_cycle)

    def cut(self) -> int:
        return self._when(self._socket.close)

    def mend(self) -> None:
        def plug() -> None:
            self._socket.pty = PtyTransport()

        self._do(plug)

    def reopen(self) -> Transport:
        """Open the port under the name it has now."""
        self.transport = SerialTransport(self._socket.port)
        return self.transport

    def close(self) -> None:
        self._ending.set()
        self._thread.join(PATIENCE)
        self.transport.close()
        self._socket.close()


class PortPlant:
    """Whatever answers at a serial port, in real time; it can be seen and touched through the wire only."""

    def __init__(self, port: str, baud: int, ask: Callable[[str], None] | None = None) -> None:
        """`ask` has somebody do something and returns when it is done."""
        self._port, self._baud, self._ask = port, baud, ask
        self.transport: Transport = SerialTransport(port, baud)

    def now(self) -> float:
        return time.monotonic()

    def run(self, seconds: float) -> None:
        time.sleep(seconds)

    def press(self, **sensors: Any) -> None:
        """Have somebody press it; they keep it so until asked for the opposite."""
        assert self._ask is not None
        for name, value in sensors.items():
            self._ask(
                f"{name} to {value} (bit 0 left, bit 1 right)" if name in ("bumper", "cliff") else f"{name}: {value}"
            )

    def reset(self) -> int:
        """Opening the port pulls DTR, which is the reset line of every Arduino."""
        self.transport.close()
        time.sleep(0.2)
        self.reopen()
        return 0  # nobody can tell what its pins did when

    def reopen(self) -> Transport:
        self.transport = SerialTransport(self._port, self._baud)
        return self.transport

    def close(self) -> None:
        self.transport.close()


Plant = VirtualPlant | PtyPlant | PortPlant
