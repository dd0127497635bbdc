from __future__ import annotations

import io
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.peripherals.ngram import BEGIN, estimate

LINES = ["clean the kitchen", "clean the bathroom", "go to the kitchen", "robot clean the kitchen", "stop"] * 2


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5).map(" ".join), min_size=1, max_size=12))
def test_after_every_history_the_words_share_one(lines: list[str]) -> None:
    model = estimate(lines)
    words = range(len(model.words))
    known = [number for number in words if model.words[number] not in {"<unk>", "</s>"}]
    for history in ([], *([w] for w in known), *([v, w] for v in known for w in known)):
        total = sum(10 ** model._after(list(history), word) for word in words if model.words[word] != BEGIN)
        assert math.isclose(total, 1.0, abs_tol=1e-6)


def test_what_was_read_is_likelier_than_what_was_not() -> None:
    model = estimate(LINES)
    assert model.log10("clean the kitchen") > model.log10("go to the bathroom") > model.log10("kitchen the to go")
    assert model.log10("clean the attic") > -20  # an unknown word is improbable, not impossible


def test_kneser_and_ney_a_word_that_follows_one_word_only_is_no_likely_word_elsewhere() -> None:
    model = estimate(["the living room"] * 5 + ["a cup", "my cup", "your cup"])
    assert model.log10("room") < model.log10("cup")  # though it was said more often


def test_written_as_arpa() -> None:
    file = io.StringIO()
    estimate(LINES).write(file)
    text = file.getvalue()
    assert text.startswith("\\data\\\nngram 1=") and text.endswith("\\end\\\n")
    lines = text[text.index("\\3-grams:") :].split("\n")[1:]
    assert any(line.split("\t")[1:] == ["clean the kitchen"] for line in lines)
    assert all(float(line.split("\t")[0]) <= 0 for line in lines if "\t" in line)


@pytest.mark.parametrize(("lines", "order"), [([], 3), (["stop"], 4), (["stop"], 1)])
def test_what_cannot_be_estimated(lines: list[str], order: int) -> None:
    with pytest.raises(ValueError, match="words"):
        estimate(lines, order)
