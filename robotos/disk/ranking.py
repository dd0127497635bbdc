"""How well a remembered sentence answers a query: the second, exact look at what the index proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from rapidfuzz import fuzz

from robotos.disk.embedding import answered, concept, embed, stem, words
from robotos.disk.lexicon import COLOURS, LIGHT_WORDS, STOP_WORDS, TIME_WORDS

RELEVANT = 0.4  # below this a memory is about something else: about half the query must be found in it

_EXACT, _SYNONYM, _ALIKE = 1.0, 0.85, 0.75
_ALIKE_RATIO = 85.0  # rapidfuzz ratio, 0..100, from which two words of four letters or more are one word misspelt
_COLOUR = 0.4  # "red" finds nothing by itself where "cup" is asked for
_LIGHT = 0.35  # nor does "come" where the plumber's coming is asked about
_QUESTION = 0.3
_COVERAGE = 0.8  # the rest is cosine similarity, which prefers the text that says little else


def _content(text: str) -> list[str]:
    return [word for word in dict.fromkeys(words(text)) if word not in STOP_WORDS]


def _weight(word: str) -> float:
    if word in COLOURS:
        return _COLOUR
    return _LIGHT if word in LIGHT_WORDS or stem(word) in LIGHT_WORDS else 1.0


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with what it is compared by, worked out once."""

    text: str
    root: str
    concept: str


def _word(text: str) -> _Word:
    return _Word(text, stem(text), concept(text))


def _match(word: _Word, others: Sequence[_Word]) -> float:
    """How surely one of `others` is `word`, 0 to 1."""
    best = 0.0
    for other in others:
        if word.root.rstrip("e") == other.root.rstrip("e"):  # "coming" and "comes"
            return _EXACT
        if word.concept and word.concept == other.concept:
            best = max(best, _SYNONYM)
        elif min(len(word.text), len(other.text)) >= 4 and fuzz.ratio(word.text, other.text) >= _ALIKE_RATIO:
            best = max(best, _ALIKE)
    return best


class Query:
    """A question to the memories, taken apart once."""

    def __init__(self, text: str) -> None:
        self._vector = embed(text)
        said = words(text)
        times = {b for a, b in pairwise(said) if a in {"what", "which"} and b in TIME_WORDS}
        self._wanted = [(_word(word), _weight(word)) for word in _content(text) if word not in times]
        self._asked = ({"when", "where", "who"} & set(said)) | ({"when"} if times else set())

    def relevance(self, text: str) -> float:
        """How much of the query is answered by `text`, 0 to 1: its content words found there, weighted, and the cosine.

        The words count by themselves (in any order), so "bin day" and "which day are the bins" rank alike; a question
        word counts a little where the text holds something that can answer it. Words like "the" and "you" find nothing
        by themselves, except a text that has no others.
        """
        cosine = max(0.0, min(1.0, float(np.dot(self._vector, embed(text)))))
        if not self._wanted:
            return 0.0 if _content(text) else cosine
        found = list(map(_word, words(text)))
        score = sum(weight * _match(word, found) for word, weight in self._wanted)
        total = sum(weight for _, weight in self._wanted)
        classes = {answered(word.text) for word in found}
        score += _QUESTION * len(self._asked & classes)
        total += _QUESTION * len(self._asked)
        return min(1.0, _COVERAGE * score / total + (1 - _COVERAGE) * cosine)
