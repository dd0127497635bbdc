from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from robotos.kernel.calls import Kind
from robotos.training import corpus
from robotos.training.alignment import Pair, align, wrong_words
from robotos.training.corpus import Entry
from robotos.training.mistakes import ADDED, AROUND, Mistakes, MistakesError, Row, counted, mistakes_of, read, text_of
from robotos.training.noise import Noise, Words
from robotos.training.utterances import Ref

QUIET = Noise(opening=0, closing=0, lost=0, typo=0, stutter=0, heard=1.0)
KITCHEN = Ref(Kind.ROOM, "room")


def pairs(said: str, heard: str) -> list[tuple[str, str]]:
    aligned = align(said.split(), heard.split())
    return [(" ".join(p.said), " ".join(p.heard)) for p in aligned if not p.right]


@pytest.mark.parametrize(
    ("said", "heard", "mistakes"),
    [
        ("clean the kitchen", "clean the kitchen", []),
        ("clean the kitchen", "queen the kitchen", [("clean", "queen")]),
        ("clean the kitchen", "clean kitchen", [("the", "")]),
        ("clean the kitchen", "and clean the kitchen", [("", "and")]),
        ("eat the ice cream", "eat the i scream", [("ice cream", "i scream")]),
        ("mop the bathroom now", "mop the bath room now", [("bathroom", "bath room")]),
        ("bring me the tea pot", "bring me the teapot", [("tea pot", "teapot")]),
        ("tag along with him", "fetch alone would him", [("tag", "fetch"), ("along", "alone"), ("with", "would")]),
        ("stop", "", [("stop", "")]),
        ("", "oh", [("", "oh")]),
        ("", "", []),
    ],
)  # fmt: skip
def test_each_word_heard_stands_for_the_word_it_sounds_like(
    said: str, heard: str, mistakes: list[tuple[str, str]]
) -> None:
    assert pairs(said, heard) == mistakes


def test_an_alignment_is_made_of_all_words_in_order() -> None:
    rng = random.Random(1)
    words = ["go", "to", "the", "kitchen", "then", "bring", "grandma", "a", "big", "green", "tea", "cup"]
    for _ in range(60):
        said, heard = rng.choices(words, k=rng.randrange(8)), rng.choices(words, k=rng.randrange(8))
        aligned = align(said, heard)
        assert [w for p in aligned for w in p.said] == said
        assert [w for p in aligned for w in p.heard] == heard
        wrong = sum(max(len(p.said), len(p.heard)) for p in aligned if not p.right)
        assert wrong >= wrong_words(said, heard)


def of(*heard: tuple[str, str], times: int = 1) -> Mistakes:
    return counted([align(said.split(), became.split()) for said, became in heard] * times, {20: 0.2})


def test_words_are_counted_as_often_as_they_were_said() -> None:
    table = of(
        ("clean the hall", "clean the hole"),
        ("the hall", "a hall"),
        ("the ice cream", "the i scream now"),
        ("the tea", "the in to tea"),
    )
    assert table.rows == {
        ADDED: Row(6, {"in to": 1}),
        AROUND: Row(8, {"now": 1}),
        "hall": Row(2, {"hole": 1}),
        "ice cream": Row(1, {"i scream": 1}),
        "the": Row(4, {"a": 1}),
    }


def test_a_table_reads_as_it_was_written(tmp_path: Path) -> None:
    table = Mistakes(
        {ADDED: Row(9, {"and the": 2, "a": 1}), "clean": Row(4, {"": 1, "queen": 1}), "tea pot": Row(2, {"teapot": 2})},
        {10: 0.5, 20: 0.25},
        ("made for a test", "by hand"),
    )
    (tmp_path / "words").mkdir()
    assert mistakes_of(tmp_path) is None
    (tmp_path / "words" / "heard.tsv").write_text(text_of(table), "utf-8")
    assert mistakes_of(tmp_path) == table


@pytest.mark.parametrize(
    "line", ["clean\t3", "clean\tmany\tqueen 1", "clean\t1\tqueen", "clean\t1\tqueen 2", "@\t10\t"]
)
def test_a_damaged_table_names_the_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "heard.tsv"
    path.write_text(f"# a comment\n{line}\n", "utf-8")
    with pytest.raises(MistakesError, match=r"line 2.*make the table again"):
        read(path)


@pytest.fixture
def entry(entries: tuple[Entry, ...]) -> Entry:
    return next(e for e in entries if e.intent == "clean_room")


WORDS: Words = ("clean", "the", KITCHEN, "now")


def arrivals(table: Mistakes | None, entry: Entry, words: Words = WORDS, noise: Noise = QUIET) -> Counter[Words]:
    rng = random.Random(7)
    return Counter(noise.apply(words, entry, rng, table) for _ in range(4000))


def test_without_a_table_nothing_is_misheard(entry: Entry) -> None:
    assert arrivals(None, entry) == {WORDS: 4000}


def test_without_a_share_nothing_is_misheard(entry: Entry) -> None:
    silent = Noise(opening=0, closing=0, lost=0, typo=0, stutter=0, heard=0)
    assert arrivals(Mistakes({"clean": Row(2, {"queen": 2})}, {20: 1.0}), entry, noise=silent) == {WORDS: 4000}


def test_words_that_are_not_in_the_table_and_names_stay(entry: Entry) -> None:
    table = Mistakes({"sweep": Row(2, {"sleep": 2}), "kitchen": Row(3, {"chicken": 3})}, {20: 0.5})
    assert arrivals(table, entry) == {WORDS: 4000}


def test_mistakes_are_as_frequent_as_they_were_found(entry: Entry) -> None:
    table = Mistakes({"clean": Row(10_000, {"queen": 3000, "": 1000}), "now": Row(10_000, {"new": 500})}, {20: 0.2})
    found = arrivals(table, entry)
    queen, lost, no = (
        sum(count for words, count in found.items() if test(words)) / 4000
        for test in (lambda w: "queen" in w, lambda w: w[0] == "the", lambda w: "new" in w)
    )
    assert (queen, lost, no) == pytest.approx((0.3, 0.1, 0.05), abs=0.02)


def test_louder_noise_makes_more_mistakes_and_the_mean_stays(entry: Entry) -> None:
    rows = {"clean": Row(10_000, {"queen": 2000}), "now": Row(10_000, {"new": 2000})}
    even, uneven = arrivals(Mistakes(rows, {20: 0.2}), entry), arrivals(Mistakes(rows, {10: 0.4, 30: 0.0}), entry)
    both = ("queen", "the", KITCHEN, "new")
    assert uneven[both] / 4000 == pytest.approx(0.08, abs=0.015)  # half of the time 0.4 times 0.4
    assert even[both] / 4000 == pytest.approx(0.04, abs=0.015)
    means = [sum(n for words, n in found.items() if "queen" in words) / 4000 for found in (even, uneven)]
    assert means == pytest.approx([0.2, 0.2], abs=0.02)


def test_two_words_can_become_one_and_words_can_be_added(entry: Entry) -> None:
    table = Mistakes({"clean the": Row(10_000, {"cleaner": 5000}), ADDED: Row(10_000, {"and": 1000})}, {20: 0.2})
    found = arrivals(table, entry)
    assert sum(n for words, n in found.items() if "cleaner" in words) / 4000 == pytest.approx(0.5, abs=0.03)
    assert found["cleaner", KITCHEN, "and", "now"] / 4000 == pytest.approx(0.05, abs=0.015)
    assert all(words[-1] != "and" for words in found)
    around = arrivals(Mistakes({AROUND: Row(10_000, {"oh well": 1000})}, {20: 0.2}), entry)
    both = ("oh", "well", *WORDS, "oh", "well")
    named = ("oh", "well", "robot", *WORDS, "oh", "well")  # a name in the middle is a word like others
    assert set(around) == {WORDS, both, both[:-2], both[2:], named, named[:-2]}
    assert around[both[2:]] / 4000 == pytest.approx(0.09, abs=0.02)


def test_an_utterance_is_never_lost_altogether(entry: Entry) -> None:
    table = Mistakes({"stop": Row(10_000, {"": 10_000}), "robot": Row(10_000, {"": 10_000})}, {20: 1.0})
    assert arrivals(table, entry, ("stop",)) == {("stop",): 4000}


def test_a_no_is_neither_lost_nor_made_up(entry: Entry) -> None:
    table = Mistakes({"don't": Row(2, {"do": 1, "": 1}), "now": Row(10_000, {"no": 5000, "know": 5000})}, {20: 1.0})
    words: Words = ("don't", "clean", "the", KITCHEN, "now")
    assert set(arrivals(table, entry, words)) == {words}
    assert set(arrivals(table, entry)) == {WORDS, ("clean", "the", KITCHEN, "know")}


def test_the_robots_own_name_is_misheard_before_orders(entry: Entry) -> None:
    found = arrivals(Mistakes({"robot": Row(10_000, {"rabbit": 5000})}, {20: 0.2}), entry)
    assert found["rabbit", *WORDS] / 4000 == pytest.approx(0.25, abs=0.03)
    assert found["rabbit", *WORDS] + found[WORDS] == 4000


def test_the_table_that_is_shipped_leaves_most_words_right(entry: Entry) -> None:
    table = mistakes_of(corpus.PHRASES)
    assert table is not None
    assert 0.05 < table.rate < 0.4
    words = ["can", "you", "please", "clean", "the", "bathroom", "again", "and", "then", "come", "back", "to", "me"]
    rng = random.Random(3)
    wrong = sum(wrong_words(words, [str(w) for w in table.mishear(words, rng)]) for _ in range(500)) / (
        500 * len(words)
    )
    assert 0.02 < wrong < 0.4


def test_the_same_seed_makes_the_same_mistakes(entry: Entry) -> None:
    table = Mistakes({"clean": Row(4, {"queen": 1, "": 1}), "the": Row(5, {"a": 3})}, {20: 0.2})
    assert list(arrivals(table, entry)) == list(arrivals(table, entry))
    assert Pair(("a",), ("a",)).right
