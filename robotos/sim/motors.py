"""What was on the motors' pins in each control period, so that how soon something stopped them is read, not guessed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from firmware_bridge.host import Outputs

LENGTH = 6000  # samples: one minute of periods of 10 ms

Sample = tuple[float, float, int, int, bool]


class MotorLog:
    """The latest samples: machine's monotonic seconds, controller seconds, PWM left, PWM right, drivers enabled.

    The two clocks are both there because a busy machine runs a simulated controller late, never a real one.
    """

    def __init__(self, now: Callable[[], float], length: int = LENGTH) -> None:
        self._now = now
        self._samples: deque[Sample] = deque(maxlen=length)

    def note(self, controller: float, outputs: Outputs) -> None:
        """One period has passed, the controller's clock being at `controller` seconds."""
        self._samples.append((self._now(), controller, outputs.pwm_left, outputs.pwm_right, outputs.enabled))

    def since(self, at: float) -> list[Sample]:
        """From the last sample not after `at` (monotonic seconds) on, oldest first; what only repeats is left out.

        The first two samples and the last are always there: when the record began, and how far it reaches.
        """
        found: list[Sample] = []
        for sample in reversed(self._samples):
            found.append(sample)
            if sample[0] <= at:
                break
        found.reverse()
        return [
            sample for i, sample in enumerate(found) if i < 2 or i == len(found) - 1 or sample[2:] != found[i - 1][2:]
        ]
