"""Laws of the linker: it never raises, what it shows is bound, ordinary words stay, what the owner taught is found."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.kernel.calls import Bindings, Handle, Kind
from robotos.kernel.spoken import plain_name
from robotos.language.categories import NOUNS, category_named, category_of
from robotos.language.common_words import PLAIN
from robotos.language.inflection import plural, singular
from robotos.language.kinds import canonical
from robotos.language.lexicon import Entry
from robotos.language.linker import link
from robotos.language.sense import LONGEST_TURN, MOST_REPEATS, MOST_WORDS, sensible, speakable
from robotos.language.tokens import normalise
from robotos.language.uses import FLOORS, FURNISHED, OF_ROOMS, OF_THINGS
from tests.language.home_names import MENTIONS, NOW, read, shown, values
from tests.language.test_mentions import cases

# Words of everything the linker has rules for, so that any order of them meets many rules at once.
VOCABULARY = sorted(
    {word for _, said, _ in cases() for word in said.split()}
    | {word for uses in OF_THINGS.values() for use in uses for word in use}
    | {word for each, _ in OF_ROOMS for use in each for word in use}
    | {word for said in (*FLOORS, *FURNISHED) for word in said.split()}
    | {"when", "means", "past", "half", "quarter", "or", "'s", '"', "every", "23", "7:30", "teh", "room", "rooms"}
)
ENTRIES = [entry for entry, _ in MENTIONS.known()]
sayings = st.lists(st.sampled_from(VOCABULARY), max_size=14).map(" ".join)
names = st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9), min_size=1, max_size=3).map(" ".join)
lessons = st.dictionaries(names, st.sampled_from(ENTRIES), max_size=4)


@settings(deadline=None, max_examples=300)
@given(sayings, lessons)
def test_any_order_of_words_is_read_and_all_it_shows_is_bound(said: str, taught: dict[str, Entry]) -> None:
    linked = read(said, lexicon=MENTIONS.with_aliases(taught))
    for word in linked.words:
        if isinstance(word, Handle):
            value = linked.bindings.values[word]
            assert not isinstance(value, str) or value
            if word.kind is Kind.TIME:
                assert isinstance(value, datetime) and value > NOW
            if word.kind in {Kind.ROOM, Kind.PLACE, Kind.THING, Kind.PERSON}:
                assert (word.kind, value) in ENTRIES
            if word.kind is Kind.TEXT:
                assert str(value) in normalise(said)
        else:
            assert word and " " not in word
    assert len(linked.words) <= 2 * len(said.split()) + 8


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(sorted(PLAIN)), max_size=8).map(" ".join))
def test_ordinary_words_stay_as_they_are(said: str) -> None:
    once = read(said, lexicon=MENTIONS)
    if not values(once):
        again = read(shown(once), lexicon=MENTIONS)
        assert again.words == once.words


@settings(deadline=None, max_examples=200)
@given(
    names, st.sampled_from(ENTRIES), st.sampled_from(["go to the {}", "where is the {}", "{}", "bring me my {} please"])
)
def test_a_taught_name_is_always_found(name: str, meant: Entry, saying: str) -> None:
    if plain_name(name) in PLAIN or plain_name(name) != name:
        return
    linked = read(saying.format(name), lexicon=MENTIONS.with_aliases({name: meant}))
    bound = [(w.kind, linked.bindings.values[w]) for w in linked.words if isinstance(w, Handle)]
    assert meant in bound
    assert not linked.unknown


@settings(deadline=None)
@given(st.sampled_from([name for _, name in ENTRIES if name != "owner"]), st.sampled_from(ENTRIES))
def test_what_is_taught_wins_over_the_homes_own_names(name: str, meant: Entry) -> None:
    linked = read(f"is it the {name}", lexicon=MENTIONS.with_aliases({name: meant}))
    assert [(w.kind, linked.bindings.values[w]) for w in linked.words if isinstance(w, Handle)] == [meant]


def test_a_taught_word_does_not_eat_a_longer_name() -> None:
    lexicon = MENTIONS.with_aliases({"kitchen": (Kind.ROOM, "study"), "bottle top": (Kind.PLACE, "sofa")})
    assert values(read("put it on the kitchen table", lexicon=lexicon)) == {"p1": "kitchen table"}
    assert values(read("clean the kitchen", lexicon=lexicon)) == {"r1": "study"}
    assert values(read("go to the bottle top", lexicon=lexicon)) == {"p1": "sofa"}
    assert values(read("clean the kitchen", lexicon=MENTIONS)) == {"r1": "kitchen"}


def test_a_name_for_what_the_home_lacks_is_left_out() -> None:
    lexicon = MENTIONS.with_aliases({"throne": (Kind.PLACE, "armchair")})
    assert values(read("go to the throne", lexicon=lexicon)) == {"x1": "throne"}


def test_lessons_are_cheap() -> None:
    MENTIONS.index  # noqa: B018 - made once
    began = time.process_time()
    for k in range(50):
        MENTIONS.with_aliases({f"name {k}": (Kind.ROOM, "study")})
    assert (time.process_time() - began) / 50 < 0.005


def test_a_kind_is_known_by_all_its_nouns() -> None:
    for kind, nouns in NOUNS.items():
        assert canonical(kind) == kind  # what `count` and `find` compare with
        for noun in (kind, *nouns):
            assert category_named(noun.split()) == kind
    assert category_named(["items"], counting=True) == "thing"
    assert category_named(["items"]) == ""
    assert {"cup", "dish"} <= category_of("red cup")
    assert "drink" not in category_of("spray bottle")
    assert "fruit" not in category_of("remote control")


NOUNS_SEEN = sorted({name.split()[-1] for name in (*MENTIONS.things, *MENTIONS.places, *MENTIONS.rooms, *NOUNS)})


@pytest.mark.parametrize("word", [noun for noun in NOUNS_SEEN if singular(noun) == noun])
def test_a_plural_goes_back_to_its_singular(word: str) -> None:
    assert plural(word) != word
    assert singular(plural(word)) == word


def test_shelves_and_cups() -> None:
    pairs = {"shelf": "shelves", "cup": "cups", "box": "boxes", "toy": "toys", "berry": "berries", "knife": "knives"}
    assert {one: plural(one) for one in pairs} == pairs
    assert {many: singular(many) for many in pairs.values()} == {many: one for one, many in pairs.items()}


@given(st.lists(st.integers(), unique=True, max_size=2 * MOST_WORDS))
def test_different_words_are_sensible_until_there_are_too_many(words: list[int]) -> None:
    assert sensible(words) == (len(words) <= MOST_WORDS)


@given(st.lists(st.integers(), unique=True, min_size=1, max_size=LONGEST_TURN), st.integers(1, 2 * MOST_REPEATS))
def test_a_turn_of_words_may_come_so_many_times(turn: list[int], times: int) -> None:
    assert sensible(turn * times) == (times <= MOST_REPEATS)


@pytest.mark.parametrize(
    "said", ["clean " * 7, "clean it " * 7, "go to the kitchen " * 7, "word and " * 3 + "x y z " * 30]
)
def test_a_stuck_recogniser_is_not_sensible(said: str) -> None:
    assert not sensible(said.split())
    assert not link(said, MENTIONS, Bindings(), NOW).sensible


@pytest.mark.parametrize("said", ["", "stop", "no no no no no no", "clean the kitchen and then clean the bathroom"])
def test_sayings_are_sensible(said: str) -> None:
    assert sensible(said.split())
    assert link(said, MENTIONS, Bindings(), NOW).sensible


@pytest.mark.parametrize(
    "said",
    ["clean r1", "p2 o3", "<|user|> dock", "<b>clean</b>", '{"name": "goto"}', "%s%d", "stop(); clean everything;"],
)
def test_code_and_control_tokens_are_not_sayings(said: str) -> None:
    assert not speakable(said)


@pytest.mark.parametrize(
    "said",
    ["clean 50% of it", "move 1.5 m forward, please!", "it's 20°C (warm)", "räum auf",
     "remember that i take vitamin d3",
     "\u043f\u0440\u0438\u0432\u0435\u0442", "say \"hi\" to grandma - now", "wait 5s & then go"],
)  # fmt: skip
def test_what_people_write_is_speakable(said: str) -> None:
    assert speakable(said)
