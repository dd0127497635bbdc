"""Words without sound: a queue of typed utterances, and a mouth that takes as long as speaking would."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence

from robotos.clock import Clock
from robotos.kernel.ports import Heard

CHARACTERS_PER_SECOND = 15.0  # of unhurried English speech
SHORTEST = 0.4  # s


class TypedEars:
    """Implements `ports.Ears` over a thread-safe queue."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._queue: queue.SimpleQueue[Heard] = queue.SimpleQueue()

    def type(self, text: str, speaker: str = "owner") -> None:
        """Hand in one utterance, as if it had been said just now."""
        now = self._clock.now()
        self._queue.put(Heard(text, 1.0, now, now, speaker, "text"))

    def put(self, heard: Heard) -> None:
        """Hand in words that were recognised elsewhere."""
        self._queue.put(heard)

    def poll(self) -> Sequence[Heard]:
        found = []
        while True:
            try:
                found.append(self._queue.get_nowait())
            except queue.Empty:
                return found


class SilentSpeech:
    """Implements `ports.Speech` on a clock without sound: sentences one by one, as long as speech would last."""

    def __init__(self, clock: Clock, on_say: Callable[[float, str], None] | None = None) -> None:
        self._clock = clock
        self._on_say = on_say
        self._next = 1
        self._pending: list[tuple[int, float]] = []  # ticket, when it is over
        self.said: list[tuple[float, str]] = []  # clock seconds at which it began, text

    def say(self, text: str) -> int:
        ticket = self._next
        self._next += 1
        begin = max(self._clock.now(), self._pending[-1][1] if self._pending else 0.0)
        self._pending.append((ticket, begin + max(SHORTEST, len(text) / CHARACTERS_PER_SECOND)))
        self.said.append((begin, text))
        if self._on_say is not None:
            self._on_say(begin, text)
        return ticket

    def hush(self) -> None:
        now = self._clock.now()
        self._pending = [(ticket, now) for ticket, _ in self._pending]

    def poll(self) -> Sequence[int]:
        now = self._clock.now()
        done = [ticket for ticket, end in self._pending if end <= now]
        self._pending = [(ticket, end) for ticket, end in self._pending if end > now]
        return done
