"""Stop words, words like them and household talk, spoken by synthesisers in many voices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from robotos.peripherals.espeak import EspeakSynthesiser
from robotos.peripherals.flite import FliteSynthesiser
from robotos.peripherals.sound import Pcm, resample
from robotos.peripherals.stop.words import WORDS
from robotos.peripherals.synth import Synthesiser
from robotos.training import corpus
from robotos.training.stop.split import DIALECTS, FLITE, VARIANTS, Part, part_of

SAYINGS: Final = {
    "stop": ("stop", "stop!", "robot stop", "stop stop", "robot, stop!", "please stop"),
    "halt": ("halt", "halt!", "robot halt", "robot, halt"),
    "freeze": ("freeze", "freeze!", "robot freeze", "robot, freeze"),
    "hold it": ("hold it", "hold it!", "robot hold it", "robot, hold it"),
}
"""What is said for each word, which is always the last one spoken: the labels hang on where it ends."""
NEAR: Final = (
    "top", "shop", "step", "stock", "story", "stuff", "start", "hot", "cop", "freezer", "hold on", "tops", "pop",
    "drop", "swap", "stamp", "steep", "soup", "spot", "stone", "stool", "store", "star", "stay", "stack", "stick",
    "sock", "soft", "chop", "mop", "hop", "shock", "stalk", "stub", "stuck", "strap", "strip", "snap", "slope", "scope",
    "help", "hall", "halo", "alt", "salt", "fault", "heart", "hat", "held", "hotel", "hole", "old", "hello", "halve",
    "trees", "fries", "frees", "breeze", "please", "three", "free", "cheese", "bees", "keys", "sneeze", "frozen",
    "hold this", "hold him", "folded", "told it", "holiday", "hold the door", "whole", "robot", "house", "happy",
    "on top", "the shop", "a step", "the top shelf", "one more step", "mop the floor", "it is hot", "coffee shop",
    "the mop", "wipe it up", "what's up", "sit up", "clean up", "hurry up", "go up", "keep up", "pick it up",
    "get up", "stand up", "wake up", "step up", "set up", "is it off", "switch it off", "take off", "go on",
)  # fmt: skip
HOUSEHOLD: Final = (
    "Could you pass me the salt, please?", "The soup is still hot, be careful.", "We went to the shop on the corner.",
    "There is a story on the radio about the old harbour.", "Put the shopping on top of the freezer.",
    "I will start the washing machine before dinner.", "Hold on, somebody is at the door.", "She took one step back.",
    "My socks are in the top drawer.", "He told it to everybody at the party.", "What is all this stuff on the stool?",
    "The stock is simmering on the stove.", "Let us hope that it stays dry until the weekend.",
    "Where did you put the keys for the cellar?", "The train was half an hour late again.",
    "I think the baby has dropped off to sleep.", "Do not forget to feed the cat before you go out.",
    "It is three o'clock and nobody has had lunch.", "Please close the window, there is a breeze.",
    "The doctor said that it was nothing to worry about.", "They have painted the hall in a terrible green.",
)  # fmt: skip
ROBOT: Final = (
    "I am cleaning the kitchen.", "The kitchen is clean. I did all of it in twelve minutes.", "I am on my way.",
    "I did not understand that.", "My battery is low. I am going back to my dock.", "I am standing still.",
    "Something is in my way in the hallway.", "I have found the cup on the table.", "Here you are.", "All right.",
    "The living room was cleaned two hours ago. Shall I do it anyway?", "I cannot do that.", "I am charging.",
    "I have paused. Say carry on when I may go on.", "Which room do you mean?", "There are three rooms left.",
    "I have lost the connection to my motors and stand still.", "I do not know where the freezer is.",
    "It is a quarter past eight in the evening.", "I have put the book on top of the shelf.", "I am holding it.",
)  # fmt: skip
_STOPLIKE: Final = re.compile(r"\b(e?-?stop\w*|halt\w*|freez(e|es|ing)|froze|hold(ing)? it)\b", re.IGNORECASE)
_QUIET: Final = 10 ** (-35 / 20)  # of the peak: what lies below at either end is cut off
_FLITE_SHARE: Final = 0.15  # its voices take half a second a sentence, those of espeak-ng a hundredth
_SEED: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """A text in one voice: `pcm` (n,) without silence at its ends; `word` is the stop word it ends with, or ""."""

    text: str
    word: str
    pcm: Pcm


@cache
def texts(part: Part) -> tuple[str, ...]:
    """The training phrases of a part that hold no stop word, without those that have slots."""
    return tuple(line for line in _lines() if part_of(line) is part)


@cache
def _lines() -> tuple[str, ...]:
    lines = dict.fromkeys(line for entry in corpus.load() for line in entry.lines)
    return tuple(line for line in lines if not corpus.SLOT.search(line) and not _STOPLIKE.search(line))


def speak_stops(part: Part, count: int, seed: int) -> Iterator[Spoken]:
    """`count` stop words, each word equally often, in the voices of a part."""
    rng = Random(_SEED + seed)
    for number in range(count):
        word = WORDS[number % len(WORDS)]
        text = rng.choice(SAYINGS[word])
        yield from _spoken(text, word, _voice(part, rng))


def speak_near(part: Part, count: int, seed: int) -> Iterator[Spoken]:
    """`count` words that sound a little like a stop word."""
    rng = Random(_SEED + seed + 1)
    for number in range(count):
        yield from _spoken(NEAR[number % len(NEAR)], "", _voice(part, rng))


def speak_talk(part: Part, count: int, seed: int) -> Iterator[Spoken]:
    """`count` sentences: what people say to the robot and to each other."""
    rng = Random(_SEED + seed + 2)
    for _ in range(count):
        yield from _spoken(rng.choice(HOUSEHOLD if rng.random() < 0.2 else texts(part)), "", _voice(part, rng))


def speak_robot(count: int, seed: int) -> Iterator[Spoken]:
    """`count` sentences in the robot's own voice as it ships."""
    rng = Random(_SEED + seed + 3)
    for _ in range(count):
        yield from _spoken(rng.choice(ROBOT), "", EspeakSynthesiser)


def _voice(part: Part, rng: Random) -> Callable[[], Synthesiser]:
    if FLITE[part] and rng.random() < _FLITE_SHARE:
        voice, stretch = rng.choice(FLITE[part]), round(rng.uniform(0.75, 1.35), 2)
        return lambda: FliteSynthesiser(voice, stretch)
    dialect, variant = rng.choice(DIALECTS[part]), rng.choice(VARIANTS[part])
    name = f"{dialect}+{variant}" if variant else dialect
    speed, pitch = rng.randrange(110, 230, 5), rng.randrange(20, 90, 5)
    return lambda: EspeakSynthesiser(name, speed, pitch)


def _spoken(text: str, word: str, voice: Callable[[], Synthesiser]) -> Iterator[Spoken]:
    sound = voice().synthesise(text)
    pcm = trimmed(resample(sound.pcm, sound.rate))
    if len(pcm):
        yield Spoken(text, word, pcm)


def trimmed(pcm: Pcm) -> Pcm:
    """`pcm` without the near-silence of a synthesiser at its ends."""
    loud = abs(pcm.astype(int)) > _QUIET * max(1, int(abs(pcm.astype(int)).max(initial=0)))
    found = loud.nonzero()[0]
    return pcm[found[0] : found[-1] + 1] if len(found) else pcm[:0]


def pcms(spoken: Sequence[Spoken]) -> list[Pcm]:
    """Their sound."""
    return [one.pcm for one in spoken]
