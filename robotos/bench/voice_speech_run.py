"""What `voice_speech` runs in a process of its own: a mouth on the sound card, and a microphone that listens to it."""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any, Final

import numpy as np

from robotos.clock import RealClock
from robotos.peripherals.espeak import EspeakSynthesiser
from robotos.peripherals.sound import Pcm
from robotos.peripherals.speaker import LoudspeakerOutput, load_sounddevice
from robotos.peripherals.spoken import SpokenSpeech

RATE: Final = 48_000  # Hz of the monitor
LOUD: Final = 60  # of int16: well above digital silence, well below any speech
ANSWERS: Final = (
    "I am going to clean the kitchen, and then I will come back to you and tell you what I have found there.",
    "Stopped. I am standing still in the hallway, and I wait for what you want me to do next, whatever that is.",
    "I last saw your glasses on the desk in the study at a quarter past three this afternoon, next to the red cup.",
)
_WAIT: Final = 10.0  # s for the first block, or for a sentence to be over
_TAIL: Final = 0.6  # s listened to after a hush


class Monitor:
    """What the loudspeaker really plays: `blocks` with the clock second of their first sample."""

    def __init__(self) -> None:
        self.blocks: list[tuple[float, Pcm]] = []
        clock = RealClock()

        def callback(block: Any, _frames: int, times: Any, _status: Any) -> None:
            self.blocks.append((clock.now() - (times.currentTime - times.inputBufferAdcTime), block[:, 0].copy()))

        self._stream = load_sounddevice().InputStream(
            samplerate=RATE, blocksize=RATE // 100, channels=1, dtype="int16", latency="low", callback=callback
        )
        self._stream.start()
        end = time.monotonic() + _WAIT
        while not self.blocks and time.monotonic() < end:
            time.sleep(0.01)

    def forget(self) -> None:
        """Begin anew."""
        self.blocks.clear()

    def audible(self) -> list[float]:
        """Clock seconds of all samples that can be heard."""
        return [at + index / RATE for at, block in list(self.blocks) for index in np.flatnonzero(np.abs(block) > LOUD)]

    def close(self) -> None:
        """Let go of it."""
        self._stream.close()


def run(count: int, seed: int) -> dict[str, list[float]]:
    """Milliseconds from `say` to the first audible sample, and from `hush` to the last one, `count` times."""
    clock, draw = RealClock(), np.random.default_rng(seed)
    monitor = Monitor()
    speech = SpokenSpeech(clock, EspeakSynthesiser(), LoudspeakerOutput(clock=clock))
    first, last = [], []
    time.sleep(1.0)  # the mouth warms up, as it does at boot
    for number in range(count):
        monitor.forget()
        said = clock.now()
        speech.say(ANSWERS[number % len(ANSWERS)])
        time.sleep(float(draw.uniform(0.6, 2.5)))
        hushed = clock.now()
        speech.hush()
        threading.Event().wait(_TAIL)
        heard = monitor.audible()
        if heard:
            first.append((heard[0] - said) * 1000)
            last.append(max(0.0, heard[-1] - hushed) * 1000)
    speech.close()
    monitor.close()
    return {"first": first, "last": last}


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]))))
