"""An utterance as a sequence of plain words, each with the span of the text it came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from robotos.language.word_set import word_set

MAX_WORDS: Final = 400  # nobody says more in one breath; what comes after is not looked at

_WORD: Final = re.compile(
    r"(?<![^\W\d_])[ap]\.\s?m\.?(?![^\W\d_])"  # p.m.
    r"|[0-9]{1,3}(?:,[0-9]{3})+(?!\d)"  # 1,000
    r"|[0-9]+(?:[:.][0-9]+)*"  # 12, 7:30, 0.5
    r"|[^\W\d_]+(?:'[^\W\d_]+)*"  # words, don't, o'clock
    r"|[%°]"
)

# Written-out forms, so that the processor sees one spelling of each.
_SPELLING: Final[Mapping[str, tuple[str, ...]]] = {
    "what's": ("what", "is"), "whats": ("what", "is"), "where's": ("where", "is"), "wheres": ("where", "is"),
    "who's": ("who", "is"), "whos": ("who", "is"), "how's": ("how", "is"), "hows": ("how", "is"),
    "that's": ("that", "is"), "thats": ("that", "is"), "there's": ("there", "is"), "it's": ("it", "is"),
    "here's": ("here", "is"), "when's": ("when", "is"), "she's": ("she", "is"), "he's": ("he", "is"),
    "i'm": ("i", "am"), "im": ("i", "am"), "you're": ("you", "are"), "we're": ("we", "are"),
    "they're": ("they", "are"), "i've": ("i", "have"), "ive": ("i", "have"), "you've": ("you", "have"),
    "i'll": ("i", "will"), "you'll": ("you", "will"),
    "dont": ("don't",), "doesnt": ("doesn't",), "didnt": ("didn't",), "cant": ("can't",), "cannot": ("can't",),
    "wont": ("won't",), "isnt": ("isn't",), "pls": ("please",), "plz": ("please",), "u": ("you",),
    "gonna": ("going", "to"), "wanna": ("want", "to"), "gotta": ("got", "to"), "gimme": ("give", "me"),
    "lemme": ("let", "me"), "°": ("degrees",), "%": ("percent",),
    "teh": ("the",), "hte": ("the",), "adn": ("and",), "nad": ("and",), "taht": ("that",), "plese": ("please",),
    "pleas": ("please",), "cleen": ("clean",), "thier": ("their",),
    "okay": ("ok",), "meter": ("metre",), "meters": ("metres",),
    "centimeter": ("centimetre",), "centimeters": ("centimetres",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One word in lower case; `text[start:end]` is what was written."""

    word: str
    start: int
    end: int


def normalise(text: str) -> str:
    """The same text with straight quotes and one form of every letter; length may change."""
    text = unicodedata.normalize("NFKC", text)
    return text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x201E: '"', 0xAB: '"', 0xBB: '"'})


def tokenise(text: str) -> tuple[Token, ...]:
    """The words of normalised `text`, without punctuation, at most `MAX_WORDS`; hyphens part words."""
    tokens: list[Token] = []
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if word[0] in "ap" and "." in word:
            word = word[0] + "m"
        elif word[0].isdecimal():
            word = word.replace(",", "")
        for spelled in _SPELLING.get(word, (word,)):
            tokens.append(Token(spelled, match.start(), match.end()))
        if len(tokens) >= MAX_WORDS:
            break
    return tuple(tokens[:MAX_WORDS])


_NAMES: Final = frozenset({"robot", "robbie", "robo", "robotos"})
_CALLS: Final = word_set(
    """
    hey hi hello ok oh yo dear so and um uh er erm
    """
)
# Before these words "robot" is talked about, not talked to.
_ABOUT: Final = word_set(
    """
    a an the this that my your our his her another which what is are of good bad nice great best silly stupid
    smart clever little lovely useless dumb funny cute helpful other new old name
    """
)


def strip_wake(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens without the robot's name at either end; what is nothing but a call stays."""
    start, end = 0, len(tokens)
    while start < end and tokens[start].word in _NAMES:
        start += 1
    if start == 0 and end > 2 and tokens[0].word in _CALLS and tokens[1].word in _NAMES:
        start = 2
    if end - start > 1 and tokens[end - 1].word in _NAMES and tokens[end - 2].word not in _ABOUT:
        end -= 1
    return tokens[start:end] or tokens
