"""The names a home knows, and every spelling by which one of them may be meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from robotos.kernel.calls import Kind
from robotos.language.common_words import is_common
from robotos.language.synonyms import COLOURS, SYNONYMS, VAGUE_HEADS
from robotos.language.tokens import normalise, tokenise

Entry = tuple[Kind, str]  # kind and canonical name
# Only plural: one glass is not the glasses.
_PLURAL_ONLY: Final = frozenset({"glasses", "eyeglasses", "scissors", "trousers", "jeans", "specs", "meds", "clothes"})
_ARTICLES: Final = frozenset({"the", "a", "an"})
_PRONOUNS: Final = frozenset({"me", "myself", "i", "us", "you", "it"})
_POSSESSIVES: Final = frozenset({"my", "our", "your"})
_WE: Final = ("we", "i", "you", "people", "they", "one")
_OWN, _GENERIC, _HEAD = 0, 1, 2  # how sure a name is: the home's own, household English, a last word
EDITS: Final = ((13, 3), (9, 2), (4, 1))  # a name of so many letters may have so many wrong ones

_SHORT: Final = 6  # letters from which any slip will do
_VOWELS: Final = "aeiouy"


@dataclass(frozen=True)
class Lexicon:
    """Canonical names of the home with their aliases; `room_of` tells the room of places and things, if known.

    Names are matched without regard to case and articles, in singular and plural, in one word or several.
    """

    rooms: Mapping[str, Sequence[str]]
    places: Mapping[str, Sequence[str]]
    things: Mapping[str, Sequence[str]]
    people: Mapping[str, Sequence[str]]
    here_room: str = ""
    room_of: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def index(self) -> Index:
        """Every spelling of every name."""
        return Index(self)

    def at(self, room: str) -> Lexicon:
        """The same names with the robot in another room."""
        moved = replace(self, here_room=room)
        moved.__dict__["index"] = self.index  # the spellings don't depend on where the robot is
        return moved

    def known(self) -> Iterator[tuple[Entry, Sequence[str]]]:
        """Every canonical name with its kind and aliases."""
        for kind, names in (
            (Kind.ROOM, self.rooms),
            (Kind.PLACE, self.places),
            (Kind.THING, self.things),
            (Kind.PERSON, self.people),
        ):
            for name, aliases in names.items():
                yield (kind, name), aliases


class Index:
    """Spellings, run together without spaces, with what they may mean."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._forms: dict[str, tuple[int, list[Entry]]] = {}
        self.longest = 1  # words in the longest name
        self.words: set[str] = set()  # single words that names consist of
        canonical: dict[str, Entry] = {}
        for entry, aliases in lexicon.known():
            canonical.setdefault(" ".join(_split(entry[1])), entry)
            self._add(entry, (entry[1], *aliases), _OWN)
        for name, entry in canonical.items():
            self._add(entry, SYNONYMS.get(name, ()), _GENERIC)
        for name, entry in canonical.items():
            head = name.rpartition(" ")
            if head[0] and entry[0] in {Kind.PLACE, Kind.THING} and head[2] not in VAGUE_HEADS:
                self._add(entry, (head[2],), _HEAD)
        self.coloured: Mapping[str, tuple[Entry, ...]] = _by_colour(canonical)
        self._by_length: dict[int, list[str]] = {}
        for form in self._forms:
            if len(form) >= EDITS[-1][0]:
                self._by_length.setdefault(len(form), []).append(form)

    def exact(self, words: Sequence[str]) -> tuple[Entry, ...]:
        """What the words name; several entries when they fit several names equally well."""
        found = self._forms.get(_form(words))
        return tuple(found[1]) if found else ()

    def guess(self, words: Sequence[str]) -> tuple[Entry, ...]:
        """What the words name when a few letters are wrong; nothing when another name is as near."""
        typed = _form(words)
        if len(typed) < EDITS[-1][0] or all(is_common(word) for word in words) or is_common(typed):
            return ()
        allowed = next(edits for length, edits in EDITS if len(typed) + 1 >= length)
        lengths = range(len(typed) - allowed, len(typed) + allowed + 1)
        forms = [form for length in lengths for form in self._by_length.get(length, ())]
        found = process.extract(typed, forms, scorer=OSA.distance, score_cutoff=allowed, limit=4)
        near = [(form, distance) for form, distance, _ in found if _plausible(typed, form, int(distance))]
        if not near:
            return ()
        best = min(distance for _, distance in near)
        nearest = [self._forms[form] for form, distance in near if distance == best]
        entries = {entry for _, entries in nearest for entry in entries}
        return tuple(nearest[0][1]) if len(entries) == len(nearest[0][1]) else ()

    def _add(self, entry: Entry, names: Iterable[str], rank: int) -> None:
        for name in names:
            split = _split(name)
            if split and split[0] in _POSSESSIVES and entry in self.exact(split[1:]):
                continue  # "my keys" says no more than "keys"
            for words in _variants(split, person=entry[0] is Kind.PERSON):
                if words and words[0] not in _PRONOUNS:
                    self._enter(_form(words), entry, rank)
                    self.longest = max(self.longest, len(words))
                    self.words.update(words)

    def _enter(self, form: str, entry: Entry, rank: int) -> None:
        known = self._forms.get(form)
        if known is None or rank < known[0]:
            self._forms[form] = (rank, [entry])
        elif rank == known[0] and entry not in known[1]:
            known[1].append(entry)


def _form(words: Sequence[str]) -> str:
    return "".join(words).replace("'", "")


def _plausible(typed: str, form: str, distance: int) -> bool:
    """Whether a slip of the finger or the ear turns `form` into `typed`. In short names only the commonest slips do."""
    allowed = next((edits for length, edits in EDITS if len(form) >= length), 0)
    if distance == 0:
        return True
    if distance > allowed or (typed[0] != form[0] and (distance > 1 or len(form) < EDITS[-2][0])):
        return False
    return len(form) >= _SHORT or _is_slip(typed, form)


def _is_slip(typed: str, form: str) -> bool:
    """Two letters swapped, one left out or doubled, or one vowel for another; `typed` is one edit from `form`."""
    if sorted(typed) == sorted(form) or len(typed) == len(form) - 1:
        return True
    if len(typed) == len(form) + 1:
        return any(typed[k] == typed[k - 1] and typed[:k] + typed[k + 1 :] == form for k in range(1, len(typed)))
    wrong = [(a, b) for a, b in zip(typed, form, strict=True) if a != b]
    return all(a in _VOWELS and b in _VOWELS for a, b in wrong)


def _split(name: str) -> tuple[str, ...]:
    words = [token.word for token in tokenise(normalise(name))]
    while words and words[0] in _ARTICLES:
        words = words[1:]
    return tuple(words)


def _variants(words: tuple[str, ...], *, person: bool) -> Iterator[tuple[str, ...]]:
    """The name itself; singular or plural; descriptions said by anybody; "what I wipe with" for "what we wipe with"."""
    yield words
    if not words:
        return
    last = words[-1]
    if words[0] in {"where", "what"} and len(words) > 1:
        lead = ("the", "room") if words[0] == "where" else ("the", "thing")
        for we in _WE:
            said = (words[0], we, *words[2:]) if words[1] in _WE else words
            yield said
            yield (*lead[1:], *said)
        return
    if not person and last not in _PLURAL_ONLY:
        other = singular(last)
        yield (*words[:-1], plural(last) if other == last else other)


def plural(word: str) -> str:
    """The plural of an English noun, by rule."""
    if word.endswith(("s", "x", "ch", "sh", "z")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith("shelf"):
        return word[:-1] + "ves"
    return word + "s"


def singular(word: str) -> str:
    """The singular of an English noun, by rule; the word itself when it is no plural."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("shelves"):
        return word[:-3] + "f"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def _by_colour(canonical: Mapping[str, Entry]) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, tuple[Entry, ...]] = {}
    for name, entry in canonical.items():
        first = name.split(" ")[0]
        if entry[0] is Kind.THING and first in COLOURS:
            found[first] = (*found.get(first, ()), entry)
    return found
