"""Barge-in: who is heard over the robot makes it quieter at once, and silent as soon as it is a voice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from robotos.peripherals.listening.guard import Guarded

DUCKED: Final = 0.25  # of full loudness: -12 dB
_SPEECH: Final = 0.5  # probability that counts
_FRAMES: Final = 2  # of the last `_OF` in which somebody else was heard, and speech in one of them, silence the robot
_OF: Final = 5
_AGAIN: Final = 0.6  # s without speech after which a robot that was not silenced speaks up again


@dataclass(slots=True)
class BargeIn:
    """Told of every frame by the thread that listens; `duck` and `hush` must not wait."""

    duck: Callable[[float], None]
    hush: Callable[[], None]
    _near: int = 0  # of the last frames, a bit each: whether somebody else was heard
    _voiced: int = 0  # and whether that was speech
    _ducked_at: float | None = None
    hushed_at: float | None = None  # clock seconds of the last time

    def push(self, guarded: Guarded, probability: float, now: float) -> None:
        """The frame that ended at clock second `now`."""
        heard = guarded.playing and guarded.near
        self._near = (self._near << 1 | heard) & ((1 << _OF) - 1)
        self._voiced = (self._voiced << 1 | (heard and probability >= _SPEECH)) & ((1 << _OF) - 1)
        if heard:
            if self._ducked_at is None:
                self.duck(DUCKED)
            self._ducked_at = now
            enough = self._near.bit_count() >= _FRAMES and self._voiced
            if enough and (self.hushed_at is None or now - self.hushed_at > _AGAIN):
                self.hushed_at = now
                self.hush()
        elif self._ducked_at is not None and (now - self._ducked_at > _AGAIN or not guarded.playing):
            self._ducked_at = None
            self.duck(1.0)
