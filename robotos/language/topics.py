"""What a question about something told, or an order to forget it, is about: "what did i say about | grandma's tea"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from robotos.language.addressees import DETERMINERS, NameAt
from robotos.language.common_words import PLAIN
from robotos.language.span import Span
from robotos.language.speaking import QUESTIONS
from robotos.language.word_set import word_set

_POINTING: Final = word_set("it that this so them me us nothing you yourself today yesterday")
_MEMORY: Final = word_set(
    """
    know knew remember told tell said say remind notes memory note forget forgot delete erase wipe recall learned
    mention mentioned
    """
)
_FORGOTTEN: Final = word_set("deleted erased removed forgotten wiped struck please")


def topic(words: Sequence[str], i: int, end: int, name_at: NameAt) -> Span | None:
    """The words after "about" at word `i`, where more than one name or noun, in an utterance that is over at `end`."""
    start = i + 1
    if words[i] != "about" or start >= end or words[start] in _POINTING or not _remembered(words, i):
        return None
    end = _before_forgetting(words, start, end)
    k = start + 1 if words[start] in DETERMINERS else start
    named = name_at(k) if k < end else None
    if named is not None and k + named[0] == end and not words[end - 1].endswith("'s"):
        return None
    names = [j for j in range(k, end) if name_at(j) is not None]
    if words[start] in QUESTIONS and (names or words[start] != "where"):
        return None  # "jog my memory about where the book is" asks for the book
    plain = not names and all(words[j] not in PLAIN and "'" not in words[j] for j in range(k, end))
    return None if plain or "what" in words[start:end] else Span(start, end)


def _remembered(words: Sequence[str], i: int) -> bool:
    """Whether the words before "about" ask what was told; "i was about to sit down" does not."""
    before = tuple(words[:i])
    return any(word in _MEMORY for word in before) or (before[-1:] != ("was",) and before[:2] == ("what", "was"))


def _before_forgetting(words: Sequence[str], start: int, end: int) -> int:
    """The end of a topic that is to be forgotten: "... about the cat | from your notes"."""
    end = next((k for k in range(start + 1, end) if tuple(words[k : k + 2]) == ("from", "your")), end)
    while end > start + 1 and words[end - 1] in _FORGOTTEN:
        end -= 1
    return end
