"""From frames of the microphone to utterances: echo guard, stop listener, speech detector, endpointing, barge-in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from robotos.peripherals.endpoint import DEFAULT, Endpointer, Endpointing
from robotos.peripherals.listening.barge_in import BargeIn
from robotos.peripherals.listening.ending import DrawnOut, Ending, ending_of
from robotos.peripherals.listening.guard import EchoGuard, Guarded
from robotos.peripherals.listening.words import Utterance, Words
from robotos.peripherals.sound import Pcm, SoundError
from robotos.peripherals.stop.listener import StopHeard
from robotos.peripherals.vad import FRAME_SECONDS, Vad

_STOP_SPAN: Final = 1.5  # s before a stop was acted on in which its word may have begun


class Stops(Protocol):
    """`robotos.peripherals.stop.listener.StopListener`."""

    def push(self, frame: Pcm) -> StopHeard | None: ...

    def reset(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What the path is made of. `on_stop` is called at once, in the same thread, and says whether it acted."""

    vad: Vad
    words: Words
    guard: EchoGuard | None = None
    stops: Stops | None = None
    on_stop: Callable[[StopHeard], bool] = lambda heard: False
    barge_in: BargeIn | None = None
    speaking: Callable[[], bool] = lambda: False  # the robot itself; asked where no echo guard knows


class ListeningPath:
    """Fed with one frame after the other by one thread; time comes with the frames.

    `stop_problem` is "" or one sentence: the stop reflex is off until that is mended.
    """

    def __init__(self, parts: Parts, settings: Endpointing = DEFAULT) -> None:
        self._parts, self._settings = parts, settings
        self._endpointer = Endpointer(settings)
        self._drawn = DrawnOut()
        self._kept: deque[Pcm] = deque()  # frames from `_first` on that no utterance has got
        self._first = 0
        self._frames = 0  # listened to
        self._fed = False  # whether the words get the sound of an utterance
        self._over = False  # whether the robot spoke during it
        self._stopped_at: float | None = None  # clock seconds of a stop that was acted on
        self.stop_problem = ""

    @property
    def hearing_speech(self) -> bool:
        """Whether somebody is speaking."""
        return self._endpointer.speaking

    @property
    def delay(self) -> float | None:
        """Seconds from loudspeaker to microphone, as far as they are known."""
        return self._parts.guard.delay if self._parts.guard is not None else None

    def push(self, frame: Pcm, at: float) -> None:
        """The next frame (512,) at 16 kHz, whose first sample was heard at clock second `at`.

        Raises:
            SoundError: the speech detector or (where words are made at once) the recogniser has failed.
        """
        parts = self._parts
        guarded = parts.guard.push(frame, at) if parts.guard is not None else Guarded(frame, parts.speaking())
        self._stop(guarded.frame, at + FRAME_SECONDS)
        probability = parts.vad.probability(guarded.frame)
        if parts.barge_in is not None:
            parts.barge_in.push(guarded, probability, at + FRAME_SECONDS)
        self._listen(guarded, probability, at)

    def reset(self) -> None:
        """Sound was lost, or the device is another one: what was being said is dropped."""
        parts = self._parts
        for part in (parts.vad, parts.guard, parts.stops, self._drawn):
            if part is not None:
                part.reset()
        self._endpointer.close()
        if self._fed:
            parts.words.drop()
        self._kept.clear()
        self._first, self._fed, self._over = self._frames, False, False

    def slipped(self) -> None:
        """The time of the frames was set anew: the echo may come at another time than was learnt."""
        if self._parts.guard is not None:
            self._parts.guard.doubt()

    # ------------------------------------------------------------ inside
    def _stop(self, frame: Pcm, now: float) -> None:
        if self._parts.stops is None:
            return
        try:
            heard = self._parts.stops.push(frame)
        except SoundError as error:
            self.stop_problem = str(error)
            return
        self.stop_problem = ""
        if heard is not None and self._parts.on_stop(heard):
            self._stopped_at = now

    def _listen(self, guarded: Guarded, probability: float, at: float) -> None:
        self._kept.append(guarded.frame)
        self._frames += 1
        self._over = self._over or guarded.playing
        if probability >= self._settings.off:
            self._drawn.push(guarded.frame)
        span = self._endpointer.push(probability, self._pause())
        if self._endpointer.speaking or span is not None:
            self._feed()
        if span is not None:
            shift = at - (self._frames - 1) * FRAME_SECONDS  # clock seconds of the stream's first sample
            self._finish(shift + span.began, shift + span.ended)
        elif self._fed and not self._endpointer.speaking:
            self._parts.words.drop()
            self._fed = False
        if not self._endpointer.speaking:
            self._over = guarded.playing
            self._drawn.reset()
        self._forget()

    def _pause(self) -> float:
        """How much quiet ends what is being said."""
        ending = ending_of(self._parts.words.partial) if self._fed else Ending.UNKNOWN
        if ending is Ending.OPEN or self._drawn.drawn:
            return self._settings.unfinished
        return self._settings.finished if ending is Ending.FINISHED else self._settings.pause

    def _feed(self) -> None:
        """Hand on what is kept: the sound from before the beginning first."""
        if not self._fed:
            self._parts.words.begin()
            self._fed = True
        while self._kept:
            self._parts.words.feed(self._kept.popleft())
        self._first = self._frames

    def _finish(self, began: float, ended: float) -> None:
        stopped = self._stopped_at is not None and began - FRAME_SECONDS <= self._stopped_at <= ended + _STOP_SPAN
        self._parts.words.finish(Utterance(began, ended, self._over, stopped))
        self._fed = False

    def _forget(self) -> None:
        while self._kept and self._first < int(self._endpointer.earliest / FRAME_SECONDS):
            self._kept.popleft()
            self._first += 1
