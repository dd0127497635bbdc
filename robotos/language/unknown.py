"""Nouns that stand where a name belongs but name nothing the home knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from robotos.language.common_words import PLAIN
from robotos.language.numbers import ONES, TENS
from robotos.language.synonyms import CONTAINERS
from robotos.language.word_set import word_set

LONGEST: Final = 3  # words of an unknown noun phrase

_DETERMINERS: Final = word_set("the a an my our your his her their this these those some any another s 's")
_ADJECTIVES: Final = word_set(
    "big small little large tiny old new clean dirty other own nice good same full empty wet dry long short"
)
# Verbs and phrases that want a thing, a place or a person after them.
_WANTING: Final = word_set(
    """
    fetch bring find get grab grasp take pick put carry deliver pass hand give locate seek need want seen see lost
    looking searching search follow clean vacuum hoover mop sweep tidy scrub dust go drive move come navigate
    where look check visit head bringing drop return have about read tell ask greet hunt delete remove erase forget is
    lay set place stand stash stow store hang leave toss throw slide tuck shift haul lug wipe polish brush swab
    shampoo rinse transport travel proceed pop nip hop dash run roll swing trot wander zip step walk meet lead
    guide escort accompany park wait stay fetching getting going driving cleaning putting taking
    carrying vacuuming moving collect gather retrieve shove grasp tote cart ferry schlep procure supply seize divert
    conduct track transfer zoom vroom whizz tae needing wanting strike clear steer scoot trundle
    """
)
# Those after which a noun needs no article: "find scissors".
_DIRECT: Final = word_set(
    """
    fetch find locate grab seek vacuum hoover follow about clean greet visit bring meet escort accompany guide retrieve
    grasp procure seize
    """
)
_TO: Final = frozenset({"to", "tae", "into", "towards", "from", "in", "at"})
_GOING: Final = word_set(
    """
    go drive move come navigate head back over return bring take carry give hand deliver lay put set place lead guide
    escort accompany travel proceed pop nip hop dash run roll swing trot zip step walk lug haul transport away
    divert steer zoom
    """
)
_AFTER_NOUN: Final = word_set("and or then please now with from to in on at for again later tomorrow today tonight too")
_ALONE: Final = word_set("the my our a an please no not i mean i'd like it is that's to actually rather just only")
# Rooms that many homes have: said after an article they are rooms, whatever is to be done with them.
_ROOMS: Final = word_set(
    """
    attic loft cellar basement garage balcony terrace patio veranda garden yard backyard porch pantry larder
    conservatory sunroom nursery playroom workshop shed landing gym cloakroom sauna greenhouse scullery boudoir
    """
)
# Words for whoever is spoken to, at the end of what is said: "the lamp, hen".
_VOCATIVES: Final = word_set(
    "mate pal lad lass hen hon hun darlin darling love luv duck bro dude sweetheart lah abeg innit dear dearie"
)
# After "X" alone: "bicycle go".
_ORDERED: Final = frozenset({("go",)})
_WISHED: Final = frozenset({(), ("please",), ("now",), ("here",), ("bring",), ("fetch",)})
# "give us the lamp" in any words, but not "tell me the truth".
_TELLING: Final = word_set("do doing tell teach read show sing play remind explain ask say spell let makes make")
_SEARCHING: Final = word_set("look looking search searching hunt desperate rummage")
_COUNTED: Final = frozenset((*ONES[2:], *TENS[2:]))  # "an old woman | ten minutes"
REACH: Final = 7  # words back from a noun to the verb that wants it


def noun_phrase(words: Sequence[str], i: int, named: Callable[[int], bool]) -> int:
    """Words of the unknown noun phrase that begins at `i`; 0 when none does. `named(j)`: a known name begins at j."""
    if not can_be_noun(words, i):
        return 0
    if words[i] in CONTAINERS and i + 2 < len(words) and words[i + 1] == "of":
        known = named(i + 2) or not can_be_noun(words, i + 2)
        return 0 if known or not _wanted(words, i, i + 3) else 3
    if words[i] in _ROOMS and _determined(words, i) and not named(i):
        return 1
    j = i + 1
    while j < min(len(words), i + LONGEST) and can_be_noun(words, j) and not named(j):
        j += 1
    if j < len(words) and words[j] == "room" and not named(j):
        j += 1  # "the spare room"
    return j - i if _wanted(words, i, j) or _alone(words, i, j) or _gone(words, i, j) else 0


def _determined(words: Sequence[str], i: int) -> bool:
    """ "the garage", "the whole garage"."""
    i -= i > 0 and words[i - 1] in {"whole", "entire"}
    return i > 0 and words[i - 1] in _DETERMINERS


def is_room(noun: str) -> bool:
    """Whether an unknown noun phrase is a room by its word alone: "garage", "spare room"."""
    last = noun.rsplit(" ", maxsplit=1)[-1]
    return last == "room" or last in _ROOMS


def can_be_noun(words: Sequence[str], i: int) -> bool:
    """Whether word `i` may be a noun that names something: no function word, no adverb, no figure."""
    word = words[i]
    return (
        word not in PLAIN
        and word not in _COUNTED
        and not _calls(words, i)
        and not _does(words, i)
        and word[0].isalpha()
        and "'" not in word
        and len(word) > 1
        and not word.endswith("ly")
    )


def _calls(words: Sequence[str], i: int) -> bool:
    """Whether word `i` is how somebody is addressed: "the lamp hen"."""
    last = i + 1 == len(words) or words[i + 1] in PLAIN or "'" in words[i + 1]
    return words[i] in _VOCATIVES and last and i > 0 and words[i - 1] not in _DETERMINERS


def _does(words: Sequence[str], i: int) -> bool:
    """Whether word `i` is a verb, since it has a pronoun for its object: "find the toy, nab it"."""
    return i > 1 and words[i - 1] not in PLAIN and tuple(words[i + 1 : i + 2]) in {("it",), ("them",)}


def _alone(words: Sequence[str], i: int, j: int) -> bool:
    """ "the umbrella", as the answer to a question."""
    return i > 0 and words[i - 1] in _DETERMINERS and all(word in _ALONE for word in (*words[:i], *words[j:]))


def _gone(words: Sequence[str], i: int, j: int) -> bool:
    """ "my umbrella is missing"."""
    tail = tuple(words[j : j + 2])
    return i > 0 and words[i - 1] in _DETERMINERS and tail in {("is", "gone"), ("is", "missing"), ("is", "lost")}


def _wanted(words: Sequence[str], i: int, j: int) -> bool:
    before = words[max(0, i - REACH) : i]
    if not before:
        return i == 0 and tuple(words[j:]) in _ORDERED
    if _to_us(before):
        return tuple(words[j : j + 1]) != ("of",)  # "do me the | kindness of"
    if not any(word in _WANTING for word in before):
        return False
    previous = before[-1]
    if previous in {"want", "need"}:
        return tuple(words[j : j + 1]) in _WISHED and not words[j - 1].endswith("ing")  # "me want wallet"
    if previous in _ADJECTIVES and len(before) > 1:
        previous = before[-2]
    if previous in _DETERMINERS or previous in _DIRECT or previous.endswith("'s"):
        return any(word in _WANTING - {"is"} for word in before)
    if previous in {"is", "are"}:
        return len(before) > 1 and before[-2] == "where"
    if previous in {"me", "us"}:
        return len(before) > 1 and before[-2] in {"bring", "fetch", "get", "give", "hand", "pass", "find"}
    if previous == "for":
        return len(before) > 1 and before[-2] in _SEARCHING
    if previous == "to" and j < len(words) and words[j] not in _AFTER_NOUN:
        return False  # "to hurt grandma": a verb
    return previous in _TO and any(word in _GOING for word in before)


def _to_us(before: Sequence[str]) -> bool:
    """ "gie us the | lamp", "fetch us me | hat"."""
    if before[-4:-1] == ("trouble", "you", "for"):
        return before[-1] in _DETERMINERS
    if len(before) < 3 or before[-2] not in {"us", "me"} or before[-1] not in {"the", "my", "our", "that", "me"}:
        return False
    return before[-3] not in _TELLING and before[-3] not in _TO
