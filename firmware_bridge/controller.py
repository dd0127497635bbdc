"""What every motor controller offers, whether its firmware is compiled for this machine or emulated."""

from __future__ import annotations

from typing import Protocol

from firmware_bridge.host import Inputs, Outputs


class Controller(Protocol):
    """One motor controller in lockstep with its world. Not for use by two threads at once."""

    def tick(self, now_us: int, inputs: Inputs) -> Outputs:
        """Run up to `now_us` (any zero, never backwards) with these sensors; what is on the pins then. Every 10 ms."""

    def skip(self, us: int) -> None:
        """Jump over time in which nothing happens: the controller's clock goes on as if it had passed."""

    def receive(self, data: bytes) -> None:
        """Bytes that arrived at the controller's serial port."""

    def transmit(self) -> bytes:
        """Bytes that the controller has sent since the last call."""

    def reset(self, boot_nonce: int) -> None:
        """The reset line: disarmed, state lost. A board that counts its own boots takes no notice of `boot_nonce`."""
