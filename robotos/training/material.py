"""What a training run is made of: its plan, the linked corpus, the vocabulary and what its words mean."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch

from robotos.encoder.metric import Metric
from robotos.kernel.syscalls import TABLE
from robotos.training import corpus, homes, tokenizer
from robotos.training.data import Recipe
from robotos.training.earlier import Earlier
from robotos.training.export import Shape, Vocabulary
from robotos.training.hints import Hints, build_hints
from robotos.training.meanings import Vectors, english
from robotos.training.mistakes import Mistakes, mistakes_of
from robotos.training.model import Embedding, Model
from robotos.training.noise import Noise
from robotos.training.pool import Pool, build_pool, split


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides the result, beside the phrases: with the same plan and `steps` it comes out the same."""

    seed: int = 1
    minutes: float = 45.0
    steps: int = 0  # 0: as many as fit in `minutes`
    workers: int = 2
    batch: int = 64  # conversations per worker and step
    device: str = "cpu"
    compiled: bool = True  # 1.4 times as fast after a minute or two of compiling
    dropout: float = 0.1
    matrix_rate: float = 0.02
    other_rate: float = 0.004
    shape: Shape = field(default_factory=Shape)
    recipe: Recipe = field(default_factory=Recipe)
    noise: Noise = field(default_factory=Noise)
    held_out: float = 0.1
    before: str = ""  # SHA-256 of the weights that this run went on from; nothing: it began anew


@dataclass(frozen=True, slots=True)
class Corpus:
    """What all workers read. `words` (ordinary tokens, size) is what words mean; training sees the first `seen`."""

    entries: tuple[corpus.Entry, ...]
    keep: dict[str, bool]
    pool: Pool
    vocabulary: Vocabulary
    seen: int
    words: Vectors
    hints: Hints
    metric: Metric
    mistakes: Mistakes | None  # the recogniser's; None where the corpus has no table of them


def prepare(
    plan: Plan, maps: Path, phrases: Path, encoder: Path | None = None, earlier: Earlier | None = None
) -> Corpus:
    """Read and link everything. `encoder` is the folder of the sentence encoder, the user's own if None.

    The vocabulary is chosen anew, or extended when the run goes on from an `earlier` one.

    Raises:
        EncoderMissingError: it is not there.
        MistakesError: the table of the recogniser's mistakes cannot be read.
    """
    entries = corpus.load(phrases)
    keep = split(entries, plan.seed, plan.held_out)
    known = [homes.of_map(maps), *(home for home in homes.written() if not home.held_out)]
    rng = random.Random(f"{plan.seed} pool{plan.before}")
    pool = build_pool(entries, [known[0], known[0], *known[1:]], corpus.fillers(phrases), plan.recipe.fills, keep, rng)
    texts = (" " + w for said in pool.lines.values() for u in said for w in u.words if isinstance(w, str))
    known_words = english(encoder)
    if earlier is None:
        vocabulary, seen = tokenizer.choose(itertools.chain(texts, _spelling()), known_words.by_frequency)
    else:
        vocabulary, seen = tokenizer.extended(earlier.vocabulary, earlier.seen, texts)
    words = known_words.of(vocabulary.tokens)
    hints, metric = build_hints(entries, keep, plan.seed, encoder)
    return Corpus(entries, keep, pool, vocabulary, seen, words, hints, metric, mistakes_of(phrases))


def new_model(plan: Plan, material: Corpus, dropout: float) -> Model:
    """A model that has learned nothing yet but knows what words mean."""
    control = len(material.vocabulary.control)
    return Model(
        plan.shape, Embedding(torch.from_numpy(material.words), material.seen, control, plan.shape.width), dropout
    )


def _spelling() -> Iterator[str]:
    yield from (" state at idle doing paused holding from " + " ".join(row.name for row in TABLE),)
