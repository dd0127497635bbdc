"""What is offered to Wyoming clients: our recogniser, our voice, and the robot's own answer to words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from wyoming.asr import Transcript
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.info import AsrModel, AsrProgram, Attribution, HandleModel, HandleProgram, Info, TtsProgram, TtsVoice
from wyoming.ping import Pong

from robotos import __version__
from robotos.peripherals.files import transcribe_sound
from robotos.peripherals.recogniser import Recogniser
from robotos.peripherals.sound import RATE, Pcm
from robotos.peripherals.synth import Synthesiser, spoken_sentences
from robotos.peripherals.vad import Vad
from robotos.peripherals.wyoming import audio
from robotos.peripherals.wyoming.wire import Connection, WireError

LONGEST: Final = 60.0  # s of one utterance
TEXT: Final = 2000  # characters of one text
_OURS: Final = Attribution(name="robotos", url="")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the robot answers to words; `ok`: it did, or does, what they ask."""

    ok: bool
    text: str


class Offer:
    """Serves one connection after the other or several at once; the recogniser hears one utterance at a time."""

    def __init__(
        self,
        recogniser: Recogniser | None = None,
        vad: Vad | None = None,
        voice: Synthesiser | None = None,
        reply: Callable[[str], Reply] | None = None,
    ) -> None:
        """What is None is not offered; a recogniser needs a `vad`. `reply` may raise `SoundError`."""
        self._recogniser, self._vad, self._voice, self._reply = recogniser, vad, voice, reply
        self._hearing, self._speaking = threading.Lock(), threading.Lock()

    def info(self) -> Info:
        """The answer to `describe`."""
        asr, tts, handle = [], [], []
        if self._recogniser is not None:
            model = AsrModel(**_artifact("robotos", "this home's recogniser"), languages=["en"])
            asr = [AsrProgram(**_artifact("robotos", "knows the names of this home"), models=[model])]
        if self._voice is not None:
            voice = TtsVoice(**_artifact(self._voice.name, f"the robot's voice, {self._voice.name}"), languages=["en"])
            tts = [TtsProgram(**_artifact("robotos", "the robot's voice"), voices=[voice])]
        if self._reply is not None:
            agent = HandleModel(**_artifact("robotos", "the robot itself"), languages=["en"])
            program = _artifact("robotos", "orders and questions to the robot")
            handle = [HandleProgram(**program, models=[agent], supports_home_control=True)]
        return Info(asr=asr, tts=tts, handle=handle)

    def serve(self, link: Connection, idle: float) -> None:
        """Answer events until the other side hangs up. Raises `SoundError`, which is to be told and ends it."""
        hearing = _Hearing()
        while True:
            event = link.read(idle)
            match event.type:
                case "describe":
                    link.write(self.info().event())
                case "ping":
                    link.write(Pong(text=_text(event.data, "text", required=False)).event())
                case "transcribe" | "audio-start":
                    hearing = _Hearing()
                case "audio-chunk":
                    hearing.take(event)
                case "audio-stop":
                    link.write(self._transcript(hearing.pcm()))
                    hearing = _Hearing()
                case "synthesize":
                    self._synthesise(link, _text(event.data, "text"))
                case "transcript":
                    link.write(self._answer(_text(event.data, "text")))
                case _:
                    continue  # the protocol grows; what is unknown is passed over

    def _transcript(self, pcm: Pcm) -> Event:
        if self._recogniser is None or self._vad is None:
            raise WireError("no recogniser is offered here")
        with self._hearing:
            heard = transcribe_sound(pcm, self._recogniser, self._vad)
        return Transcript(text=heard.text, language="en").event()

    def _synthesise(self, link: Connection, text: str) -> None:
        if self._voice is None:
            raise WireError("no voice is offered here")
        begun = False
        for sentence in spoken_sentences(text):
            with self._speaking:
                sound = self._voice.synthesise(sentence)
            if not begun:
                link.write(audio.start(sound.rate))
                begun = True
            for event in audio.chunks(sound.pcm, sound.rate):
                link.write(event)
        if not begun:
            link.write(audio.start(RATE))
        link.write(audio.stop())

    def _answer(self, text: str) -> Event:
        if self._reply is None:
            raise WireError("the robot takes no orders here")
        reply = self._reply(text)
        return (Handled(text=reply.text) if reply.ok else NotHandled(text=reply.text)).event()


class _Hearing:
    """The sound of one utterance so far."""

    def __init__(self) -> None:
        self._incoming = audio.Incoming()
        self._parts: list[Pcm] = []
        self._length = 0

    def take(self, event: Event) -> None:
        pcm = self._incoming.take(event)
        self._length += len(pcm)
        if self._length > LONGEST * RATE:
            raise WireError(f"an utterance is longer than {LONGEST:.0f} s")
        self._parts.append(pcm)

    def pcm(self) -> Pcm:
        return np.concatenate(self._parts) if self._parts else np.zeros(0, np.int16)


def _artifact(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name, "description": description, "version": __version__, "installed": True, "attribution": _OURS,
    }  # fmt: skip


def _text(data: Mapping[str, Any], name: str, required: bool = True) -> str:
    text = data.get(name)
    if text is None and not required:
        return ""
    if not isinstance(text, str) or len(text) > TEXT:
        raise WireError(f"an event carries no text of at most {TEXT} characters")
    return text
