"""Speech out: how soon it is heard, how soon it is silent, what synthesis costs, and what Wyoming adds."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Final

from robotos.bench.figure import Figure
from robotos.bench.quantile import quantile
from robotos.bench.registry import Options
from robotos.bench.sound_card import NoCardError, sound_card
from robotos.bench.voice_speech_run import ANSWERS

SAMPLES: Final = 60
SEED: Final = 1
LIMIT: Final = 600.0  # s for all of them
_FIRST: Final = "speech: say to first audible sample"
_LAST: Final = "speech: hush to last audible sample"
_ROUNDS: Final = 20
# Name, which list, quantile, goal.
_ROWS: Final = (
    (f"{_FIRST}, p50", "first", 0.5, "<= 150"),
    (f"{_FIRST}, p95", "first", 0.95, ""),
    (f"{_LAST}, p95", "last", 0.95, "<= 200"),
    (f"{_LAST}, at most", "last", 1.0, "<= 200"),
)


def measure(options: Options) -> Sequence[Figure]:
    """All figures; what this machine cannot measure says why."""
    return [*_heard(options), *_synthesis(), *_wyoming(_ROUNDS // 4 if options.quick else _ROUNDS)]


def _heard(options: Options) -> list[Figure]:
    count = SAMPLES // 6 if options.quick else SAMPLES
    try:
        found = _measured(count)
    except NoCardError as error:
        return [Figure(name, None, "ms", goal, str(error)) for name, _, _, goal in _ROWS]
    note = f"{len(found['last'])} of {count} sentences; PortAudio to a null sink, heard at its monitor; espeak-ng"
    if len(found["last"]) < count:
        return [Figure(name, None, "ms", goal, f"not all were heard: {note}") for name, _, _, goal in _ROWS]
    return [
        Figure(name, round(quantile(found[which], share), 1), "ms", goal, note) for name, which, share, goal in _ROWS
    ]


def _measured(count: int) -> Mapping[str, list[float]]:
    """Raises `NoCardError` where there is no sound card, or no PortAudio, to measure with."""
    with sound_card() as environment:
        done = subprocess.run(
            [sys.executable, "-m", "robotos.bench.voice_speech_run", str(count), str(SEED)],
            env=dict(environment), capture_output=True, text=True, timeout=LIMIT, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise NoCardError(f"it could not be measured: {last[0]}")
    found: Mapping[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _synthesis() -> list[Figure]:
    from robotos.peripherals.espeak import EspeakSynthesiser
    from robotos.peripherals.sound import SoundError
    from robotos.peripherals.synth import spoken_sentences

    name = "speech: synthesis, real-time factor of espeak-ng"
    try:
        voice = EspeakSynthesiser()
    except SoundError as error:
        return [Figure(name, None, "", "", str(error))]
    sentences = [sentence for answer in ANSWERS for sentence in spoken_sentences(answer)]
    voice.synthesise("hm.")
    began = time.process_time()
    seconds = sum(voice.synthesise(sentence).seconds for sentence in sentences)
    factor = (time.process_time() - began) / seconds
    return [Figure(name, round(factor, 4), "", "", f"processor time over {seconds:.0f} s of speech, one thread")]


def _wyoming(rounds: int) -> list[Figure]:
    names = {
        "hear": "wyoming: end of words to text over TCP, less the recogniser itself, p95",
        "speak": "wyoming: asked to spoken over TCP, less the voice itself, p95",
    }
    from robotos.peripherals.sound import SoundError
    from robotos.peripherals.wyoming.address import need_package

    try:
        need_package()
        from robotos.bench.voice_wyoming import round_trips

        found = round_trips(rounds)
    except SoundError as error:
        return [Figure(name, None, "ms", "", str(error)) for name in names.values()]
    note = f"{rounds} times on the loopback"
    return [
        Figure(name, round(quantile(getattr(found, field), 0.95), 1), "ms", "", note) for field, name in names.items()
    ]
