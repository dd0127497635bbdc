"""Which part of an utterance is words to keep as they are: a message to pass on, a fact to remember, a quotation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from robotos.kernel.calls import Kind
from robotos.language import noting
from robotos.language.addressees import Addressees, NameAt
from robotos.language.clauses import end_of_message
from robotos.language.span import Span
from robotos.language.speaking import (
    ABOUT_SEEN,
    ABOUT_TO,
    AFTER_ASKED,
    ASKED,
    BEARING,
    BEFORE_TELLING,
    DAY_GREETINGS,
    GIVEN,
    LONGEST_ASKED,
    MADE_SURE,
    MEANWHILE,
    MESSAGE,
    NO_ORDER,
    NOTE,
    OPENERS,
    QUESTIONS,
    REMARKING,
    REMIND,
    SAY,
    SHOULD_KNOW,
    STOCK,
    TELL,
    TELL_ANYWHERE,
    TELLING,
    WISH,
    Phrases,
)
from robotos.language.teaching import Lesson
from robotos.language.tokens import Token
from robotos.language.topics import topic
from robotos.language.word_set import word_set

TimeAt = Callable[[int], int]  # words of the time or duration phrase that begins at a word, 0 if none does

_POINTING: Final = word_set("it that this so them me us nothing")
_AFTER_POINTING: Final = word_set("again to louder slowly slower please once twice in for down now then well")
_WHERE: Final = word_set("in at on from about and with")
_AFTER_GREETING: Final = word_set("and then first in to from when before")
_GREETINGS: Final = word_set("hello hi hey bye goodbye thanks")
# Orders that break in where something to be said or remembered was to follow: "i forget to say it, tell grandma ...".
_BREAKING_IN: Final = word_set("tell bring go fetch drive vacuum hoover remind inform")
# Words of a statement that a thing is somewhere or that somebody has it.
_PLACING: Final = word_set(
    """
    is are was were lives live belongs belong goes go stands lies sits hangs on in at with under near by inside behind
    beside to the a an my our your his her their i we put left leave placed keep keeps kept stored moved have has got
    gave lent give always now usually all lying sitting just over there still not
    """
)
# No phrase that something is kept after begins with another word.
_STARTERS: Final = (
    noting.STARTERS
    | {
        lead[0]
        for leads in (SAY, TELL, TELLING, TELL_ANYWHERE, WISH, MESSAGE, BEARING, REMIND, NOTE, SHOULD_KNOW, MADE_SURE)
        for lead in leads
    }
    | {"about"}
)
_QUOTED: Final = re.compile(r'"([^"]+)"?')


def spans(text: str, tokens: Sequence[Token], name_at: NameAt, time_at: TimeAt) -> tuple[Span, ...]:
    """The pieces of text to keep, in order, none overlapping. Explicit quotation marks win over rules."""
    quoted = _quoted(text, tokens)
    if quoted:
        return quoted
    words = tuple(token.word for token in tokens)
    lesson = Lesson(words, name_at).span()
    return (lesson,) if lesson is not None else _Reader(words, name_at, time_at).find()


def _quoted(text: str, tokens: Sequence[Token]) -> tuple[Span, ...]:
    found: list[Span] = []
    for match in _QUOTED.finditer(text):
        inside = [k for k, token in enumerate(tokens) if match.start(1) <= token.start and token.end <= match.end(1)]
        if inside:
            found.append(Span(inside[0], inside[-1] + 1))
    return tuple(found)


class _Reader:
    """Looks for the verbs of speaking or remembering that begin a clause, and for what they govern."""

    def __init__(self, words: Sequence[str], name_at: NameAt, time_at: TimeAt) -> None:
        self.words = words
        self.name_at = name_at
        self.time_at = time_at
        self.end = len(words) - 1 if words and words[-1] == "please" else len(words)
        self.opening = self._skip_times(0)  # where the order begins after "at nine" or "every day"
        self.who = Addressees(words, name_at, self.end)

    def find(self) -> tuple[Span, ...]:
        found: list[Span] = []
        i = 0
        while i < len(self.words):
            span = self._begins(i)
            if span is not None:
                found.append(span)
            i = i + 1 if span is None else span.end
        return tuple(found)

    def _begins(self, i: int) -> Span | None:
        """What is kept because of the word or phrase at `i`."""
        if self.words[i] not in _STARTERS:
            return None
        before = self.words[i - 1] if i else ""
        opens = i in {0, self.opening} or before in OPENERS
        found = self._governed(i, REMIND, self._remind)
        if found is None and before not in NO_ORDER:
            found = self._governed(i, TELL_ANYWHERE, self._tell) if i else None
            found = found or self._governed(i, BEARING, self._bearing)
        if found is None and before in BEFORE_TELLING:
            found = self._governed(i, TELLING, self._tell)
        if found is None and opens:
            rules = (
                (SAY, self._say),
                (TELL, self._tell),
                (WISH, self._wish),
                (MESSAGE, self._message),
                (NOTE, self._note),
            )
            found = next((f for lead, rule in rules if (f := self._governed(i, lead, rule)) is not None), None)
        if found is None and self.words[i] == "say" and self.words[0] in MEANWHILE and before not in NO_ORDER | {"you"}:
            found = self._governed(i, SAY, self._say)
        return found or self._kept(i) or self._known_by(i) or topic(self.words, i, self.end, self.name_at)

    def _governed(self, i: int, leads: Phrases, rule: Callable[[int, int], Span | None]) -> Span | None:
        for lead in leads:
            if tuple(self.words[i : i + len(lead)]) == lead:
                found = rule(i, i + len(lead))
                return found if found is not None and found.start < found.end else None
        return None

    # ------------------------------------------------------------ rules; `i` is the verb, `start` what follows it
    def _say(self, i: int, start: int) -> Span | None:
        words, end = self.words, self._cut(start)
        if self._meant_to(i) or self._broken_off(start):
            return None  # "what was i going to say", "i forgot to say it, tell ..."
        if start + 1 < end and words[start] in {"me", "us"} and words[start + 1] in QUESTIONS:
            return None  # "say me where the towel is"
        if start < end and words[start] == "to":  # say to grandma that ...
            person = self.who.told(start + 1)
            if person is None:
                return None
            start, told = person, True
        else:
            before = self.who.before_last(start, end)
            told, end = before < end and words[before + 1] not in {"me", "us"}, before
        start = self._skip_times(start)
        here = self.who.where(start)
        start = here if words[here : here + 1] == ("that",) else start  # "announce in the kitchen that ..."
        if start < end - 1 and words[start] == "that" and not self._understood(start, end):
            start += 1
        if told and self._is_day_greeting(start, end):
            return Span(start, end)
        return None if self._understood(start, end) else Span(start, end)

    def _tell(self, i: int, start: int) -> Span | None:
        words = self.words
        start += words[start : start + 1] == ("to",)  # "tell to the guest"
        to_me = start < self.end and words[start] in {"me", "us"}
        after = start + 1 if to_me else self.who.told(start)
        if after is None:
            return None
        start = after
        if words[i] in {"let", "letting"}:
            if start >= self.end or words[start] != "know":
                return None
            start += 1
        if self._corrected(start):
            return None  # "tell the guest, no, tell grandma ..."
        timed = self._skip_times(start)
        told = i == self.opening > 0 and start < self.end and words[start] in {"that", "to"}
        if to_me and timed == start and not told:
            return None  # "tell me ..." asks for an answer
        start = timed if to_me else self.who.where(timed)
        order = start < self.end and words[start] == "to"
        if start < self.end - 1 and words[start] in {"that", "to"}:
            start += 1
        elif start < self.end and words[start] == "about":
            return None
        end = self._cut(start, to_do=order or words[i] == "ask")
        if not to_me and self._is_day_greeting(start, end):
            return Span(start, end)
        if self._understood(start, end) and words[i] != "ask":
            return None
        return Span(start, end)

    def _wish(self, i: int, start: int) -> Span | None:
        """ "wish grandma a good night from me"."""
        words, end = self.words, self._cut(start)
        after = self.who.told(start)
        if after is None or words[start] in {"me", "us"}:
            return None
        start = after + 1 if after < end and words[after] in {"a", "an", "the"} else after
        sender = next((k for k in range(start + 1, end) if words[k] == "from"), end)
        return Span(start, self.who.without_place(start, sender))

    def _message(self, i: int, start: int) -> Span | None:
        """ "give grandma the message that dinner is ready", "a message for the guest: ...", "announce to all ..."."""
        words = self.words
        after = self.who.told(start)
        if after is None:
            return None
        given = max((len(g) for g in GIVEN if tuple(words[after : after + len(g)]) == g), default=0)
        if start - i == 1 and not given:
            return None  # "give grandma the glasses"
        start = after + given
        that = start < self.end - 1 and words[start] in {"that", "saying", "namely"}
        if given and not that and words[start - 1] not in {"message", "following"}:
            return None  # "give grandma the news"
        start += that
        if not given and start < self.end and words[start] in _WHERE:
            return None  # "report to the guest about the bedroom"
        end = self._cut(start)
        return None if self._understood(start, end) else Span(start, end)

    def _bearing(self, i: int, start: int) -> Span | None:
        """ "bring her the glasses with the message that ...", "find the guest and mention that ..."."""
        words = self.words
        if self._meant_to(i) or (start < self.end and words[start] in {"to", "from", "for"}):
            return None
        start += start < self.end - 1 and words[start] in {"that", "saying"}
        end = self._cut(start)
        return None if self._understood(start, end) else Span(start, end)

    def _known_by(self, i: int) -> Span | None:
        """ "grandma should know that dinner is ready"."""
        if i == 0 or self.words[i - 1] in {"you", "i", "we"}:
            return None
        leads = SHOULD_KNOW + (MADE_SURE if "sure" in self.words[:i] else ())
        return self._governed(i, leads, lambda _, start: Span(start, self._cut(start)))

    def _meant_to(self, i: int) -> bool:
        """ "i was going to say ...": no order."""
        before = self.words[max(0, i - 3) : i]
        if any(before[-len(said) :] == said for said in REMARKING):
            return True
        return len(before) > 1 and before[-1] == "to" and before[-2] in ABOUT_TO and before[0] not in {"don't", "not"}

    def _broken_off(self, start: int) -> bool:
        after = self.words[start : start + 2]
        return len(after) == 2 and after[0] in _POINTING and after[1] in _BREAKING_IN

    def _corrected(self, start: int) -> bool:
        """Whether the speaker breaks off at `start` and begins anew."""
        after = self.words[start : start + 4]
        return bool(after) and after[0] in {"no", "sorry", "wait"} and ("tell" in after or "remind" in after)

    def _cut(self, start: int, *, to_do: bool = False) -> int:
        """Where the message that begins at `start` ends: before an order to the robot, or before the next message."""
        end = end_of_message(self.words, start, self.end, told_to_do=to_do)
        return next((k for k in range(start + 1, end) if self._tells_next(k)), end)

    def _tells_next(self, k: int) -> bool:
        """ "... | and tell the guest ...", "... | and let the guest know ..."."""
        words = self.words
        if words[k] != "and":
            return False
        k += 1
        while k < self.end and words[k] in {"then", "also", "please"}:
            k += 1
        if k >= self.end or (tuple(words[k : k + 1]) not in TELL and words[k] != "remind"):
            return False
        after = self.who.person(k + 1)
        named = any(self.name_at(j) is not None for j in range(k + 1, min(k + 3, self.end)))
        return after is not None and named and (words[k] != "let" or "know" in words[after : after + 6])

    def _remind(self, i: int, start: int) -> Span | None:
        words, end = self.words, self.end
        if words[i] == "remind":
            after = start + 1 if start < end and words[start] in {"me", "us"} else self.who.told(start)
            if after is None:
                return None
            start = after
        elif start < end and words[start] == "for":
            start = self.who.person(start + 1) or start
        if self._corrected(start):
            return None
        start = self._skip_times(start)
        if start < end and words[start] in {"to", "that", "about", "of"}:
            start += 1
        end = self._cut(start, to_do=True)
        for k in range(start + 1, end):
            if self._skip_times(k) == end:
                end = k
                break
        return None if self._understood(start, end) else Span(start, end)

    def _note(self, i: int, start: int) -> Span | None:
        words, end = self.words, self.end
        asking = {"do", "did", "don't", "will", "if", "can't"}
        if i > 1 and words[i - 1] == "you" and words[i - 2] in asking and not words[i].endswith("ed"):
            return None  # "do you remember ..." asks
        if (
            i > 1
            and words[i - 1] == "to"
            and {"don't", "needn't", "not"} & set(words[: i - 1])
            and words[i] == "remember"
        ):
            return None  # "you don't need to remember ..."
        if start < end and words[start] in {"to", "book", "books"} | _BREAKING_IN:
            return None  # "remember to clean the kitchen" is an order
        start = self._for_later(start)
        if start < end - 1 and words[start] in {"that", "this"} and words[start + 1] not in _AFTER_POINTING:
            start += 1
        end = self._cut(start, to_do=True)
        if self._understood(start, end) or self._is_placing(start, end):
            return None
        return Span(start, end)

    def _for_later(self, start: int) -> int:
        """The word after "this for when i ask" or "it for tomorrow"."""
        if len(self.words) < start + 3 or self.words[start] not in {"this", "it"} or self.words[start + 1] != "for":
            return start
        asked = self.words[start + 2 : start + 5] == ("when", "i", "ask")
        after = start + 5 if asked else self._skip_times(start + 2)
        return after + (self.words[after : after + 1] == ("later",))

    def _kept(self, i: int) -> Span | None:
        """ "put this on record: ...", "one more thing: remember that ..."."""
        lead = noting.lead(self.words, i)
        found = self._note(i, i + lead) if lead else None
        return found if found is not None and found.start < found.end else None

    # ------------------------------------------------------------ parts
    def _skip_times(self, i: int) -> int:
        while i < self.end:
            length = self.time_at(i)
            if length == 0:
                break
            i += length
        return i

    def _is_day_greeting(self, start: int, end: int) -> bool:
        """ "good night": passed on to somebody, these are words to say and not the robot's own greeting."""
        return " ".join(self.words[start:end]) in DAY_GREETINGS

    def _understood(self, start: int, end: int) -> bool:
        """Nothing there, or a stock phrase, a question or a pointing word, that other rules understand."""
        words = self.words
        if start >= end or " ".join(words[start:end]) in STOCK or words[start] in QUESTIONS:
            return True
        if self._asked(start, end):
            return True
        if words[start] in _GREETINGS and (end - start <= 3 or words[start + 1] in _AFTER_GREETING):
            return True
        following = words[start + 1] if start + 1 < end else ""
        if following == "please" and start + 2 < end:
            return False  # "tell her that please ..."
        return words[start] in _POINTING and (not following or following in _AFTER_POINTING)

    def _asked(self, start: int, end: int) -> bool:
        """ "the time", "your name and what you can do", "the name of the person at the desk"."""
        words = self.words
        for n in range(min(LONGEST_ASKED, end - start), 0, -1):
            if " ".join(words[start : start + n]) in ASKED:
                after = start + n
                if after == end or words[after] in AFTER_ASKED or self.who.where(after) == end:
                    return True
                return words[after] == "to" and self.who.told(after + 1) is not None
        seen = next((len(a) for a in ABOUT_SEEN if tuple(words[start : start + len(a)]) == a), 0)
        return seen > 0 and "is" not in words[start + seen : start + seen + 1 if seen > 3 else end]

    def _is_placing(self, i: int, end: int) -> bool:
        """Whether words `i` to `end` say where one known thing is: that goes into the table of things."""
        kinds: list[Kind] = []
        having = any(word in {"have", "has", "got"} for word in self.words[i:end])
        while i < end:
            found = self.name_at(i)
            if found is not None:
                kinds.append(found[1])
                i += found[0]
            elif self.words[i] in _PLACING:
                i += 1
            else:
                return False
        where = [kind for kind in kinds if kind in {Kind.PLACE, Kind.ROOM, Kind.PERSON}]
        return kinds.count(Kind.THING) == 1 and len(where) + 1 == len(kinds) <= 3 and (bool(where) or having)
