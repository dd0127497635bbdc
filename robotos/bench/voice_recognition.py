"""The recognisers: orders heard exactly, how soon, and what is lost of the scenarios when they are spoken."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from robotos.bench import voice_rejection, voice_scenarios, voice_whisper
from robotos.bench.figure import Figure
from robotos.bench.registry import Options
from robotos.bench.voice_heard import SEED, Course, Goals, figures, unmeasured
from robotos.bench.voice_orders import HOME, ORDERS, held_out, known
from robotos.boot.places import map_directory
from robotos.boot.words import lexicon_of
from robotos.navigation.home import Home, load_home
from robotos.peripherals.recogniser import PocketsphinxRecogniser
from robotos.peripherals.sound import SoundError
from robotos.peripherals.vad import open_vad
from robotos.training import homes

UNREAD, QUICK_UNREAD = 50, 5  # orders worded as the language model has not read them
QUICK_ORDINARY = 5
GOALS: Final = Goals(quiet=">= 95", noisy=">= 85", soon="<= 450", soon_95="<= 700")
_WHO: Final = "recogniser"


def measure(options: Options) -> Sequence[Figure]:
    """Every figure of the recognisers; what needs flite, a model or the recordings says so where they are absent."""
    try:
        home = load_home(map_directory(HOME))
        with tempfile.TemporaryDirectory(prefix="robotos-bench-") as cache:
            read = known(home)
            ears = PocketsphinxRecogniser(read, Path(cache))
            words = frozenset(word for line in read for word in line.split()).difference(ears.model.skipped)
            course = _course(home, words, options.quick)
            found = [*figures(_WHO, ears, course, GOALS), *voice_whisper.measure(home, course)]
    except SoundError as error:
        return unmeasured(_WHO, GOALS, str(error))
    return [*found, *voice_rejection.measure(options), *voice_scenarios.measure(options)]


def _course(home: Home, words: frozenset[str], quick: bool) -> Course:
    unread = held_out(homes.of_map(map_directory(HOME)), words, QUICK_UNREAD if quick else UNREAD, SEED)
    ordinary = ORDERS[: QUICK_ORDINARY if quick else None]
    texts = [*((text, True) for text in ordinary), *((text, False) for text in unread)]
    return Course(texts, lexicon_of(home), open_vad()[0])
