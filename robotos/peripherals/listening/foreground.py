"""Speech of somebody near: a detector of speech that does not count what hardly rises above the room's noise."""

from __future__ import annotations

from typing import Final

import numpy as np

from robotos.peripherals.listening.floor import QUIETEST, NoiseFloor
from robotos.peripherals.sound import Pcm, to_float
from robotos.peripherals.vad import FRAME, FRAME_SECONDS, Vad

_BEGIN: Final = 10.0 ** (8 / 10)  # power over the noise that may begin speech: 8 dB
_GO_ON: Final = 10.0 ** (5 / 10)  # and that may belong to it: 5 dB
_BELOW: Final = 10.0 ** (-30 / 10)  # of the loudest frame lately: what is 30 dB quieter is another one's voice
_FADE: Final = 10.0 ** (-3 * FRAME_SECONDS / 10)  # of that loudest frame from one to the next: 3 dB a second
_SPEECH: Final = 0.35  # probability from which a frame counts as speech
_AFTER: Final = 10  # frames after such a one in which the lower bound holds
_QUIET: Final = 10  # per cent of a recording's frames that are taken for its noise


class ForegroundVad:
    """Implements `Vad` over another one, which takes distant babble for speech and so never hears an utterance end."""

    def __init__(self, vad: Vad) -> None:
        self._vad = vad
        self.name = vad.name
        self.reset()

    def reset(self) -> None:
        self._vad.reset()
        self._floor = NoiseFloor()
        self._loudest = 0.0
        self._since = _AFTER  # frames since the last one with speech

    def prime(self, pcm: Pcm) -> None:
        """Forget the sound so far, and take the noise from a whole recording (n,) at 16 kHz that will be pushed."""
        self.reset()
        frames = to_float(pcm[: len(pcm) - len(pcm) % FRAME]).reshape(-1, FRAME)
        if len(frames):
            powers = np.mean(np.square(frames, dtype=np.float64), axis=1)
            self._floor = NoiseFloor(max(QUIETEST, float(np.percentile(powers, _QUIET))), known=True)

    def probability(self, frame: Pcm) -> float:
        found = self._vad.probability(frame)
        power = float(np.mean(np.square(to_float(frame), dtype=np.float64)))
        least = self._floor.power * (_GO_ON if self._since < _AFTER else _BEGIN)
        self._floor.push(power)
        self._loudest *= _FADE
        if power < max(least, self._loudest * _BELOW):
            found = 0.0
        self._since = 0 if found >= _SPEECH else self._since + 1
        if found >= _SPEECH:
            self._loudest = max(self._loudest, power)
        return found
