"""Whether so many words can be a saying at all, before a processor is asked what they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from robotos.kernel.calls import HANDLES_PER_KIND, Kind

MOST_WORDS: Final = 80  # said in one breath; longer than any order or message anybody gives a robot
MOST_REPEATS: Final = 6  # times in a row that a word, or a turn of a few words, may be said
LONGEST_TURN: Final = 4  # words that may go round
SHORT: Final = 4  # words
_CODE: Final = re.compile(r"<\||\|>|[{}\[\]\\]|%[a-z]|</?[a-z]+>|\w\(\)|;\s*\w+\s+\w+;", re.IGNORECASE)
_HANDLE: Final = re.compile(rf"[{''.join(Kind)}][1-{HANDLES_PER_KIND}][.,;:!?]?")


def sensible(words: Sequence[object]) -> bool:
    """Whether `words` (as said: `text.split()`) may be a saying: not too many, and no endless repetition.

    False for more than `MOST_WORDS` words, and for a word (or two to four words in turn) said more than
    `MOST_REPEATS` times in a row: a stuck recogniser or key, from which no order should be read.
    """
    if len(words) > MOST_WORDS:
        return False
    plain = [str(word).casefold().strip(".,;:!?\"'") for word in words]
    return not any(_goes_round(plain, period) for period in range(1, LONGEST_TURN + 1))


def speakable(text: str) -> bool:
    """Whether `text` could have been said aloud, or written by somebody who writes to a robot as one speaks.

    False for markup, format strings and code, and for a few words of which one spells a handle (`clean r1`; in a
    longer saying it may be vitamin d3): from none of these should an order be read. Figures, units, ordinary
    punctuation and other alphabets are speakable.
    """
    words = text.casefold().split()
    spelled = len(words) <= SHORT and any(_HANDLE.fullmatch(word) for word in words)
    return not (spelled or _CODE.search(text))


def _goes_round(words: Sequence[str], period: int) -> bool:
    """Whether the same `period` words follow each other more than `MOST_REPEATS` times."""
    same = 0
    for k in range(period, len(words)):
        same = same + 1 if words[k] == words[k - period] else 0
        if same >= MOST_REPEATS * period:
            return True
    return False
