"""How well a remembered sentence answers a query: the second, exact look at what the index proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
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
_ROUNDING = 1e-6  # scores nearer than this are equal
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
    root: str  # its stem without a last "e": "coming" and "comes"
    concept: str


@lru_cache(maxsize=4096)
def _word(text: str) -> _Word:
    return _Word(text, stem(text).rstrip("e"), concept(text))


class _Text:
    """The words of a sentence, ready to be looked for."""

    def __init__(self, text: str) -> None:
        found = list(map(_word, dict.fromkeys(words(text))))
        self._roots = {word.root for word in found}
        self._concepts = {word.concept for word in found if word.concept}
        self._long = [word.text for word in found if len(word.text) >= 4]
        self.answers = {answered(word.text) for word in found}

    def match(self, word: _Word) -> float:
        """How surely the word is one of them, 0 to 1."""
        if word.root in self._roots:
            return _EXACT
        if word.concept in self._concepts:
            return _SYNONYM
        long = self._long if len(word.text) >= 4 else ()
        return _ALIKE if any(fuzz.ratio(word.text, other) >= _ALIKE_RATIO for other in long) else 0.0


class Query:
    """A question to the memories, taken apart once."""

    def __init__(self, text: str) -> None:
        self._vector = embed(text)
        said = words(text)
        times = {b for a, b in pairwise(said) if a in {"what", "which"} and b in TIME_WORDS}
        self._wanted = [(_word(word), _weight(word)) for word in _content(text) if word not in times]
        self._asked = ({"when", "where", "who"} & set(said)) | ({"when"} if times else set())
        self._total = sum(weight for _, weight in self._wanted) + _QUESTION * len(self._asked)

    def relevance(self, text: str, floor: float = 0.0) -> float:
        """How much of the query is answered by `text`, 0 to 1: its content words found there, weighted, and the cosine.

        The words count by themselves (in any order), so "bin day" and "which day are the bins" rank alike; a question
        word counts a little where the text holds something that can answer it. Words like "the" and "you" find nothing
        by themselves, except a text that has no others. What cannot reach `floor` is 0, sooner.
        """
        least, most = self._bounds(text)
        if most < floor:
            return 0.0
        return min(1.0, least + (most - least) * self._cosine(text)) if most > least else least

    def best(self, texts: Mapping[int, str], limit: int, floor: float) -> dict[int, float]:
        """The relevance of the texts that come first, as `relevance` has it: at least `limit` of those above `floor`.

        The cosine, which takes longest, is worked out only for those that it can still bring among the first.
        """
        bounds = {number: self._bounds(text) for number, text in texts.items()}
        sure = sorted((least for least, _ in bounds.values()), reverse=True)
        needed = max(floor, sure[limit - 1] if len(sure) >= limit else 0.0) - _ROUNDING
        hopeful = {number: self.relevance(texts[number]) for number, (_, most) in bounds.items() if most >= needed}
        return {number: score for number, score in hopeful.items() if score >= floor}

    def _bounds(self, text: str) -> tuple[float, float]:
        """Without its cosine: the least and the most that the relevance can be."""
        if not self._wanted:
            return (0.0, 0.0) if _content(text) else (0.0, 1.0)
        found = _Text(text)
        score = sum(weight * found.match(word) for word, weight in self._wanted)
        covered = _COVERAGE * (score + _QUESTION * len(self._asked & found.answers)) / self._total
        return covered, covered + (1 - _COVERAGE)

    def _cosine(self, text: str) -> float:
        return max(0.0, min(1.0, float(np.dot(self._vector, embed(text)))))
