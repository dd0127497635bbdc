"""One budget per order: what it and everything it starts may still use, counted as they go."""

from __future__ import annotations

from dataclasses import dataclass, field

UNLIMITED = float("inf")


@dataclass(slots=True)
class Budget:
    """Limits by name: tokens, syscalls, metres, motor_seconds. A name without a limit is unlimited."""

    limits: dict[str, float] = field(default_factory=dict)
    used: dict[str, float] = field(default_factory=dict)

    def charge(self, name: str, amount: float) -> bool:
        """Count `amount`; False when that goes over the limit (it is counted all the same)."""
        total = self.used.get(name, 0.0) + amount
        self.used[name] = total
        return total <= self.limits.get(name, UNLIMITED)

    def left(self, name: str) -> float:
        return self.limits.get(name, UNLIMITED) - self.used.get(name, 0.0)


def for_words() -> Budget:
    """What one utterance, and all that it starts, may cost before the robot stops: four hours of driving, say."""
    return Budget({"tokens": 20_000, "syscalls": 2_000_000, "metres": 3_000, "motor_seconds": 14_400})
