"""The mouth: sentences are synthesised one ahead of the one that is playing, and can be cut off at any moment."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from robotos.clock import Clock
from robotos.peripherals.resampling import StreamResampler
from robotos.peripherals.sound import RATE, Pcm, SoundError, resample, to_float, to_pcm
from robotos.peripherals.speaker import Output, WavLog
from robotos.peripherals.synth import Synthesised, Synthesiser, TimedSynthesiser, spoken_pieces

STEP: Final = 0.02  # s handed to the output at a time: so late at most does a worker notice a hush
_AHEAD: Final = 1  # sentences synthesised while one is playing
_PATIENCE: Final = 0.05  # s a worker waits before it looks whether it shall end
_PUMP: Final = 0.02  # s between looks at what the loudspeaker has taken
_CLOSING: Final = 2.0  # s for the workers to end
_SOON: Final = 0.08  # s that making the first piece of a text may take
_SLOWEST: Final = 200.0  # characters a second that a voice not yet measured is taken to make
_RETRY: Final = 4.0  # s that a lost loudspeaker is waited for in mid-sentence
_PAUSE: Final = 0.25  # s between looks whether it is back
_ERRORS: Final = 100  # kept


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
    nobody waits for it for ever. `problem` is the last of them until something is heard again.
    """

    def __init__(
        self,
        clock: Clock,
        synthesiser: Synthesiser,
        output: Output,
        record: WavLog | None = None,
        on_say: Callable[[float, str], None] | None = None,
    ) -> None:
        self._clock, self._output = clock, output
        self._synthesiser = TimedSynthesiser(synthesiser)
        self._record, self._on_say = record, on_say
        self._next = 1
        self._generation = 0
        self._finished = 0  # ticket; they finish in order
        self._given_up = -1  # ticket whose sentences could not be played
        self._speed = _SLOWEST
        self._rate = 0  # Hz of the voice, once it is known
        self._ending = threading.Event()
        self._orders: queue.Queue[_Order] = queue.Queue()
        self._pieces: queue.Queue[_Piece] = queue.Queue(_AHEAD)
        self._done: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.said: list[tuple[float, str]] = []  # clock seconds at which it was asked for, text
        self.errors: list[str] = []
        self.problem = ""
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
        """Silence within a block of the loudspeaker and the device's latency; tickets of what was cut off are done."""
        self._generation += 1
        self._output.abort()

    def duck(self, level: float) -> None:
        """Speak `level` times as loud (0 to 1) from the loudspeaker's next block on, until told otherwise."""
        self._output.duck(level)

    def chime(self, tone: Pcm) -> None:
        """Play a short tone (n,) at 16 kHz when nothing is being said, and else not at all."""
        if not self.speaking and self._rate and self._pieces.empty():
            sound = Synthesised(to_pcm(StreamResampler(RATE, self._rate).push(to_float(tone))), self._rate)
            with contextlib.suppress(queue.Full):
                self._pieces.put_nowait(_Piece(0, self._generation, sound))

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

    # ------------------------------------------------------------ text to sound
    def _synthesise_all(self) -> None:
        self._warm_up()
        while not self._ending.is_set():
            try:
                order = self._orders.get(timeout=_PATIENCE)
            except queue.Empty:
                continue
            for text in spoken_pieces(order.text, self._speed * _SOON):
                if self._stale(order.generation):
                    break
                try:
                    sound = self._made(text)
                except SoundError as error:
                    self._tell(str(error))
                    break
                self._hand_over(_Piece(order.ticket, order.generation, sound))
            self._hand_over(_Piece(order.ticket, order.generation, None))

    def _warm_up(self) -> None:
        """The first sentence shall wait neither for the voice to load nor for the loudspeaker to open."""
        try:
            rate = self._made("hm.").rate
        except SoundError as error:
            self._tell(str(error))
            return
        self._hand_over(_Piece(0, self._generation, Synthesised(np.zeros(0, np.int16), rate)))

    def _made(self, text: str) -> Synthesised:
        began = self._clock.now()
        sound = self._synthesiser.synthesise(text)
        took = self._clock.now() - began
        if took > 0:
            self._speed += 0.5 * (len(text) / took - self._speed)
        self._rate = sound.rate
        return sound

    def _hand_over(self, piece: _Piece) -> None:
        while not self._ending.is_set():
            try:
                self._pieces.put(piece, timeout=_PATIENCE)
                return
            except queue.Full:
                continue

    # ------------------------------------------------------------ sound to the loudspeaker
    def _play_all(self) -> None:
        while not self._ending.is_set():
            try:
                piece = self._pieces.get(timeout=_PUMP)
            except queue.Empty:
                self._output.pump()
                continue
            try:
                if piece.sound is None:
                    self._finish(piece)
                elif not self._stale(piece.generation) and piece.ticket != self._given_up:
                    self._play(piece.sound, piece.generation)
            except SoundError as error:
                self._given_up = piece.ticket or -1  # its other sentences would each wait as long
                self._tell(str(error))

    def _finish(self, piece: _Piece) -> None:
        try:
            if not self._stale(piece.generation):
                self._output.drain()
        finally:
            self._finished = piece.ticket
            self._done.put(piece.ticket)

    def _play(self, sound: Synthesised, generation: int) -> None:
        if len(sound.pcm) == 0:
            self._output.write(sound.pcm, sound.rate)
        step = max(1, int(STEP * sound.rate))
        for start in range(0, len(sound.pcm), step):
            block = sound.pcm[start : start + step]
            self._keep(block, sound.rate)
            self._write(Synthesised(block, sound.rate), generation)
            if self._stale(generation):
                self._output.abort()  # once more: the block may have been written after the hush
                self._output.drain()  # so that its listener learns of the last block
                return
            self.problem = ""

    def _keep(self, block: Pcm, rate: int) -> None:
        if self._record is None:
            return
        try:
            self._record.append(resample(block, rate, self._record.rate))
        except SoundError as error:  # it is said all the same
            self._record = None
            self._tell(str(error))

    def _write(self, block: Synthesised, generation: int) -> None:
        """Hand a block to the output; while that is lost, try again for a while, but for warming up."""
        end = self._clock.now() + _RETRY
        while not self._stale(generation):
            try:
                self._output.write(block.pcm, block.rate)
                return
            except SoundError as error:
                if self._clock.now() >= end:
                    raise
                self._tell(str(error))
                self._ending.wait(_PAUSE)

    def _stale(self, generation: int) -> bool:
        return generation != self._generation or self._ending.is_set()

    def _tell(self, problem: str) -> None:
        """Note what went wrong, once as long as it stays the same."""
        if problem != self.problem:
            self.errors.append(problem)
            del self.errors[:-_ERRORS]
        self.problem = problem
