"""Controllers on virtual time, all driven alike: the host core, and the emulated board with its real binary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from firmware_bridge.host import HostController, Inputs, Outputs
from firmware_bridge.messages import PERIOD_MS

OFF = Outputs(0, 0, 0, False, (0, 0, 0), False)


@dataclass(frozen=True)
class Edge:
    """An output pin changed: `name` is one of pwm_left, pwm_right, tool_pwm, enabled, gripper_close."""

    us: int
    name: str
    value: int


class Board(Protocol):
    """A controller that lives as long as `tick` lets it. Its time starts at 0 with power-up and never goes back."""

    zero_us: float | None  # when this boot's clock showed 0, in microseconds since power-up; None before it is known

    @property
    def outputs(self) -> Outputs:
        """What is on the pins."""

    def tick(self, now_us: int, inputs: Inputs) -> Outputs:
        """Live until `now_us` with these sensors; steps of any length."""

    def receive(self, data: bytes) -> None:
        """Bytes from the host."""

    def transmit(self) -> bytes:
        """Bytes for the host, each once."""

    def take_edges(self) -> list[Edge]:
        """What changed on the pins since the last call, oldest first."""

    def reset(self) -> None:
        """The reset line: the chip starts again, its non-volatile memory survives."""

    def power_cycle(self) -> None:
        """The supply fails and comes back."""


class CoreBoard:
    """The host core, one period every 10 ms of its own accord, however short the steps are."""

    def __init__(self, nonce: int = 0x1234_5678) -> None:
        self.outputs = OFF
        self._nonce = nonce
        self._core = HostController(nonce)
        self._next_us = 0
        self.zero_us: float | None = 0.0
        self._edges: list[Edge] = []
        self._scan: tuple[int, ...] | None = None  # seen since the last period

    def tick(self, now_us: int, inputs: Inputs) -> Outputs:
        self._scan = inputs.ranges_mm or self._scan
        while self._next_us <= now_us:
            self._put(self._next_us, self._core.tick(self._next_us, replace(inputs, ranges_mm=self._scan)))
            self._next_us += PERIOD_MS * 1000
            self._scan = None
        return self.outputs

    def receive(self, data: bytes) -> None:
        self._core.receive(data)

    def transmit(self) -> bytes:
        return self._core.transmit()

    def take_edges(self) -> list[Edge]:
        edges, self._edges = self._edges, []
        return edges

    def reset(self) -> None:
        self._nonce += 1
        self.zero_us = self._next_us
        self._core.reset(self._nonce)
        self._put(self._next_us, OFF)

    def power_cycle(self) -> None:
        self.reset()

    def _put(self, us: int, outputs: Outputs) -> None:
        for name in ("pwm_left", "pwm_right", "tool_pwm", "enabled", "gripper_close"):
            before, after = int(getattr(self.outputs, name)), int(getattr(outputs, name))
            if before != after:
                self._edges.append(Edge(us, name, after))
        self.outputs = outputs
