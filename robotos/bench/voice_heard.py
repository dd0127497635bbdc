"""One recogniser on every order: how many it hears exactly, and how soon its text is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.progress import Progress

from robotos.bench.figure import Figure
from robotos.bench.quantile import quantile
from robotos.bench.voice_live import listen
from robotos.bench.voice_orders import VOICES, Said, same_command, say
from robotos.evaluation.statistics import wilson
from robotos.language.lexicon import Lexicon
from robotos.peripherals.recogniser import Recogniser
from robotos.peripherals.vad import Vad

NOISY: Final = 15.0  # dB of speech over noise
SEED: Final = 11
_EXACT: Final = "commands heard exactly"
_WORDS: Final = "all words heard exactly"
_SOON: Final = "end of words to text"


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one utterance; `seconds` from the end of its words to its text, None where none came."""

    said: Said
    text: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Goals:
    """Comparisons, or "" for none: commands heard exactly in quiet and in noise, and the text's delay."""

    quiet: str = ""
    noisy: str = ""
    soon: str = ""
    soon_95: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """What is said (and whether it is an ordinary order), the home's words for it, and what finds speech."""

    texts: Sequence[tuple[str, bool]]
    lexicon: Lexicon
    vad: Vad


def figures(who: str, ears: Recogniser, course: Course, goals: Goals) -> list[Figure]:
    """All figures of one recogniser; their names begin with `who`. Raises `SoundError`."""
    quiet = _hear(course, None, ears)
    noisy = _hear(course, NOISY, ears)
    return [
        *_exact(who, quiet, course.lexicon, "quiet", goals.quiet),
        *_exact(who, noisy, course.lexicon, f"{NOISY:.0f} dB", goals.noisy),
        *_soon(who, [*quiet, *noisy], goals),
    ]


def unmeasured(who: str, goals: Goals, reason: str) -> list[Figure]:
    """The figures that say why there are none."""
    pairs = ((f"{who}: {_EXACT}, quiet", goals.quiet), (f"{who}: {_EXACT}, {NOISY:.0f} dB", goals.noisy))
    return [Figure(name, None, "%", goal, reason) for name, goal in pairs]


def _hear(course: Course, noise: float | None, ears: Recogniser) -> list[Heard]:
    found = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("orders", total=len(course.texts) * len(VOICES))
        for said in say(course.texts, noise, SEED):
            arrived = [one for one in listen(said.pcm, ears, course.vad) if one.found.text]
            text = " ".join(one.found.text for one in arrived)
            found.append(Heard(said, text, arrived[-1].at - said.ended if arrived else None))
            progress.update(bar, advance=1)
    return found


def _exact(who: str, heard: Sequence[Heard], lexicon: Lexicon, how: str, goal: str) -> list[Figure]:
    words = [one.text == one.said.text for one in heard]
    commands = [same_command(one.said.text, one.text, lexicon) for one in heard]
    ordinary = [same for same, one in zip(commands, heard, strict=True) if one.said.ordinary]
    unread = [same for same, one in zip(commands, heard, strict=True) if not one.said.ordinary]
    voices = ", ".join(
        f"{voice} {_share([c for c, one in zip(commands, heard, strict=True) if one.said.voice == voice])} %"
        for voice in VOICES
    )
    low, high = wilson(sum(commands), len(commands))
    note = (
        f"{len(heard)} utterances, interval {100 * low:.1f} to {100 * high:.1f}; ordinary orders {_share(ordinary)} %, "
        f"orders worded as the language model has not read them {_share(unread)} %; {voices}; the same command: the "
        "linker makes the same of it, apart from articles, politeness and spelling; white and pink noise"
    )
    return [
        Figure(f"{who}: {_EXACT}, {how}", _share(commands), "%", goal, note),
        Figure(f"{who}: {_WORDS}, {how}", _share(words), "%", "", f"{len(heard)} utterances, word for word"),
    ]


def _soon(who: str, heard: Sequence[Heard], goals: Goals) -> list[Figure]:
    times = [1e3 * one.seconds for one in heard if one.seconds is not None]
    if not times:
        return [Figure(f"{who}: {_SOON}, p50", None, "ms", goals.soon, "nothing was heard")]
    note = f"{len(times)} utterances, quiet and noisy; endpointing included, sound at its own pace, in one thread"
    return [
        Figure(f"{who}: {_SOON}, p50", round(quantile(times, 0.5)), "ms", goals.soon, note),
        Figure(f"{who}: {_SOON}, p95", round(quantile(times, 0.95)), "ms", goals.soon_95, note),
    ]


def _share(hits: Sequence[bool]) -> float:
    return round(100 * sum(hits) / max(1, len(hits)), 1)
