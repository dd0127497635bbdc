from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from robotos.cpu.engine import Engine
from robotos.training.export import UNKNOWN_TOKEN, Shape, Vocabulary, random_tensors, randomised, write
from robotos.training.tokenizer import Tokenize, choose, loose_tokenizer_of, tokenizer_of

SHAPE = Shape(width=64, layers=1, heads=2, inner=64, context=128)


@pytest.fixture(scope="module")
def written(vocabulary: Vocabulary, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tokenizer") / "model.gguf"
    write(path, SHAPE, vocabulary, random_tensors(SHAPE, vocabulary.size, 1), "q8_0")
    return path


@pytest.fixture(scope="module")
def engine(written: Path) -> Engine:
    return Engine(written, context=128, sequences=1)


@pytest.fixture(scope="module")
def tokenize(vocabulary: Vocabulary) -> Tokenize:
    return tokenizer_of(vocabulary)


words = st.one_of(
    st.text(max_size=10), st.sampled_from(["clean", "don't", "<|end|>", "kitchen2", "3.5", "caf\u00e9", "the", "a'b"])
)


@given(words)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
def test_training_and_llama_cut_words_alike(engine: Engine, tokenize: Tokenize, word: str) -> None:
    text = " " + " ".join(word.split())
    assert engine.tokenize(text) == tokenize(text)


def test_control_tokens_keep_their_numbers_in_the_file(engine: Engine, vocabulary: Vocabulary) -> None:
    assert engine.pieces() == vocabulary.pieces
    assert engine.vocabulary_size == vocabulary.size


def test_a_randomised_copy_has_the_vocabulary_and_nothing_else(engine: Engine, written: Path, tmp_path: Path) -> None:
    randomised(written, tmp_path / "random.gguf", 5)
    with Engine(tmp_path / "random.gguf", context=128, sequences=1) as other:
        assert other.pieces() == engine.pieces()
        logits = other.evaluate(1, [1, 2, 3]).logits
    assert np.isfinite(logits).all()
    assert not np.allclose(logits, engine.evaluate(1, [1, 2, 3]).logits, atol=0.1)


@pytest.mark.parametrize("word", [" clean", " everything", " garden"])
def test_loose_pieces_spell_the_same_word_and_repeat_by_seed(vocabulary: Vocabulary, word: str) -> None:
    seen = len(vocabulary.tokens)

    def cut(seed: int) -> list[list[int]]:
        loose = loose_tokenizer_of(vocabulary, seen, 0.4, random.Random(seed))
        return [loose(word) for _ in range(12)]

    for ids in cut(1):
        assert "".join(vocabulary.tokens[i].removeprefix("##") for i in ids) == word.strip()
    assert cut(1) == cut(1)
    assert len({tuple(ids) for ids in cut(1)}) > 1
    assert loose_tokenizer_of(vocabulary, seen, 0.0, random.Random(1))(word) == tokenizer_of(vocabulary)(word)


def test_words_of_the_corpus_come_first_and_loose_tokens_are_among_them() -> None:
    vocabulary, seen = choose([" sweep the kitchen"], ("garden", "the", "##ing", "scrub"))
    assert {"sweep", "the", "kitchen", "##ing"} <= set(vocabulary.tokens[:seen])
    assert vocabulary.tokens[seen:] == ("garden", "scrub")
    loose = loose_tokenizer_of(vocabulary, seen, 0.0, random.Random(1))
    assert all(token < seen for token in loose("garden"))


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_all_that_is_ascii_can_be_cut(vocabulary: Vocabulary, tokenize: Tokenize, word: str) -> None:
    assert vocabulary.tokens.index(UNKNOWN_TOKEN) not in tokenize(word)
