"""The mouth: sentences are synthesised one ahead of the one that is playing, and can be cut off at any moment."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from robotos.clock import Clock
from robotos.peripherals.sound import SoundError, resample
from robotos.peripherals.speaker import BLOCK, Output, WavLog
from robotos.peripherals.synth import Synthesised, Synthesiser, spoken_sentences

_AHEAD: Final = 1  # sentences synthesised while one is playing
_PATIENCE: Final = 0.05  # s a worker waits before it looks whether it shall end
_CLOSING: Final = 2.0  # s for the workers to end


@dataclass(frozen=True, slots=True)
class _Order:
    ticket: int
    generation: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    ticket: int
    generation: int
    sound: Synthesised | None  # None: the ticket is done


class SpokenSpeech:
    """Implements `ports.Speech`. `hush` raises the generation: whatever belongs to an older one is never played.

    `errors` says what went wrong with the voice or the loudspeaker, newest last; the sentence counts as said, so that
    nobody waits for it for ever.
    """

    def __init__(
        self,
        clock: Clock,
        synthesiser: Synthesiser,
        output: Output,
        record: WavLog | None = None,
        on_say: Callable[[float, str], None] | None = None,
    ) -> None:
        self._clock, self._synthesiser, self._output = clock, synthesiser, output
        self._record, self._on_say = record, on_say
        self._next = 1
        self._generation = 0
        self._finished = 0  # ticket; they finish in order
        self._ending = threading.Event()
        self._orders: queue.Queue[_Order] = queue.Queue()
        self._pieces: queue.Queue[_Piece] = queue.Queue(_AHEAD)
        self._done: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.said: list[tuple[float, str]] = []  # clock seconds at which it was asked for, text
        self.errors: list[str] = []
        self._workers = [
            threading.Thread(target=self._synthesise_all, name="synthesiser", daemon=True),
            threading.Thread(target=self._play_all, name="speaker", daemon=True),
        ]
        for worker in self._workers:
            worker.start()

    def say(self, text: str) -> int:
        ticket = self._next
        self._next += 1
        now = self._clock.now()
        self.said.append((now, text))
        if self._on_say is not None:
            self._on_say(now, text)
        self._orders.put(_Order(ticket, self._generation, text))
        return ticket

    def hush(self) -> None:
        """Silence within one block (50 ms) and the device's latency; tickets of what was cut off are done."""
        self._generation += 1

    def poll(self) -> Sequence[int]:
        done = []
        while True:
            try:
                done.append(self._done.get_nowait())
            except queue.Empty:
                return done

    @property
    def generation(self) -> int:
        """How often it was hushed."""
        return self._generation

    @property
    def speaking(self) -> bool:
        """Whether something is being said or waits to be said."""
        return self._finished < self._next - 1

    def close(self) -> None:
        """Stop talking at once and end the threads."""
        self.hush()
        self._ending.set()
        for worker in self._workers:
            worker.join(_CLOSING)
        self._output.close()
        if self._record is not None:
            self._record.close()

    def _synthesise_all(self) -> None:
        while not self._ending.is_set():
            try:
                order = self._orders.get(timeout=_PATIENCE)
            except queue.Empty:
                continue
            for sentence in spoken_sentences(order.text):
                if order.generation != self._generation or self._ending.is_set():
                    break
                try:
                    sound = self._synthesiser.synthesise(sentence)
                except SoundError as error:
                    self.errors.append(str(error))
                    break
                self._hand_over(_Piece(order.ticket, order.generation, sound))
            self._hand_over(_Piece(order.ticket, order.generation, None))

    def _hand_over(self, piece: _Piece) -> None:
        while not self._ending.is_set():
            try:
                self._pieces.put(piece, timeout=_PATIENCE)
                return
            except queue.Full:
                continue

    def _play_all(self) -> None:
        while not self._ending.is_set():
            try:
                piece = self._pieces.get(timeout=_PATIENCE)
            except queue.Empty:
                continue
            if piece.sound is None:
                self._finished = piece.ticket
                self._done.put(piece.ticket)
                continue
            try:
                self._play(piece.sound, piece.generation)
            except SoundError as error:
                self.errors.append(str(error))

    def _play(self, sound: Synthesised, generation: int) -> None:
        step = max(1, int(BLOCK * sound.rate))
        for start in range(0, len(sound.pcm), step):
            if generation != self._generation:
                self._output.abort()
                return
            block = sound.pcm[start : start + step]
            if self._record is not None:
                self._record.append(resample(block, sound.rate, self._record.rate))
            self._output.write(block, sound.rate)
