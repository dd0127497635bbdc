"""The entity linker: names, numbers, times and quoted words of an utterance become typed handles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

from robotos.kernel.calls import Bindings, Kind, Word
from robotos.kernel.ports import Linked
from robotos.language import quotes, times, unknown
from robotos.language.common_words import PLAIN, is_common
from robotos.language.lexicon import Entry, Lexicon, singular
from robotos.language.mention import Mention, Ref
from robotos.language.numbers import cardinal, quantity
from robotos.language.synonyms import COLOURS, CONTAINERS, MOSTLY_NOUNS, MOSTLY_VERBS
from robotos.language.tokens import Token, normalise, strip_wake, tokenise
from robotos.language.word_set import word_set

__all__ = ["Lexicon", "Linked", "link"]

GUESSES: Final = 24  # looks for misspelled names in one utterance
MOST_CHOICES: Final = 4  # names offered for one ambiguous mention
_DETERMINERS: Final = word_set(
    "the a an my our your his her their this that these those some any no which what another every each"
)
# Before these words a noun can stand without an article: "bring mop", "back to dock", "where is mop".
_NOUN_AFTER: Final = word_set(
    """
    bring fetch get find take give grab need want is are with of from at on in into near by under behind and or
    put have has about 's me us like read drop pick up locate
    """
)
_GOING: Final = word_set("go going back return come drive driving head move get over home navigate run walk")
_OBJECT_AFTER: Final = word_set(
    """
    bring bringing brought give hand fetch get take follow following pass deliver find grab carry lend throw
    toss join meet reach visit to for with near behind after at from around toward towards by beside chase
    accompany escort lead under over
    """
)
_ORDER: Final = frozenset({"", "please", "to", "you", "and", "then", "just", "now", "go", "can", "could"})
_SUBJECTS: Final = word_set(
    """
    i you we they must should can will kids children
    """
)
_NOT_ONE: Final = frozenset({"one", "o", "oh", "zero"})
_TURNING: Final = frozenset({"turn", "rotate", "spin", "pivot", "turning", "left", "right", "clockwise"})
_STRAIGHT: Final = frozenset({"forward", "forwards", "back", "backward", "backwards", "ahead"})
_PROCESS: Final = frozenset({"process", "task", "pid", "job"})


def link(text: str, lexicon: Lexicon, bindings: Bindings, now: datetime, speaker: str = "owner") -> Linked:
    """What the processor sees of `text`: lower-case words, with handles for all that has a meaning of its own.

    An ambiguous name becomes its possible meanings joined by "or". Values are as `Kind` says; times are the next such
    moment after `now`. `me` and `us` stand for `speaker`. Never raises; text without words gives no words.
    """
    return _Linking(normalise(text), lexicon, bindings, now, speaker).run()


class _Linking:
    """One pass over one utterance."""

    def __init__(self, text: str, lexicon: Lexicon, bindings: Bindings, now: datetime, speaker: str) -> None:
        self.text = text
        self.tokens: tuple[Token, ...] = strip_wake(tokenise(text))
        self.words = tuple(token.word for token in self.tokens)
        self.lexicon = lexicon
        self.index = lexicon.index
        self.bindings = bindings
        self.now = now
        self.speaker = speaker
        self.guesses = GUESSES
        self.unknown: list[str] = []
        self._common: dict[str, bool] = {}
        self._names: dict[int, tuple[int, tuple[Entry, ...]] | None] = {}

    def run(self) -> Linked:
        out: list[Word] = []
        spans = {span.start: span for span in self._spans}
        i = 0
        while i < len(self.words):
            span = spans.get(i)
            mention = self._kept(span) if span else self._mention(i, min((s for s in spans if s > i), default=None))
            if mention is None:
                out.append(self.words[i])
                i += 1
                continue
            for part in mention.parts:
                out.append(part if isinstance(part, str) else self._handle(part))
            i += mention.length
        return Linked(tuple(out), self.bindings, tuple(self.unknown))

    def _handle(self, ref: Ref) -> Word:
        self.bindings, handle = self.bindings.bind(ref.kind, ref.value)
        if ref.kind is Kind.UNKNOWN:
            self.unknown.append(str(ref.value))
        return handle

    # ------------------------------------------------------------ kept text
    @cached_property
    def _spans(self) -> tuple[quotes.Span, ...]:
        return quotes.spans(self.text, self.tokens, self._name_kind, self._time_length)

    def _kept(self, span: quotes.Span) -> Mention:
        written = self.text[self.tokens[span.start].start : self.tokens[span.end - 1].end]
        return Mention(span.end - span.start, (Ref(Kind.TEXT, written.strip()),))

    def _name_kind(self, i: int) -> tuple[int, Kind] | None:
        found = self._name(i)
        return (found[0], found[1][0][0]) if found else None

    def _time_length(self, i: int) -> int:
        found = times.time_phrase(self.words, i, self._times)
        if found is not None:
            return found.length
        skip = 1 if self.words[i] in {"in", "after", "for"} else 0
        span = quantity(self.words, i + skip) if skip and i + skip < len(self.words) else None
        return span.length + skip if span else 0

    @cached_property
    def _times(self) -> times.Context:
        return times.context(self.words, self.now)

    # ------------------------------------------------------------ mentions
    def _mention(self, i: int, limit: int | None) -> Mention | None:
        found = self._any(i)
        if found is not None and limit is not None and i + found.length > limit:
            return None
        return found

    def _any(self, i: int) -> Mention | None:
        words = self.words
        if words[i] in _PROCESS and i + 1 < len(words):
            number = cardinal(words, i + 1)
            if number is not None and number.value == int(number.value) and words[i + 1] != "one":
                return Mention(1 + number.length, (words[i], Ref(Kind.PROCESS, int(number.value))))
        return (
            times.time_phrase(words, i, self._times)
            or quantity(words, i)
            or self._named(i)
            or self._number(i)
            or self._speaker(i)
            or self._unknown(i)
        )

    def _number(self, i: int) -> Mention | None:
        words = self.words
        if words[i] in {"twice", "thrice"}:
            return Mention(1, (Ref(Kind.NUMBER, 2.0 if words[i] == "twice" else 3.0), "times"))
        number = cardinal(words, i)
        if number is None:
            return None
        tens = cardinal(words, i + 1)
        if 1 <= number.value <= 3 and number.length == 1 and tens and 10 <= tens.value < 100 and not number.digits:
            return Mention(1 + tens.length, (Ref(Kind.ANGLE, math.radians(number.value * 100 + tens.value)),))
        after = words[i + number.length] if i + number.length < len(words) else ""
        if number.length == 1 and words[i] in _NOT_ONE and after not in {"time", "times", "percent"}:
            return None
        before = words[max(0, i - 3) : i]
        if 10 <= number.value <= 720 and any(w in _TURNING for w in before) and after not in {"times", "percent"}:
            return Mention(number.length, (Ref(Kind.ANGLE, math.radians(number.value)),))
        if before and before[-1] in _STRAIGHT and after in {"", "please"} and number.value <= 10:
            return Mention(number.length, (Ref(Kind.DISTANCE, number.value),))
        return Mention(number.length, (Ref(Kind.NUMBER, number.value),))

    def _speaker(self, i: int) -> Mention | None:
        words, before = self.words, self.words[i - 1] if i else ""
        who = (Ref(Kind.PERSON, self.speaker),)
        if words[i] in {"me", "us", "myself"} and before in _OBJECT_AFTER:
            return Mention(1, who)
        here = words[i : i + 3] in {("where", "i", "am"), ("where", "we", "are")}
        if here and before in {"to", "come", "over", "here"}:
            return Mention(3, who if before == "to" else ("to", *who))
        return None

    def _unknown(self, i: int) -> Mention | None:
        length = unknown.noun_phrase(self.words, i, lambda j: self._name(j) is not None)
        return Mention(length, (Ref(Kind.UNKNOWN, " ".join(self.words[i : i + length])),)) if length else None

    # ------------------------------------------------------------ names
    def _named(self, i: int) -> Mention | None:
        coloured = self._coloured(i) if self.words[i] in COLOURS else None
        if coloured is not None:
            return coloured
        found = self._name(i)
        if found is None:
            return None
        length, entries = found
        last = self.words[i + length - 1]
        parts = self._parts(self._narrow(entries, i + length))
        owned = last.endswith("'s") or (entries[0][0] is Kind.PERSON and self._bare_possessive(i, length, entries))
        if owned and i + length < len(self.words):
            parts = (*parts, "'s")
        return Mention(length, parts)

    def _bare_possessive(self, i: int, length: int, entries: tuple[Entry, ...]) -> bool:
        """ "grandmas room", as recognisers write it."""
        return self.words[i + length - 1].endswith("s") and not self.index.exact(self.words[i : i + length])

    def _parts(self, entries: tuple[Entry, ...]) -> tuple[str | Ref, ...]:
        parts: list[str | Ref] = []
        for kind, name in entries[:MOST_CHOICES]:
            parts += ["or"] if parts else []
            parts.append(Ref(kind, name))
        return tuple(parts)

    def _name(self, i: int) -> tuple[int, tuple[Entry, ...]] | None:
        """Words and meanings of the longest name that begins at `i`, well or badly spelled."""
        if i not in self._names:
            self._names[i] = self._read_name(i)
        return self._names[i]

    def _read_name(self, i: int) -> tuple[int, tuple[Entry, ...]] | None:
        words = self.words
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
        if not strange or self.guesses <= 0 or not all(word.isalpha() for word in window):
            return ()
        if (
            any(word not in self.index.words and self._everyday(word) for word in window)
            or window[0] in PLAIN - self.index.words
        ):
            return ()
        self.guesses -= 1
        return self.index.guess(window)

    def _is_other(self, i: int, n: int) -> bool:
        """Whether what looks like a name is a verb here, or a vessel for something else ("a cup of tea")."""
        words = self.words
        before = words[i - 1] if i else ""
        after = words[i + n] if i + n < len(words) else ""
        if n == 1 and ((words[i] in CONTAINERS and after == "of") or (words[i] == "counter" and after == "clockwise")):
            return True
        return n == 1 and self._is_verb(words[i], i, before, after)

    def _is_verb(self, word: str, i: int, before: str, after: str) -> bool:
        words = self.words
        if word in MOSTLY_NOUNS:
            return before in _ORDER and after in _DETERMINERS | {"me", "us", "it"}
        if word not in MOSTLY_VERBS or before in _DETERMINERS or before in COLOURS or before.endswith("'s"):
            return False
        if word == "study":
            return (before == "to" and i > 1 and words[i - 2] not in _GOING) or before in _SUBJECTS
        if before == "to":
            return not (i > 1 and words[i - 2] in _GOING)
        if before == "and":
            return not (i > 1 and self.index.exact(words[i - 2 : i - 1])) or after in _DETERMINERS
        if not before and not after:
            return word == "dock"  # an answer to a question names the thing; "dock" alone is an order
        return before not in _NOUN_AFTER

    def _narrow(self, entries: tuple[Entry, ...], after: int) -> tuple[Entry, ...]:
        """Those of several meanings that fit what follows ("the shelf in the study") or are where the robot is."""
        if len(entries) < 2:
            return entries
        if len({kind for kind, _ in entries}) > 1:
            return entries[:1]
        j = after + 1
        if after < len(self.words) and self.words[after] in {"in", "of", "from"}:
            j += j < len(self.words) and self.words[j] in _DETERMINERS
            found = self._name(j) if j < len(self.words) else None
            room = found[1][0][1] if found and found[1][0][0] is Kind.ROOM else ""
            fit = tuple(e for e in entries if room and self._room(e[1]) == room)
            if fit:
                return fit
        here = tuple(e for e in entries if self.lexicon.here_room and self._room(e[1]) == self.lexicon.here_room)
        return here if len(here) == 1 else entries

    def _room(self, name: str) -> str:
        known = self.lexicon.room_of.get(name)
        return known or next((room for room in self.lexicon.rooms if name.startswith(room + " ")), "")

    def _coloured(self, i: int) -> Mention | None:
        """ "the blue one", and "the green mug" where the mug that is known is blue."""
        words, colour = self.words, self.words[i]
        if i + 1 >= len(words) or self._name(i) is not None:
            return None
        alike = self.index.coloured.get(colour, ())
        if words[i + 1] in {"one", "ones"}:
            bound = tuple(
                e for e in alike if any(h.kind is e[0] and v == e[1] for h, v in self.bindings.values.items())
            )
            return Mention(2, self._parts(bound or alike)) if alike else None
        found = self._name(i + 1)
        if found is None or found[1][0][0] is not Kind.THING:
            return None
        length, entries = found
        other = [e for e in entries if e[1].split(" ")[0] in COLOURS - {colour}]
        if len(other) < len(entries):
            return None
        if alike:
            return Mention(1 + length, self._parts(tuple(dict.fromkeys((*alike, *entries)))))
        return Mention(1 + length, (Ref(Kind.UNKNOWN, " ".join(words[i : i + 1 + length])),))
