"""Wyoming services of other machines used here: a recogniser, a voice, and what a service says of itself."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from typing import Final

import numpy as np
from wyoming.asr import Transcribe
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize, SynthesizeVoice

from robotos.peripherals.recogniser import Recognition
from robotos.peripherals.sound import RATE, Pcm, SoundError
from robotos.peripherals.synth import Synthesised
from robotos.peripherals.vocabulary import plain
from robotos.peripherals.wyoming import audio
from robotos.peripherals.wyoming.address import Address
from robotos.peripherals.wyoming.wire import Connection, WireError, connect

CONFIDENCE: Final = 0.9  # of what it understood: the protocol says nothing of it
_DESCRIBE: Final = 3.0  # s
_TRANSCRIBE: Final = 8.0  # s from the last word to the text
_SYNTHESISE: Final = 10.0  # s for one sentence
_LONGEST: Final = 60.0  # s of sound
_NAMES: Final = 100  # told to the recogniser as likely


def describe(address: Address, seconds: float = _DESCRIBE) -> Info:
    """What a service offers. Raises `SoundError` where none answers in time."""
    end = time.monotonic() + seconds
    link = connect(address, seconds)
    try:
        link.write(Describe().event())
        return _info(_awaited(link, {"info"}, end), address)
    finally:
        link.close()


class WyomingRecogniser:
    """Implements `Recogniser`. Sound is sent while it is spoken, from a thread of its own: `feed` never waits."""

    def __init__(self, address: Address, names: Sequence[str] = ()) -> None:
        """`names` are words to expect, which not every service heeds. Nothing is sent until somebody speaks."""
        self._address, self._names = address, list(names)[:_NAMES]
        self._utterance: _Utterance | None = None

    def transcribe(self, pcm: Pcm) -> Recognition:
        """One whole segment. Raises `SoundError` when the service does not answer in time."""
        self.begin()
        self.feed(pcm)
        return self.finish()

    def begin(self) -> None:
        if self._utterance is not None:
            self._utterance.give_up()
        self._utterance = _Utterance(self._address, self._names)

    def feed(self, frame: Pcm) -> None:
        if self._utterance is None:
            raise ValueError("begin comes before feed")
        self._utterance.sound.put(frame.copy())

    def partial(self) -> str:
        return ""

    def finish(self) -> Recognition:
        utterance, self._utterance = self._utterance, None
        if utterance is None:
            raise ValueError("begin comes before finish")
        return utterance.finish()


class _Utterance:
    """One utterance on its way to the service."""

    def __init__(self, address: Address, names: Sequence[str]) -> None:
        self._address, self._names = address, names
        self.sound: queue.SimpleQueue[Pcm | None] = queue.SimpleQueue()
        self._result: queue.SimpleQueue[str | SoundError] = queue.SimpleQueue()
        self._given_up = threading.Event()
        threading.Thread(target=self._run, name="wyoming-recogniser", daemon=True).start()

    def give_up(self) -> None:
        self._given_up.set()
        self.sound.put(None)

    def finish(self) -> Recognition:
        self.sound.put(None)
        try:
            text = self._result.get(timeout=_TRANSCRIBE)
        except queue.Empty:
            self._given_up.set()
            raise SoundError(f"the recogniser at {self._address} does not answer in time; check it") from None
        if isinstance(text, SoundError):
            raise text
        said = plain(text)
        return Recognition(said, CONFIDENCE if said else 0.0)

    def _run(self) -> None:
        try:
            link = connect(self._address)
        except SoundError as error:
            self._result.put(error)
            return
        try:
            self._result.put(self._exchange(link))
        except SoundError as error:
            self._result.put(_named(error, "recogniser", self._address))
        finally:
            link.close()

    def _exchange(self, link: Connection) -> str:
        link.write(Transcribe(language="en", transcript_names=list(self._names) or None).event())
        link.write(audio.start(RATE))
        sent = 0
        while (pcm := self._next()) is not None and sent < _LONGEST * RATE:
            sent += len(pcm)
            for event in audio.chunks(pcm, RATE):
                link.write(event)
        if self._given_up.is_set():
            return ""
        link.write(audio.stop())
        event = _awaited(link, {"transcript"}, time.monotonic() + _TRANSCRIBE)
        return str(event.data.get("text", ""))

    def _next(self) -> Pcm | None:
        try:
            return None if self._given_up.is_set() else self.sound.get(timeout=_LONGEST)
        except queue.Empty:
            return None


class WyomingSynthesiser:
    """Implements `Synthesiser`."""

    def __init__(self, address: Address, voice: str = "") -> None:
        """`voice` is one that the service names, "" its own choice."""
        self.name = str(address)
        self._address = address
        self._voice = SynthesizeVoice(name=voice) if voice else None

    def synthesise(self, text: str) -> Synthesised:
        """Sound of `text`. Raises `SoundError` when the service does not answer in time."""
        if not text.strip():
            return Synthesised(np.zeros(0, np.int16), RATE)
        end = time.monotonic() + _SYNTHESISE
        link = connect(self._address)
        try:
            link.write(Synthesize(text=text, voice=self._voice).event())
            return self._collected(link, end)
        except WireError as error:
            raise _named(error, "voice", self._address) from error
        finally:
            link.close()

    def _collected(self, link: Connection, end: float) -> Synthesised:
        parts: list[Pcm] = []
        rate, seconds = RATE, 0.0
        while (event := _awaited(link, {"audio-chunk", "audio-stop"}, end)).type != "audio-stop":
            pcm, its = audio.mono(event)
            if parts and its != rate:
                raise WireError("the rate changes in the middle of a sentence")
            rate, seconds = its, seconds + len(pcm) / its
            if seconds > _LONGEST:
                raise WireError(f"one sentence lasts longer than {_LONGEST:.0f} s")
            parts.append(pcm)
        return Synthesised(np.concatenate(parts) if parts else np.zeros(0, np.int16), rate)


def _awaited(link: Connection, kinds: set[str], end: float) -> Event:
    """The next event of these kinds; others are passed over, an error is raised."""
    while True:
        event = link.read(max(0.0, end - time.monotonic()))
        if event.type in kinds:
            return event
        if event.type == "error":
            raise WireError(f"it reports: {str(event.data.get('text', ''))[:200]!r}")


def _info(event: Event, address: Address) -> Info:
    try:
        return Info.from_event(event)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WireError(f"{address} describes itself in a way that is not understood") from error


def _named(error: SoundError, what: str, address: Address) -> SoundError:
    if str(address) in str(error):
        return error
    return SoundError(f"the {what} at {address} failed: {error}; check it, or choose another with robotos models use")
