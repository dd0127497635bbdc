"""Which words of what was heard stand for which words of what was said, merged and split ones included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import Levenshtein

# How many words said, how many heard; what it costs at least; what it costs more when no letter is the same; and the
# share of other letters above which such a pair is not believed. Losing or adding a word costs 1.
_WAYS: Final = ((1, 1, 0.4, 0.8, 1.0), (1, 2, 0.8, 1.2, 0.4), (2, 1, 0.8, 1.2, 0.4), (2, 2, 0.9, 1.6, 0.4))
_ALONE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Words said and the words heard for them; "" on one side for a word that was lost or added."""

    said: tuple[str, ...]
    heard: tuple[str, ...]

    @property
    def right(self) -> bool:
        return self.said == self.heard


@dataclass(frozen=True, slots=True)
class _Best:
    cost: float
    said: int  # words that the last pair takes from either side
    heard: int


def align(said: Sequence[str], heard: Sequence[str]) -> tuple[Pair, ...]:
    """The cheapest pairing of all words in order; two words may have become one, or one two."""
    table = [[_Best(0.0, 0, 0)] * (len(heard) + 1) for _ in range(len(said) + 1)]
    for i in range(len(said) + 1):
        for j in range(len(heard) + 1):
            if i or j:
                table[i][j] = min(_steps(table, said, heard, i, j), key=lambda best: best.cost)
    pairs: list[Pair] = []
    i, j = len(said), len(heard)
    while i or j:
        best = table[i][j]
        pairs.append(Pair(tuple(said[i - best.said : i]), tuple(heard[j - best.heard : j])))
        i, j = i - best.said, j - best.heard
    return tuple(reversed(pairs))


def wrong_words(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words replaced, lost and added: what a word error rate counts."""
    return int(Levenshtein.distance(said, heard))


def _steps(
    table: Sequence[Sequence[_Best]], said: Sequence[str], heard: Sequence[str], i: int, j: int
) -> Iterator[_Best]:
    """Ways to end at `i` words said and `j` heard; of equally cheap ones the first is taken."""
    if i and j and said[i - 1] == heard[j - 1]:
        yield _Best(table[i - 1][j - 1].cost, 1, 1)
    for taken, became, least, more, most in _WAYS:
        if taken > i or became > j:
            continue
        before, after = said[i - taken : i], heard[j - became : j]
        if before[0] == after[0] or before[-1] == after[-1]:
            continue  # the word that is right stands for itself
        other = float(Levenshtein.normalized_distance("".join(before), "".join(after)))
        if other <= most:
            yield _Best(table[i - taken][j - became].cost + least + more * other, taken, became)
    if i:
        yield _Best(table[i - 1][j].cost + _ALONE, 1, 0)
    if j:
        yield _Best(table[i][j - 1].cost + _ALONE, 0, 1)
