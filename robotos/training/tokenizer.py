"""The vocabulary: byte-level BPE over the words of the corpus, and the control tokens of the instruction set."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from itertools import pairwise

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from robotos.cpu.isa import control_pieces
from robotos.kernel.syscalls import TABLE
from robotos.training.export import Vocabulary, byte_alphabet

Tokenize = Callable[[str], list[int]]


def _splitter() -> pre_tokenizers.PreTokenizer:
    # what llama.cpp calls `smollm`
    return pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )


def train(texts: Iterable[str], merges: int) -> Vocabulary:
    """BPE of so many merges over texts whose words each have a space before them."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = _splitter()
    trainer = trainers.BpeTrainer(
        vocab_size=256 + merges,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        special_tokens=[],
    )
    tokenizer.train_from_iterator(texts, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    tokens = tuple(sorted(model["vocab"], key=model["vocab"].__getitem__))
    pairs = tuple(pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"])
    return Vocabulary(tokens, pairs, tuple(control_pieces(TABLE)))


def tokenizer_of(vocabulary: Vocabulary) -> Tokenize:
    """Text to token ids as llama.cpp does it."""
    ids = {token: i for i, token in enumerate(vocabulary.tokens)}
    pairs = [(left, right) for left, right in (merge.split(" ") for merge in vocabulary.merges)]
    tokenizer = Tokenizer(models.BPE(vocab=ids, merges=pairs))
    tokenizer.pre_tokenizer = _splitter()

    def tokenize(text: str) -> list[int]:
        return list(tokenizer.encode(text).ids)

    return tokenize


def loose_tokenizer_of(vocabulary: Vocabulary, dropout: float, rng: random.Random) -> Tokenize:
    """The same with each merge passed over with probability `dropout` (BPE dropout, arXiv:1910.13267).

    Written out here because the library draws its own random numbers, which no seed reaches.
    """
    ids = {token: i for i, token in enumerate(vocabulary.tokens)}
    ranks = {tuple(merge.split(" ")): i for i, merge in enumerate(vocabulary.merges)}
    alphabet = byte_alphabet()

    def tokenize(text: str) -> list[int]:
        parts = [alphabet[byte] for byte in text.encode()]
        while True:
            known = ((ranks.get((a, b), len(ranks)), i) for i, (a, b) in enumerate(pairwise(parts)))
            kept = [(rank, i) for rank, i in known if rank < len(ranks) and rng.random() >= dropout]
            if not kept:
                return [ids[part] for part in parts]
            at = min(kept)[1]
            parts[at : at + 2] = [parts[at] + parts[at + 1]]

    return tokenize
