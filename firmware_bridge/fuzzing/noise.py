"""Damaged, repeated and late frames, made of real ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from random import Random

KEPT = 4096  # real frames to choose from
LATE = 24  # withheld orders; older ones are left out, their ids would be refused for their age alone
STOP_EVERY = 2000  # repeats of a Stop or of another session's Hello are rare: both rightly stop everything


class Noise:
    """An endless source of frames that nobody ordered. Deterministic for one `rng` and one sequence of real frames."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._real: deque[bytes] = deque([b"\x01"], KEPT)  # without delimiter
        self._stopping: deque[bytes] = deque(maxlen=64)
        self._withheld: deque[bytes] = deque(maxlen=LATE)
        kinds: Mapping[str, tuple[int, Callable[[], bytes]]] = {
            "bit flips": (5, self._flip),
            "overwritten": (2, self._overwrite),
            "truncated": (3, self._truncate),
            "byte lost": (1, self._lose),
            "byte added": (1, self._insert),
            "spliced": (3, self._splice),
            "replayed": (3, self._replay),
            "duplicated": (2, self._duplicate),
            "late": (2, self._late),
            "random bytes": (1, self._garbage),
        }
        self._kinds = [(name, make) for name, (weight, make) in kinds.items() for _ in range(weight)]

    def hear(self, frame: bytes, stops: bool = False) -> None:
        """A real frame, with its delimiter, that was carried out. `stops`: repeating it stops the robot."""
        (self._stopping if stops else self._real).append(frame[:-1])

    def withhold(self, frame: bytes) -> None:
        """A frame that the controller has never seen, of an order that a newer one has superseded meanwhile."""
        self._withheld.append(frame[:-1])

    def forget_withheld(self) -> None:
        """What superseded the withheld orders is forgotten (a new session)."""
        self._withheld.clear()

    def frame(self) -> tuple[str, bytes]:
        """The name of what was done, and the bytes; one in eight lacks its delimiter and runs into what follows."""
        rng = self._rng
        name, make = self._kinds[int(rng.random() * len(self._kinds))]
        data = make()
        return name, data if rng.random() < 0.125 else data + b"\0"

    def _any(self) -> bytes:
        return self._real[int(self._rng.random() * len(self._real))]

    def _flip(self) -> bytes:
        frame = bytearray(self._any())
        for _ in range(1 + int(self._rng.random() * 6)):
            frame[int(self._rng.random() * len(frame))] ^= 1 << int(self._rng.random() * 8)
        return bytes(frame)

    def _overwrite(self) -> bytes:
        frame = self._any()
        at = int(self._rng.random() * len(frame))
        return frame[:at] + self._rng.randbytes(1 + int(self._rng.random() * 4)) + frame[at + 4 :]

    def _truncate(self) -> bytes:
        frame = self._any()
        at = 1 + int(self._rng.random() * len(frame))
        return frame[:at] if self._rng.random() < 0.5 else frame[at:]

    def _lose(self) -> bytes:
        frame = self._any()
        at = int(self._rng.random() * len(frame))
        return frame[:at] + frame[at + 1 :]

    def _insert(self) -> bytes:
        frame = self._any()
        at = int(self._rng.random() * len(frame))
        return frame[:at] + self._rng.randbytes(1) + frame[at:]

    def _splice(self) -> bytes:
        first, second = self._any(), self._any()
        return first[: int(self._rng.random() * len(first))] + second[int(self._rng.random() * len(second)) :]

    def _replay(self) -> bytes:
        if self._stopping and self._rng.random() * STOP_EVERY < 1:
            return self._stopping[int(self._rng.random() * len(self._stopping))]
        return self._any()

    def _duplicate(self) -> bytes:
        return self._real[-1 - int(self._rng.random() * min(8, len(self._real)))]

    def _late(self) -> bytes:
        if not self._withheld:
            return self._duplicate()
        return self._withheld[int(self._rng.random() * len(self._withheld))]

    def _garbage(self) -> bytes:
        return self._rng.randbytes(1 + int(self._rng.random() * 30))
