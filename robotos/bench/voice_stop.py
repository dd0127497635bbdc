"""The stop reflex: what it hears of people it never heard, what it takes for a stop word, how soon, at what cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from robotos.bench.figure import Figure
from robotos.bench.quantile import quantile
from robotos.bench.registry import Options
from robotos.evaluation.statistics import wilson
from robotos.peripherals.sound import RATE, Pcm, SoundError, to_float
from robotos.peripherals.stop.listener import StopListener, open_stop_listener
from robotos.peripherals.stop.words import WORDS
from robotos.peripherals.vad import FRAME_SECONDS
from robotos.training.stop import material, recordings, streaming
from robotos.training.stop.split import Part

TALK, QUICK_TALK = 1800.0, 120.0  # s
SPOKEN, QUICK_SPOKEN = 160, 40  # synthesised stop words
WIRED, QUICK_WIRED = 40, 6  # stops of a turning robot
TIMED = 1500  # frames
SEED = 2
CLEAN, NOISY, FALSE, NONE, WIRE, CORE = ">= 94", ">= 88", "<= 1", "<= 0", "<= 300", "<= 4"
_RECALL = "stop reflex: human stops heard, unseen speakers"
_FALSE = "stop reflex: other words taken for a stop, unseen speakers"
_TALK = "stop reflex: false stops in 30 minutes of talk"
_COFFEE = "stop reflex: coffee orders with a false stop"
_DELAY = "stop reflex: end of the word to detection"
_WIRE = "stop reflex: end of the word to stop frame on the wire"
_COST = "stop reflex: share of a core while listening"

_OF_PEOPLE = (
    (f"{_RECALL}, clean", "%", CLEAN), (f"{_RECALL}, 10 dB", "%", NOISY), (f"{_FALSE}, clean", "%", FALSE),
    (f"{_FALSE}, 10 dB", "%", FALSE), (_COFFEE, "", NONE), (f"{_DELAY}, p95", "ms", ""), (f"{_WIRE}, p95", "ms", WIRE),
)  # fmt: skip


def measure(options: Options) -> Sequence[Figure]:
    """Every figure of the reflex; what needs the recordings or flite says so where they are absent."""
    try:
        listener = open_stop_listener()
    except SoundError as error:
        return [_missing(name, "%", goal, error) for name, goal in ((_RECALL, CLEAN), (_FALSE, FALSE), (_COST, CORE))]
    return [*_people(listener, options.quick), *_machines(listener, options.quick), _cost(listener)]


def _missing(name: str, unit: str, goal: str, error: Exception) -> Figure:
    return Figure(name, None, unit, goal, str(error))


# ---------------------------------------------------------------- people


def _people(listener: StopListener, quick: bool) -> list[Figure]:
    try:
        data = recordings.data_directory()
        said = recordings.words(data, Part.TEST)
        coffee = recordings.coffee_orders(data)
        kitchen = to_float(recordings.kitchen_noise(data, Part.TEST))
    except (recordings.RecordingsError, SoundError) as error:
        return [_missing(name, unit, goal, error) for name, unit, goal in _OF_PEOPLE]
    rng = np.random.default_rng(SEED)
    stops = [one.pcm for one in said if one.word == recordings.STOP]
    others = [one.pcm for one in said if one.word != recordings.STOP]
    speakers = len({one.speaker for one in said if one.word == recordings.STOP})
    noisy = [[material.noisy(pcm, kitchen, material.NOISY, rng) for pcm in sounds] for sounds in (stops, others)]
    noise = f"kitchen noise {material.NOISY:.0f} dB below the spoken part"
    delays = streaming.delays(listener, stops)
    loud = f"of {len(delays)} human stops, sound at its own pace; the end of the word by loudness"
    return [
        _rate(f"{_RECALL}, clean", listener, stops, CLEAN, f"{speakers} speakers"),
        _rate(f"{_RECALL}, 10 dB", listener, noisy[0], NOISY, noise),
        _rate(f"{_FALSE}, clean", listener, others, FALSE, ""),
        _rate(f"{_FALSE}, 10 dB", listener, noisy[1], FALSE, noise),
        Figure(_COFFEE, streaming.count(listener, coffee), "", NONE, f"of {len(coffee)} orders by people"),
        *_quantiles(_DELAY, delays, "", loud),
        *_wire(listener, stops[: QUICK_WIRED if quick else WIRED]),
    ]


def _rate(name: str, listener: StopListener, sounds: Sequence[Pcm], goal: str, how: str) -> Figure:
    heard = streaming.count(listener, sounds)
    low, high = wilson(heard, len(sounds))
    note = f"{heard} of {len(sounds)}, 95 % interval {100 * low:.1f} to {100 * high:.1f}"
    return Figure(name, round(100 * heard / len(sounds), 2), "%", goal, f"{note}; {how}" if how else note)


def _quantiles(name: str, seconds: Sequence[float], goal: str, how: str) -> list[Figure]:
    if not seconds:
        return [Figure(f"{name}, p95", None, "ms", goal, "no stop was heard")]
    return [
        Figure(f"{name}, p50", round(1e3 * quantile(seconds, 0.5)), "ms", "", how),
        Figure(f"{name}, p95", round(1e3 * quantile(seconds, 0.95)), "ms", goal, how),
    ]


def _wire(listener: StopListener, stops: Sequence[Pcm]) -> list[Figure]:
    from robotos.boot.children import BootError
    from robotos.trials.rig import TrialError
    from robotos.trials.stop_words import stop_words

    try:
        found = stop_words(stops, listener)
    except (BootError, TrialError) as error:
        return [_missing(f"{_WIRE}, p95", "ms", WIRE, error)]
    heard = [seconds for seconds in found if seconds is not None]
    how = f"{len(heard)} of {len(found)} human stops heard by a turning robot, real time; sound card not included"
    return _quantiles(_WIRE, heard, WIRE, how)


# ---------------------------------------------------------------- machines


def _machines(listener: StopListener, quick: bool) -> list[Figure]:
    try:
        talk = material.talk(Part.TEST, QUICK_TALK if quick else TALK, SEED)
        spoken = material.spoken(Part.TEST, QUICK_SPOKEN if quick else SPOKEN, SEED)
        near = material.near(Part.TEST, QUICK_SPOKEN if quick else SPOKEN, SEED)
    except SoundError as error:
        return [_missing(_TALK, "", NONE, error)]
    pause = np.zeros(RATE // 4, np.int16)
    joined = np.concatenate([part for pcm in talk for part in (pcm, pause)])
    minutes = len(joined) / RATE / 60
    false = streaming.listen(listener, joined)
    how = f"{minutes:.0f} minutes, voices that were not trained on; no stop word in it"
    near_heard = streaming.count(listener, near)
    return [
        Figure(_TALK, len(false), "", NONE, how),
        *(_word(listener, word, sounds) for word, sounds in zip(WORDS, spoken, strict=True)),
        Figure(
            "stop reflex: near words taken for a stop", round(100 * near_heard / len(near), 1), "%", "",
            f"{near_heard} of {len(near)}: top, shop, step and the like by voices that were not trained on",
        ),
    ]  # fmt: skip


def _word(listener: StopListener, word: str, sounds: Sequence[Pcm]) -> Figure:
    return _rate(f"stop reflex: {word!r} heard, unseen synthesised voices", listener, sounds, "", "")


def _cost(listener: StopListener, clock: Callable[[], float] = time.process_time) -> Figure:
    sound = np.random.default_rng(SEED).normal(0.0, 1000.0, 512).astype(np.int16)
    listener.reset()
    began = clock()
    for _ in range(TIMED):
        listener.push(sound)
    each = (clock() - began) / TIMED
    note = f"{1e6 * each:.0f} us of processor time for each frame of 32 ms"
    return Figure(_COST, round(100 * each / FRAME_SECONDS, 2), "%", CORE, note)
