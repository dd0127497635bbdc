"""Names of the home in one utterance: which begin at a word, well or badly spelled, and where they are no names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from robotos.kernel.calls import Kind
from robotos.language.common_words import PLAIN, is_common
from robotos.language.descriptions import asked
from robotos.language.inflection import singular
from robotos.language.lexicon import Entry, Index
from robotos.language.synonyms import COLOURS, COMPOUND_HEADS, CONTAINERS, MOSTLY_NOUNS, MOSTLY_VERBS
from robotos.language.word_set import word_set

GUESSES: Final = 24  # looks for misspelled names in one utterance
DETERMINERS: Final = word_set(
    "the a an my our your his her their this that these those some any no which what another every each"
)
# Before these words a noun can stand without an article: "bring mop", "back to dock", "where is mop".
_NOUN_AFTER: Final = word_set(
    """
    bring fetch get find take give grab need want is are with of from at on in into near by under behind and or
    put have has about carry deliver move hand pass 's me us like read drop pick up locate nor neither as plus
    """
)
_GOING: Final = word_set("go going back return come drive driving head move get over home navigate run walk")
_SAID_OF: Final = word_set("is must lost gone should needs goes belongs was missing")
_ORDER: Final = frozenset({"", "please", "to", "you", "and", "then", "just", "now", "go", "can", "could"})
# Before "to study" these leave it a verb.
_TO_LEARN: Final = word_set(
    """
    need needs needed want wants wanted have has had got like likes love try tries trying time ready able hard easy here
    learn help helps used supposed am is are was were place quiet start begin continue ought how wish hate prefer
    """
)
_URGING: Final = word_set("ask tell remind want wants help let allow teach expect")
_SUBJECTS: Final = word_set(
    """
    i you we they must should can will kids children
    """
)


class Names:
    """Reads the names in the words of one utterance."""

    def __init__(self, words: Sequence[str], index: Index) -> None:
        self.words = words
        self.index = index
        self._guesses = GUESSES
        self._common: dict[str, bool] = {}
        self._known: dict[int, tuple[int, tuple[Entry, ...]] | None] = {}

    def at(self, i: int) -> tuple[int, tuple[Entry, ...]] | None:
        """Words and meanings of the longest name that begins at `i`, well or badly spelled."""
        if i not in self._known:
            self._known[i] = self._read_name(i)
        return self._known[i]

    def _read_name(self, i: int) -> tuple[int, tuple[Entry, ...]] | None:
        words = self.words
        for n in range(min(self.index.longest, len(words) - i), 0, -1):
            if self.index.taught(words[i : i + n]) or self.index.taught(self._unowned(words[i : i + n])):
                longer = self.exact(i, n + 1)
                return longer or (n, self.index.exact(self._unowned(words[i : i + n])))
        for n in range(min(self.index.longest, len(words) - i), 0, -1):
            window = words[i : i + n]
            entries = self.index.exact(window) or self.index.exact(self._unowned(window))
            if not entries and n == 1 and self._may_own(i):
                owner = self.index.exact((singular(window[0]),))
                entries = owner if owner and owner[0][0] is Kind.PERSON else ()
            entries = entries or self._guess(window)
            if entries and not self._is_other(i, n):
                return n, entries
        return None

    def exact(self, i: int, least: int) -> tuple[int, tuple[Entry, ...]] | None:
        """The longest name of `least` words or more that begins at `i` and is spelled well."""
        for n in range(min(self.index.longest, len(self.words) - i), least - 1, -1):
            entries = self.index.exact(self.words[i : i + n])
            if entries:
                return n, entries
        return None

    def _may_own(self, i: int) -> bool:
        """Whether "grandmas" may be a possessive without its apostrophe: a room or a name follows."""
        words = self.words
        if not words[i].endswith("s") or i + 1 >= len(words):
            return False
        return words[i + 1] == "room" or bool(self.index.exact(words[i + 1 : i + 2]))

    @staticmethod
    def _unowned(window: Sequence[str]) -> tuple[str, ...]:
        return (*window[:-1], window[-1].removesuffix("'s"))

    def _everyday(self, word: str) -> bool:
        if word not in self._common:
            self._common[word] = is_common(word)
        return self._common[word]

    def _guess(self, window: Sequence[str]) -> tuple[Entry, ...]:
        window = self._unowned(window)
        strange = [word for word in window if not self._everyday(word) and word not in self.index.words]
        if not strange or self._guesses <= 0 or not all(word.isalpha() for word in window):
            return ()
        if (
            any(word not in self.index.words and self._everyday(word) for word in window)
            or window[0] in PLAIN - self.index.words
        ):
            return ()
        self._guesses -= 1
        return self.index.guess(window)

    def _is_other(self, i: int, n: int) -> bool:
        """Whether what looks like a name is a verb here, or a vessel for something else ("a cup of tea")."""
        words = self.words
        before = words[i - 1] if i else ""
        after = words[i + n] if i + n < len(words) else ""
        if n == 1 and ((words[i] in CONTAINERS and after == "of") or (words[i] == "counter" and after == "clockwise")):
            return True
        if words[i] == "where" and asked(words, i):
            return True  # "tell me where the fridge is"
        if n == 1 and self.is_compound(i):
            return True  # "the fruit bowl" is no fruit
        return n == 1 and self._is_verb(words[i], i, before, after)

    def is_compound(self, i: int) -> bool:
        """Whether words `i` and `i + 1` are one noun that the home does not know, though it begins with a name."""
        words, after = self.words, self.words[i + 1 : i + 2]
        if not after or after[0] not in COMPOUND_HEADS or self.exact(i, 2) or not self.index.exact(words[i : i + 1]):
            return False
        return not any(self.index.certain(words[i + 1 : i + 1 + n]) for n in range(1, self.index.longest + 1))

    def _may_learn(self, i: int) -> bool:
        """Whether "to study" at word `i - 1` is what somebody does: "i need to study", "ask her to study"."""
        if i < 2 or self.words[i - 2] in _GOING:
            return i < 2
        return self.words[i - 2] in _TO_LEARN or any(word in _URGING for word in self.words[: i - 1])

    def _is_verb(self, word: str, i: int, before: str, after: str) -> bool:
        words = self.words
        if word in MOSTLY_NOUNS:
            return before in _ORDER and after in DETERMINERS | {"me", "us", "it"}
        if word not in MOSTLY_VERBS or before in DETERMINERS or before in COLOURS or before.endswith("'s"):
            return False
        if word == "study":
            return (before == "to" and self._may_learn(i)) or before in _SUBJECTS
        if before == "to":
            return not (i > 1 and words[i - 2] in _GOING)
        if before == "and":
            return not (i > 1 and self.index.exact(words[i - 2 : i - 1])) or after in DETERMINERS
        if not before and after in _SAID_OF:
            return False  # "mop must go on the shelf"
        if not before and not after:
            return word == "dock"  # an answer to a question names the thing; "dock" alone is an order
        return before not in _NOUN_AFTER
