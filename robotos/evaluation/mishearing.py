"""Scenarios as a recogniser would have written down their typed words: spoken in noise, or by a table of mistakes."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from robotos.boot.places import home_directory
from robotos.boot.voice import open_recogniser
from robotos.evaluation.names import home_of
from robotos.evaluation.scenario import Scenario, ScenarioError, Turn
from robotos.language.speech_text import spoken
from robotos.navigation.home import Home
from robotos.peripherals.files import transcribe_sound
from robotos.peripherals.recogniser import PocketsphinxRecogniser, Recogniser
from robotos.peripherals.sound import Pcm, SoundError
from robotos.peripherals.vad import Vad, open_vad
from robotos.peripherals.vocabulary import plain
from robotos.training import corpus
from robotos.training.alignment import wrong_words
from robotos.training.din import BABBLE, KINDS, mixed
from robotos.training.mistakes import Mistakes, mistakes_of
from robotos.training.voices import SPEEDS, VOICES, crowd, speech

OpenEars = Callable[[Home, Path], PocketsphinxRecogniser]
MOST_WORDS: Final = 40  # what is longer, or holds no word at all, stays typed: nobody says that to a robot


class Ear(Protocol):
    """What becomes of typed words."""

    def hear(self, text: str, home: Home) -> str:
        """The words that arrive for `text`, in lower case without punctuation; "" when none do."""


@dataclass(frozen=True, slots=True)
class Loss:
    """How much was misheard: of `words` said, `wrong` were replaced, lost or added; `unheard` of `sayings` vanished."""

    sayings: int
    unheard: int
    words: int
    wrong: int

    def __str__(self) -> str:
        share = 100 * self.wrong / max(1, self.words)
        lost = f"{self.unheard} of them not heard at all"
        return f"{self.sayings} sayings, {lost}; {share:.1f} % of {self.words} words wrong"


class FromTable:
    """Mistakes drawn from a table, names among them; the same words are always misheard in the same way."""

    def __init__(self, table: Mistakes, seed: int) -> None:
        self._table, self._seed = table, seed

    def hear(self, text: str, home: Home) -> str:
        return " ".join(self._table.mishear(plain(text).split(), random.Random(f"{self._seed} {text}")))


class FromSound:
    """One of several voices, a kind of noise at `level` dB, and the recogniser of the home; `cache` keeps all of it.

    A text and the seed decide voice, speed and noise. One of these a process (see `robotos.training.voices`).
    """

    def __init__(self, level: float, seed: int, cache: Path, open_ears: OpenEars = open_recogniser) -> None:
        self._level, self._seed, self._cache, self._open = level, seed, cache, open_ears
        self._ears: dict[str, PocketsphinxRecogniser] = {}
        self._others: list[Pcm] = []
        self._vad: Vad | None = None

    def hear(self, text: str, home: Home) -> str:
        """Raises `ScenarioError` where voices are missing, `BootError` where the recogniser is."""
        if home.name not in self._ears:
            self._ears[home.name] = self._open(home, self._cache)
        recogniser = self._ears[home.name]
        said_how = json.dumps([text, self._level, self._seed, recogniser.model.arpa.name])
        key = hashlib.sha256(said_how.encode()).hexdigest()[:24]
        kept = self._cache / "heard" / f"{key}.txt"
        if kept.is_file():
            return kept.read_text("utf-8")
        try:
            heard = self._said_and_heard(text, recogniser)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(heard, "utf-8")
        except (SoundError, OSError) as error:
            raise ScenarioError(f"--heard: {error}") from error
        return heard

    def _said_and_heard(self, text: str, recogniser: Recogniser) -> str:
        rng = random.Random(f"{self._seed} {text}")
        voice, speed, noise = rng.choice(VOICES), rng.choice(SPEEDS), rng.choice(KINDS)
        if noise == BABBLE and not self._others:
            self._others = list(crowd())
        self._vad = self._vad or open_vad()[0]
        din = np.random.default_rng(rng.getrandbits(64))
        sound = mixed(speech(voice, speed, spoken(text)), noise, self._level, self._others, din)
        return transcribe_sound(sound, recogniser, self._vad).text


def sound_ear(level: float, seed: int) -> FromSound:
    """Voices in noise, `level` dB above it; what they said and what was heard is kept with the robot's other files."""
    return FromSound(level, seed, home_directory(None) / "cache")


def table_ear(seed: int) -> FromTable:
    """Mistakes as the corpus has them. Raises `ScenarioError` when it has none."""
    table = mistakes_of(corpus.PHRASES)
    if table is None:
        raise ScenarioError("--misheard: there is no table of mistakes; make it: python -m robotos.training.heard")
    return FromTable(table, seed)


def misheard(scenarios: Iterable[Scenario], ear: Ear) -> tuple[list[Scenario], Loss]:
    """The scenarios with what arrives in place of what is said; answers to questions are misheard, too."""
    found: list[Scenario] = []
    pairs: list[tuple[list[str], list[str]]] = []
    for scenario in scenarios:
        home = home_of(scenario)

        def heard(text: str | None, home: Home = home) -> str | None:
            said = plain(text or "").split()
            if text is None or not 0 < len(said) <= MOST_WORDS:
                return text
            arrived = ear.hear(text, home)
            pairs.append((said, arrived.split()))
            return arrived

        turns = tuple(_changed(turn, say=heard(turn.say), if_asked=heard(turn.if_asked)) for turn in scenario.turns)
        found.append(scenario.model_copy(update={"turns": turns, "if_asked": heard(scenario.if_asked)}))
    return found, _loss(pairs)


def _changed(turn: Turn, say: str | None, if_asked: str | None) -> Turn:
    return turn.model_copy(update={"say": say, "if_asked": if_asked})


def _loss(pairs: Sequence[tuple[list[str], list[str]]]) -> Loss:
    return Loss(
        len(pairs),
        sum(not heard for _, heard in pairs),
        sum(len(said) for said, _ in pairs),
        sum(wrong_words(said, heard) for said, heard in pairs),
    )
