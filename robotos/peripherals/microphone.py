"""The microphone: PortAudio's callback fills a ring, a thread finds utterances in it and has them recognised."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import numpy as np

from robotos.clock import Clock
from robotos.kernel.ports import Heard
from robotos.language.stopwords import is_stop
from robotos.peripherals.endpoint import DEFAULT, Endpointer, Endpointing, Span
from robotos.peripherals.recogniser import Recogniser
from robotos.peripherals.ring import BlockRing
from robotos.peripherals.sound import RATE, Pcm, SoundError
from robotos.peripherals.speaker import load_sounddevice
from robotos.peripherals.vad import FRAME, FRAME_SECONDS, Vad

_RING_SECONDS: Final = 30.0
_POLL: Final = 0.01  # s between looks into the ring
_SILENT: Final = 3.0  # s without a block after which the device counts as lost (the first takes up to 2 s)
_CLOSING: Final = 5.0  # s for the thread to end

Callback = Callable[[Any, int, Any, Any], None]
"""PortAudio's: samples (frames, 1) int16, frames, time, status."""


class Stream(Protocol):
    """What is used of `sounddevice.InputStream`."""

    def start(self) -> object: ...

    def close(self) -> object: ...


class MicrophoneEars:
    """Implements `ports.Ears`. While the robot itself speaks, only stop words count, so that it never obeys itself.

    `problem` is "" or one sentence saying why nothing is heard any more; whoever runs the robot must look at it.
    """

    def __init__(
        self,
        clock: Clock,
        recogniser: Recogniser,
        vad: Vad,
        open_stream: Callable[[Callback], Stream] | None = None,
        speaking: Callable[[], bool] = lambda: False,
        settings: Endpointing = DEFAULT,
    ) -> None:
        """Opens the default microphone unless `open_stream` opens another. Raises `SoundError`."""
        self._clock, self._recogniser, self._vad, self._speaking = clock, recogniser, vad, speaking
        self._endpointer = Endpointer(settings)
        self._ring = BlockRing(int(_RING_SECONDS / FRAME_SECONDS), FRAME)
        self._words: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._kept: deque[Pcm] = deque()  # frames from `_first` on
        self._first = 0
        self._frames = 0  # listened to
        self._own = False  # whether the robot spoke during this utterance
        self._ending = threading.Event()
        self.problem = ""
        self._stream = (open_stream if open_stream is not None else open_microphone)(self._receive)
        self._stream.start()
        self._thread = threading.Thread(target=self._listen, name="ears", daemon=True)
        self._thread.start()

    def poll(self) -> Sequence[Heard]:
        found = []
        while True:
            try:
                found.append(self._words.get_nowait())
            except queue.Empty:
                return found

    @property
    def started(self) -> bool:
        """Whether the device has delivered its first block."""
        return self._ring.written > 0

    def close(self) -> None:
        """Stop listening."""
        self._ending.set()
        self._thread.join(_CLOSING)
        self._stream.close()

    def _receive(self, block: Any, _frames: int, _time: Any, _status: Any) -> None:
        self._ring.write(block)

    def _listen(self) -> None:
        last = self._clock.now()
        while not self._ending.is_set():
            entry = self._ring.read()
            if entry is None:
                if not self.problem and self._clock.now() - last > _SILENT:
                    self.problem = "the microphone delivers no sound; check its cable and start robotos again"
                self._ending.wait(_POLL)
                continue
            last = self._clock.now()
            block, lost = entry
            if lost:
                self.problem = f"{lost * FRAME_SECONDS:.1f} s of sound were lost, for the machine is too busy"
                self._restart()
            else:
                self.problem = ""
            try:
                self._hear(block)
            except SoundError as error:
                self.problem = str(error)
                self._restart()

    def _restart(self) -> None:
        self._vad.reset()
        self._endpointer.close()
        self._kept.clear()
        self._first, self._own = self._frames, False

    def _hear(self, frame: Pcm) -> None:
        self._kept.append(frame)
        self._frames += 1
        self._own = self._own or self._speaking()
        span = self._endpointer.push(self._vad.probability(frame))
        if span is not None:
            self._recognise(span)
        if not self._endpointer.speaking:
            self._own = self._speaking()
        while self._first < int(self._endpointer.earliest / FRAME_SECONDS):
            self._kept.popleft()
            self._first += 1

    def _recognise(self, span: Span) -> None:
        sound = np.concatenate(self._kept)
        start = self._first * FRAME
        heard = self._recogniser.transcribe(sound[int(span.began * RATE) - start : int(span.ended * RATE) - start])
        if not heard.text or (self._own and not is_stop(heard.text)):
            return
        # The sound that waits in the ring is younger than the utterance's last frame.
        now = self._clock.now() - self._ring.waiting * FRAME_SECONDS
        elapsed = self._frames * FRAME_SECONDS
        self._words.put(Heard(heard.text, heard.confidence, now - elapsed + span.began, now - elapsed + span.ended))


def open_microphone(callback: Callback, device: int | str | None = None) -> Stream:
    """An input stream at 16 kHz, one frame a block, not yet started. Raises `SoundError`."""
    sounddevice = load_sounddevice()
    try:
        stream: Stream = sounddevice.InputStream(
            samplerate=RATE, blocksize=FRAME, channels=1, dtype="int16", device=device, latency="low", callback=callback
        )
    except (ValueError, sounddevice.PortAudioError) as error:
        named = f"microphone {device!r}" if device is not None else "microphone"
        raise SoundError(f"there is no usable {named} ({error}); connect one, or type instead") from error
    return stream
