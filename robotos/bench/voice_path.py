"""The listening path: what it costs while nobody speaks, echo, barge-in, and how soon it knows that one is done."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from robotos.bench.figure import Figure
from robotos.bench.quantile import quantile
from robotos.bench.registry import Options
from robotos.bench.voice_rooms import Room, Walls, onset, room
from robotos.peripherals.echo import EchoReference
from robotos.peripherals.endpoint import DEFAULT
from robotos.peripherals.espeak import EspeakSynthesiser
from robotos.peripherals.flite import FliteSynthesiser
from robotos.peripherals.listening.barge_in import BargeIn
from robotos.peripherals.listening.foreground import ForegroundVad
from robotos.peripherals.listening.guard import EchoGuard
from robotos.peripherals.listening.path import ListeningPath, Parts
from robotos.peripherals.listening.words import Utterance, WordsAtOnce
from robotos.peripherals.recogniser import Recognition
from robotos.peripherals.resampling import Floats
from robotos.peripherals.sound import RATE, Pcm, SoundError, resample, to_float
from robotos.peripherals.stop.listener import StopHeard, StopListener, open_stop_listener
from robotos.peripherals.synth import Synthesiser
from robotos.peripherals.vad import FRAME, FRAME_SECONDS, open_vad

IDLE, QUICK_IDLE = 120.0, 20.0  # s of a quiet room
PAUSE: Final = 0.35  # s between two of the robot's sentences
AT: Final = (9.0, 14.0, 19.0)  # s at which the owner speaks over it
WINDOW: Final = 1.5  # s after that in which it must react
SAID: Final = (
    "I cleaned the kitchen ten minutes ago, at twelve past three.", "Say do it anyway if you want it done again.",
    "The red cup stands on the table in the living room.", "I am going back to my dock now, for my battery is low.",
    "Stop. Halt. Freeze. Hold it.", "You told me to stop, so I stopped.", "Did you mean the study or the bedroom?",
    "Robot, clean the kitchen, is what I have heard.",
)  # fmt: skip
OWNER: Final = ("robot stop", "wait a moment", "no the other room", "hang on")
VOICES: Final = ("slt", "kal", "rms", "awb")
ROOMS: Final = (
    Walls(1), Walls(2, delay=0.15), Walls(3, coupling=1.0), Walls(4, coupling=0.15, reverberation=0.6),
    Walls(5, linear=False), Walls(6, slip=300), Walls(7, delay=0.08, reverberation=0.5), Walls(8, slip=1600),
)  # fmt: skip
CORE, BARGE, NONE = "<= 25", "<= 200", "<= 0"


class _Nothing:
    """A recogniser that is never in the way: what is measured here comes before it."""

    def __init__(self, words: str = "") -> None:
        self._words = words

    def begin(self) -> None:
        return None

    def feed(self, frame: Pcm) -> None:
        return None

    def partial(self) -> str:
        return self._words

    def finish(self) -> Recognition:
        return Recognition(self._words, 1.0)

    def transcribe(self, pcm: Pcm) -> Recognition:
        return Recognition(self._words, 1.0)


@dataclass(slots=True)
class _Seen:
    """What the path did, in clock seconds."""

    ducked: list[float] = field(default_factory=list)
    hushed: list[float] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    utterances: list[tuple[Utterance, float]] = field(default_factory=list)
    cpu: float = 0.0  # s of processor time


def measure(options: Options) -> Sequence[Figure]:
    """All figures of the path. Those that this machine cannot measure say why."""
    stops, without = _stop_listener()
    figures = [_idle(QUICK_IDLE if options.quick else IDLE, stops, without)]
    try:
        figures += _endings(FliteSynthesiser(VOICES[0]))
        speech = robot_speech(EspeakSynthesiser())
        owners = [_voice(FliteSynthesiser(voice), OWNER[n]) for n, voice in enumerate(VOICES)]
    except SoundError as error:
        return [*figures, Figure("barge-in", None, "ms", BARGE, str(error))]
    rooms = ROOMS[:3] if options.quick else ROOMS
    return [*figures, *_alone(rooms, speech, stops), *_barge_in(rooms, speech, owners, stops)]


def _stop_listener() -> tuple[StopListener | None, str]:
    """The stop listener, or what is to be said about figures without it."""
    try:
        return open_stop_listener(), ""
    except SoundError as error:
        return None, f"; without the stop listener: {error}"


def robot_speech(voice: Synthesiser) -> Floats:
    """All that it says here, stop words among it, (n,) at 16 kHz."""
    pause = np.zeros(int(PAUSE * RATE), np.float32)
    return np.concatenate([part for text in SAID for part in (_voice(voice, text), pause)])


def _voice(voice: Synthesiser, text: str) -> Floats:
    made = voice.synthesise(text)
    return to_float(resample(made.pcm, made.rate))


def run(one: Room, stops: StopListener | None, words: str = "") -> _Seen:
    """The whole path over a room, but for device and recogniser; in virtual time."""
    seen, reference, now = _Seen(), EchoReference(), [0.0]

    def duck(loud: float) -> None:
        if loud < 1.0:
            seen.ducked.append(now[0])

    def on_stop(heard: StopHeard) -> bool:
        seen.stops.append(now[0])
        return True

    if stops is not None:
        stops.reset()
    recogniser = WordsAtOnce(_Nothing(words), lambda _, said: seen.utterances.append((said, now[0])))
    parts = Parts(
        ForegroundVad(open_vad()[0]), recogniser, EchoGuard(reference), stops, on_stop,
        BargeIn(duck, lambda: seen.hushed.append(now[0])),
    )  # fmt: skip
    path = ListeningPath(parts)
    began = time.process_time()
    for start in range(0, len(one.heard) - FRAME, FRAME):
        one.tell(reference, start + FRAME)
        now[0] = start / RATE + FRAME_SECONDS
        path.push(one.heard[start : start + FRAME], start / RATE)
    seen.cpu = time.process_time() - began
    return seen


def _idle(seconds: float, stops: StopListener | None, without: str) -> Figure:
    quiet = np.random.default_rng(1).normal(0.0, 40.0, int(seconds * RATE)).astype(np.int16)
    seen = run(Room(quiet, np.zeros(0, np.float32)), stops)
    note = f"{seconds:.0f} s of a quiet room: echo guard, stop listener, speech detector, not the device{without}"
    return Figure("listening path while idle", round(100 * seen.cpu / seconds, 1), "% of a core", CORE, note)


def _endings(voice: Synthesiser) -> list[Figure]:
    """From the end of speech to the end of the utterance, for words that end and words that go on."""
    spoken = _voice(voice, "clean the kitchen")
    order = np.concatenate((np.zeros(RATE, np.float32), spoken, np.zeros(int(2.5 * RATE), np.float32)))
    sound = np.clip(order * 32768 + np.random.default_rng(2).normal(0, 20, len(order)), -32768, 32767).astype(np.int16)
    figures = []
    for words, name in (("clean the kitchen", "a finished phrase"), ("clean the", "an unfinished one")):
        found = run(Room(sound, np.zeros(0, np.float32)), None, words).utterances
        delay = found[-1][1] - found[-1][0].ended + DEFAULT.tail if found else None
        figures.append(
            Figure(
                f"end of speech to end of utterance, {name}", None if delay is None else round(1e3 * delay), "ms", "",
                "the order was not found in its sound" if delay is None else "before the recogniser's own time",
            )
        )  # fmt: skip
    return figures


def _alone(rooms: Sequence[Walls], speech: Floats, stops: StopListener | None) -> list[Figure]:
    seconds, cpu = 0.0, 0.0
    wrong: dict[str, int] = {"ducked or silenced": 0, "heard a stop word": 0, "heard somebody speak": 0}
    for walls in rooms:
        seen = run(room(walls, speech), stops)
        seconds, cpu = seconds + len(speech) / RATE, cpu + seen.cpu
        wrong["ducked or silenced"] += len(seen.ducked) + len(seen.hushed)
        wrong["heard a stop word"] += len(seen.stops)
        wrong["heard somebody speak"] += len(seen.utterances)
    note = (
        f"{seconds / 60:.1f} min of its own speech, stop words among it, in {len(rooms)} simulated rooms: late, loud, "
        "reverberant, an overdriven loudspeaker, streams that slip"
    )
    return [
        *(Figure(f"its own voice: {name}", count, "times", NONE, note) for name, count in wrong.items()),
        Figure("listening path while it speaks", round(100 * cpu / seconds, 1), "% of a core", "", note),
    ]


def _barge_in(
    rooms: Sequence[Walls], speech: Floats, owners: Sequence[Floats], stops: StopListener | None
) -> list[Figure]:
    ducked, hushed, missed = [], [], 0
    for number, walls in enumerate(rooms):
        owner = owners[number % len(owners)]
        seen = run(room(walls, speech, owner, AT, 0.4 if walls.coupling < 0.9 else 0.8), stops)
        for second in AT:
            begin = second + onset(owner)
            both = (seen.ducked, seen.hushed)
            first = [[1e3 * (at - begin) for at in times if 0 <= at - begin < WINDOW] for times in both]
            if not all(first):
                missed += 1
                continue
            ducked.append(first[0][0])
            hushed.append(first[1][0])
    note = (
        f"{len(AT) * len(rooms)} times somebody speaks over it, {len(owners)} flite voices, in the same rooms, after "
        "9 s of its speech; from the first audible sample on; the loudspeaker adds its block and latency, 45 ms"
    )
    if not hushed:
        return [Figure("barge-in: speech to silence", None, "ms", BARGE, f"never heard: {note}")]
    return [
        Figure("barge-in: speech to ducked, p50", round(quantile(ducked, 0.5)), "ms", "", note),
        Figure("barge-in: speech to silence, p50", round(quantile(hushed, 0.5)), "ms", BARGE, note),
        Figure("barge-in: speech to silence, p95", round(quantile(hushed, 0.95)), "ms", BARGE, note),
        Figure("barge-in: not heard", missed, "times", "", note),
    ]
