"""What the robot's ears are doing, for whoever looks at it, and the short tones that tell whoever does not."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np

from robotos.peripherals.sound import RATE, Pcm


class Listening(StrEnum):
    """One of these at a time."""

    IDLE = "idle"  # waits for its name
    LISTENING = "listening"  # somebody speaks, or its name was said and it waits for more
    THINKING = "thinking"  # words are being recognised, or are with the robot
    REFUSED = "refused"  # it was spoken to and did not understand, or does not take it
    DEAF = "deaf"  # it cannot hear


_LEVEL: Final = 0.12  # of full scale: -18 dB
_FADE: Final = 0.008  # s
# Hz and seconds, one note after the other; rising invites, falling declines.
_NOTES: Final[Mapping[Listening, tuple[tuple[float, float], ...]]] = MappingProxyType({
    Listening.LISTENING: ((660.0, 0.07), (880.0, 0.09)),
    Listening.THINKING: ((880.0, 0.05),),
    Listening.REFUSED: ((440.0, 0.09), (330.0, 0.13)),
    Listening.DEAF: ((330.0, 0.12), (262.0, 0.12), (208.0, 0.2)),
})  # fmt: skip


def earcon(state: Listening) -> Pcm:
    """The tone for a state, (n,) at 16 kHz; empty for `IDLE`."""
    notes = [_note(frequency, seconds) for frequency, seconds in _NOTES.get(state, ())]
    return np.concatenate(notes) if notes else np.zeros(0, np.int16)


def _note(frequency: float, seconds: float) -> Pcm:
    times = np.arange(int(seconds * RATE)) / RATE
    tone = np.sin(2 * np.pi * frequency * times) + 0.3 * np.sin(4 * np.pi * frequency * times)
    fade = np.minimum(1.0, np.minimum(times, times[::-1]) / _FADE)
    return np.asarray(np.rint(32767 * _LEVEL * tone * fade), dtype=np.int16)
