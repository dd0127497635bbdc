"""Words as they are kept to be heard again: the spelling by which the owner's own names and phrases are compared."""

from __future__ import annotations

import re
from typing import Final

LONGEST_NAME: Final = 5  # words of a name
LONGEST_PHRASE: Final = 12  # words of a phrase that stands for a call

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_AROUND: Final = frozenset({"please", "ok", "okay", "so", "well", "now", "right", "and", "then", "just", "thanks"})
_DETERMINERS: Final = frozenset({"the", "a", "an", "my", "our", "your", "this", "that"})


def plain(text: str) -> str:
    """Lower-case words with one space between them; "" for a text without words."""
    return " ".join(_WORD.findall(text.casefold())).replace("’", "'")


def core(text: str) -> str:
    """The same without what is said around an order and changes nothing: `please lights out now` is `lights out`."""
    words = plain(text).split()
    while len(words) > 1 and words[0] in _AROUND:
        words = words[1:]
    while len(words) > 1 and words[-1] in _AROUND:
        words = words[:-1]
    return " ".join(words)


def plain_name(text: str) -> str:
    """The same without an article or "my" before it."""
    words = plain(text).split()
    while len(words) > 1 and words[0] in _DETERMINERS:
        words = words[1:]
    return " ".join(words)


def says(text: str, words: str) -> bool:
    """Whether `words`, spelled as here, occur in a text, whole."""
    return bool(words) and f" {words} " in f" {plain(text)} "
