"""The ears: a thread takes the microphone's frames down the listening path, and opens it again when it is lost."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from robotos.clock import Clock
from robotos.kernel.ports import Heard
from robotos.language.stopwords import is_stop
from robotos.peripherals.capture import Callback, Capture, Frame, OpenStream, Stream, open_capture
from robotos.peripherals.echo import EchoReference
from robotos.peripherals.endpoint import DEFAULT, Endpointing
from robotos.peripherals.listening.attention import Attention, Called, Ignored
from robotos.peripherals.listening.barge_in import BargeIn
from robotos.peripherals.listening.foreground import ForegroundVad
from robotos.peripherals.listening.guard import EchoGuard
from robotos.peripherals.listening.path import ListeningPath, Parts, Stops
from robotos.peripherals.listening.state import Listening
from robotos.peripherals.listening.words import Utterance, WordsApart
from robotos.peripherals.recogniser import Recogniser, Recognition
from robotos.peripherals.sound import Pcm, SoundError, level
from robotos.peripherals.stop.listener import StopHeard
from robotos.peripherals.vad import FRAME_SECONDS, Vad

__all__ = ["Callback", "MicrophoneEars", "OpenStream", "Organs", "Stream"]

_T = TypeVar("_T")
_POLL: Final = 0.005  # s between looks into the ring
_FIRST: Final = 3.0  # s without a block after which a device that was just opened counts as lost (it takes up to 2 s)
_SILENT: Final = 0.6  # s without a block after which any other one does
_AGAIN: Final = 1.0  # s between attempts to open it
_CLOSING: Final = 5.0  # s for the thread to end
_REFUSED: Final = 2.0  # s for which a refusal is shown
_CLIPPED: Final = 32_700  # at full scale
_CLIPPED_SHARE: Final = 0.02  # of the samples of a frame that are so
_CLIPPED_FRAMES: Final = 15  # of the last `_LOOKED_AT`, from which the owner hears about it
_LOOKED_AT: Final = 60
_DEAD: Final = 20.0  # s of exact zeros after which the microphone counts as muted
CLIPPING: Final = "the microphone is overdriven; turn its level down (robotos voice test shows it)"
MUTED: Final = "the microphone delivers only silence; unmute it, or choose another one (robotos voice devices)"


@dataclass(frozen=True, slots=True)
class Organs:
    """What the ears can do without, but a robot that moves should not.

    `on_stop` is called in the listening thread at once, and says whether it acted. `hush` and `duck` are the mouth's.
    """

    reference: EchoReference | None = None
    delay: float = 0.0  # s from loudspeaker to microphone, if it was measured
    stops: Stops | None = None
    no_stops: str = ""  # why there is no stop listener, where there should be one
    on_stop: Callable[[StopHeard], bool] = lambda heard: False
    attention: Attention | None = None  # None: everything that is said is for the robot
    duck: Callable[[float], None] | None = None
    hush: Callable[[], None] | None = None
    speaking: Callable[[], bool] = lambda: False  # the robot itself, where no echo reference knows


class MicrophoneEars:
    """Implements `ports.Ears`.

    `problem` is "" or one sentence saying why nothing, or not enough, is heard; whoever runs the robot must look at
    it. `deaf` is the same while stop words cannot be heard either: then the robot may move only as policy allows.
    """

    def __init__(
        self,
        clock: Clock,
        recogniser: Recogniser,
        vad: Vad,
        open_stream: OpenStream | None = None,
        organs: Organs = Organs(),
        settings: Endpointing = DEFAULT,
        device: int | str | None = None,
        watched: bool | None = None,
    ) -> None:
        """Opens `device` (its number or part of its name) unless `open_stream` opens another. Raises `SoundError`.

        A device that is `watched` counts as lost when it delivers nothing; unless told otherwise a microphone is, and
        what `open_stream` opens is not.
        """
        self._clock, self._organs = clock, organs
        self._open: Callable[[], Capture] = lambda: (
            Capture(clock, open_stream) if open_stream is not None else open_capture(clock, device)
        )
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._notes: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._signals: queue.SimpleQueue[Listening] = queue.SimpleQueue()
        self._words = WordsApart(recogniser, self._recognised)
        barge_in = BargeIn(organs.duck, organs.hush) if organs.duck is not None and organs.hush is not None else None
        guard = EchoGuard(organs.reference, organs.delay) if organs.reference is not None else None
        parts = Parts(
            ForegroundVad(vad), self._words, guard, organs.stops, organs.on_stop, barge_in, organs.speaking
        )  # fmt: skip
        self._path = ListeningPath(parts, settings)
        self._watched = open_stream is None if watched is None else watched
        self._ending = threading.Event()
        self._lost = ""  # why the device delivers nothing
        self._complaint = ""  # about what it delivers
        self._failure = ""  # of the speech detector
        self._clipped = self._counted = 0
        self._dead = 0.0
        self._refused_until = 0.0
        self._called_until = 0.0
        self.level = -120.0  # dB below full scale, of the last frame
        try:
            self._capture: Capture | None = self._open()
        except SoundError:
            self._words.close()
            raise
        self._opened = clock.now()
        self._thread = threading.Thread(target=self._listen, name="ears", daemon=True)
        self._thread.start()

    # ------------------------------------------------------------ for whoever runs the robot
    def poll(self) -> Sequence[Heard]:
        return _drain(self._heard)

    def notes(self) -> Sequence[str]:
        """Lines for the trace since the last call, such as what was said to somebody else."""
        return _drain(self._notes)

    def signals(self) -> Sequence[Listening]:
        """What whoever speaks should be told by a tone since the last call: called, understood, not understood."""
        return _drain(self._signals)

    @property
    def started(self) -> bool:
        """Whether the device has delivered its first block."""
        return self._capture is not None and self._capture.started

    @property
    def deaf(self) -> str:
        """Why not even a stop word is heard; "" while it is."""
        return self._lost or self._organs.no_stops or self._path.stop_problem or self._failure

    @property
    def problem(self) -> str:
        return self.deaf or self._words.problem or self._complaint

    @property
    def state(self) -> Listening:
        """What the ears are doing."""
        now = self._clock.now()
        if self.deaf:
            return Listening.DEAF
        attention = self._organs.attention
        if self._path.hearing_speech and (attention is None or attention.open_at(now)):
            return Listening.LISTENING
        if self._words.busy:
            return Listening.THINKING
        if now < self._refused_until:
            return Listening.REFUSED
        return Listening.LISTENING if now < self._called_until else Listening.IDLE

    def press(self) -> None:
        """Push to talk: what is said from now on is for the robot."""
        if self._organs.attention is not None:
            self._organs.attention.press(self._clock.now())

    def release(self) -> None:
        """The key is let go."""
        if self._organs.attention is not None:
            self._organs.attention.release(self._clock.now())

    def close(self) -> None:
        """Stop listening."""
        self._ending.set()
        self._thread.join(_CLOSING)
        self._words.close()
        if self._capture is not None:
            self._capture.close()

    # ------------------------------------------------------------ the listening thread
    def _listen(self) -> None:
        last = self._opened
        while not self._ending.is_set():
            capture = self._capture
            if capture is None:
                self._reopen()
                last = self._opened
                continue
            got = False
            for frame in capture.frames():
                got = True
                self._take(frame)
            if got:
                last = self._clock.now()
            elif self._watched and self._clock.now() - last > (_SILENT if capture.started else _FIRST):
                self._lose(capture)
            else:
                self._ending.wait(_POLL)

    def _lose(self, capture: Capture) -> None:
        self._lost = "the microphone delivers no sound any more; check its cable. It is looked for until it is back"
        capture.close()
        self._capture = None
        self._path.reset()

    def _reopen(self) -> None:
        try:
            self._capture = self._open()
        except SoundError as error:
            self._lost = str(error)
            self._ending.wait(_AGAIN)
        self._opened = self._clock.now()

    def _take(self, frame: Frame) -> None:
        self._lost = ""
        if frame.lost:
            self._notes.put(f"{frame.lost * FRAME_SECONDS:.1f} s of sound were lost, for the machine is too busy")
        if frame.lost:
            self._path.reset()
        elif frame.jumped:
            self._path.slipped()
        self._examine(frame.pcm)
        try:
            self._path.push(frame.pcm, frame.at)
            self._failure = ""
        except SoundError as error:
            self._failure = str(error)

    def _examine(self, pcm: Pcm) -> None:
        """Complain about a microphone that is overdriven or muted."""
        self.level = level(pcm)
        self._dead = self._dead + FRAME_SECONDS if not pcm.any() else 0.0
        self._clipped += int((abs(pcm.astype("i4")) >= _CLIPPED).mean() > _CLIPPED_SHARE)
        self._counted += 1
        if self._dead > _DEAD:
            self._complaint = MUTED
        elif self._complaint == MUTED:
            self._complaint = ""
        if self._counted >= _LOOKED_AT:
            if self._clipped >= _CLIPPED_FRAMES:
                self._complaint = CLIPPING
            elif self._complaint == CLIPPING:
                self._complaint = ""
            self._clipped = self._counted = 0

    # ------------------------------------------------------------ the recogniser's thread
    def _recognised(self, found: Recognition, said: Utterance) -> None:
        text = found.text
        if said.stopped and (not text or is_stop(text)):
            self._notes.put(f"the stop reflex was faster than {text!r}")
            return
        if not text:
            self._not_understood(said)
            return
        if self._organs.reference is None and said.over_robot and not is_stop(text):
            self._notes.put(f"not taken, for it may be the robot's own voice: {text!r}")
            return
        if (attention := self._organs.attention) is not None:
            judged = attention.judge(text, said.began, said.ended, said.over_robot)
            if isinstance(judged, Ignored):
                self._notes.put(f"not for the robot ({judged.why}): {text!r}")
                return
            if isinstance(judged, Called):
                self._called_until = self._clock.now() + attention.follow_up
                self._notes.put(f"called: {text!r}")
                self._signals.put(Listening.LISTENING)
                return
            text = judged.text
        self._called_until = 0.0
        self._signals.put(Listening.THINKING)
        self._heard.put(Heard(text, found.confidence, said.began, said.ended))

    def _not_understood(self, said: Utterance) -> None:
        attention = self._organs.attention
        if attention is None or attention.open_at(said.began):
            self._refused_until = self._clock.now() + _REFUSED
            self._notes.put("something was said that was not understood")
            self._signals.put(Listening.REFUSED)


def _drain(waiting: queue.SimpleQueue[_T]) -> list[_T]:
    found: list[_T] = []
    while True:
        try:
            found.append(waiting.get_nowait())
        except queue.Empty:
            return found
