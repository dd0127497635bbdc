"""Ways to ask that something be remembered: "put this on record", "bear in mind that", "note to self"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from robotos.language.word_set import word_set

_PUTTING: Final = word_set("put stick store save keep enter add write file commit lodge stash lock log record jot note")
_WHAT: Final = word_set("this it that")
_INTO: Final = word_set("in into on to")
_MEMORY: Final = word_set("memory brain head mind log notes record records file list diary notebook memories")
_YOUR: Final = word_set("your the")
# Wherever they stand, "that" after these begins what is to be kept.
_ANYWHERE: Final[tuple[tuple[str, ...], ...]] = (
    ("remember",), ("remembering",), ("remembered",), ("note",), ("noted",), ("noted", "down"), ("note", "down"),
    ("you", "need", "to", "know"), ("you", "should", "know"), ("bear", "in", "mind"), ("keep", "in", "mind"),
    ("record",), ("register",), ("log",), ("bear", "in", "mind", "my", "dear"), ("a", "note"), ("be", "it", "noted"),
    ("you", "are", "hereby", "informed"), ("not", "to", "forget"), ("let", "it", "slip", "your", "mind"),
    ("don't", "let", "yourself", "forget"), ("let", "it", "not", "be", "forgotten"), ("a", "note", "of", "the", "fact"),
    ("please", "know"), ("be", "aware"), ("take", "it", "from", "me"),
)  # fmt: skip
# These need no "that".
_OPENING: Final[tuple[tuple[str, ...], ...]] = (
    ("take", "this", "down"), ("get", "this", "down"), ("put", "this", "down"), ("write", "this", "down"),
    ("note", "this", "down"), ("add", "a", "note"), ("note", "to", "self"), ("mental", "note"), ("important", "note"),
    ("for", "your", "notes"), ("for", "the", "record"), ("something", "to", "bear", "in", "mind"),
    ("bear", "in", "mind"), ("commit", "to", "memory"), ("one", "for", "your", "notes"), ("jot", "down"),
)  # fmt: skip
STARTERS: Final = frozenset(phrase[0] for phrase in (*_ANYWHERE, *_OPENING)) | _PUTTING
# Before these nothing is asked for: "did you note that ...", "i remember that ...".
_NOT_ASKED: Final = word_set("i we they he she don't not never didn't who did does do")


def lead(words: Sequence[str], i: int) -> int:
    """Words at `i` after which something to be remembered begins; 0 when none do."""
    opening = max((len(o) for o in _OPENING if tuple(words[i : i + len(o)]) == o), default=0)
    if i and words[i - 1] in _NOT_ASKED and words[i] != "bear":
        opening = 0
    return _anywhere(words, i) or _filed(words, i) or opening


def _anywhere(words: Sequence[str], i: int) -> int:
    for phrase in _ANYWHERE:
        k = i + len(phrase)
        if tuple(words[i:k]) == phrase and tuple(words[k : k + 1]) == ("that",) and not _unasked(words, i):
            return k - i
    return 0


def _unasked(words: Sequence[str], i: int) -> bool:
    before = tuple(words[max(0, i - 2) : i])
    if words[i] in {"remembering", "remembered", "noted"}:
        return before[-1:] not in {("mind",), ("of",)} and tuple(words[max(0, i - 3) : i])[-2:] != ("if", "you")
    if before[-1:] == ("you",) and words[i] != "a":
        return before[:1] in {("do",), ("did",), ("don't",), ("if",), ("didn't",)}
    if before[-1:] == ("do",) and len(before) == 1:
        return False  # "do bear in mind that"
    return before != () and before[-1] in _NOT_ASKED | {"to"} and words[i] not in {"not", "don't"}


def _filed(words: Sequence[str], i: int) -> int:
    """ "put it on file", "stick a note in your brain", "store in your memory"."""
    if words[i] not in _PUTTING or (i and words[i - 1] in _NOT_ASKED | {"to"}):
        return 0
    k = i + 1
    if tuple(words[k : k + 2]) == ("a", "note"):
        k += 2
    elif k < len(words) and words[k] in _WHAT:
        k += 1
    if k >= len(words) or words[k] not in _INTO:
        return 0
    k += 1
    yours = k < len(words) and words[k] in _YOUR
    k += yours
    kept = (
        k < len(words) and words[k] in _MEMORY and (yours or words[k] in {"record", "file", "memory", "head", "mind"})
    )
    return k + 1 - i if kept and k + 1 < len(words) else 0
