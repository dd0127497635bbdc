"""The vocabulary: whole English words and pieces of words, those of the corpus first, and the control tokens."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from robotos.cpu.isa import control_pieces
from robotos.kernel.syscalls import TABLE
from robotos.training.export import UNKNOWN_TOKEN, Vocabulary

Tokenize = Callable[[str], list[int]]

_PIECES = 2500  # the commonest pieces that continue a word
_WORD = re.compile(r"[a-z]{2,}")
_SPLIT = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
_CHARACTERS = tuple(chr(code) for code in range(33, 127) if not chr(code).isupper())


def choose(texts: Iterable[str], english: Sequence[str]) -> tuple[Vocabulary, int]:
    """The vocabulary, and how many of its first tokens training is going to see.

    `english` are word pieces, the commonest first, `##` before those that continue a word. All that can be spelled in
    ASCII can be cut into tokens: every character is one, alone and as a continuation.
    """
    seen = dict.fromkeys([UNKNOWN_TOKEN, *_CHARACTERS, *(f"##{c}" for c in _CHARACTERS)])
    seen.update(
        dict.fromkeys([piece for piece in english if _WORD.fullmatch(piece[2:]) and piece[:2] == "##"][:_PIECES])
    )
    seen.update(dict.fromkeys(sorted({word for text in texts for word in _SPLIT.findall(text.lower())})))
    rest = [word for word in english if _WORD.fullmatch(word) and word not in seen]
    return Vocabulary((*seen, *rest), (), tuple(control_pieces(TABLE))), len(seen)


def extended(vocabulary: Vocabulary, seen: int, texts: Iterable[str]) -> tuple[Vocabulary, int]:
    """The same with the words of new `texts` among those that training sees, behind the old ones."""
    old = set(vocabulary.tokens[:seen])
    new = sorted({word for text in texts for word in _SPLIT.findall(text.lower())} - old)
    tokens = dict.fromkeys([*vocabulary.tokens[:seen], *new, *vocabulary.tokens[seen:]])
    return Vocabulary(tuple(tokens), vocabulary.merges, vocabulary.control), seen + len(new)


def tokenizer_of(vocabulary: Vocabulary) -> Tokenize:
    """Text to token ids as llama.cpp does it."""
    tokenizer = word_pieces(vocabulary.tokens)

    def tokenize(text: str) -> list[int]:
        return list(tokenizer.encode(text).ids)

    return tokenize


def word_pieces(tokens: Sequence[str]) -> Tokenizer:
    """BERT's own way with words: lower case, no accents, punctuation apart, the longest known piece first."""
    ids = {token: i for i, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordPiece(vocab=ids, unk_token=UNKNOWN_TOKEN, max_input_chars_per_word=10_000))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def loose_tokenizer_of(vocabulary: Vocabulary, seen: int, dropout: float, rng: random.Random) -> Tokenize:
    """The same with each piece but single characters passed over with probability `dropout`, as in MaxMatch-dropout.

    Only the first `seen` tokens are used. Source: Hiraoka 2022, arXiv:2209.04126.
    """
    ids = {token: i for i, token in enumerate(vocabulary.tokens[:seen])}

    def cut(word: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                known = ids.get(("##" if start else "") + word[start:end])
                if known is not None and (end - start == 1 or rng.random() >= dropout):
                    found.append(known)
                    start = end
                    break
            else:
                return [ids[UNKNOWN_TOKEN]]
        return found

    def tokenize(text: str) -> list[int]:
        return [token for word in _SPLIT.findall(text.lower()) for token in cut(word)]

    return tokenize
