"""The recogniser: orders heard exactly, how soon, and what is lost of the scenarios when they are spoken."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from robotos.bench import voice_rejection, voice_scenarios
from robotos.bench.figure import Figure
from robotos.bench.quantile import quantile
from robotos.bench.registry import Options
from robotos.bench.voice_live import listen
from robotos.bench.voice_orders import HOME, ORDERS, VOICES, Said, held_out, known, same_command, say
from robotos.boot.places import map_directory
from robotos.boot.words import lexicon_of
from robotos.evaluation.statistics import wilson
from robotos.language.lexicon import Lexicon
from robotos.navigation.home import Home, load_home
from robotos.peripherals.recogniser import PocketsphinxRecogniser
from robotos.peripherals.sound import SoundError
from robotos.peripherals.vad import Vad, open_vad
from robotos.training import homes

UNREAD, QUICK_UNREAD = 50, 5  # orders worded as the language model has not read them
QUICK_ORDINARY = 5
NOISY: Final = 15.0  # dB of speech over noise
SEED: Final = 11
EXACT, EXACT_NOISY, SOON, SOON_95 = ">= 95", ">= 85", "<= 450", "<= 700"
_EXACT: Final = "recogniser: commands heard exactly"
_WORDS: Final = "recogniser: all words heard exactly"
_SOON: Final = "recogniser: end of words to text"


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one utterance; `seconds` from the end of its words to its text, None where none came."""

    said: Said
    text: str
    seconds: float | None


def measure(options: Options) -> Sequence[Figure]:
    """Every figure of the recogniser; what needs flite or the recordings says so where they are absent."""
    try:
        home = load_home(map_directory(HOME))
        with tempfile.TemporaryDirectory(prefix="robotos-bench-") as cache:
            read = known(home)
            ears = PocketsphinxRecogniser(read, Path(cache))
            words = frozenset(word for line in read for word in line.split()).difference(ears.model.skipped)
            figures = _orders(home, ears, words, options.quick)
    except SoundError as error:
        goals = ((f"{_EXACT}, quiet", EXACT), (f"{_EXACT}, {NOISY:.0f} dB", EXACT_NOISY))
        return [Figure(name, None, "%", goal, str(error)) for name, goal in goals]
    return [*figures, *voice_rejection.measure(options), *voice_scenarios.measure(options)]


def _orders(home: Home, recogniser: PocketsphinxRecogniser, words: frozenset[str], quick: bool) -> list[Figure]:
    unread = held_out(homes.of_map(map_directory(HOME)), words, QUICK_UNREAD if quick else UNREAD, SEED)
    ordinary = ORDERS[: QUICK_ORDINARY if quick else None]
    texts = [*((text, True) for text in ordinary), *((text, False) for text in unread)]
    lexicon, vad = lexicon_of(home), open_vad()[0]
    quiet = _hear(texts, None, recogniser, vad)
    noisy = _hear(texts, NOISY, recogniser, vad)
    return [
        *_exact(quiet, lexicon, "quiet", EXACT),
        *_exact(noisy, lexicon, f"{NOISY:.0f} dB", EXACT_NOISY),
        *_soon([*quiet, *noisy]),
    ]


def _hear(
    texts: Sequence[tuple[str, bool]], noise: float | None, ears: PocketsphinxRecogniser, vad: Vad
) -> list[Heard]:
    found = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("orders", total=len(texts) * len(VOICES))
        for said in say(texts, noise, SEED):
            arrived = [one for one in listen(said.pcm, ears, vad) if one.found.text]
            text = " ".join(one.found.text for one in arrived)
            found.append(Heard(said, text, arrived[-1].at - said.ended if arrived else None))
            progress.update(bar, advance=1)
    return found


def _exact(heard: Sequence[Heard], lexicon: Lexicon, how: str, goal: str) -> list[Figure]:
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
        Figure(f"{_EXACT}, {how}", _share(commands), "%", goal, note),
        Figure(f"{_WORDS}, {how}", _share(words), "%", "", f"{len(heard)} utterances, word for word"),
    ]


def _soon(heard: Sequence[Heard]) -> list[Figure]:
    times = [1e3 * one.seconds for one in heard if one.seconds is not None]
    if not times:
        return [Figure(f"{_SOON}, p50", None, "ms", SOON, "nothing was heard")]
    note = f"{len(times)} utterances, quiet and noisy; endpointing included, sound at its own pace, in one thread"
    return [
        Figure(f"{_SOON}, p50", round(quantile(times, 0.5)), "ms", SOON, note),
        Figure(f"{_SOON}, p95", round(quantile(times, 0.95)), "ms", SOON_95, note),
    ]


def _share(hits: Sequence[bool]) -> float:
    return round(100 * sum(hits) / max(1, len(hits)), 1)
