"""Utterances of the corpus, spoken by several voices in several noises, and what the recogniser makes of them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from robotos.kernel.calls import Kind
from robotos.peripherals.files import transcribe_sound
from robotos.peripherals.recogniser import PocketsphinxRecogniser
from robotos.peripherals.sound import Pcm
from robotos.peripherals.vad import open_vad
from robotos.peripherals.vocabulary import WAKE, plain, sentences
from robotos.training import corpus, homes
from robotos.training.din import BABBLE, KINDS, mixed
from robotos.training.pool import SOURCES
from robotos.training.utterances import filled
from robotos.training.voices import SPEEDS, VOICES, crowd, speech

LEVELS: Final = (10, 15, 20, 25, 30)  # dB of speech over noise
_HELD_BACK: Final = 0.1  # of the lines are unknown to the language model, as what owners say is, and these are spoken
_MOST_WORDS: Final = 20


@dataclass(frozen=True, slots=True)
class Spoken:
    """One utterance: `said` and `heard` in lower case without punctuation, and how it was spoken."""

    number: int
    said: str
    heard: str
    voice: str
    speed: float
    noise: str
    level: int


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The names of a training home, as the recogniser's vocabulary wants them."""

    rooms: Mapping[str, _Named]
    places: Mapping[str, _Named]
    things: Mapping[str, _Named]
    people: Mapping[str, _Named]


@dataclass(frozen=True, slots=True)
class Script:
    """What is spoken: lines by intent that no language model here knows, and the others, which it is made of."""

    seed: int
    spoken: Mapping[str, Sequence[tuple[str, str]]]  # intent -> line, and where its `{text}` comes from
    known: Sequence[str]
    fillers: Mapping[str, Sequence[str]]

    @classmethod
    def of_corpus(cls, seed: int, phrases: Path = corpus.PHRASES) -> Script:
        """The corpus, parted by the seed."""
        spoken: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        known: list[str] = []
        for entry in corpus.load(phrases):
            source = SOURCES.get(str(entry.calls[0][0]), "text")
            for line in entry.lines:
                if not corpus.held_out(line, seed, _HELD_BACK):
                    known.append(line)
                elif len(line.split()) <= _MOST_WORDS:
                    spoken[entry.intent].append((line, source))
        return cls(seed, {name: spoken[name] for name in sorted(spoken)}, known, corpus.fillers(phrases))

    def line(self, number: int, rng: random.Random) -> tuple[str, str]:
        """The line of an utterance and its source of text: all intents in turn, in another order each time."""
        intents = list(self.spoken)
        turn, place = divmod(number, len(intents))
        random.Random(f"{self.seed} order {turn}").shuffle(intents)
        return rng.choice(self.spoken[intents[place]])


class Rehearsal:
    """Speaks and hears utterances by number; the number and the seed decide all, except that espeak-ng varies a bit.

    espeak-ng keeps its state in globals: one of these a process.
    """

    def __init__(self, script: Script, known: Sequence[homes.Names], cache: Path) -> None:
        """Takes the `known` homes in turn; `cache` keeps the language models. Raises `SoundError`."""
        self._script, self._homes = script, known
        self._ears = [
            PocketsphinxRecogniser(sentences(_vocabulary(home), script.known, script.fillers), cache) for home in known
        ]
        self._vad = open_vad()[0]
        self._others: list[Pcm] = []

    def hear(self, number: int) -> Spoken:
        """Utterance `number`: chosen, filled, spoken, disturbed and written down. Raises `SoundError`."""
        rng = random.Random(f"{self._script.seed} {number}")
        which = number % len(self._homes)
        unknown = frozenset(self._ears[which].model.skipped)
        text = next(said for said in self._texts(number, which, rng) if unknown.isdisjoint(plain(said).split()))
        if rng.random() < 0.5:
            text = f"{WAKE}, {text}"
        voice, speed = rng.choice(VOICES), rng.choice(SPEEDS)
        noise, level = rng.choice(KINDS), LEVELS[number % len(LEVELS)]
        if noise == BABBLE and not self._others:
            self._others = list(crowd())
        din = np.random.default_rng(rng.getrandbits(64))
        sound = mixed(speech(voice, speed, text), noise, level, self._others, din)
        heard = transcribe_sound(sound, self._ears[which], self._vad)
        return Spoken(number, plain(text), heard.text, voice, speed, noise, level)

    def _texts(self, number: int, which: int, rng: random.Random) -> Iterator[str]:
        """Fillings, more and more, until one has only words that the recogniser can know."""
        for offset in range(len(self._script.spoken)):
            line, source = self._script.line(number + offset, rng)
            yield filled(line, self._homes[which], self._script.fillers, source, rng)[0]
        raise corpus.CorpusError("the recogniser knows the words of no line; are the phrases in English?")


def _vocabulary(home: homes.Names) -> _Vocabulary:
    kinds = (Kind.ROOM, Kind.PLACE, Kind.THING, Kind.PERSON)
    return _Vocabulary(*({name: _Named(name, ways[1:]) for name, ways in home.spoken[kind]} for kind in kinds))
