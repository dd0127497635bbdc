"""Measures the room's noise and how long after it was played the robot's sound comes back."""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from robotos.boot.listening import Calibration
from robotos.clock import RealClock
from robotos.peripherals.capture import Capture, open_capture
from robotos.peripherals.device_list import named
from robotos.peripherals.echo import EchoReference
from robotos.peripherals.listening.delay import DelayEstimator
from robotos.peripherals.resampling import Floats
from robotos.peripherals.sound import RATE, Pcm, SoundError, level, to_float
from robotos.peripherals.speaker import LoudspeakerOutput
from robotos.peripherals.vad import FRAME, FRAME_SECONDS

SWEEP: Final = 3.2  # s of sound that is played
_AFTER: Final = 0.8  # s that are listened to after it: the longest delay and some
_LEVEL: Final = 0.25  # of full scale
_FIRST: Final = 4.0  # s for the first block
_WAIT: Final = 0.005
_TRIES: Final = 3


def calibrate(microphone: str | None, loudspeaker: str | None, quiet: float) -> Calibration:
    """Listen for `quiet` seconds, then play noise of three seconds and find it again. Raises `SoundError`."""
    clock, reference = RealClock(), EchoReference()
    capture = open_capture(clock, named(microphone))
    try:
        noise = np.concatenate([pcm for pcm, _ in _record(capture, quiet)])
        output = LoudspeakerOutput(named(loudspeaker), clock, reference)
        try:
            heard, delay = _measured(capture, output, reference)
        finally:
            output.close()
    finally:
        capture.close()
    silent = level(noise)
    loud = level(np.concatenate([pcm for pcm, _ in heard]))
    return Calibration(
        round(silent, 1), delay, round(loud, 1), microphone or "", loudspeaker or ""
    )  # fmt: skip


def _measured(
    capture: Capture, output: LoudspeakerOutput, reference: EchoReference
) -> tuple[list[tuple[Pcm, float]], float | None]:
    """What was heard, and its delay: measured again where the streams ran dry, which puts the echo before the sound."""
    for _ in range(_TRIES):
        heard = _played(capture, output)
        delay = _delay(heard, reference)
        if delay is not None and delay > 0.0:
            return heard, delay
    return heard, None


def _played(capture: Capture, output: LoudspeakerOutput) -> list[tuple[Pcm, float]]:
    """What is heard while noise goes out in short pieces, so that neither side waits for the other."""
    sound = burst_noise()
    found: list[tuple[Pcm, float]] = []
    output.write(np.zeros(0, np.int16), RATE)
    step = FRAME
    for start in range(0, len(sound), step):
        output.write(sound[start : start + step], RATE)
        found += [(frame.pcm, frame.at) for frame in capture.frames()]
    output.drain()
    return found + _record(capture, _AFTER)


def burst_noise() -> Pcm:
    """Noise in short bursts, (n,) at 16 kHz: it has every frequency, and pauses that tell bursts apart."""
    rng = np.random.default_rng(7)
    noise = rng.normal(0.0, 1.0, int(SWEEP * RATE))
    times = np.arange(len(noise)) / RATE
    envelope = np.clip(1.6 * np.sin(2 * np.pi * 2.5 * times + np.sin(2 * np.pi * 0.4 * times)), 0.0, 1.0)
    return np.asarray(np.clip(noise * envelope * _LEVEL * 0.5, -1, 1) * 32767, dtype=np.int16)


def _delay(heard: list[tuple[Pcm, float]], reference: EchoReference) -> float | None:
    """Seconds, the last clear finding; None when the sound did not come back."""
    estimator = DelayEstimator()
    found = None
    for pcm, at in heard:
        played: Floats = reference.between(at, FRAME)
        found = estimator.push(to_float(pcm), played) or found
    return round(found, 4) if found is not None else None


def _record(capture: Capture, seconds: float) -> list[tuple[Pcm, float]]:
    found: list[tuple[Pcm, float]] = []
    end = time.monotonic() + seconds + _FIRST
    while len(found) * FRAME_SECONDS < seconds:
        if time.monotonic() > end:
            raise SoundError("the microphone delivers no sound; choose another one (robotos voice devices)")
        came = [(frame.pcm, frame.at) for frame in capture.frames()]
        found += came
        if not came:
            time.sleep(_WAIT)
    return found
