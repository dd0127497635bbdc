"""Where an utterance speaks of a kind of things rather than of one: "a fruit", "any drink", "how many toys"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from robotos.kernel.calls import Kind
from robotos.language.categories import LONGEST, category_named
from robotos.language.kinds import things_of_kind
from robotos.language.lexicon import Entry, Lexicon
from robotos.language.unknown import can_be_noun
from robotos.language.word_set import word_set

NameAt = Callable[[int], "tuple[int, tuple[Entry, ...]] | None"]

_INDEFINITE: Final = word_set("a an any some another one")
_DEFINITE: Final = word_set("the my our that this your")
_BEFORE: Final = (
    _INDEFINITE
    | _DEFINITE
    | word_set(
        "all every each no which what more these those other different two three four five me us many several few of"
    )
)
_ADJECTIVES: Final = word_set(
    "big small little cold fresh hot clean dirty new old nice good healthy sweet warm empty full heaviest lightest "
    "largest smallest biggest thinnest heavy light large heavier lighter bigger smaller"
)
# Words that want a thing to be found, fetched or put somewhere.
_WANTING: Final = word_set(
    """
    bring bringing fetch fetching get getting find finding grab take taking grasp pick carry deliver pass hand give
    locate seek need want look looking search searching put place lay set have see any are is which what
    collect gather move
    like wants needs offer choose hunt rummage must left leave somebody
    """
)
_COUNTING: Final = word_set("count counting")
# With these, anything of the kind will do; without them "a book" may be the one that is told or asked about.
_SEEKING: Final = word_set(
    """
    bring bringing brought fetch fetching get getting give find finding locate look looking search searching seek grab
    need needs want wants wanted hand deliver take carry like fancy procure supply without rather longing dying would
    instead offer choose hunt rummage pass
    """
)
_TOLD: Final = word_set("is are was were there left put pick picked remember forget forgot has have had where lies")
_ALIKE: Final = word_set("is are was were be being")  # "a banana is | a fruit"
_VESSELS: Final = word_set("cup bottle mug glass")  # "a cup of tea" is no cup
REACH: Final = 7  # words back to the verb


@dataclass(frozen=True)
class KindsSaid:
    """Reads nouns for kinds in one utterance; `name_at(i)` is the name that begins at word i."""

    lexicon: Lexicon
    words: Sequence[str]
    name_at: NameAt

    def at(self, i: int) -> tuple[int, Entry] | None:
        """Words of the noun for a kind that begins at `i`, and the category (or the only thing that it can mean)."""
        counted = self._counted(i)
        named = self.name_at(i)
        for n in range(min(LONGEST, len(self.words) - i), 0, -1):
            kind = category_named(self.words[i : i + n], counting=counted)
            if not kind:
                continue
            if (named is not None and named[0] > n) or not (counted or self._sought(i)) or self._compound(i, n):
                return None
            meant = self._meant(i, n, kind, counted)
            return (n, meant) if meant is not None else None
        return None

    def _meant(self, i: int, n: int, kind: str, counted: bool) -> Entry | None:
        """The category, the one thing of it, or None where a name says more."""
        before = self._before(i)
        entries = self.lexicon.index.exact(self.words[i : i + n])
        some = before in _INDEFINITE or self.words[i] in {"something", "anything"}
        if counted or (some and (self._any_will_do(before) or not entries)):
            return Kind.CATEGORY, kind
        if entries:
            return None
        members = things_of_kind(kind, self.lexicon.things)
        if before in _DEFINITE and len(members) == 1:
            return Kind.THING, members[0]
        return Kind.CATEGORY, kind

    def _any_will_do(self, before: str) -> bool:
        """Whether any of the kind is wanted: not where "a book" is put down, remembered or said to be somewhere."""
        if before == "any" or any(word in _SEEKING for word in self.words):
            return True
        return not any(word in _TOLD for word in self.words)

    def _would(self, i: int) -> bool:
        return bool({"would", "i'd", "we'd", "she'd", "he'd"} & set(self.words[max(0, i - 6) : i]))

    def _start(self, i: int) -> int:
        """Where the adjectives before the noun at `i` begin."""
        while i > 0 and self.words[i - 1] in _ADJECTIVES:
            i -= 1
        return i

    def _before(self, i: int) -> str:
        """The word before the noun, adjectives left out."""
        start = self._start(i)
        return self.words[start - 1] if start else ""

    def _counted(self, i: int) -> bool:
        while i > 0 and self.words[i - 1] in _ADJECTIVES | _DEFINITE | {"all", "of", "different", "up"}:
            i -= 1
        lead = tuple(self.words[max(0, i - 2) : i])
        return lead in {("how", "many"), ("how", "much"), ("the", "number"), ("number", "of")} or (
            bool(lead) and (lead[-1] in _COUNTING or lead[-1] == "number")
        )

    def _sought(self, i: int) -> bool:
        """Whether a thing of the kind is wanted, not the kind talked about."""
        before = self._before(i)
        if before in _INDEFINITE:
            k = self._start(i) - 2
            alike = k >= 0 and self.words[k] in _ALIKE and "there" not in self.words[:k]
            return not alike and not (before == "one" and k >= 0 and self.words[k] in _DEFINITE)
        if not before or not any(word in _WANTING for word in self.words[max(0, i - REACH) : i]):
            return False
        if before == "like" and not self._would(i):
            return False  # "i like fruit"
        vague = self.words[i] in {"something", "anything"}
        return before in _BEFORE or before in _WANTING or before == "for" or vague

    def _compound(self, i: int, n: int) -> bool:
        """Whether what follows makes another thing of it: "fruit bowl", "tool box", "cup of tea"."""
        j = i + n
        if self.words[j - 1] in _VESSELS and self.words[j : j + 1] == ("of",):
            return True
        return j < len(self.words) and can_be_noun(self.words, j) and self.name_at(j) is None
