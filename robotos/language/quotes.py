"""Which part of an utterance is words to keep as they are: a message to pass on, a fact to remember, a quotation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from robotos.kernel.calls import Kind
from robotos.language.clauses import end_of_message
from robotos.language.common_words import PLAIN
from robotos.language.span import Span
from robotos.language.teaching import Lesson
from robotos.language.tokens import Token
from robotos.language.word_set import word_set

NameAt = Callable[[int], "tuple[int, Kind] | None"]  # words and kind of the name that begins at a word
TimeAt = Callable[[int], int]  # words of the time or duration phrase that begins at a word, 0 if none does
Phrases = tuple[tuple[str, ...], ...]

_OPENERS: Final = word_set(
    """
    please you and then to now just go kindly also so ok hey yes no robot but well must should can could oh quick
    quickly forget listen look first afterwards later finally yo do would
    """
)
_SAY: Final[Phrases] = (
    ("speak", "the", "words"),
    ("say", "the", "words"),
    ("repeat", "after", "me"),
    ("read", "this", "out"),
    ("read", "this", "aloud"),
    ("pass", "on", "the", "word"),
    ("spread", "the", "word"),
    ("make", "an", "announcement"),
    ("shout", "out"),
    ("call", "out"),
    ("say",),
    ("shout",),
    ("announce",),
    ("broadcast",),
    ("yell",),
    ("whisper",),
)
_TELL: Final[Phrases] = (("tell",), ("ask",), ("warn",), ("inform",), ("let",), ("notify",))
_TELL_ANYWHERE: Final[Phrases] = (("tell",), ("inform",), ("let",))
_NO_ORDER: Final = word_set("don't not never i we they she he who didn't won't can't did does do shouldn't mustn't")
# After a person: what that person is to know.
_SHOULD_KNOW: Final[Phrases] = (
    ("should", "know", "that"), ("ought", "to", "know", "that"), ("ought", "to", "be", "told", "that"),
    ("should", "be", "told", "that"), ("must", "be", "told", "that"), ("needs", "to", "know", "that"),
    ("has", "to", "know", "that"), ("must", "know", "that"), ("needs", "to", "be", "told", "that"),
    ("would", "like", "to", "know", "that"), ("has", "to", "be", "told", "that"),
)  # fmt: skip
_MESSAGE: Final[Phrases] = (
    ("give",), ("bring",), ("send",), ("deliver", "to"), ("pass", "on", "to"), ("pass", "this", "on", "to"),
    ("message", "for"), ("a", "message", "for"), ("a", "message", "to"), ("message", "to"), ("relay", "to"),
    ("take", "a", "message", "to"), ("deliver", "a", "message", "to"), ("announce", "to"), ("mention", "to"),
    ("explain", "to"), ("report", "to"), ("i", "have", "a", "message", "for"), ("pass", "a", "message", "to"),
    ("pass", "a", "message", "on", "to"), ("pass", "the", "message", "on", "to"),
)  # fmt: skip
_WISH: Final[Phrases] = (("wish",), ("bid",))
_REMIND: Final[Phrases] = (("remind",), ("don't", "let", "me", "forget"), ("a", "reminder"))
_NOTE: Final[Phrases] = (
    ("make", "a", "note", "of"),
    ("make", "a", "note"),
    ("you", "need", "to", "know"),
    ("you", "should", "know"),
    ("for", "your", "information"),
    ("keep", "in", "mind"),
    ("don't", "forget", "that"),
    ("note", "down"),
    ("write", "down"),
    ("store", "this"),
    ("store", "that"),
    ("save", "this"),
    ("take", "note"),
    ("save", "the", "following"),
    ("new", "note"),
    ("remember",),
    ("note",),
    ("memorise",),
    ("memorize",),
)
_QUESTIONS: Final = word_set("what where when who why how which whose something anything whether")
_POINTING: Final = word_set("it that this so them me us nothing")
_AFTER_POINTING: Final = word_set("again to louder slowly slower please once twice in for down now then well")
_STOCK: Final = frozenset(
    {
        "hello", "hi", "hey", "bye", "goodbye", "bye bye", "good bye", "thanks", "thank you", "sorry", "yes", "no",
        "ok", "your name", "a joke", "joke", "a story", "jokes", "another joke", "the time", "the date", "good night",
        "goodnight", "good morning", "something funny", "too", "as well", "again",
    }
)  # fmt: skip
_DAY_GREETINGS: Final = frozenset(
    {"good night", "goodnight", "good morning", "good evening", "good afternoon", "good day"}
)
_ABOUT_TO: Final = word_set("going about wanted have meant was used")
_WHERE: Final = word_set("in at on from about and with")
_AFTER_GREETING: Final = word_set("and then first in to from when before")
_GREETINGS: Final = word_set("hello hi hey bye goodbye thanks")
# Words of a statement that a thing is somewhere or that somebody has it.
_PLACING: Final = word_set(
    """
    is are was were lives live belongs belong goes go stands lies sits hangs on in at with under near by inside behind
    beside to the a an my our your his her i we put left leave placed keep keeps kept stored moved have has got gave
    lent give always now usually all lying sitting just over there still not
    """
)
_DETERMINERS: Final = word_set("the a an my our your his her their that")
_MEMORY: Final = word_set(
    "know knew remember told tell said say remind notes memory note was forget forgot delete erase wipe recall learned"
)
_QUOTED: Final = re.compile(r'"([^"]+)"?')


def spans(text: str, tokens: Sequence[Token], name_at: NameAt, time_at: TimeAt) -> tuple[Span, ...]:
    """The pieces of text to keep, in order, none overlapping. Explicit quotation marks win over rules."""
    quoted = _quoted(text, tokens)
    if quoted:
        return quoted
    words = tuple(token.word for token in tokens)
    found = Lesson(words, name_at).span() or _Reader(words, name_at, time_at).find()
    return (found,) if found is not None else ()


def _quoted(text: str, tokens: Sequence[Token]) -> tuple[Span, ...]:
    found: list[Span] = []
    for match in _QUOTED.finditer(text):
        inside = [k for k, token in enumerate(tokens) if match.start(1) <= token.start and token.end <= match.end(1)]
        if inside:
            found.append(Span(inside[0], inside[-1] + 1))
    return tuple(found)


class _Reader:
    """Looks for the first verb of speaking or remembering that begins a clause, and for what it governs."""

    def __init__(self, words: Sequence[str], name_at: NameAt, time_at: TimeAt) -> None:
        self.words = words
        self.name_at = name_at
        self.time_at = time_at
        self.end = len(words) - 1 if words and words[-1] == "please" else len(words)
        self.opening = self._skip_times(0)  # where the order begins after "at nine" or "every day"

    def find(self) -> Span | None:
        rules = (
            (_SAY, self._say),
            (_TELL, self._tell),
            (_WISH, self._wish),
            (_MESSAGE, self._message),
            (_NOTE, self._note),
        )
        for i in range(len(self.words)):
            found = self._governed(i, _REMIND, self._remind)
            if found is None and i > 0 and self.words[i - 1] not in _NO_ORDER:
                found = self._governed(i, _TELL_ANYWHERE, self._tell)
            if found is None and (i in {0, self.opening} or self.words[i - 1] in _OPENERS):
                found = next((f for lead, rule in rules if (f := self._governed(i, lead, rule)) is not None), None)
            found = found or self._known_by(i) or self._topic(i)
            if found is not None:
                return found
        return None

    def _governed(self, i: int, leads: Phrases, rule: Callable[[int, int], Span | None]) -> Span | None:
        for lead in leads:
            if tuple(self.words[i : i + len(lead)]) == lead:
                found = rule(i, i + len(lead))
                return found if found is not None and found.start < found.end else None
        return None

    # ------------------------------------------------------------ rules; `i` is the verb, `start` what follows it
    def _say(self, i: int, start: int) -> Span | None:
        words, end = self.words, end_of_message(self.words, start, self.end, told_to_do=False)
        if i > 1 and words[i - 1] == "to" and words[i - 2] in _ABOUT_TO:
            return None  # "what was i going to say"
        if start + 1 < end and words[start] in {"me", "us"} and words[start + 1] in _QUESTIONS:
            return None  # "say me where the towel is"
        if start < end and words[start] == "to":  # say to grandma that ...
            person = self._person(start + 1)
            if person is None:
                return None
            start, told = person, True
        else:
            before = self._before_addressee(start, end)
            told, end = before < end and words[before + 1] not in {"me", "us"}, before
        start = self._skip_times(start)
        if start < end - 1 and words[start] == "that" and not self._understood(start, end):
            start += 1
        if told and self._is_day_greeting(start, end):
            return Span(start, end)
        return None if self._understood(start, end) else Span(start, end)

    def _tell(self, i: int, start: int) -> Span | None:
        words = self.words
        start += words[start : start + 1] == ("to",)  # "tell to the guest"
        to_me = start < self.end and words[start] in {"me", "us"}
        after = start + 1 if to_me else self._person(start)
        if after is None:
            return None
        start = after
        if words[i] == "let":
            if start >= self.end or words[start] != "know":
                return None
            start += 1
        if self._corrected(start):
            return None  # "tell the guest, no, tell grandma ..."
        timed = self._skip_times(start)
        told = i == self.opening > 0 and start < self.end and words[start] in {"that", "to"}
        if to_me and timed == start and not told:
            return None  # "tell me ..." asks for an answer
        start = timed
        order = start < self.end and words[start] == "to"
        if start < self.end - 1 and words[start] in {"that", "to"}:
            start += 1
        elif start < self.end and words[start] == "about":
            return None
        end = end_of_message(words, start, self.end, told_to_do=order or words[i] == "ask")
        if not to_me and self._is_day_greeting(start, end):
            return Span(start, end)
        if self._understood(start, end) and words[i] != "ask":
            return None
        return Span(start, end)

    def _wish(self, i: int, start: int) -> Span | None:
        """ "wish grandma a good night from me"."""
        words, end = self.words, end_of_message(self.words, start, self.end, told_to_do=False)
        after = self._person(start)
        if after is None or words[start] in {"me", "us"}:
            return None
        start = after + 1 if after < end and words[after] in {"a", "an", "the"} else after
        sender = next((k for k in range(start + 1, end) if words[k] == "from"), end)
        return Span(start, sender)

    def _message(self, i: int, start: int) -> Span | None:
        """ "give grandma the message that dinner is ready", "a message for the guest: ...", "announce to all ..."."""
        words = self.words
        after = self._person(start)
        if after is None:
            return None
        given = tuple(words[after : after + 2]) in {("a", "message"), ("the", "message"), ("this", "message")}
        if start - i == 1 and not given:
            return None  # "give grandma the glasses"
        start = after + (2 if given else 0)
        start += start < self.end - 1 and words[start] in {"that", "saying", "namely"}
        if not given and start < self.end and words[start] in _WHERE:
            return None  # "report to the guest in the bedroom"
        end = end_of_message(words, start, self.end, told_to_do=False)
        return None if self._understood(start, end) else Span(start, end)

    def _known_by(self, i: int) -> Span | None:
        """ "grandma should know that dinner is ready"."""
        if i == 0 or self.words[i - 1] in {"you", "i", "we"}:
            return None
        return self._governed(i, _SHOULD_KNOW, lambda _, start: Span(start, self._cut(start)))

    def _corrected(self, start: int) -> bool:
        """Whether the speaker breaks off at `start` and begins anew."""
        after = self.words[start : start + 4]
        return bool(after) and after[0] in {"no", "sorry", "wait"} and ("tell" in after or "remind" in after)

    def _cut(self, start: int) -> int:
        return end_of_message(self.words, start, self.end, told_to_do=False)

    def _remind(self, i: int, start: int) -> Span | None:
        words, end = self.words, self.end
        if words[i] == "remind":
            after = start + 1 if start < end and words[start] in {"me", "us"} else self._person(start)
            if after is None:
                return None
            start = after
        elif start < end and words[start] == "for":
            start = self._person(start + 1) or start
        if self._corrected(start):
            return None
        start = self._skip_times(start)
        if start < end and words[start] in {"to", "that", "about", "of"}:
            start += 1
        end = end_of_message(words, start, end, told_to_do=True)
        for k in range(start + 1, end):
            if self._skip_times(k) == end:
                end = k
                break
        return None if self._understood(start, end) else Span(start, end)

    def _note(self, i: int, start: int) -> Span | None:
        words, end = self.words, self.end
        if i > 1 and words[i - 1] == "you" and words[i - 2] in {"do", "did", "don't", "will", "if", "can't"}:
            return None  # "do you remember ..." asks
        if start < end and words[start] in {"to", "book", "books"}:
            return None  # "remember to clean the kitchen" is an order
        if start < end - 1 and words[start] in {"that", "this"} and words[start + 1] not in _AFTER_POINTING:
            start += 1
        end = end_of_message(words, start, end, told_to_do=True)
        if self._understood(start, end) or self._is_placing(start, end):
            return None
        return Span(start, end)

    def _topic(self, i: int) -> Span | None:
        """ "what did i say about grandma's tea": more than one name or noun."""
        words, start, end = self.words, i + 1, self.end
        if words[i] != "about" or start >= end or not any(word in _MEMORY for word in words[:i]):
            return None
        if words[start] in _POINTING or words[start] in {"you", "yourself", "today", "yesterday"}:
            return None
        k = start + 1 if words[start] in _DETERMINERS else start
        named = self.name_at(k) if k < end else None
        if named is not None and k + named[0] == end and not words[end - 1].endswith("'s"):
            return None
        plain = all(words[j] not in PLAIN and "'" not in words[j] and self.name_at(j) is None for j in range(k, end))
        return None if plain or "what" in words[start:end] else Span(start, end)

    # ------------------------------------------------------------ parts
    def _skip_times(self, i: int) -> int:
        while i < self.end:
            length = self.time_at(i)
            if length == 0:
                break
            i += length
        return i

    def _person(self, i: int) -> int | None:
        """The word after the person named at `i` (perhaps after "the" or "my")."""
        words = self.words
        if i < len(words) and words[i] in _DETERMINERS and words[i] != "that":
            owned = self.name_at(i + 1) if i + 1 < len(words) else None
            if words[i] == "her" and (owned is None or owned[1] is not Kind.PERSON):
                return i + 1
            i += 1
        if i >= len(words):
            return None
        found = self.name_at(i)
        if found is not None and found[1] is Kind.PERSON and not words[i + found[0] - 1].endswith("'s"):
            i += found[0]
            more = self._person(i + 1) if i < len(words) and words[i] == "and" else None
            return more or i
        return i + 1 if words[i] in {"everyone", "everybody", "them", "him", "her"} else None

    def _before_addressee(self, start: int, end: int) -> int:
        for k in range(end - 2, start, -1):
            if self.words[k] == "to":
                one = self.words[k + 1] in {"me", "us", "everyone", "everybody"} and k + 2 == end
                if one or self._person(k + 1) == end:
                    return k
        return end

    def _is_day_greeting(self, start: int, end: int) -> bool:
        """ "good night": passed on to somebody, these are words to say and not the robot's own greeting."""
        return " ".join(self.words[start:end]) in _DAY_GREETINGS

    def _understood(self, start: int, end: int) -> bool:
        """Nothing there, or a stock phrase, a question or a pointing word, that other rules understand."""
        words = self.words
        if start >= end or " ".join(words[start:end]) in _STOCK or words[start] in _QUESTIONS:
            return True
        if words[start] in _GREETINGS and (end - start <= 3 or words[start + 1] in _AFTER_GREETING):
            return True
        following = words[start + 1] if start + 1 < end else ""
        if following == "please" and start + 2 < end:
            return False  # "tell her that please ..."
        return words[start] in _POINTING and (not following or following in _AFTER_POINTING)

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
