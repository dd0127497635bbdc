"""The reflex for the word "stop": recognised from the words alone, before any model has read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from robotos.language.tokens import normalise, tokenise
from robotos.language.word_set import word_set

_STOPS: Final = frozenset({"stop", "halt", "freeze", "stopp", "estop"})
# Said instead of "stop"; longer ones first, since they are taken out before the single words are looked at.
_PHRASES: Final[tuple[tuple[str, ...], ...]] = (
    ("do", "not", "move"),
    ("emergency", "stop"),
    ("e", "stop"),
    ("don't", "move"),
    ("hold", "it"),
    ("hold", "still"),
    ("stand", "still"),
    ("stay", "still"),
)
# Ways to begin an order that say nothing themselves.
_LEADS: Final[tuple[tuple[str, ...], ...]] = (
    ("what", "you", "are", "doing"),
    ("i", "want", "you", "to"),
    ("i", "need", "you", "to"),
    ("i", "told", "you", "to"),
    ("you", "have", "to"),
    ("you", "need", "to"),
    ("for", "god's", "sake"),
    ("oh", "my", "god"),
    ("at", "once"),
    ("i", "said"),
    ("i", "say"),
    ("hold", "on"),
    ("can", "you"),
    ("could", "you"),
    ("would", "you"),
    ("will", "you"),
    ("you", "can"),
    ("you", "must"),
    ("you", "should"),
    ("right", "there"),
    ("right", "away"),
    ("right", "now"),
    ("this", "instant"),
    ("this", "second"),
)
_FILLERS: Final = word_set(
    """
    robot robbie robo robotos please now immediately it that this moving driving hey hi ok no oh ah ow whoa woah wow wo
    just quick quickly there everything all you wait motors instantly emergency help danger careful and dear god jesus
    """
)
LONGEST: Final = 16  # words; whoever says more is telling something


def is_stop(text: str) -> bool:
    """Whether `text` (or its first or last sentence) is a stop word with nothing but filler around it.

    "stop by the kitchen", "don't stop" and "what is a stop" are none; two stop words in a row at the beginning are
    one, whatever follows.
    """
    sentences = [words for part in re.split(r"[.!?;\n]", normalise(text)) if (words := _words(part))]
    if not sentences:
        return False
    whole = [word for words in sentences for word in words]
    if len(whole) > 1 and whole[0] in _STOPS and whole[1] in _STOPS:
        return True
    return any(_only_stop(words) for words in (sentences[0], sentences[-1], whole))


def _words(part: str) -> list[str]:
    return [token.word for token in tokenise(part)]


def _only_stop(words: Sequence[str]) -> bool:
    if len(words) > LONGEST:
        return False
    stop, i = False, 0
    while i < len(words):
        phrase = _at(words, i, _PHRASES)
        lead = _at(words, i, _LEADS)
        if phrase:
            stop, i = True, i + phrase
        elif lead:
            i += lead
        elif words[i] in _STOPS:
            stop, i = True, i + 1
        elif words[i] in _FILLERS:
            i += 1
        else:
            return False
    return stop


def _at(words: Sequence[str], i: int, phrases: Sequence[tuple[str, ...]]) -> int:
    return next((len(p) for p in phrases if tuple(words[i : i + len(p)]) == p), 0)
