"""The names a home knows, and every spelling by which one of them may be meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from robotos.kernel.calls import Kind
from robotos.language.common_words import is_common
from robotos.language.inflection import plural, singular
from robotos.language.synonyms import ADJECTIVES, COLOURS, SYNONYMS, VAGUE_HEADS
from robotos.language.tokens import normalise, tokenise

Entry = tuple[Kind, str]  # kind and canonical name
# Only plural: one glass is not the glasses.
_PLURAL_ONLY: Final = frozenset({"glasses", "eyeglasses", "scissors", "trousers", "jeans", "specs", "meds", "clothes"})
_ARTICLES: Final = frozenset({"the", "a", "an"})
_PRONOUNS: Final = frozenset({"me", "myself", "i", "us", "you", "it"})
_POSSESSIVES: Final = frozenset({"my", "our", "your"})
_WE: Final = ("we", "i", "you", "people", "they", "one")
# How sure a name is: taught by the owner, the home's own, household English, a last word.
_TAUGHT, _OWN, _GENERIC, _HEAD = range(4)
EDITS: Final = ((13, 3), (9, 2), (4, 1))  # a name of so many letters may have so many wrong ones

_SHORT: Final = 6  # letters from which any slip will do
_VOWELS: Final = "aeiouy"


@dataclass(frozen=True)
class Lexicon:
    """Canonical names of the home with their aliases; `room_of` tells the room of places and things, if known.

    `floors` tells what a room's floor is of ("carpet", "tiles"). Names are matched without regard to case and
    articles, in singular and plural, in one word or several.
    """

    rooms: Mapping[str, Sequence[str]]
    places: Mapping[str, Sequence[str]]
    things: Mapping[str, Sequence[str]]
    people: Mapping[str, Sequence[str]]
    here_room: str = ""
    room_of: Mapping[str, str] = field(default_factory=dict)
    floors: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def index(self) -> Index:
        """Every spelling of every name."""
        return Index(self)

    def at(self, room: str) -> Lexicon:
        """The same names with the robot in another room."""
        moved = replace(self, here_room=room)
        moved.__dict__["index"] = self.index  # the spellings don't depend on where the robot is
        return moved

    def with_aliases(self, aliases: Mapping[str, Entry]) -> Lexicon:
        """The same names and the owner's own ones, which win over all others: name → kind and canonical name.

        Cheap: spellings of the home's names are not made again. An alias for what the home does not have is left out.
        """
        learnt = replace(self)
        learnt.__dict__["index"] = self.index.with_taught(aliases)
        return learnt

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
        self._forms: dict[str, tuple[int, tuple[Entry, ...]]] = {}
        self.longest = 1  # words in the longest name
        self.words: set[str] = set()  # single words that names consist of
        self.entries: set[Entry] = {entry for entry, _ in lexicon.known()}
        canonical: dict[str, Entry] = {}
        for entry, aliases in lexicon.known():
            canonical.setdefault(" ".join(_split(entry[1])), entry)
            self._add(entry, (entry[1], *aliases), _OWN)
        for name, entry in canonical.items():
            self._add(entry, SYNONYMS.get(name, ()), _GENERIC)
        for name, entry in canonical.items():
            before, _, head = name.rpartition(" ")
            if before and entry[0] in {Kind.PLACE, Kind.THING} and head not in VAGUE_HEADS:
                # A green cup is a cup, as much as whatever else is called so; a spray bottle is no bottle first.
                self._add(entry, (head,), _OWN if before in ADJECTIVES and entry[0] is Kind.THING else _HEAD)
        self.coloured: Mapping[str, tuple[Entry, ...]] = _by_colour(canonical)
        self._sort()

    def _sort(self) -> None:
        self._by_length: dict[int, list[str]] = {}
        for form in self._forms:
            if len(form) >= EDITS[-1][0]:
                self._by_length.setdefault(len(form), []).append(form)

    def with_taught(self, aliases: Mapping[str, Entry]) -> Index:
        """The same spellings and the owner's own names."""
        other = copy(self)
        other._forms, other.words = dict(self._forms), set(self.words)
        for name, entry in aliases.items():
            split = _split(name)
            if entry in self.entries and split and not (len(split) == 1 and split[0] in _PRONOUNS):
                other._forms[_form(split)] = (_TAUGHT, (entry,))
                other._add(entry, (name,), _TAUGHT)
                other.longest = max(other.longest, len(split))
                other.words.update(split)
        other._sort()
        return other

    def taught(self, words: Sequence[str]) -> bool:
        """Whether the words are a name that the owner taught."""
        return self._forms.get(_form(words), (_OWN,))[0] == _TAUGHT

    def certain(self, words: Sequence[str]) -> bool:
        """Whether the words are a name, and not only the last word of a longer one."""
        return self._forms.get(_form(words), (_HEAD,))[0] < _HEAD

    def exact(self, words: Sequence[str]) -> tuple[Entry, ...]:
        """What the words name; several entries when they fit several names equally well."""
        found = self._forms.get(_form(words))
        return found[1] if found else ()

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
        return nearest[0][1] if len(entries) == len(nearest[0][1]) else ()

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
            self._forms[form] = (rank, (entry,))
        elif rank == known[0] and entry not in known[1]:
            self._forms[form] = (rank, (*known[1], entry))


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


def _by_colour(canonical: Mapping[str, Entry]) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, tuple[Entry, ...]] = {}
    for name, entry in canonical.items():
        first = name.split(" ")[0]
        if entry[0] is Kind.THING and first in COLOURS:
            found[first] = (*found.get(first, ()), entry)
    return found
