"""The echo guard: frames of the microphone without the robot's own voice, and whether anybody else speaks."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from robotos.peripherals.echo import EchoReference
from robotos.peripherals.listening.alignment import Alignment
from robotos.peripherals.listening.canceller import Cancelled, EchoCanceller
from robotos.peripherals.listening.delay import DelayEstimator
from robotos.peripherals.listening.floor import NoiseFloor
from robotos.peripherals.resampling import Floats
from robotos.peripherals.sound import RATE, Pcm, to_float
from robotos.peripherals.vad import FRAME, FRAME_SECONDS

_BAND: Final = slice(round(250 / RATE * 2 * FRAME), round(4000 / RATE * 2 * FRAME))  # bins where speech is
_ROOM: Final = 0.5  # s that the echo goes on in the room after the last sample
_EARLY: Final = 0.016  # s before the measured delay at which the filter begins
_FIRST: Final = -0.1  # s, the least delay: clocks of devices may be wrong by so much
_OUTSIDE: Final = 0.08  # s that the delay may lie behind the filter's beginning before it is moved
_OVER: Final = 6.0  # 8 dB over what echo and noise explain: somebody else
_FAR_OVER: Final = 40.0  # 16 dB over it: at once
_STILL: Final = 2.0  # 3 dB over it, once somebody speaks
_FRAMES: Final = 2  # in a row that must be over
_HOLD: Final = 8  # frames for which somebody who has spoken is listened to
_LEAK: Final = 10.0 ** (-35 / 10)  # least share of the echo that stays: loudspeakers are not linear
_LEAK_UP, _LEAK_DOWN = 1.045, 0.985  # a frame: some 6 dB and 2 dB a second of speech
_TRUST: Final = 6.0  # 8 dB of echo taken out, in half of the last frames, before the canceller's bounds are believed
_LOOKS: Final = 32  # such frames
_WEAK: Final = 0.1  # of what is heard, below which an echo is lost in somebody's voice
_AUDIBLE: Final = 10.0  # 10 dB over the room's noise, for a frame to count
_DISTRUST: Final = 0.25  # share of the echo that is left, from which they no longer are
_FIRST_LOOK: Final = 1.0  # s of speech after which is known how loud the echo may be
_PEAK: Final = 16.0  # 12 dB from the middle to the greatest ratio of echo to what was played
_FADE: Final = 80  # samples over which the gate opens and closes
_NOISE_SECONDS: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Guarded:
    """One frame (512,) for whoever listens. `playing`: the robot can be heard; `near`: somebody else speaks over it."""

    frame: Pcm
    playing: bool = False
    near: bool = False


class EchoGuard:
    """Cancels the echo, and shuts the gate where nothing but the rest of it is left.

    Behind a shut gate stands noise as loud as the room's: digital silence would be strange to detectors of speech.
    Before the canceller has learnt the room, only who is clearly louder than the robot gets through.
    """

    def __init__(self, reference: EchoReference, delay: float = 0.0, seed: int = 0) -> None:
        """`delay`: seconds from loudspeaker to microphone if they were measured (`robotos voice calibrate`)."""
        self._reference = reference
        self._canceller = EchoCanceller()
        self._estimator = DelayEstimator()
        self._alignment = Alignment()
        self._offset = delay - _EARLY if delay else 0.0
        self._floor = NoiseFloor()
        self._leak = 1.0
        self._gains: deque[float] = deque(maxlen=_LOOKS)
        self._coupling = 1.0
        self._ratios: deque[float] = deque(maxlen=int(2 * _FIRST_LOOK / FRAME_SECONDS))
        self._trusted = False
        self._over: deque[bool] = deque(maxlen=_FRAMES)
        self._held = 0
        self._open = True
        noise = np.random.default_rng(seed).normal(0.0, 1.0, _NOISE_SECONDS * RATE + FRAME)
        self._noise: Floats = noise.astype(np.float32)
        self._turn = 0
        self.delay = delay

    def push(self, frame: Pcm, at: float) -> Guarded:
        """The next frame (512,), whose first sample was heard at clock second `at`."""
        heard = to_float(frame)
        if self._reference.ended < at - self._offset - self._canceller.tail - _ROOM:
            self._floor.push(_power(heard))
            self._open, self._held = True, 0
            self._alignment.reset()
            return Guarded(frame)
        played = self._reference.between(at - self._offset, FRAME)
        self._follow(heard, played)
        cancelled = self._canceller.push(heard, played)
        self._align(heard, cancelled, at)
        self._trust(heard, cancelled)
        near = self._near(cancelled)
        return Guarded(self._gate(cancelled.sound, near), True, near)

    def reset(self) -> None:
        """Sound was lost, or the device is another one."""
        self._canceller.reset()
        self._estimator = DelayEstimator()
        self.doubt()

    def doubt(self) -> None:
        """What the canceller says no longer counts, until it has proved itself again: times have jumped."""
        self._alignment.reset()
        self._over.clear()
        self._held = 0
        self._trusted = False
        self._gains.clear()

    def _follow(self, heard: Floats, played: Floats) -> None:
        """Move the filter's beginning to where the echo begins."""
        found = self._estimator.push(heard, played)
        if found is None:
            return
        self.delay = found + self._offset
        if not 0.0 <= found <= _OUTSIDE:
            self._offset = max(_FIRST, self.delay - _EARLY)
            self.reset()

    def _align(self, heard: Floats, cancelled: Cancelled, at: float) -> None:
        """Notice when the streams have slipped, and by how much, so that what was learnt stays true."""
        strong = _power(cancelled.echo) > max(_AUDIBLE * self._floor.power, _WEAK * _power(heard))
        if self._alignment.push(heard, cancelled.echo, strong):
            return
        self._trusted, self._held = False, 0
        slip = self._alignment.slip()
        if slip is None:
            return
        self._offset = max(_FIRST, self._offset + slip)
        blocks = self._canceller.partitions + 1
        begin = at + FRAME_SECONDS - blocks * FRAME_SECONDS - self._offset
        self._canceller.replay(self._reference.between(begin, blocks * FRAME))
        self._estimator = DelayEstimator()
        self.doubt()

    def _trust(self, heard: Floats, cancelled: Cancelled) -> None:
        """Whether so much echo goes out that what is left can be told from somebody's voice."""
        if self._trusted:
            return
        heard_power, left = _power(heard), _power(cancelled.sound)
        self._couple(heard_power)
        if heard_power > _AUDIBLE * self._floor.power:
            self._gains.append(heard_power / max(left, 1e-12))
        if len(self._gains) == self._gains.maxlen and (gain := float(np.median(self._gains))) > _TRUST:
            self._trusted, self._leak = True, 1.0 / gain

    def _couple(self, heard: float) -> None:
        """How loud the echo is at most, by half of the last two seconds of it: somebody may speak in the others."""
        if self._canceller.loudest > self._floor.power:
            self._ratios.append(heard / self._canceller.loudest)
        if len(self._ratios) * FRAME_SECONDS >= _FIRST_LOOK:
            self._coupling = min(0.99, _PEAK * float(np.median(self._ratios)))

    def _near(self, cancelled: Cancelled) -> bool:
        power = _in_band(cancelled.spectrum)
        echo = _power(cancelled.echo)
        if self._trusted:
            explained = max(_in_band(cancelled.residual), self._leak * echo) + self._floor.power
        else:
            explained = self._coupling * self._canceller.loudest + self._floor.power
            if self._coupling == 1.0:  # not known yet, nor how the streams lie
                return False
        over = power / explained if self._alignment.agrees else 0.0
        self._over.append(over > _OVER)
        if over > _FAR_OVER or (len(self._over) == _FRAMES and all(self._over)):
            self._held = _HOLD
        elif self._held and over < _STILL:
            self._held -= 1
        if self._trusted and echo > self._floor.power:
            rises = power > self._leak * echo + self._floor.power
            self._leak = max(_LEAK, self._leak * (_LEAK_UP if rises else _LEAK_DOWN))
            self._trusted = self._leak < _DISTRUST
        return self._held > 0

    def _gate(self, sound: Floats, near: bool) -> Pcm:
        first = self._turn * FRAME % (_NOISE_SECONDS * RATE)
        self._turn += 1
        noise = self._noise[first : first + FRAME] * np.float32(np.sqrt(self._floor.power))
        found = sound if near else noise
        if near is not self._open:
            rise = np.linspace(0.0, 1.0, _FADE, dtype=np.float32)
            other = noise if near else sound
            found = found.copy()
            found[:_FADE] = found[:_FADE] * rise + other[:_FADE] * (1.0 - rise)
        self._open = near
        return np.asarray(np.clip(np.rint(found * 32768.0), -32768, 32767), dtype=np.int16)


def _in_band(power: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """Mean power per sample of the speech band of a spectrum (513,) of one frame and as many zeros (Parseval)."""
    return float(2.0 * power[_BAND].sum() / (2 * FRAME * FRAME))


def _power(sound: Floats) -> float:
    """Mean square."""
    return float(np.mean(np.square(sound, dtype=np.float64)))
