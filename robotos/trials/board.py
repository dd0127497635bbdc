"""A board's own reaction times, from its real binary in the emulator: virtual time, 250000 baud, to the microsecond."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from firmware_bridge.build import BOARDS, BuildError, build
from firmware_bridge.emulator import EmulatedController, EmulatorMissingError, power_up
from firmware_bridge.host import Inputs
from firmware_bridge.link import Link
from firmware_bridge.messages import BEAMS, FULL_PWM_MM_S, HEARTBEAT_MS, PERIOD_MS, UM_PER_TICK, Clear, Reason

BOARD = "mega2560"
CLOCK = "millis"  # the firmware's clock, milliseconds since boot
FINE_US = 50  # step where the moment that something is looked at counts; bytes and edges carry their own
STEP_US = 1000  # otherwise
DRIVE_US = 100_000
INERTIA_US = 60_000  # of a wheel: the time in which it has come most of the way to the speed it is driven at
LIMIT_US = 600_000  # for anything to come about
SCAN_EVERY_US = 100_000
SPEED = 250  # mm/s
TTL = 0.2  # s


@dataclass(frozen=True, slots=True)
class Reactions:
    """Microseconds of each sample: from the event to the last of both PWM outputs at zero, if not said otherwise.

    `round_trip`: from the first bit of a heartbeat frame to the last of its acknowledgement. `expiry` counts from the
    moment at which the controller's clock shows the deadline. `period`: the longest control period, all interrupts in.
    """

    round_trip: Sequence[float]
    stop_frame: Sequence[float]
    bumper: Sequence[float]
    cliff: Sequence[float]
    button: Sequence[float]
    expiry: Sequence[float]
    silence: Sequence[float]
    period: float


class _Wire:
    """A `Transport`: the UART's two pins."""

    def __init__(self, controller: EmulatedController) -> None:
        self._controller = controller
        self.last_us = 0.0  # when the last byte read was through

    def write(self, data: bytes, urgent: bool = False) -> None:
        self._controller.receive(data)

    def read(self) -> bytes:
        timed = self._controller.transmit_timed()
        if timed:
            self.last_us = timed[-1][0]
        return bytes(byte for _, byte in timed)

    def close(self) -> None: ...


class Bench:
    """A board on a bench: its wheels turn freely as its PWM says, nothing touches it until it is told to."""

    def __init__(self, seed: int, board: str = BOARD) -> None:
        """Raises `EmulatorMissingError` and `BoardError`."""
        self._rng = Random(seed)
        self._controller = power_up(board, noise=seed)
        self._wire = _Wire(self._controller)
        self._link = Link(self._wire, lambda: self._controller.now_us * 1e-6)
        self._inputs = Inputs(0, 0)
        self._ticks = [0.0, 0.0]
        self._speeds = [0.0, 0.0]  # mm/s
        self._next_scan = self._next_order = self._next_heart = 0
        self._until(lambda: self._link.up, "the handshake")

    # ------------------------------------------------------------ measurements

    def round_trip(self) -> float:
        """A heartbeat, at any moment of the period, and its acknowledgement."""
        self._anywhere()
        began = self._controller.now_us
        request = self._link.heartbeat()
        self._until(lambda: self._link.acked(request) is not None, "an acknowledgement", FINE_US)
        return self._wire.last_us - began

    def stop_frame(self) -> float:
        """A Stop, while it drives."""
        self._driving()
        return self._to_zero(lambda: void(self._link.stop_now(Reason.OWNER)))

    def contact(self, bumper: int = 0, cliff: int = 0, button: bool = False) -> float:
        """Sensors, while it drives; they are released again."""
        self._driving()
        took = self._to_zero(lambda: self._sense(bumper, cliff, button))
        self._sense(0, 0, False)
        self._anywhere()  # until the controller has seen that
        return took

    def expiry(self) -> float:
        """A deadline that passes, while heartbeats go on."""
        self._driving()
        deadline = self._link.deadline_after(TTL / 2)
        self._link.drive(SPEED, 0, deadline)
        self._next_order = self._controller.now_us + LIMIT_US
        while self._controller.peek_int(CLOCK) < deadline:
            self._heart()
            self._step(FINE_US)
        return self._to_zero(lambda: None)

    def silence(self) -> float:
        """The last heartbeat, with orders that go on: microseconds beyond the time that the schema allows."""
        self._driving()
        self._link.heartbeat()
        quiet = self._controller.now_us
        while self._controller.now_us < quiet + HEARTBEAT_MS * 1000:
            self._keep_ordering()
            self._step(STEP_US)
        if not self._moving():
            raise RuntimeError("the controller did not wait for its heartbeats as long as it must")
        return self._to_zero(self._keep_ordering)

    def longest_period(self) -> float:
        """Of the control periods of a whole second's drive, scans and reports in it."""
        self._controller.watch_loop()
        self._driving(1_000_000)
        return self._controller.loop_timing.worst_us

    # ------------------------------------------------------------ helpers

    def _driving(self, us: int = DRIVE_US) -> None:
        """Clear, arm, drive until it moves, and then to any moment of a period."""
        self._link.send(Clear())
        armed = self._link.arm()
        self._until(lambda: self._link.acked(armed) is not None, "arming")
        if self._link.acked(armed) != "OK":
            raise RuntimeError(f"the board would not arm: {self._link.acked(armed)}")
        self._next_order = 0
        end = self._controller.now_us + us + self._rng.randrange(PERIOD_MS * 1000)
        while self._controller.now_us < end:
            self._heart()
            self._keep_ordering()
            self._step(min(STEP_US, end - self._controller.now_us))
        if not self._moving():
            raise RuntimeError("the board would not drive")

    def _to_zero(self, event: Callable[[], None]) -> float:
        """From the event to the last PWM edge to zero."""
        self._controller.take_edges()
        began = self._controller.now_us
        event()
        while self._moving():
            self._step(STEP_US)
            if self._controller.now_us - began > LIMIT_US:
                raise TimeoutError("the motors did not stop")
        edges = [edge.us for edge in self._controller.take_edges() if edge.name in {"pwm_left", "pwm_right"}]
        return max(edges, default=float(began)) - began

    def _moving(self) -> bool:
        outputs = self._controller.outputs
        return outputs.pwm_left != 0 or outputs.pwm_right != 0

    def _anywhere(self) -> None:
        end = self._controller.now_us + 20_000 + self._rng.randrange(PERIOD_MS * 1000)
        while self._controller.now_us < end:
            self._step(min(STEP_US, end - self._controller.now_us))

    def _heart(self) -> None:
        if self._controller.now_us >= self._next_heart:
            self._next_heart = self._controller.now_us + 50_000
            self._link.heartbeat()

    def _keep_ordering(self) -> None:
        if self._controller.now_us >= self._next_order:
            self._next_order = self._controller.now_us + 50_000
            self._link.drive(SPEED, 0, self._link.deadline_after(TTL))

    def _until(self, true: Callable[[], bool], what: str, step: int = STEP_US) -> None:
        end = self._controller.now_us + LIMIT_US
        while not true():
            if self._controller.now_us > end:
                raise TimeoutError(f"waited in vain for {what}")
            self._step(step)

    def _sense(self, bumper: int, cliff: int, button: bool) -> None:
        self._inputs = replace(self._inputs, bumper=bumper, cliff=cliff, stop_button=button)

    def _step(self, us: int) -> None:
        """Wheels, sensors, firmware and link, `us` further."""
        now = self._controller.now_us + us
        outputs = self._controller.outputs
        for wheel, pwm in enumerate((outputs.pwm_left, outputs.pwm_right)):
            wanted = pwm * FULL_PWM_MM_S / 255 if outputs.enabled else 0.0
            self._speeds[wheel] += (wanted - self._speeds[wheel]) * min(1.0, us / INERTIA_US)
            self._ticks[wheel] += self._speeds[wheel] * us / 1000 / UM_PER_TICK
        due = now >= self._next_scan
        if due:
            self._next_scan = now + SCAN_EVERY_US
        self._controller.tick(
            now,
            replace(
                self._inputs,
                encoder_left=int(self._ticks[0]),
                encoder_right=int(self._ticks[1]),
                ranges_mm=(2000,) * BEAMS if due else None,
            ),
        )
        self._link.poll()


def reactions(count: int, seed: int, board: str = BOARD) -> Reactions:
    """So many samples of each.

    Raises:
        EmulatorMissingError: emulator or compiler are not installed.
        TimeoutError, RuntimeError: the board did not do what it must.
    """
    bench = Bench(seed, board)

    def take(sample: Callable[[], float]) -> list[float]:
        return [sample() for _ in range(count)]

    return Reactions(
        round_trip=take(bench.round_trip),
        stop_frame=take(bench.stop_frame),
        bumper=take(lambda: bench.contact(bumper=1)),
        cliff=take(lambda: bench.contact(cliff=2)),
        button=take(lambda: bench.contact(button=True)),
        expiry=take(bench.expiry),
        silence=take(bench.silence),
        period=bench.longest_period(),
    )


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of one board's firmware, and its budgets."""

    flash: int
    flash_budget: int
    ram: int
    ram_budget: int


def sizes() -> dict[str, Size]:
    """Of every board that there is a compiler for; built now, or taken from the cache."""
    found = {}
    for name in BOARDS:
        try:
            made = build(name)
        except BuildError:
            continue
        found[name] = Size(made.flash, made.flash_budget, made.ram, made.ram_budget)
    return found


def emulated(name: str = BOARD) -> str | None:
    """Why this board cannot be emulated here; None when it can."""
    try:
        power_up(name)
    except EmulatorMissingError as error:
        return str(error)
    return None


def void(_result: object) -> None:
    """For a result nobody wants."""
