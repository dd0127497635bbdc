"""Descriptions in place of names: "the room with the carpet", "what i wipe the dishes with", "where we eat"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from robotos.kernel.calls import Kind
from robotos.language.inflection import singular
from robotos.language.lexicon import Entry, Lexicon
from robotos.language.uses import FLOORS, FURNISHED, OF_ROOMS, OF_THINGS, Use
from robotos.language.word_set import word_set

Found = tuple[int, tuple[Entry, ...]]  # words of the description, and what it fits
NameAt = Callable[[int], "Found | None"]

LONGEST: Final = 12  # words of a description
_ROOM: Final = frozenset({"room", "rooms", "place", "one"})
_THING: Final = word_set(
    "thing things stuff what something whatever one object gadget tool anything item machine furniture"
)
_THAT: Final = frozenset({"that", "which", "where"})
_WHO: Final = word_set("i we you people one they everybody everyone somebody grandma she he grandpa the our my")
_ARTICLES: Final = word_set("the a an my our your his her their some those these")
_WITH: Final[tuple[tuple[str, ...], ...]] = (
    ("with",), ("that", "has"), ("which", "has"), ("that", "has", "got"), ("having",), ("containing",), ("has",),
    ("with", "all"),
)  # fmt: skip
_BESIDE: Final[tuple[tuple[str, ...], ...]] = (
    ("next", "to"), ("beside",), ("opposite",), ("near",), ("close", "to"), ("by",), ("across", "from"), ("behind",),
    ("after",),
)  # fmt: skip
# With these a description of a thing's use ends: "what i wipe dishes with".
_ENDS: Final = word_set("with from in on at out of into off through without by up down")
# Before these "where ..." asks or tells, it does not describe a room.
_ASKING: Final = word_set("know tell ask see remember forgot forget wonder say out check show guess idea about")
_TELLING: Final = word_set("tell show ask remind teach explain know")
_GOING: Final = word_set("go to come is clean vacuum mop sweep into in at from drive")
_BREAKS: Final = word_set(
    "and then please or but so because again now today tonight if when before while instead first"
)
_AFTER_END: Final = word_set("from to for over here")  # what may follow a description's last preposition
_DOINGS: Final = word_set(
    "food dinner meals cooking washing laundry dishes computer coats shoes car music children kids"
)
_WISHING: Final = word_set("need want mean meant said would wanted needed really am was")
_GIVEN: Final = word_set("gave gives given prescribed ordered bought")
MOST_CHOICES: Final = 4
_LEAVES: Final = word_set("is are stands lies sits hangs lives stays was goes belongs kept")
_IRREGULAR: Final[Mapping[str, str]] = {
    "is": "be", "are": "be", "am": "be", "was": "be", "were": "be", "has": "have", "had": "have", "made": "make",
    "done": "do", "did": "do", "does": "do", "kept": "keep", "took": "take", "taken": "take", "wrote": "write",
    "lay": "lie", "ate": "eat", "eaten": "eat", "slept": "sleep", "feet": "foot", "teeth": "tooth", "gave": "give",
    "given": "give", "sat": "sit", "dishes": "dish", "children": "child", "gets": "get", "goes": "go", "dries": "dry",
    "drying": "dry", "washes": "wash", "washing": "wash", "clothes": "clothes", "glasses": "glass", "floors": "floor",
    "making": "make", "baking": "bake", "using": "use", "wiping": "wipe", "writing": "write", "taking": "take",
    "dining": "dine", "shaving": "shave", "charging": "charge", "having": "have", "preparing": "prepare",
    "bathing": "bathe", "hidden": "hide", "wore": "wear", "worn": "wear", "cutting": "cut", "sitting": "sit",
    "lying": "lie", "getting": "get", "putting": "put", "swallowing": "swallow", "mopping": "mop", "dishing": "dish",
    "prescribed": "prescribe", "ordered": "order", "telly's": "telly", "hanging": "hang",
}  # fmt: skip


@dataclass(frozen=True)
class Descriptions:
    """Reads descriptions in one utterance; `name_at(i)` is the name that begins at word i."""

    lexicon: Lexicon
    words: Sequence[str]
    name_at: NameAt

    def at(self, i: int) -> Found | None:
        """The description that begins at word `i` (after its article), if it fits something the home has."""
        word = self.words[i]
        if word in _ROOM:
            return self._room(i) or (self._thing(i) if word == "one" else None)
        if word == "where":
            return None if self._asked(i) else self._where(i)
        return self._thing(i) if word in _THING else self._floored(i)

    # ------------------------------------------------------------ rooms
    def _room(self, i: int) -> Found | None:
        j = i + 1
        found = self._beside(i, j) or self._with(i, j)
        if found is not None:
            return found
        if j < len(self.words) and self.words[j] in {"where", "in", "for", "that", "which"}:
            k = j + 2 if tuple(self.words[j : j + 2]) == ("in", "which") else j + 1
            return self._activity(i, k)
        return None

    def _beside(self, i: int, j: int) -> Found | None:
        """ "the room next to the bathroom where the computer is": the second half says which."""
        for lead in _BESIDE:
            if tuple(self.words[j : j + len(lead)]) == lead:
                k = self._article(j + len(lead))
                name = self.name_at(k) if k < len(self.words) else None
                if name is None:
                    return None
                k += name[0]
                if k >= len(self.words):
                    return None
                further = self._with(i, k) or (self._activity(i, k + 1) if self.words[k] == "where" else None)
                return further if further and all(e not in name[1] for e in further[1]) else None
        return None

    def _with(self, i: int, j: int) -> Found | None:
        """ "with the carpet", "that has a wooden floor", "with the washing machine in it"."""
        for lead in _WITH:
            if tuple(self.words[j : j + len(lead)]) != lead:
                continue
            k = self._article(j + len(lead))
            for n in range(min(4, len(self.words) - k), 0, -1):
                rooms = self._having(self.words[k : k + n])
                if rooms:
                    end = k + n + (2 if tuple(self.words[k + n : k + n + 2]) == ("in", "it") else 0)
                    end += 3 if tuple(self.words[end : end + 3]) == ("on", "the", "floor") else 0
                    return end - i, tuple((Kind.ROOM, room) for room in rooms)
        return None

    def _floored(self, i: int) -> Found | None:
        """ "the carpeted room", "the tiled rooms"."""
        words = self.words[i : i + 2]
        if len(words) == 2 and words[1] in {"room", "rooms"} and words[0] in FLOORS:
            rooms = self._having(words[:1])
            return (2, tuple((Kind.ROOM, room) for room in rooms)) if rooms else None
        return None

    def _having(self, feature: Sequence[str]) -> tuple[str, ...]:
        """Rooms with such a floor, or with such a piece of furniture."""
        said = " ".join(feature)
        floors = FLOORS.get(said, frozenset())
        rooms = tuple(room for room, floor in self.lexicon.floors.items() if floor in floors)
        if rooms or floors:
            return rooms
        places = [name for kind, name in self.lexicon.index.exact(feature) if kind is Kind.PLACE]
        rooms = tuple(dict.fromkeys(room for p in places if (room := self.lexicon.room_of.get(p, ""))))
        return rooms or self._first(FURNISHED.get(said, ()))

    def _activity(self, i: int, j: int) -> Found | None:
        """ "where we usually cook", "the room where the food gets made", "where the sofa is"."""
        standing = self._standing(j)
        if standing is not None:
            return standing[0] - i, standing[1]
        if j >= len(self.words) or self.words[j] not in _WHO | _DOINGS:
            return None
        stems = _stems(self.words[j : self._end(j)])
        for uses, rooms in OF_ROOMS:
            room = self._first(rooms)
            if room and _fits(uses, stems):
                return self._shortest(j, uses) - i, ((Kind.ROOM, room[0]),)
        return None

    def _standing(self, j: int) -> Found | None:
        """ "the sofa is": a piece of furniture and a verb of standing; the words up to its end, from the beginning."""
        k = self._article(j)
        for n in range(min(3, len(self.words) - k), 0, -1):
            after = k + n
            if after < len(self.words) and self.words[after] in _LEAVES:
                rooms = self._having(self.words[k:after])
                if len(rooms) == 1:
                    more = after + 1 < len(self.words) and self.words[after + 1] in {"kept", "standing"}
                    return after + 1 + more, ((Kind.ROOM, rooms[0]),)
        return None

    def _first(self, rooms: Iterable[str]) -> tuple[str, ...]:
        return next(((room,) for room in rooms if room in self.lexicon.rooms), ())

    # ------------------------------------------------------------ things and places
    def _thing(self, i: int) -> Found | None:
        """ "the thing that i wipe the dishes with", "what you open the door with", "the thing for drying hands"."""
        j, word = i + 1, self.words[i]
        following = self.words[j] if j < len(self.words) else ""
        if word == "what":
            wished = self.words[j + 1 : j + 2] and self.words[j + 1] in _WISHING
            if following not in _WHO or wished or self._asked(i):
                return None  # "what i need is the book" says what, by name
        elif following == "where" and self.words[j + 1 : j + 2] in {("is",), ("are",)}:
            return None  # "wrong thing, where is my mop"
        elif following in _THAT | {"for", "to"}:
            j += 1
        elif following not in _WHO:
            return None
        stems = _stems(self.words[j : self._end(j)])
        things = [(Kind.THING, name) for name in self.lexicon.things if _fits(_uses_of(name), stems)]
        entries = (things or self._places(stems))[:MOST_CHOICES]
        if not entries:
            return None
        return self._shortest(j, _uses_of(entries[0][1])) - i, tuple(entries)

    def _shortest(self, j: int, uses: Sequence[Use]) -> int:
        """Where the words from `j` on have said enough, with the preposition or pronoun that belongs to it."""
        end = self._end(j)
        fitting = [use for use in uses if use <= _stems(self.words[j:end])]
        stop = next(k for k in range(j + 1, end + 1) if all(use <= _stems(self.words[j:k]) for use in fitting))
        if stop < end and self.words[stop] in {"me", "us"} and self.words[stop - 1] in _GIVEN:
            stop += 1
        while stop < end and self.words[stop] in _ENDS:
            if stop + 1 < len(self.words) and self.words[stop + 1] not in _BREAKS | _AFTER_END:
                break
            stop += 1
        return stop

    def _where(self, i: int) -> Found | None:
        """ "where the food is kept cold" is a place; "where we cook" is a room."""
        kept = self._kept(i)
        if kept is not None and {"keep", "be"} & _stems(self.words[i + 1 : i + kept[0]]):
            return kept
        return self._activity(i, i + 1) or kept

    def _kept(self, i: int) -> Found | None:
        """ "where we keep the shoes": a place by what is kept there."""
        if self.words[i + 1 : i + 2] and self.words[i + 1] in _WHO:
            places = self._places(_stems(self.words[i + 1 : self._end(i + 1)]))[:MOST_CHOICES]
            return (self._shortest(i + 1, _uses_of(places[0][1])) - i, tuple(places)) if places else None
        return None

    def _places(self, stems: frozenset[str]) -> list[Entry]:
        return [(Kind.PLACE, name) for name in self.lexicon.places if _fits(_uses_of(name), stems)]

    # ------------------------------------------------------------ words
    def _asked(self, i: int) -> bool:
        """Whether "where ..." or "what ..." at word `i` asks or tells something."""
        return asked(self.words, i)

    def _article(self, k: int) -> int:
        return k + 1 if k < len(self.words) and self.words[k] in _ARTICLES else k

    def _end(self, j: int) -> int:
        """Where a description that is under way at word `j` must be over."""
        end = min(len(self.words), j + LONGEST)
        return next((k for k in range(j + 1, end) if self.words[k] in _BREAKS), end)


def asked(words: Sequence[str], i: int) -> bool:
    """Whether "where ..." or "what ..." at word `i` asks or tells something: "tell me where the fridge is"."""
    if i > 0 and words[i - 1] in _ASKING:
        return True
    return any(word in _TELLING for word in words[max(0, i - 3) : i]) and words[i - 1] not in _GOING


@cache
def _uses_of(name: str) -> tuple[Use, ...]:
    """Uses of a thing or place by its whole name, else by the last word of it."""
    return OF_THINGS.get(name) or OF_THINGS.get(name.rpartition(" ")[2], ())


def _fits(uses: Sequence[Use], stems: frozenset[str]) -> bool:
    return any(use <= stems for use in uses)


def _stems(words: Sequence[str]) -> frozenset[str]:
    """The words and their plain forms: "wiping" and "wipe", "dishes" and "dish"."""
    return frozenset(words) | {stem for word in words for stem in _stem(word)}


@cache
def _stem(word: str) -> tuple[str, ...]:
    if word in _IRREGULAR:
        return (_IRREGULAR[word],)
    if word.endswith("ing") and len(word) > 5:
        return (word[:-3], word[:-3] + "e", word[:-4])
    if word.endswith("ed") and len(word) > 4:
        return (word[:-2], word[:-1])
    return (singular(word),)
