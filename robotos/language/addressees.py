"""Whom words are said to, and where they are: "grandma", "the guest and the cat", "everyone in the kitchen"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from robotos.kernel.calls import Kind
from robotos.language.clauses import begins_order
from robotos.language.word_set import word_set

NameAt = Callable[[int], "tuple[int, Kind] | None"]  # words and kind of the name that begins at a word

DETERMINERS: Final = word_set("the a an my our your his her their that")
_ANYBODY: Final = word_set("everyone everybody them him her all")
# These only where something follows that must be a message or a place: "somebody would help" tells nobody anything.
_UNCERTAIN: Final = word_set("someone somebody anyone anybody")
_AFTER_UNCERTAIN: Final = word_set("that in at to by")
# After these, somebody is described who is not known by name: "the person with the hat".
_DESCRIBED: Final = word_set("with whose of wearing holding raising pointing waving")
# After an article: people who are named by nothing else.
_SOMEBODY: Final = word_set(
    "people person others rest family guests visitors lot crowd folks kids children man woman lady gentleman boy girl"
)
# Between two who are told the same.
_JOINTS: Final[tuple[tuple[str, ...], ...]] = (
    ("and", "after", "that"), ("and", "after", "her"), ("and", "after", "him"), ("and", "after", "them"),
    ("as", "well", "as"), ("and", "also"), ("and", "then"), ("and", "to"), ("and", "both"), ("and",),
)  # fmt: skip
_WHO: Final[tuple[tuple[str, ...], ...]] = (
    ("who", "is", "sitting"), ("who", "is", "standing"), ("who", "is", "waiting"), ("who", "is"), ("who", "are"),
    ("who", "sits"), ("who", "stands"), ("sitting",), ("standing",), ("waiting",),
)  # fmt: skip
_FAR: Final = word_set("over down up out through back currently now there right")
_AT: Final = word_set("in at by on near inside beside outside")
# What follows a place that belongs to the message: "tell grandma in the kitchen is a mouse".
_STATED: Final = word_set("is are was were has there stands lies hangs sits needs must will should")
_MORE: Final = word_set("and then when before after")


class Addressees:
    """Reads who is spoken to in the words of one utterance, which is over at word `end`."""

    def __init__(self, words: Sequence[str], name_at: NameAt, end: int) -> None:
        self.words = words
        self.name_at = name_at
        self.end = end

    def person(self, i: int) -> int | None:
        """The word after the people named at `i` (perhaps after "the" or "my"), None when there are none."""
        words = self.words
        i += words[i : i + 1] == ("both",)
        if i < len(words) and words[i] in DETERMINERS and words[i] != "that":
            owned = self.name_at(i + 1) if i + 1 < len(words) else None
            if owned is None and words[i + 1 : i + 2] and words[i + 1] in _SOMEBODY:
                return i + 2 if words[i + 2 : i + 3] and words[i + 2] not in _DESCRIBED else None
            if words[i] == "her" and (owned is None or owned[1] is not Kind.PERSON):
                return i + 1
            i += 1
        if i >= len(words):
            return None
        found = self.name_at(i)
        if found is not None and found[1] is Kind.PERSON and not words[i + found[0] - 1].endswith("'s"):
            return self._joined(i + found[0])
        return self._anybody(i)

    def _anybody(self, i: int) -> int | None:
        after = self.words[i + 1] if i + 1 < len(self.words) else ""
        if self.words[i] == "whoever" and after == "is":
            there = i + 3 if self.words[i + 2 : i + 3] in {("there",), ("home",)} else self.where(i + 2)
            return there if there > i + 2 else None
        if self.words[i] in _UNCERTAIN:
            return i + 1 if after in _AFTER_UNCERTAIN else None
        return i + 1 if self.words[i] in _ANYBODY and after not in _DESCRIBED else None

    def _joined(self, after: int) -> int:
        joint = next((len(j) for j in _JOINTS if tuple(self.words[after : after + len(j)]) == j), 0)
        return (self.person(after + joint) if joint else None) or after

    def where(self, i: int) -> int:
        """The word after "in the kitchen" or "who is at the desk" at `i`: where somebody is; `i` when it says none."""
        words = self.words
        k = i + next((len(w) for w in _WHO if tuple(words[i : i + len(w)]) == w), 0)
        k += k + 1 < len(words) and words[k] in _FAR and words[k + 1] in _AT
        if tuple(words[k : k + 2]) == ("next", "to"):
            k += 2
        elif k < len(words) and words[k] in _AT:
            k += 1
        else:
            return i
        k += k < len(words) and words[k] in DETERMINERS
        found = self.name_at(k) if k < len(words) else None
        if found is None or found[1] not in {Kind.ROOM, Kind.PLACE}:
            return i
        after = k + found[0]
        return i if words[after - 1].endswith("'s") or (after < self.end and words[after] in _STATED) else after

    def told(self, i: int) -> int | None:
        """The word after the people at `i` and after where they are."""
        after = self.person(i)
        return after if after is None else self.where(after)

    def before_last(self, start: int, end: int) -> int:
        """Where "to grandma in the study" begins, which closes the message from `start` on; else `end`.

        An order may follow: "say hello to the guest and lead her out".
        """
        for k in range(start + 1, min(end, self.end - 1)):
            if self.words[k] != "to":
                continue
            after = k + 2 if self.words[k + 1] in {"me", "us"} else self.told(k + 1)
            if after is None:
                continue
            more = after < self.end and self.words[after] in _MORE and begins_order(self.words, after + 1)
            if after == end or more:
                return k
        return end

    def without_place(self, start: int, end: int) -> int:
        """The end of words `start` to `end` without "in the kitchen" at their end."""
        return next((k for k in range(start + 1, end) if self.where(k) == end), end)
