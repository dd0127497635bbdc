"""Phrase lines filled with names and passed through the real linker, once, for use in many conversations."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from robotos.kernel.calls import Bindings, Handle, Kind
from robotos.language.linker import link
from robotos.training.corpus import SLOT, SLOT_KINDS, Slot
from robotos.training.homes import Names

NOW = datetime(2026, 11, 20, 15, 10)
_SPEAKER = "owner"
_NAMED = frozenset({Kind.ROOM, Kind.PLACE, Kind.THING, Kind.PERSON})
_DOUBLE_ARTICLE = re.compile(r"\b(the|my|our|a) the\b")


@dataclass(frozen=True, slots=True)
class Ref:
    """Something an utterance mentions: a slot by its name, or whatever else the linker found."""

    kind: Kind
    key: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """Linked words with `Ref`s in place of handles; `slots` are those that the linker recognised."""

    text: str
    words: tuple[str | Ref, ...]
    slots: frozenset[str]


def filled(
    line: str, home: Names, words: Mapping[str, Sequence[str]], source: str, rng: random.Random
) -> tuple[str, dict[str, str]]:
    """One filling of a line, and which name of the home each slot got, by its usual name.

    `source` names the list that `{text}` is taken from (fact, phrase ...).
    """
    named: dict[str, str] = {}
    said: dict[str, str] = {}
    for name in dict.fromkeys(SLOT.findall(line)):
        kind = SLOT_KINDS[name.rstrip("234")]
        if name == "me":
            said[name] = "us" if rng.random() < 0.08 else "me"
        elif kind in _NAMED:
            free = [pair for pair in home.spoken[kind] if pair[0] not in named.values()]
            named[name], ways = rng.choice(free)
            said[name] = ways[0] if rng.random() < 0.6 else rng.choice(ways)
        else:
            choices = words[_list_for(line, name, source)]
            said[name] = rng.choice([w for w in choices if w not in said.values()])  # no two slots the same
    text = SLOT.sub(lambda match: said[match.group(1)], line)
    return _DOUBLE_ARTICLE.sub(r"\1", text), named


def fill(line: str, home: Names, words: Mapping[str, Sequence[str]], source: str, rng: random.Random) -> Utterance:
    """One filling of a line, linked; arguments as `filled` takes them."""
    text, named = filled(line, home, words, source, rng)
    linked = link(text, home.lexicon, Bindings(), NOW, _SPEAKER)
    utterance = _symbolic(text, line, linked.words, linked.bindings, named)
    return _as_topic(utterance) if source == "topic" and "{text}" in line else utterance


def _list_for(line: str, name: str, source: str) -> str:
    if name == "duration" and "every {duration}" in line:
        return "period"
    return source if name == "text" else name.rstrip("234")


def _as_topic(utterance: Utterance) -> Utterance:
    """What to recall or forget may be any noun: where the linker made no quotation of it, take what it did find."""
    found = next((w for w in utterance.words if isinstance(w, Ref) and w.key.startswith("=")), None)
    if "text" in utterance.slots or found is None:
        return utterance
    words = tuple(replace(w, key="text") if isinstance(w, Ref) and w == found else w for w in utterance.words)
    return replace(utterance, words=words, slots=utterance.slots | {"text"})


def _symbolic(
    text: str, line: str, words: Sequence[str | Handle], bindings: Bindings, named: Mapping[str, str]
) -> Utterance:
    """The linked words with slot names in place of this home's names."""
    keys: dict[Handle, str] = {}
    by_value = {(SLOT_KINDS[slot.rstrip("234")], value): slot for slot, value in named.items()}
    typed = [Slot(name) for name in dict.fromkeys(SLOT.findall(line)) if name not in named and name != "me"]
    for word in words:
        if not isinstance(word, Handle) or word in keys:
            continue
        value = str(bindings.values[word])
        slot = next((s for s in typed if s.kind is word.kind and s.name not in keys.values()), None)
        if (word.kind, value) in by_value:
            keys[word] = by_value[word.kind, value]
        elif word.kind is Kind.PERSON and value == _SPEAKER:
            keys[word] = "me"
        elif slot is not None:
            keys[word] = slot.name
        else:
            keys[word] = f"={value}"
    symbolic = tuple(Ref(word.kind, keys[word]) if isinstance(word, Handle) else word for word in words)
    found = frozenset(word.key for word in symbolic if isinstance(word, Ref))
    return Utterance(text, symbolic, found)
