"""The entity linker: names, numbers, times and quoted words of an utterance become typed handles."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Final

from robotos.kernel.calls import Bindings, Kind, Word
from robotos.kernel.ports import Linked
from robotos.kernel.recurrence import NamedTime
from robotos.language import daytimes, quotes, times, unknown
from robotos.language.descriptions import Descriptions
from robotos.language.inflection import singular
from robotos.language.kinds_said import KindsSaid
from robotos.language.lexicon import Entry, Lexicon
from robotos.language.mention import Mention, Ref
from robotos.language.misheard import room_heard
from robotos.language.names import DETERMINERS, Names
from robotos.language.numbers import cardinal, quantity
from robotos.language.sense import sensible, speakable
from robotos.language.span import Span
from robotos.language.synonyms import COLOURS
from robotos.language.tokens import Token, normalise, strip_wake, tokenise
from robotos.language.word_set import word_set
from robotos.policy.repeating import DayTimes

__all__ = ["Lexicon", "Linked", "link"]

MOST_CHOICES: Final = 4  # names offered for one ambiguous mention
_OBJECT_AFTER: Final = word_set(
    """
    bring bringing brought give hand fetch get take follow following pass deliver find grab carry lend throw
    toss join meet reach visit to for with near behind after at from around toward towards by beside chase
    accompany escort lead under over
    """
)
_NOT_ONE: Final = frozenset({"one", "o", "oh", "zero"})
_TURNING: Final = frozenset({"turn", "rotate", "spin", "pivot", "turning", "left", "right", "clockwise"})
_STRAIGHT: Final = frozenset({"forward", "forwards", "back", "backward", "backwards", "ahead"})
_CORRECTING: Final = word_set("no not sorry nope rather actually wait oh oops make")
_PROCESS: Final = frozenset({"process", "task", "pid", "job"})


def link(
    text: str,
    lexicon: Lexicon,
    bindings: Bindings,
    now: datetime,
    speaker: str = "owner",
    day: DayTimes | None = None,
) -> Linked:
    """What the processor sees of `text`: lower-case words, with handles for all that has a meaning of its own.

    An ambiguous name becomes its possible meanings joined by "or". Values are as `Kind` says; times are the next such
    moment after `now`. `me` and `us` stand for `speaker`. Never raises; text without words gives no words.

    With the home's `day`, times by their name ("after dinner", "on weekdays") are times; without, they stay words.
    """
    linked = _Linking(normalise(text), lexicon, bindings, now, speaker, day).run()
    return linked if speakable(text) else replace(linked, sensible=False)


class _Linking:
    """One pass over one utterance."""

    def __init__(
        self, text: str, lexicon: Lexicon, bindings: Bindings, now: datetime, speaker: str, day: DayTimes | None
    ) -> None:
        self.text = text
        self.tokens: tuple[Token, ...] = strip_wake(tokenise(text))
        self.words = tuple(token.word for token in self.tokens)
        self.lexicon = lexicon
        self.index = lexicon.index
        self.bindings = bindings
        self.now = now
        self.speaker = speaker
        self.names = Names(self.words, self.index)
        self.day = day
        self.time: datetime | None = None  # the last one named
        self.unknown: list[str] = []

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
        said = sensible(self.text.split()) and sensible(self.words)
        return Linked(tuple(out), self.bindings, tuple(self.unknown), said)

    def _handle(self, ref: Ref) -> Word:
        self.bindings, handle = self.bindings.bind(ref.kind, ref.value)
        if isinstance(ref.value, datetime):
            self.time = ref.value
        if ref.kind is Kind.UNKNOWN:
            self.unknown.append(str(ref.value))
        return handle

    # ------------------------------------------------------------ kept text
    @cached_property
    def _spans(self) -> tuple[Span, ...]:
        return quotes.spans(self.text, self.tokens, self._name_kind, self._time_length)

    def _kept(self, span: Span) -> Mention:
        if span.kind is Kind.UNKNOWN:
            return Mention(span.end - span.start, (Ref(Kind.UNKNOWN, " ".join(self.words[span.start : span.end])),))
        written = self.text[self.tokens[span.start].start : self.tokens[span.end - 1].end]
        return Mention(span.end - span.start, (Ref(Kind.TEXT, written.strip()),))

    def _name_kind(self, i: int) -> tuple[int, Kind] | None:
        found = self.names.at(i)
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
        found = replace(times.context(self.words, self.now), day=self.day)
        stands = self.day is not None and (daytimes.standing(self.words) or daytimes.recurrent(self.words))
        return replace(found, recurrent=True) if stands else found

    # ------------------------------------------------------------ mentions
    def _mention(self, i: int, limit: int | None) -> Mention | None:
        found = self._any(i)
        if found is not None and limit is not None and i + found.length > limit:
            return None
        return found

    def _any(self, i: int) -> Mention | None:
        words = self.words
        name = self.names.at(i)
        if name is not None and self.index.taught(words[i : i + name[0]]):
            return self._named(i)
        if words[i] in _PROCESS and i + 1 < len(words):
            number = cardinal(words, i + 1)
            if number is not None and number.value == int(number.value) and words[i + 1] != "one":
                return Mention(1 + number.length, (words[i], Ref(Kind.PROCESS, int(number.value))))
        return (
            self._timed(i)
            or quantity(words, i)
            or self._heard(i)
            or self._kind(i)
            or self._named(i)
            or self._number(i)
            or self._speaker(i)
            or self._unknown(i)
        )

    def _timed(self, i: int) -> Mention | None:
        name = self.names.at(i + 2) if self.words[i : i + 2] == ("in", "the") and i + 2 < len(self.words) else None
        if name is not None and name[0] > 1:
            return None  # "in the night stand"
        ctx = replace(self._times, previous=self._previous_time())
        if self.day is None:
            return times.time_phrase(self.words, i, ctx)
        if isinstance(self.time, NamedTime) and daytimes.day_of_meal(self.words, i):
            return Mention(1, ())  # the day stands with the meal
        found = daytimes.day_phrase(self.words, i, ctx) or times.time_phrase(self.words, i, ctx)
        found = daytimes.joined(found, self.words, i, ctx) if found is not None else None
        return daytimes.stands(found, self.words, ctx) if found is not None and self.time is None else found

    def _previous_time(self) -> datetime | None:
        """The time named before in this utterance; in a correction ("no, at half past") the one spoken of last."""
        if self.time is None and self.words[0] in _CORRECTING:
            known = [value for value in self.bindings.values.values() if isinstance(value, datetime)]
            return known[-1] if known and known[-1] > self.now else None
        return self.time

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
        if words[i] in {"me", "us", "myself"} and (before in _OBJECT_AFTER or self._shared(i)):
            return Mention(1, who)
        here = words[i : i + 3] in {("where", "i", "am"), ("where", "we", "are")}
        if here and before in {"to", "come", "over", "here"}:
            return Mention(3, who if before == "to" else ("to", *who))
        return None

    def _shared(self, i: int) -> bool:
        """ "bring grandma the bottle and me the apple"."""
        if self.words[i - 1 : i] != ("and",) or i + 1 >= len(self.words):
            return False
        k = i + 2 if self.words[i + 1] in DETERMINERS else i + 1
        return k < len(self.words) and self.names.at(k) is not None

    def _unknown(self, i: int) -> Mention | None:
        length = unknown.noun_phrase(self.words, i, lambda j: self.names.at(j) is not None)
        if length == 1 and self.names.is_compound(i):
            length = 2
        return Mention(length, (Ref(Kind.UNKNOWN, " ".join(self.words[i : i + length])),)) if length else None

    # ------------------------------------------------------------ names
    def _named(self, i: int) -> Mention | None:
        coloured = self._coloured(i) if self.words[i] in COLOURS else None
        if coloured is not None:
            return coloured
        name, described = self.names.at(i), self._descriptions.at(i)
        if described is not None and (name is None or described[0] > name[0]):
            several = self.words[i] in {"rooms"} or self.words[i + 1 : i + 2] == ("rooms",)
            return Mention(described[0], self._parts(described[1], "and" if several else "or"))
        if name is None:
            return None
        length, entries = name
        last = self.words[i + length - 1]
        meant = self._narrow(entries, i + length)
        parts = self._parts(meant, "and" if self._several(last) else "or")
        owned = last.endswith("'s") or (entries[0][0] is Kind.PERSON and self._bare_possessive(i, length, entries))
        if owned and i + length < len(self.words):
            parts = (*parts, "'s")
        return Mention(length, parts)

    def _heard(self, i: int) -> Mention | None:
        """ "the vase room", by which the recogniser means the bathroom."""
        if self.index.exact(self.words[i : i + 2]):
            return None
        room = room_heard(self.words, i, self.lexicon.rooms)
        return Mention(2, (Ref(Kind.ROOM, room),)) if room else None

    @cached_property
    def _descriptions(self) -> Descriptions:
        return Descriptions(self.lexicon, self.words, self.names.at)

    @cached_property
    def _kinds(self) -> KindsSaid:
        return KindsSaid(self.lexicon, self.words, self.names.at)

    def _kind(self, i: int) -> Mention | None:
        found = self._kinds.at(i)
        return Mention(found[0], (Ref(*found[1]),)) if found else None

    def _bare_possessive(self, i: int, length: int, entries: tuple[Entry, ...]) -> bool:
        """ "grandmas room", as recognisers write it."""
        return self.words[i + length - 1].endswith("s") and not self.index.exact(self.words[i : i + length])

    @staticmethod
    def _several(noun: str) -> bool:
        """ "the cups", when there are two, are both of them."""
        return singular(noun) != noun

    def _parts(self, entries: tuple[Entry, ...], joint: str = "or") -> tuple[str | Ref, ...]:
        parts: list[str | Ref] = []
        for kind, name in entries[:MOST_CHOICES]:
            parts += [joint] if parts else []
            parts.append(Ref(kind, name))
        return tuple(parts)

    def _narrow(self, entries: tuple[Entry, ...], after: int) -> tuple[Entry, ...]:
        """Those of several meanings that fit what follows ("the shelf in the study") or are where the robot is."""
        if len(entries) < 2:
            return entries
        if len({kind for kind, _ in entries}) > 1:
            return entries[:1]
        j = after + 1
        if after < len(self.words) and self.words[after] in {"in", "of", "from"}:
            j += j < len(self.words) and self.words[j] in DETERMINERS
            found = self.names.at(j) if j < len(self.words) else None
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
        if i + 1 >= len(words) or self.names.at(i) is not None:
            return None
        alike = self.index.coloured.get(colour, ())
        if words[i + 1] in {"one", "ones"}:
            bound = tuple(
                e for e in alike if any(h.kind is e[0] and v == e[1] for h, v in self.bindings.values.items())
            )
            return Mention(2, self._parts(bound or alike)) if alike else None
        found = self.names.at(i + 1)
        if found is None or found[1][0][0] is not Kind.THING:
            return None
        length, entries = found
        other = [e for e in entries if e[1].split(" ")[0] in COLOURS - {colour}]
        if len(other) < len(entries):
            return None
        if alike:
            return Mention(1 + length, self._parts(tuple(dict.fromkeys((*alike, *entries)))))
        return Mention(1 + length, (Ref(Kind.UNKNOWN, " ".join(words[i : i + 1 + length])),))
