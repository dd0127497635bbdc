"""What is said to the recogniser in the benchmark, by whom, and when two texts are the same command."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from robotos.kernel.calls import Bindings
from robotos.language.lexicon import Lexicon
from robotos.language.linker import link
from robotos.language.speech_text import spoken
from robotos.language.word_set import word_set
from robotos.navigation.home import Home
from robotos.peripherals.sound import RATE, Pcm
from robotos.peripherals.vocabulary import plain, sentences
from robotos.training import corpus
from robotos.training.din import mixed
from robotos.training.homes import Names
from robotos.training.pool import SOURCES
from robotos.training.utterances import filled
from robotos.training.voices import SPEEDS, speech

HOME: Final = "apartment"  # whose names are spoken
VOICES: Final = ("flite slt", "flite awb", "flite kal16", "flite rms")
SPLIT: Final = 20_261_120  # parts the corpus into lines the recogniser's language model knows, and lines that are said
_HARD: Final = ("registers", "voices")
_MOST_WORDS: Final = 12
_QUIET: Final = 45.0  # dB of speech over noise in a quiet room
_AFTER: Final = 1.5  # s of room after the words
_EDGE: Final = 0.4  # s of room before them, as `mixed` has it
_AUDIBLE: Final = 0.02  # of the loudest sample
_NOISES: Final = ("white", "pink")
_FILLERS: Final = word_set("a an the please robot just could can would will you kindly ok okay so well then")
_SPELT: Final = {"metre": "meter", "metres": "meters", "grey": "gray", "centimetre": "centimeter", "cosy": "cozy"}
_NOW: Final = datetime(2026, 11, 20, 15, 10)

ORDERS: Final = (
    "robot clean the kitchen", "robot go to the living room", "clean the bathroom and then the bedroom",
    "robot bring me the red cup", "where are my glasses", "robot go back to the dock", "robot what are you doing",
    "clean everything except the study", "robot find my keys", "move forward one metre", "turn left ninety degrees",
    "is there anything on the coffee table", "what time is it", "robot put the book on the bookshelf",
    "take the medicine to grandma", "follow me", "robot say hello to the guest", "have you cleaned the bathroom today",
    "tell grandma that dinner is ready", "robot fetch the water bottle from the fridge", "look at the desk",
    "clean the bedroom every day at nine", "robot wait five minutes", "robot clean the hallway at half past three",
    "robot read the note on the fridge", "who is in the bedroom", "robot carry on", "cancel that", "stop", "robot stop",
)  # fmt: skip
"""Ordinary orders with this home's names."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """`pcm` (n,) of `text` (in lower case without punctuation) by a voice; the last word is over at `ended` s."""

    text: str
    voice: str
    pcm: Pcm
    ended: float
    ordinary: bool


def known(home: Home) -> list[str]:
    """Sentences for a language model that has not read the held-out lines."""
    lines = dict.fromkeys(line for entry in _entries() for line in entry.lines if not corpus.held_out(line, SPLIT))
    return sentences(home, lines, corpus.fillers())


def held_out(home: Names, knows: frozenset[str], count: int, seed: int) -> list[str]:
    """Orders in words that the model `knows`, but worded as it has not read them."""
    rng = random.Random(seed)
    lines = sorted(
        {
            (line, SOURCES.get(str(entry.calls[0][0]), "text"))
            for entry in _entries()
            if entry.calls[0][0] != "say"
            for line in entry.lines
            if corpus.held_out(line, SPLIT) and 2 <= len(line.split()) <= _MOST_WORDS
        }
    )
    rng.shuffle(lines)
    found: list[str] = []
    for line, source in lines:
        text = filled(line, home, corpus.fillers(), source, rng)[0]
        if len(found) < count and knows.issuperset(plain(text).split()):
            found.append(text)
    return found


def say(texts: Sequence[tuple[str, bool]], noise: float | None, seed: int) -> Iterator[Said]:
    """Each text (and whether it is an ordinary one) in every voice, `noise` dB over white or pink noise, or quietly."""
    for text, ordinary in texts:
        for voice in VOICES:
            rng = random.Random(f"{seed} {text} {voice}")
            sound = speech(voice, rng.choice(SPEEDS), spoken(text))
            loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > _AUDIBLE * np.abs(sound.astype(np.int32)).max())
            room = np.concatenate((sound, np.zeros(int(_AFTER * RATE), np.int16)))
            din = np.random.default_rng(rng.getrandbits(32))
            pcm = mixed(room, rng.choice(_NOISES), _QUIET if noise is None else noise, (), din)
            yield Said(plain(text), voice, pcm, _EDGE + float(loud[-1]) / RATE, ordinary)


def same_command(said: str, heard: str, lexicon: Lexicon) -> bool:
    """Whether the linker makes the same of both, apart from politeness, articles and spelling."""
    return _linked(said, lexicon) == _linked(heard, lexicon)


def _linked(text: str, lexicon: Lexicon) -> tuple[list[str], list[str]]:
    linked = link(text, lexicon, Bindings(), _NOW)
    words = [str(word) for word in linked.words]
    kept = [_SPELT.get(word, word) for word in words if word not in _FILLERS]
    return kept, [f"{handle} {value}" for handle, value in linked.bindings.values.items()]


def _entries() -> list[corpus.Entry]:
    unclear = corpus.pattern("say unclear")
    return [entry for entry in corpus.load(without=_HARD) if entry.calls[0] != unclear]
