"""Words by which somebody is told, asked or reminded of something, or something is to be remembered."""

from __future__ import annotations

from typing import Final

from robotos.language.word_set import word_set

Phrases = tuple[tuple[str, ...], ...]

OPENERS: Final = word_set(
    """
    please you and then to now just go kindly also so ok hey yes no robot but well must should can could oh quick
    quickly forget listen look first afterwards later finally yo do would wait actually instead better oi pray mate dear
    """
)
SAY: Final[Phrases] = (
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
TELL: Final[Phrases] = (("tell",), ("ask",), ("warn",), ("inform",), ("let",), ("notify",), ("advise",))
TELL_ANYWHERE: Final[Phrases] = (("tell",), ("inform",), ("let",), ("notify",))
TELLING: Final[Phrases] = (("telling",), ("informing",), ("letting",), ("notifying",))
BEFORE_TELLING: Final = word_set("of about mind to by consider try start fancy manage")
NO_ORDER: Final = word_set("don't not never i we they she he who didn't won't can't did does do shouldn't mustn't")
# After a person: what that person is to know.
SHOULD_KNOW: Final[Phrases] = (
    ("should", "know", "that"), ("ought", "to", "know", "that"), ("ought", "to", "be", "told", "that"),
    ("should", "be", "told", "that"), ("must", "be", "told", "that"), ("needs", "to", "know", "that"),
    ("has", "to", "know", "that"), ("must", "know", "that"), ("needs", "to", "be", "told", "that"),
    ("would", "like", "to", "know", "that"), ("has", "to", "be", "told", "that"), ("is", "to", "be", "told", "that"),
    ("are", "to", "be", "told", "that"), ("is", "to", "know", "that"), ("are", "to", "know", "that"),
    ("is", "to", "be", "informed", "that"), ("are", "to", "be", "informed", "that"),
    ("should", "be", "informed", "that"), ("should", "hear", "that"), ("ought", "to", "hear", "that"),
    ("needs", "to", "hear", "that"), ("needs", "telling", "that"), ("wants", "telling", "that"),
    ("has", "to", "hear", "that"), ("must", "hear", "that"), ("is", "to", "hear", "that"),
    ("needs", "reminding", "that"), ("needs", "to", "be", "reminded", "that"), ("should", "be", "reminded", "that"),
    ("is", "to", "be", "reminded", "that"),
)  # fmt: skip
MADE_SURE: Final[Phrases] = (("hears", "that"), ("knows", "that"), ("learns", "that"), ("is", "told", "that"))
MESSAGE: Final[Phrases] = (
    ("give",), ("bring",), ("send",), ("deliver", "to"), ("pass", "on", "to"), ("pass", "this", "on", "to"),
    ("message", "for"), ("a", "message", "for"), ("a", "message", "to"), ("message", "to"), ("relay", "to"),
    ("take", "a", "message", "to"), ("deliver", "a", "message", "to"), ("announce", "to"), ("mention", "to"),
    ("explain", "to"), ("report", "to"), ("i", "have", "a", "message", "for"), ("pass", "a", "message", "to"),
    ("pass", "a", "message", "on", "to"), ("pass", "the", "message", "on", "to"), ("convey", "to"),
    ("take", "word", "to"), ("bring", "word", "to"), ("carry", "word", "to"), ("send", "word", "to"),
    ("get", "word", "to"), ("take", "the", "message", "to"), ("take", "this", "message", "to"),
    ("deliver", "this", "message", "to"), ("deliver", "the", "message", "to"), ("carry", "a", "message", "to"),
    ("break", "it", "to"), ("carry", "the", "news", "to"), ("take", "the", "news", "to"),
    ("bring", "the", "news", "to"),
    ("break", "the", "news", "to"), ("make", "it", "known", "to"), ("pass", "word", "to"),
    ("get", "a", "message", "to"), ("get", "the", "message", "to"), ("leave", "a", "message", "for"),
    ("serve",),
)  # fmt: skip
# What is given to somebody in words: after these the message begins.
GIVEN: Final[Phrases] = (
    ("a", "message"), ("the", "message"), ("this", "message"), ("notice",), ("word",), ("the", "news"),
    ("a", "heads", "up"), ("the", "information"), ("my", "message"), ("the", "following", "message"),
    ("the", "following"),
)  # fmt: skip
# What follows these words is the message, whoever it is for.
BEARING: Final[Phrases] = (
    ("with", "the", "message"), ("with", "this", "message"), ("with", "a", "message"), ("with", "the", "words"),
    ("with", "word", "that"), ("with", "the", "news", "that"),
    ("pass", "on", "that"), ("pass", "it", "on", "that"), ("mention", "that"), ("give", "notice", "that"),
    ("give", "word", "that"), ("report", "back", "that"), ("let", "it", "be", "known", "that"),
    ("let", "slip", "that"), ("make", "it", "known", "that"), ("pass", "along", "that"), ("point", "out", "that"),
    ("get", "it", "across", "that"), ("break", "the", "news", "that"), ("spread", "the", "news", "that"),
    ("convey", "that"), ("relay", "that"), ("the", "message", "is"), ("and", "add", "that"),
)  # fmt: skip
WISH: Final[Phrases] = (("wish",), ("bid",))
REMIND: Final[Phrases] = (
    ("remind",), ("don't", "let", "me", "forget"), ("a", "reminder"), ("i", "am", "to", "be", "reminded"),
    ("i", "want", "to", "be", "reminded"), ("i", "need", "to", "be", "reminded"), ("i", "wish", "to", "be", "reminded"),
    ("i", "would", "like", "to", "be", "reminded"), ("i'd", "like", "to", "be", "reminded"),
    ("i", "must", "be", "reminded"), ("i", "should", "be", "reminded"), ("have", "me", "reminded"),
)  # fmt: skip
NOTE: Final[Phrases] = (
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
QUESTIONS: Final = word_set("what where when who why how which whose something anything whether")
STOCK: Final = frozenset(
    {
        "hello", "hi", "hey", "bye", "goodbye", "bye bye", "good bye", "thanks", "thank you", "sorry", "yes", "no",
        "ok", "joke", "a story", "jokes", "another joke", "good night", "goodnight", "good morning", "something funny",
        "too", "as well", "again",
    }
)  # fmt: skip
# What the robot says of itself or of the day, perhaps somewhere ("the time in the kitchen") or with more besides.
ASKED: Final = frozenset(
    {
        "your name", "a joke", "the time", "the date", "today's date", "the day", "the day of the week",
        "the day of the month", "the time of day", "you are sorry", "your team's name", "your team's country",
        "your team's affiliation", "your teams name", "our team's name", "our teams name", "the hour",
        "the day and the time", "the time and the date",
    }
)  # fmt: skip
LONGEST_ASKED: Final = max(len(said.split()) for said in ASKED)
AFTER_ASKED: Final = word_set("and then please")
# What is asked about somebody the robot will see: no words to say.
ABOUT_SEEN: Final[Phrases] = (
    ("the", "name", "of", "the", "person"), ("the", "name", "of", "whoever"), ("the", "name", "of", "who"),
    ("the", "name", "of"),
)  # fmt: skip
DAY_GREETINGS: Final = frozenset(
    {"good night", "goodnight", "good morning", "good evening", "good afternoon", "good day"}
)
# With these a remark begins, and nothing is asked to be said: "i must say the study looks awful".
REMARKING: Final[Phrases] = (
    ("i", "must"), ("i", "would"), ("i'd",), ("i", "should"), ("sorry", "to"), ("hate", "to"), ("afraid", "to"),
    ("wouldn't", "you"), ("do", "you"), ("did", "you"), ("ashamed", "to"), ("dare", "i"), ("i", "dare"),
)  # fmt: skip
# Clauses that an order to say something may follow: "when you hand it over say the doctor called".
MEANWHILE: Final = word_set("when once after while as")
ABOUT_TO: Final = word_set("going about wanted have meant was used forgetting forget forgot forgotten")
