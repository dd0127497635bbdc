"""Patterns of sentences that give something known another name: "what we call the den is the study"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from robotos.kernel.calls import Kind
from robotos.language.word_set import word_set

NameAt = Callable[[int], "tuple[int, Kind] | None"]

LONGEST_NAME: Final = 4  # words
# X: the new name; K: a known one; WHO: somebody; "?": may be missing; "*": any words; all else as it stands.
_PATTERNS: Final = (
    "what WHO call/calls X is ?really ?actually K",
    "* call/calls/nicknamed/renamed/named/dubbed/christened K X ?from ?now ?on",
    "WHO ?always said/say/says X for/to K",
    "K shall/will/should ?henceforth be ?also known/called/named ?as X",
    "K likes/wants to be called/named X",
    "K answers to X ?as ?well ?too",
    "K ?also counts as X",
    "K is our X",
    "K that is our X",
    "K that is X for us/me",
    "K ?we ?i say/says X to it",
    "K 's pet/nick name is X",
    "give K the/a ?second ?new ?other name ?of X",
    "add X as a/another ?new name for K",
    "use ?the name/word X for K",
    "take X to mean K",
    "make X another name/word for K",
    "let X stand for K",
    "think of K as X",
    "X is our/my ?pet name/nickname/word for K",
    "X is what WHO call/calls K",
    "X and K are one and the same",
    "X and K that is one person/thing/place/room",
    "X i/we keep talking/asking about/for is K",
    "if/when you hear ?the ?word X we/i are/am talking about K",
    "if/when WHO say/says/mention/mentions X that/it is ?talking ?about K",
    "if/when WHO say/says/mention/mentions X he/she/they ?are ?is mean/means/talking ?about K",
    "if/when WHO asks/ask/talks/talk for/of/about X he/she/they mean/means K",
    "if/when WHO asks/ask/talks/talk for/of/about X that/it is K",
    "if/when WHO want/wants X they want K",
    "if/when i am after X i am after K",
    "in our/my language/house/family K is ?called/named X",
    "in our/my language/house/family K goes by X",
    "could/would/can you ?please learn/note/remember that X is K",
    "* that by X WHO mean/means K",
)
_TRIGGERS: Final = word_set(
    """
    call calls nicknamed renamed named dubbed christened said say says known called likes wants answers counts our name
    nickname word mean means stand think same one keep talking asks ask talks talk wants language house family learn
    mention mentions after hear that
    """
)
_SOMEBODY: Final = word_set("i we he she they people everyone everybody anyone anybody somebody someone we've i've you")
_OWNERS: Final = word_set("my our the your")
_DETERMINERS: Final = word_set("the a an my our your this that his her their")
_OPENERS: Final = word_set("and so ok please listen from now on well hey look note by the way just")
_NO_NAME: Final = word_set(
    "for is are and or that to one ones i we you it he she they not favourite favorite pride joy home the a an"
)
_NOT_MEANT: Final = word_set("don't not never didn't")


def new_name(words: Sequence[str], name_at: NameAt) -> tuple[int, int] | None:
    """The first word of the new name, and the word after it; None where no pattern fits the whole utterance."""
    if len(words) < 4 or not any(word in _TRIGGERS for word in words):
        return None
    start = 0
    while start < len(words) and words[start] in _OPENERS and words[start] != "the":
        start += 1
    matcher = _Matcher(words, name_at)
    return next((found for parts in _compiled() if (found := matcher.match(parts, 0, start)) is not None), None)


@cache
def _compiled() -> tuple[tuple[tuple[str, frozenset[str]], ...], ...]:
    """Each part: how it is to be read, and the words it may be."""
    read = []
    for pattern in _PATTERNS:
        parts = []
        for part in pattern.split():
            kind = part if part in {"X", "K", "WHO", "*"} else "?" if part[0] == "?" else "="
            parts.append((kind, frozenset(part.lstrip("?").split("/"))))
        read.append(tuple(parts))
    return tuple(read)


class _Matcher:
    """Fits one utterance to patterns, trying shorter new names first."""

    def __init__(self, words: Sequence[str], name_at: NameAt) -> None:
        self.words = words
        self.name_at = name_at

    def match(self, parts: Sequence[tuple[str, frozenset[str]]], p: int, i: int) -> tuple[int, int] | None:
        """The new name, when parts from `p` on fit the words from `i` to the end; (0, 0) when it came before."""
        if p == len(parts):
            return (0, 0) if i == len(self.words) else None
        kind, options = parts[p]
        if kind == "X":
            return self._name(parts, p, i)
        if kind == "*":
            starts = (k for k in range(i, len(self.words)) if not self.words[:k] or self.words[k - 1] not in _NOT_MEANT)
            return next((f for k in starts if (f := self.match(parts, p + 1, k)) is not None), None)
        after = self._known(i) if kind == "K" else self._who(i) if kind == "WHO" else self._word(options, i)
        found = self.match(parts, p + 1, after) if after else None
        return self.match(parts, p + 1, i) if found is None and kind == "?" else found

    def _name(self, parts: Sequence[tuple[str, frozenset[str]]], p: int, i: int) -> tuple[int, int] | None:
        start = i + (i < len(self.words) and self.words[i] in _DETERMINERS)
        for end in range(start + 1, min(len(self.words), start + LONGEST_NAME) + 1):
            if self.words[end - 1] in _NO_NAME:
                return None
            if self.match(parts, p + 1, end) is not None:
                return start, end
        return None

    def _known(self, i: int) -> int:
        k = i + (i < len(self.words) and self.words[i] in _DETERMINERS)
        found = self.name_at(k) if k < len(self.words) else None
        return k + found[0] if found else 0

    def _who(self, i: int) -> int:
        if i < len(self.words) and self.words[i] in _SOMEBODY:
            return i + 1
        person = self._known(i)
        if person:
            return person
        return i + 2 if i + 1 < len(self.words) and self.words[i] in _OWNERS else 0

    def _word(self, options: frozenset[str], i: int) -> int:
        return i + 1 if i < len(self.words) and self.words[i] in options else 0
