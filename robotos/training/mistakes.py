"""What a recogniser makes of words, counted: the table, how it is written and read, and drawing mistakes from it."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from robotos.training.alignment import Pair

NAME: Final = "heard.tsv"  # in a corpus's folder `words`
# Keys of words that nobody said: between two words, and before the first or after the last.
ADDED: Final = "+"
AROUND: Final = "++"
_LOST_SIGN, _LEVEL_SIGN, _COMMENT_SIGN = "-", "@", "#"
_DOUBT: Final = 1.0  # times a word must be said for its rate to be half its own and half that of all words

T = TypeVar("T")


class MistakesError(ValueError):
    """A table that cannot be read; the message names the line and the cure."""


@dataclass(frozen=True, slots=True)
class Row:
    """How often words were said, and what they became how often when they were not heard as they are."""

    said: int
    became: Mapping[str, int]

    @property
    def wrong(self) -> int:
        return sum(self.became.values())


@dataclass(frozen=True, slots=True)
class Mistakes:
    """Rows by one word, or two with a space between; `levels`: word error rate by decibels of speech over noise.

    `about` says how the table was made, a line each.
    """

    rows: Mapping[str, Row]
    levels: Mapping[int, float] = field(default_factory=dict)
    about: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """Word error rate, all levels taken alike."""
        return sum(self.levels.values()) / len(self.levels) if self.levels else 0.0

    def mishear(self, words: Sequence[str | T], rng: random.Random) -> list[str | T]:
        """The words as they may arrive: one level of noise, then chance for each word, pair of words and gap.

        Whatever is no string, or not in the table, stays. Words of which nothing would be left stay, too: of those no
        recogniser would tell.
        """
        loud = rng.choice(tuple(self.levels.values())) / self.rate if self.rate else 1.0
        heard: list[str | T] = [*self._added(AROUND, loud, rng)]
        at = 0
        while at < len(words):
            taken = next((n for n in (2, 1) if self._falls(words[at : at + n], n, loud, rng)), 0)
            if taken:
                heard += self._instead(_key(words[at : at + taken]), rng)
            else:
                heard.append(words[at])
            at += max(1, taken)
            heard += self._added(ADDED if at < len(words) else AROUND, loud, rng)
        return heard or list(words)

    def _added(self, key: str, loud: float, rng: random.Random) -> list[str]:
        row = self.rows.get(key)
        return self._instead(key, rng) if row is not None and rng.random() < self._rate(row) * loud else []

    def _falls(self, words: Sequence[str | T], count: int, loud: float, rng: random.Random) -> bool:
        """Whether these words, if they are that many and known, are misheard this time."""
        row = self.rows.get(_key(words)) if len(words) == count and _key(words) else None
        return row is not None and row.wrong > 0 and rng.random() < self._rate(row) * loud

    def _rate(self, row: Row) -> float:
        """The share of mistakes; what was said only a few times is taken to be like other words."""
        return (row.wrong + _DOUBT * self.rate) / (row.said + _DOUBT)

    def _instead(self, key: str, rng: random.Random) -> list[str]:
        became = self.rows[key].became
        return rng.choices(tuple(became), tuple(became.values()))[0].split()


def _key(words: Sequence[object]) -> str:
    """Their key in the table; "" where one is no word."""
    return " ".join(str(word) for word in words) if all(isinstance(word, str) for word in words) else ""


def counted(utterances: Iterable[Sequence[Pair]], levels: Mapping[int, float], about: Sequence[str] = ()) -> Mistakes:
    """The table of aligned utterances."""
    said: Counter[str] = Counter()
    became: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for pairs in utterances:
        words = [word for pair in pairs for word in pair.said]
        said.update(words)
        said.update(f"{a} {b}" for a, b in itertools.pairwise(words))
        said.update({ADDED: max(0, len(words) - 1), AROUND: 2})
        for key, heard in _mistaken(pairs):
            became[key][heard] += 1
    rows = {key: Row(said[key], dict(ways.most_common())) for key, ways in sorted(became.items())}
    return Mistakes(rows, dict(sorted(levels.items())), tuple(about))


def _mistaken(pairs: Sequence[Pair]) -> Iterator[tuple[str, str]]:
    """Key and what it became; all that was added in one place is one mistake."""
    places = [(added, list(group)) for added, group in itertools.groupby(pairs, key=lambda pair: not pair.said)]
    for number, (added, group) in enumerate(places):
        if added:
            key = AROUND if number in {0, len(places) - 1} else ADDED
            yield key, " ".join(word for pair in group for word in pair.heard)
            continue
        yield from ((" ".join(pair.said), " ".join(pair.heard)) for pair in group if not pair.right)


def text_of(table: Mistakes) -> str:
    """The table as it is kept: tab-separated, comments first."""
    lines = [f"{_COMMENT_SIGN} {line}" for line in table.about]
    lines += [f"{_LEVEL_SIGN}\t{level}\t{rate:.4f}" for level, rate in table.levels.items()]
    for key, row in table.rows.items():
        ways = "; ".join(f"{way or _LOST_SIGN} {count}" for way, count in row.became.items())
        lines.append(f"{key}\t{row.said}\t{ways}")
    return "\n".join(lines) + "\n"


def mistakes_of(phrases: Path) -> Mistakes | None:
    """The table of a corpus's folder; None where there is none. Raises `MistakesError`."""
    path = phrases / "words" / NAME
    return read(path) if path.is_file() else None


def read(path: Path) -> Mistakes:
    """The table of a file. Raises `MistakesError`."""
    about: list[str] = []
    levels: dict[int, float] = {}
    rows: dict[str, Row] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.startswith(_COMMENT_SIGN):
            about.append(line.removeprefix(_COMMENT_SIGN).strip())
            continue
        try:
            key, count, rest = line.split("\t")
            if key == _LEVEL_SIGN:
                levels[int(count)] = float(rest)
            else:
                rows[key] = _row(int(count), rest)
        except ValueError as error:
            raise MistakesError(f"{path}, line {number}: {error}; make the table again") from error
    return Mistakes(rows, levels, tuple(about))


def _row(said: int, text: str) -> Row:
    became: dict[str, int] = {}
    for way in text.split("; "):
        words, _, count = way.rpartition(" ")
        became["" if words == _LOST_SIGN else words] = int(count)
    if said < sum(became.values()):
        raise ValueError("more mistakes than times it was said")
    return Row(said, became)
