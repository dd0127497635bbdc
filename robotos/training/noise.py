"""What voices, keyboards and recognisers do to words: politeness, fillers, slips, mishearings. Meaning stays."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from robotos.language.word_set import word_set
from robotos.peripherals.vocabulary import WAKE
from robotos.training.corpus import Entry
from robotos.training.mistakes import Mistakes
from robotos.training.utterances import Ref

Words = tuple[str | Ref, ...]

_ORDERS = frozenset(
    {"clean", "goto", "fetch", "find", "dock", "follow", "move_by", "turn_by", "look", "read", "pick", "put", "give"}
    | {"schedule"}
)
_OPENINGS = """
please; ok; hey; so; um; uh; well; now; alright; listen; right; excuse me; ok so; ok now; hey there; oh and; and; hello;
robert; rabbit; hey rabbit; could you please; can you; would you; will you please; i want you to; i need you to;
be so kind and; go ahead and; you should; i would like you to; my dear
"""
_CLOSINGS = "please; now; right now; thanks; thank you; will you; ok; would you; if you can; then; for me; dear; buddy"
_NEEDS_NO_OPENING = word_set("please can could would will i you ok hey so go no yes")
_LOST = word_set("the a an my our to please you can could just is of in")
_TURNS_ROUND = word_set("no not don't doesn't didn't isn't can't won't never nothing without except but rather instead")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Noise:
    """Shares of utterances that get each kind of noise."""

    opening: float = 0.12
    closing: float = 0.08
    lost: float = 0.1
    typo: float = 0.08
    stutter: float = 0.02
    heard: float = 0.15  # were spoken, and come from the recogniser

    def apply(self, words: Words, entry: Entry, rng: random.Random, mistakes: Mistakes | None = None) -> Words:
        """The words as they might have arrived; without a table of `mistakes` the recogniser makes none.

        Names are left alone, since the linker has found them.
        """
        listed = list(words)
        order = str(entry.calls[0][0]) in _ORDERS and not entry.context and len(listed) >= 3
        if order and rng.random() < self.opening and listed[0] not in _NEEDS_NO_OPENING:
            listed[:0] = _some(_OPENINGS, rng)
        if order and rng.random() < self.closing:
            listed += _some(_CLOSINGS, rng)
        if len(listed) > 3 and rng.random() < self.lost:
            _lose(listed, rng)
        if len(listed) > 2 and rng.random() < self.typo:
            _mistype(listed, rng)
        if len(listed) > 2 and rng.random() < self.stutter:
            at = rng.randrange(len(listed))
            listed.insert(at, listed[at])
        if mistakes is not None and rng.random() < self.heard:
            listed = _misheard(listed, mistakes, rng)
        return tuple(listed)


def _misheard(words: list[str | Ref], mistakes: Mistakes, rng: random.Random) -> list[str | Ref]:
    """What the recogniser made of them; every other time the robot's name came first, and is taken off again.

    What would mean the opposite is left as it was said: nobody could know better.
    """
    addressed = rng.random() < 0.5
    heard = mistakes.mishear([WAKE, *words] if addressed else words, rng)
    while addressed and len(heard) > 1 and heard[0] == WAKE:
        del heard[0]
    return heard if _turning(heard) == _turning(words) else words


def _turning(words: Sequence[str | Ref]) -> list[str | Ref]:
    """The words without which, or with which, an utterance means the opposite."""
    return [word for word in words if word in _TURNS_ROUND]


def _some(phrases: str, rng: random.Random) -> list[str]:
    return rng.choice(phrases.split(";")).split()


def _lose(words: list[str | Ref], rng: random.Random) -> None:
    losable = [i for i, word in enumerate(words) if word in _LOST]
    if losable:
        del words[rng.choice(losable)]


def _mistype(words: list[str | Ref], rng: random.Random) -> None:
    long = [i for i, word in enumerate(words) if isinstance(word, str) and len(word) > 3]
    if long:
        at = rng.choice(long)
        words[at] = _slip(str(words[at]), rng)


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    match rng.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 2:
            return word[:at] + rng.choice(_LETTERS) + word[at + 1 :]
        case _:
            return word[:at] + word[at] + word[at:]
