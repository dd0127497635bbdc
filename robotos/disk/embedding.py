"""A sentence as a vector, without a model: hashed words, household concepts and letter trigrams.

Each feature is added, with a sign, to `_SPREAD` of `SIZE` numbers, all taken from a hash (feature hashing, Weinberger
et al. 2009; spread so that one collision does little harm), which keeps dot products right on average. Trigrams carry
typos and inflections, concepts carry synonyms.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from robotos.disk.lexicon import STOP_WORDS, answers, concepts

SIZE = 1024
INDEXED = 256  # numbers of a vector in the index: it only proposes, and 100,000 vectors of 1024 are 400 MB of memory
VERSION = 2  # raise it when any vector changes: indices made by another version are rebuilt
Vector = NDArray[np.float32]  # shape (SIZE,), length 1, or all zero for a text without words

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_SPREAD = 4
_SPELLING = 0.8  # weight of a word's trigrams together, its stem being 1
_CONCEPT = 0.9
_ANSWER = 0.3
_VOCABULARY = 4096  # words whose hashes are kept: people use few, again and again
_STOP = 0.05  # enough to tell "who are you" from nothing at all
_CONCEPTS = concepts()
_ANSWERS = answers()


def stem(word: str) -> str:
    """The word without its commonest English endings; crude, but the same for query and memory."""
    for ending, instead in (("'s", ""), ("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us", "is")):
            return word[: -len(ending)] + instead
    return word


def words(text: str) -> list[str]:
    """Lower-case words in order, apostrophes dropped ("grandma's" is "grandma")."""
    return _WORD.findall(re.sub(r"['’]s\b", "", text.lower()).replace("'", "").replace("’", ""))


def concept(word: str) -> str:
    """The name of the household concept the word belongs to; "" for none."""
    return _CONCEPTS.get(word) or _CONCEPTS.get(stem(word)) or ""


def answered(word: str) -> str:
    """The question word ("when", "where", "who") that the word is, or answers; "" for none."""
    return _ANSWERS.get(word) or ("when" if word.isdigit() else "")


def _features(word: str) -> Iterable[tuple[str, float]]:
    if word in STOP_WORDS:
        yield f"w:{word}", _STOP
    else:
        root = stem(word)
        yield f"w:{root}", 1.0
        if named := concept(word):
            yield f"c:{named}", _CONCEPT
        grams = [f"^{root}$"[i : i + 3] for i in range(len(root))]
        for gram in grams:
            yield f"g:{gram}", _SPELLING / len(grams) ** 0.5
    if asked := answered(word):
        yield f"a:{asked}", _ANSWER


@lru_cache(maxsize=_VOCABULARY)
def _hashed(word: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Which numbers of a vector a word adds to, and what."""
    places, weights = [], []
    for feature, weight in _features(word):
        digest = hashlib.blake2b(feature.encode("utf-8"), digest_size=2 * _SPREAD).digest()
        for i in range(0, len(digest), 2):
            hashed = digest[i] << 8 | digest[i + 1]
            places.append(hashed % SIZE)
            weights.append(weight if hashed & 0x8000 else -weight)
    return np.array(places, dtype=np.int64), np.array(weights, dtype=np.float64)


def embed(text: str) -> Vector:
    """The text's vector. Two texts' similarity is the dot product of theirs, about 0 (unrelated) to 1 (same words)."""
    hashed = [_hashed(word) for word in dict.fromkeys(words(text))]  # a word repeated says nothing more
    if not hashed:
        return np.zeros(SIZE, dtype=np.float32)
    places, weights = (np.concatenate(parts) for parts in zip(*hashed, strict=True))
    vector = np.bincount(places, weights, SIZE).astype(np.float32)
    norm = np.float32(np.linalg.norm(vector))
    return vector / norm if norm > 0 else vector


def folded(vector: Vector) -> Vector:
    """The vector as the index holds it, shape (INDEXED,): what hashing to fewer numbers would have given."""
    short: Vector = vector.reshape(-1, INDEXED).sum(axis=0, dtype=np.float32)
    norm = np.float32(np.linalg.norm(short))
    return short / norm if norm > 0 else short


class HashedWords:
    """`embed`, folded, in the shape Chroma asks of an embedding function (its `EmbeddingFunction` protocol)."""

    space: ClassVar[str] = "cosine"

    def __call__(self, input: Sequence[str]) -> list[Vector]:
        return [folded(embed(text)) for text in input]

    def embed_query(self, input: Sequence[str]) -> list[Vector]:
        return self(input)

    @staticmethod
    def name() -> str:
        return "robotos-hashed-words"

    def get_config(self) -> dict[str, Any]:
        return {"version": VERSION, "size": INDEXED}

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> HashedWords:
        HashedWords.validate_config(config)
        return HashedWords()

    @staticmethod
    def validate_config(config: dict[str, Any]) -> None:
        if config != HashedWords().get_config():
            raise ValueError(f"an index of another embedding: {config}; run `robotos fsck`")

    def validate_config_update(self, old_config: dict[str, Any], new_config: dict[str, Any]) -> None:
        self.validate_config(new_config)

    def default_space(self) -> str:
        return self.space

    def supported_spaces(self) -> list[str]:
        return [self.space]

    def is_legacy(self) -> bool:
        return False
