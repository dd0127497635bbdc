"""A level meter in the terminal: how loud the microphone is, and whether speech is heard in it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from robotos.clock import RealClock
from robotos.peripherals.capture import Capture, open_capture
from robotos.peripherals.device_list import named
from robotos.peripherals.listening.foreground import ForegroundVad
from robotos.peripherals.sound import level
from robotos.peripherals.vad import open_vad
from robotos.shell.options import print_json

QUIETEST = -70.0  # dB, the meter's left end
LOUD, TOO_LOUD = -12.0, -3.0
WIDTH = 50
PATIENCE = 3.0  # s for the first sound
WAIT = 0.01


@dataclass(slots=True)
class _Seen:
    """What the meter has shown: dB below full scale, shares of the frames."""

    frames: int = 0
    speech: int = 0
    loudest: float = -120.0
    quietest: float = 0.0

    def add(self, loud: float, speech: bool) -> None:
        self.frames += 1
        self.speech += speech
        self.loudest = max(self.loudest, loud)
        self.quietest = min(self.quietest, loud)

    def advice(self) -> str:
        """One sentence."""
        if not self.frames:
            return "no sound came from it within three seconds; choose another one (robotos voice devices)"
        if self.loudest <= -119.0:
            return "it delivers only silence: unmute it, or choose another one (robotos voice devices)"
        if self.loudest > TOO_LOUD:
            return "it is overdriven: turn its level down"
        if not self.speech:
            return "no speech was heard: speak up, come nearer, or turn its level up"
        return "it hears you well"


def meter(microphone: str | None, duration: float, as_json: bool) -> int:
    """Show it for so many seconds; exit code 1 when nothing came. Raises `SoundError`."""
    vad = ForegroundVad(open_vad()[0])
    capture = open_capture(RealClock(), named(microphone))
    seen = _Seen()
    try:
        if as_json:
            for loud, probability in _levels(capture, vad, duration):
                seen.add(loud, probability >= 0.5)
        else:
            _live(capture, vad, duration, seen)
    finally:
        capture.close()
    if as_json:
        share = round(seen.speech / seen.frames, 3) if seen.frames else None
        print_json(
            {"frames": seen.frames, "loudest": round(seen.loudest, 1), "quietest": round(seen.quietest, 1),
             "speech": share, "advice": seen.advice()}
        )  # fmt: skip
    else:
        print(seen.advice())
    return 0 if seen.frames and seen.loudest > -119.0 else 1


def _live(capture: Capture, vad: ForegroundVad, duration: float, seen: _Seen) -> None:
    from rich.live import Live
    from rich.text import Text

    with Live(Text("waiting for the microphone"), refresh_per_second=15) as view:
        for loud, probability in _levels(capture, vad, duration):
            seen.add(loud, probability >= 0.5)
            filled = round(WIDTH * min(1.0, max(0.0, (loud - QUIETEST) / -QUIETEST)))
            colour = "red" if loud > TOO_LOUD else "yellow" if loud > LOUD else "green"
            view.update(
                Text.assemble(
                    ("█" * filled, colour), ("░" * (WIDTH - filled), "dim"), f" {loud:6.1f} dB  ",
                    ("speech", "bold cyan") if probability >= 0.5 else ("      ", ""),
                )
            )  # fmt: skip


def _levels(capture: Capture, vad: ForegroundVad, duration: float) -> Iterator[tuple[float, float]]:
    opened = time.monotonic()
    began = None
    while began is None or time.monotonic() - began < duration:
        came = False
        for frame in capture.frames():
            came, began = True, began or time.monotonic()
            yield level(frame.pcm), vad.probability(frame.pcm)
        if began is None and time.monotonic() - opened > PATIENCE:
            return
        if not came:
            time.sleep(WAIT)
