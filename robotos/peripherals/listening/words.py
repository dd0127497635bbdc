"""The recogniser at the end of the listening path, in a thread of its own: it may be slow, the stop listener not."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from robotos.peripherals.recogniser import Recogniser, Recognition
from robotos.peripherals.sound import Pcm, SoundError

_MOST: Final = 2000  # pieces that may wait: a minute of speech
_PATIENCE: Final = 0.1  # s between looks whether it shall end
_CLOSING: Final = 5.0  # s for the thread to end
BEHIND: Final = "what was said was not recognised, for the machine is too busy; say it again"


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something that was said: clock seconds, whether the robot spoke meanwhile, and whether a stop was acted on."""

    began: float
    ended: float
    over_robot: bool = False
    stopped: bool = False


Done = Callable[[Recognition, Utterance], None]


class Words(Protocol):
    """Takes the sound of utterances; `Done` is called for each that is finished, perhaps in another thread."""

    @property
    def partial(self) -> str:
        """The words of the utterance so far, "" while there are none."""

    def begin(self) -> None: ...

    def feed(self, frame: Pcm) -> None: ...

    def finish(self, utterance: Utterance) -> None: ...

    def drop(self) -> None:
        """It was no utterance."""

    def close(self) -> None: ...


class WordsAtOnce:
    """`Words` in the caller's thread: for recordings, and wherever time is virtual."""

    def __init__(self, recogniser: Recogniser, done: Done) -> None:
        self._recogniser, self._done = recogniser, done
        self.partial = ""

    def begin(self) -> None:
        self.partial = ""
        self._recogniser.begin()

    def feed(self, frame: Pcm) -> None:
        self._recogniser.feed(frame)
        self.partial = self._recogniser.partial()

    def finish(self, utterance: Utterance) -> None:
        self._done(self._recogniser.finish(), utterance)

    def drop(self) -> None:
        self._recogniser.begin()

    def close(self) -> None:
        return None


class WordsApart:
    """`Words` in a thread of their own. `problem` is "" or one sentence; `busy` while an utterance is unanswered."""

    def __init__(self, recogniser: Recogniser, done: Done) -> None:
        self._recogniser, self._done = recogniser, done
        self._work: queue.Queue[Callable[[], None]] = queue.Queue(_MOST)
        self._ending = threading.Event()
        self._utterance = 0  # number of the one that is fed; a partial result of an older one does not count
        self._partial = (0, "")
        self._unanswered = 0
        self._answered = 0
        self.problem = ""
        self._thread = threading.Thread(target=self._run, name="recogniser", daemon=True)
        self._thread.start()

    @property
    def partial(self) -> str:
        number, words = self._partial
        return words if number == self._utterance else ""

    @property
    def busy(self) -> bool:
        """Whether words are still being made out."""
        return self._answered < self._unanswered

    def begin(self) -> None:
        self._utterance += 1
        self._put(self._recogniser.begin)

    def feed(self, frame: Pcm) -> None:
        number = self._utterance
        self._put(lambda: self._fed(frame, number))

    def finish(self, utterance: Utterance) -> None:
        self._unanswered += 1
        if not self._put(lambda: self._finished(utterance)):
            self._unanswered -= 1

    def drop(self) -> None:
        self._utterance += 1
        self._put(self._recogniser.begin)

    def close(self) -> None:
        self._ending.set()
        self._thread.join(_CLOSING)

    def _put(self, work: Callable[[], None]) -> bool:
        try:
            self._work.put_nowait(work)
        except queue.Full:
            self.problem = BEHIND
            return False
        return True

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                work = self._work.get(timeout=_PATIENCE)
            except queue.Empty:
                continue
            try:
                work()
            except SoundError as error:
                self.problem = str(error)

    def _fed(self, frame: Pcm, number: int) -> None:
        self._recogniser.feed(frame)
        if self._work.qsize() < 2:  # while it lags, what it thinks so far helps nobody
            self._partial = (number, self._recogniser.partial())

    def _finished(self, utterance: Utterance) -> None:
        try:
            found = self._recogniser.finish()
            self.problem = ""
        finally:
            self._answered += 1
        self._done(found, utterance)
