"""Sentences as vectors: a BERT encoder with mean pooling, run by llama.cpp's low-level interface."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from llama_cpp import llama_cpp as native
from numpy.typing import NDArray

from robotos.cpu.engine import ModelError, native_log, open_model

Vectors = NDArray[np.float32]  # shape (texts, SIZE), rows of length 1

SIZE = 384
LONGEST = 256  # tokens of one text, as in the encoder's own sentence_bert_config.json; what comes after is not read
_BATCH = 512  # tokens in one evaluation
_TEXTS = 64  # texts in one evaluation


class Encoder:
    """One model and one context; `embed` may be called from any thread, one at a time runs."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Raises `ModelError` when the file is missing, damaged or no sentence encoder."""
        self.path = path
        self._lock = threading.Lock()
        self._open = True
        self._model, self._context = _load(path, threads)
        self._vocab = native.llama_model_get_vocab(self._model)
        self._memory = native.llama_get_memory(self._context)
        self._end: int = native.llama_vocab_sep(self._vocab)
        self._batch = native.llama_batch_init(_BATCH, 0, 1)
        self.size: int = native.llama_model_n_embd(self._model)

    def embed(self, texts: Sequence[str], done: Callable[[int], object] = int) -> Vectors:
        """A unit vector for each text, float32, shape (texts, size); `done` is told how many after each batch."""
        out = np.zeros((len(texts), self.size), np.float32)
        with self._lock:
            if not self._open:
                raise ModelError("the encoder was closed")
            begin = 0
            for group in _groups([self._tokens(text) for text in texts]):
                out[begin : begin + len(group)] = self._evaluate(group)
                begin += len(group)
                done(len(group))
        return out

    def _tokens(self, text: str) -> list[int]:
        raw = text.encode(errors="replace")
        buffer = (native.llama_token * (len(raw) + 8))()
        count = native.llama_tokenize(self._vocab, raw, len(raw), buffer, len(buffer), True, False)
        if count < 0:
            raise ModelError(f"{self.path} cannot tokenize {text!r}")
        tokens = list(buffer[:count])
        return tokens if len(tokens) <= LONGEST else [*tokens[: LONGEST - 1], self._end]

    def _evaluate(self, group: Sequence[Sequence[int]]) -> Vectors:
        batch, position = self._batch, 0
        for sequence, tokens in enumerate(group):
            for offset, token in enumerate(tokens):
                batch.token[position] = token
                batch.pos[position] = offset
                batch.n_seq_id[position] = 1
                batch.seq_id[position][0] = sequence
                batch.logits[position] = 1
                position += 1
        batch.n_tokens = position
        if self._memory:
            native.llama_memory_clear(self._memory, True)
        if code := native.llama_encode(self._context, batch):
            raise ModelError(f"llama.cpp could not evaluate with {self.path} (code {code}); pull the encoder again")
        rows = [
            np.ctypeslib.as_array(native.llama_get_embeddings_seq(self._context, i), (self.size,)).copy()
            for i in range(len(group))
        ]
        vectors = np.stack(rows).astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or (lengths == 0).any():
            raise ModelError(f"{self.path} gives no vector for some texts; pull the encoder again")
        unit: Vectors = vectors / lengths
        return unit

    def close(self) -> None:
        """Free the native memory. May be called again."""
        with self._lock:
            if not self._open:
                return
            self._open = False
        native.llama_batch_free(self._batch)
        native.llama_free(self._context)
        native.llama_model_free(self._model)

    def __enter__(self) -> Encoder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _groups(texts: Sequence[list[int]]) -> Iterator[list[list[int]]]:
    """Neighbouring texts that fit one evaluation together."""
    group: list[list[int]] = []
    size = 0
    for tokens in texts:
        if group and (size + len(tokens) > _BATCH or len(group) == _TEXTS):
            yield group
            group, size = [], 0
        group.append(tokens)
        size += len(tokens)
    if group:
        yield group


def _load(path: Path, threads: int) -> tuple[Any, Any]:
    model = open_model(path, "pull the encoder again")
    with native_log():
        options = native.llama_context_default_params()
        options.n_ctx = options.n_batch = options.n_ubatch = _BATCH
        options.n_seq_max = _TEXTS
        options.n_threads = options.n_threads_batch = threads
        options.kv_unified = True
        options.embeddings = True
        options.pooling_type = native.LLAMA_POOLING_TYPE_MEAN
        context = native.llama_init_from_model(model, options)
    if not context or native.llama_get_memory(context):  # what has a KV cache is no encoder
        if context:
            native.llama_free(context)
        native.llama_model_free(model)
        raise ModelError(f"{path} is no sentence encoder; pull it again")
    return model, context
