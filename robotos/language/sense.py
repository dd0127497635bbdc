"""Whether so many words can be a saying at all, before a processor is asked what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MOST_WORDS: Final = 80  # said in one breath; longer than any order or message anybody gives a robot
MOST_REPEATS: Final = 6  # times in a row that a word, or a turn of a few words, may be said
LONGEST_TURN: Final = 4  # words that may go round


def sensible(words: Sequence[object]) -> bool:
    """Whether `words` (as said: `text.split()`) may be a saying: not too many, and no endless repetition.

    False for more than `MOST_WORDS` words, and for a word (or two to four words in turn) said more than
    `MOST_REPEATS` times in a row: a stuck recogniser or key, from which no order should be read.
    """
    if len(words) > MOST_WORDS:
        return False
    plain = [str(word).casefold().strip(".,;:!?\"'") for word in words]
    return not any(_goes_round(plain, period) for period in range(1, LONGEST_TURN + 1))


def _goes_round(words: Sequence[str], period: int) -> bool:
    """Whether the same `period` words follow each other more than `MOST_REPEATS` times."""
    same = 0
    for k in range(period, len(words)):
        same = same + 1 if words[k] == words[k - period] else 0
        if same >= MOST_REPEATS * period:
            return True
    return False
