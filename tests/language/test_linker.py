"""The entity linker: what becomes a handle, what stays a word."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.kernel.calls import Bindings, Handle, Kind
from robotos.language.linker import link
from tests.language.home_names import LEXICON, NOW, read, shown, values

NAMES = [
    ("robot, clean the kitchen", "clean the r1", {"r1": "kitchen"}),
    ("Hey Robot, clean the living-room and the kitchens please!", "clean the r1 and the r2 please",
     {"r1": "living room", "r2": "kitchen"}),
    ("vacuum the lounge", "vacuum the r1", {"r1": "living room"}),
    ("the living room's a mess", "the r1 's a mess", {"r1": "living room"}),
    ("put it on the kitchen table", "put it on the p1", {"p1": "kitchen table"}),
    ("is it on the night stand", "is it on the p1", {"p1": "nightstand"}),
    ("bring me the towels", "bring h1 the o1", {"h1": "owner", "o1": "towel"}),
    ("fetch grandma's glasses", "fetch h1 's o1", {"h1": "grandma", "o1": "glasses"}),
    ("go to grandmas room", "go to h1 's room", {"h1": "grandma"}),
    ("go to my room", "go to r1", {"r1": "bedroom"}),
    ("where are my reading glasses", "where are my o1", {"o1": "glasses"}),
    ("clean where the cooking is done", "clean r1", {"r1": "kitchen"}),
    ("clean the room where we sleep", "clean the r1", {"r1": "bedroom"}),
    ("fetch what i wipe dishes with", "fetch o1", {"o1": "sponge"}),
    ("bring me some water", "bring h1 some o1", {"h1": "owner", "o1": "water bottle"}),
    ("clean everything but the bedroom", "clean everything but the r1", {"r1": "bedroom"}),
]  # fmt: skip
TYPOS = [
    ("clean the kichen", "kitchen"), ("clean the bathrom", "bathroom"), ("clean the livng room", "living room"),
    ("clean the livingroom", "living room"), ("clean the hallwya", "hallway"), ("i need my glases", "glasses"),
    ("put it in the refridgerator", "fridge"), ("grab the towl", "towel"),
    ("look in the washing mashine", "washing machine"),
    ("where is granma", "grandma"), ("find the note book", "notebook"), ("the coffe table", "coffee table"),
]  # fmt: skip
PLAIN = [
    "that is bad", "look here", "cook dinner", "we took a day off", "i think so", "never mind", "at once",
    "one more time", "turn around", "tell me a joke", "wait a minute", "someone often ate tons of it", "hello",
    "this is great", "excuse me", "mop here", "water the plants", "dock", "please dock now", "i need to study",
    "is the cup of coffee ready", "call it a day", "what time is it", "the other one", "light the candle",
    "hallo", "ouch", "thank you walter",
]  # fmt: skip
AMBIGUOUS_WORDS = [
    ("bring me the mop", "o1"), ("mop the kitchen", "r1"), ("bring mop", "o1"), ("go to the dock", "p1"),
    ("go back to dock", "p1"), ("the bad book", "o1"), ("clean the study", "r1"), ("go to study", "r1"),
    ("where are the keys", "o1"), ("go to bed", "p1"), ("the mop", "o1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words", "bound"), NAMES)
def test_names_become_handles(text: str, words: str, bound: dict[str, object]) -> None:
    linked = read(text)
    assert shown(linked) == words
    assert values(linked) == bound


@pytest.mark.parametrize(("text", "name"), TYPOS)
def test_typing_mistakes_are_forgiven(text: str, name: str) -> None:
    assert name in values(read(text)).values()


@pytest.mark.parametrize("text", PLAIN)
def test_everyday_words_are_no_names(text: str) -> None:
    assert values(read(text)) == {}


@pytest.mark.parametrize(("text", "handle"), AMBIGUOUS_WORDS)
def test_nouns_that_are_verbs_too(text: str, handle: str) -> None:
    assert handle in values(read(text))


def test_an_ambiguous_name_offers_all_it_may_mean() -> None:
    assert shown(read("put it on the table")) == "put it on the p1 or p2"
    assert values(read("put it on the shelf in the study")) == {"p1": "study shelf", "r1": "study"}
    assert values(read("put it on the table", lexicon=LEXICON.at("kitchen"))) == {"p1": "kitchen table"}


def test_colours_choose_or_contradict() -> None:
    assert values(read("the blue one")) == {"o1": "blue mug"}
    assert values(read("bring the red mug")) == {"o1": "red cup", "o2": "blue mug"}
    green = read("bring the green mug")
    assert values(green) == {"x1": "green mug"}
    assert green.unknown == ("green mug",)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("bring me the scissors", "scissors"), ("where is the umbrella", "umbrella"), ("go to the garage", "garage"),
        ("follow anna", "anna"), ("where is bob", "bob"), ("find my winter coat please", "winter coat"),
        ("give this to walter", "walter"), ("what do you know about penguins", "penguins"),
        ("the umbrella", "umbrella"),
        ("bring me a cup of tea", "cup of tea"), ("clean the balcony", "balcony"), ("my wallet is gone", "wallet"),
    ],
)  # fmt: skip
def test_unknown_nouns_are_kept_as_unknown(text: str, unknown: str) -> None:
    linked = read(text)
    assert linked.unknown == (unknown,)
    assert unknown in values(linked).values()


@pytest.mark.parametrize("text", ["follow me", "come to me", "bring us the book", "come to where i am", "wait for me"])
def test_me_is_whoever_speaks(text: str) -> None:
    linked = link(text, LEXICON, Bindings(), NOW, speaker="grandma")
    assert "grandma" in values(linked).values()
    assert "owner" not in values(linked).values()


@pytest.mark.parametrize(
    ("text", "words", "kept"),
    [
        ("tell grandma that dinner is ready", "tell h1 that q1", "dinner is ready"),
        ("say good night my dear to grandma", "say q1 to h1", "good night my dear"),
        ('say "I love you, Mum" to grandma', "say q1 to h1", "I love you, Mum"),
        ("remember that the wifi password is Hunter2", "remember that q1", "the wifi password is Hunter2"),
        ("please note down the plumber comes at nine", "please note down q1", "the plumber comes at nine"),
        ("remind me to take my medicine at nine", "remind me to q1 at t1", "take my medicine"),
        ("remind me in ten minutes to call mom", "remind me in d1 to q1", "call mom"),
        ("ask grandma if she wants tea", "ask h1 q1", "if she wants tea"),
        ("let the guest know dinner is at six", "let the h1 know q1", "dinner is at six"),
        ("tell me at six that the film begins", "tell me at t1 that q1", "the film begins"),
        ("what did i say about grandma's tea", "what did i say about q1", "grandma's tea"),
    ],
)
def test_words_to_pass_on_are_kept(text: str, words: str, kept: str) -> None:
    linked = read(text)
    assert shown(linked) == words
    assert values(linked)["q1"] == kept


@pytest.mark.parametrize(
    "text",
    [
        "say hello to grandma", "say that again", "tell me where the keys are", "remember that", "note that down",
        "remember that the keys are on the desk", "grandma has my book", "remember i put the towel on the bed",
        "do you remember where the keys are", "remember to clean the kitchen", "tell me your name", "say something",
    ],
)  # fmt: skip
def test_nothing_is_quoted_where_nothing_is_meant_literally(text: str) -> None:
    assert not any(handle.startswith("q") for handle in values(read(text)))


def test_measures() -> None:
    assert values(read("go two metres forward then turn right forty five degrees")) == {
        "m1": 2.0,
        "a1": pytest.approx(0.785398, abs=1e-5),
    }
    assert shown(read("clean the kitchen twice")) == "clean the r1 n1 times"
    assert values(read("turn left 90")) == {"a1": pytest.approx(1.570796, abs=1e-5)}
    assert values(read("do a one eighty")) == {"a1": pytest.approx(3.141593, abs=1e-5)}
    assert values(read("go forward 2")) == {"m1": 2.0}
    assert values(read("stop process 3")) == {"k1": 3}
    assert values(read("put two apples on the desk")) == {"n1": 2.0, "o1": "apple", "p1": "desk"}


def test_bindings_grow_and_are_reused() -> None:
    first = read("clean the kitchen")
    second = read("and the bathroom and the kitchen again", first.bindings)
    assert values(second) == {"r2": "bathroom", "r1": "kitchen"}


def test_the_wake_word_goes_only_where_it_is_an_address() -> None:
    assert shown(read("robot")) == "robot"
    assert shown(read("ok robot stop")) == "stop"
    assert shown(read("clean the kitchen robot")) == "clean the r1"
    assert shown(read("are you a robot")) == "are you a robot"
    assert shown(read("good robot")) == "good robot"


def test_a_name_of_the_home_wins_over_household_english() -> None:
    home = replace(LEXICON, places={**LEXICON.places, "office": ()})
    assert values(read("go to the office", lexicon=home)) == {"p1": "office"}


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "\x00\x01\x02", "<|call|><stop><|end|>", "\U0001f916" * 50, "\U00010a40 \u0663"]
)
def test_nothing_to_read_is_read_as_nothing_much(text: str) -> None:
    assert values(read(text)) == {}


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    linked = read(text)
    for word in linked.words:
        if isinstance(word, Handle):
            assert word in linked.bindings.values
        else:
            assert word == word.lower()
            assert "<" not in word and "|" not in word and " " not in word


@settings(deadline=None)
@given(st.lists(st.sampled_from(sorted(LEXICON.rooms)), min_size=1, max_size=4))
def test_every_room_named_is_found_in_order(rooms: list[str]) -> None:
    linked = read("clean the " + " and the ".join(rooms))
    found = [linked.bindings.values[w] for w in linked.words if isinstance(w, Handle) and w.kind is Kind.ROOM]
    assert found == rooms


def test_two_thousand_words_are_read_quickly() -> None:
    text = "xkitchq flurb zwonk tablebed " * 500
    began = time.process_time()
    linked = read(text)
    assert time.process_time() - began < 0.5
    assert len(linked.words) <= 400
