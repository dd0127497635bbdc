"""Several token sequences in one llama.cpp context: prefix reuse, preemption at the token, save and restore."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from llama_cpp import llama_cpp as native
from numpy.typing import NDArray

_ABORTED = 2
_NO_ROOM = 1
_MAGIC = b"GGUF"
_ERROR_LEVEL = 4  # GGML_LOG_LEVEL_ERROR


class ModelError(RuntimeError):
    """A model file that cannot be used; the message says which and what to do."""


class InterruptedDecode(Exception):  # noqa: N818 - not an error: somebody asked for it
    """The evaluation was abandoned because `Engine.interrupt` was called."""


class ContextFullError(RuntimeError):
    """More tokens than the context window holds."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Logits (float32, vocabulary size) after the last token, and how many tokens were already in the KV cache."""

    logits: NDArray[np.float32]
    cached: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Tokens since the engine started: asked for, served from the KV cache, and computed a second time for a pid."""

    prompt: int = 0
    cached: int = 0
    recomputed: int = 0


def _silent(_level: int, _text: bytes, _data: object) -> None:
    return


_SILENT = native.llama_log_callback(_silent)


@contextmanager
def native_log() -> Iterator[list[str]]:
    """Collect what llama.cpp would print on stderr; afterwards its log stays silent."""
    lines: list[str] = []

    def keep(level: int, text: bytes, _data: object) -> None:
        if level == _ERROR_LEVEL:
            lines.append(text.decode(errors="replace").strip())

    callback = native.llama_log_callback(keep)
    native.llama_log_set(callback, ctypes.c_void_p(0))
    try:
        yield lines
    finally:
        native.llama_log_set(_SILENT, ctypes.c_void_p(0))


def _abort_function() -> ctypes.c_void_p:
    """A C function that returns non-zero while the flag it is given is set, without taking Python's lock.

    llama.cpp asks between any two nodes of the graph; a Python callback would wait for the interpreter lock each time.
    `strlen` of a one-character flag buffer is exactly that function.
    """
    library = ctypes.CDLL(None)
    return ctypes.cast(library.strlen, ctypes.c_void_p)


@dataclass(slots=True)
class _Sequence:
    """What one KV sequence holds; `used` orders sequences by last use."""

    slot: int
    tokens: list[int]
    used: int = 0


class Engine:
    """One model, one context, one sequence per pid.

    Only one thread may evaluate; `interrupt` may be called from any. `context` counts tokens of all sequences
    together (they share one buffer). Least recently used sequences make room when it is full.
    """

    def __init__(
        self, path: Path, *, context: int = 4096, sequences: int = 16, threads: int = 1, batch: int = 512
    ) -> None:
        self.path = path
        self._flag = ctypes.create_string_buffer(b"\0", 2)
        self._lock = threading.Lock()
        self._sequences: dict[int, _Sequence] = {}
        self._asked: dict[int, tuple[int, ...]] = {}  # each pid's last prompt, also when its sequence made room
        self._free = list(range(sequences))
        self._clock = 0
        self._batch_size = batch
        self.context = context
        self.counts = Counts()
        self._model, self._ctx = _open(path, context, sequences, threads, batch, self._flag)
        self._vocab = native.llama_model_get_vocab(self._model)
        self._memory = native.llama_get_memory(self._ctx)
        self._batch = native.llama_batch_init(batch, 0, 1)
        self.vocabulary_size: int = native.llama_vocab_n_tokens(self._vocab)
        self._open = True

    # ------------------------------------------------------------ vocabulary

    @property
    def vocab(self) -> object:
        """llama.cpp's own vocabulary pointer, for samplers."""
        return self._vocab

    @property
    def model(self) -> object:
        """llama.cpp's own model pointer, for chat templates."""
        return self._model

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Token ids of `text`; control tokens are recognised only with `special` (templates, never data)."""
        raw = text.encode()
        buffer = (native.llama_token * (len(raw) + 8))()
        count = native.llama_tokenize(self._vocab, raw, len(raw), buffer, len(buffer), False, special)
        if count < 0:
            raise ModelError(f"{self.path} cannot tokenize {text!r}")
        return list(buffer[:count])

    def pieces(self) -> Mapping[str, int]:
        """Control tokens by their text."""
        found = {}
        for token in range(self.vocabulary_size):
            if native.llama_vocab_is_control(self._vocab, token):
                found[native.llama_vocab_get_text(self._vocab, token).decode()] = token
        return found

    def piece_bytes(self, token: int) -> bytes:
        """The text of a token (perhaps part of a character), control tokens included."""
        buffer = ctypes.create_string_buffer(256)
        count = native.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, True)
        return buffer.raw[: max(count, 0)]

    def is_markup(self, token: int) -> bool:
        """Whether the token is one that a chat template may give a meaning, rather than a piece of text."""
        kind = native.llama_vocab_get_attr(self._vocab, token)
        return bool(kind & (native.LLAMA_TOKEN_ATTR_CONTROL | native.LLAMA_TOKEN_ATTR_USER_DEFINED))

    @property
    def begin(self) -> list[int]:
        """The token that every text for this model must begin with, for models that want one."""
        return [native.llama_vocab_bos(self._vocab)] if native.llama_vocab_get_add_bos(self._vocab) else []

    def is_end(self, token: int) -> bool:
        """Whether the token ends a generation."""
        return bool(native.llama_vocab_is_eog(self._vocab, token))

    # ------------------------------------------------------------ evaluation

    def evaluate(self, pid: int, tokens: Sequence[int]) -> Evaluation:
        """Logits after `tokens`, computing only those that the KV cache does not hold for this pid or another.

        Raises `InterruptedDecode` (what was computed stays cached) or `ContextFullError`.
        """
        if not tokens:
            raise ValueError("nothing to evaluate")
        if len(tokens) > self.context:
            raise ContextFullError(f"{len(tokens)} tokens do not fit a context of {self.context}")
        sequence = self._sequence(pid)
        cached = self._reuse(sequence, tokens)
        self._count(pid, tokens, cached)
        self._make_room(sequence, len(tokens))
        for begin in range(cached, len(tokens), self._batch_size):
            self._feed(sequence, tokens[begin : begin + self._batch_size])
        row = native.llama_get_logits_ith(self._ctx, -1)
        logits = np.ctypeslib.as_array(row, (self.vocabulary_size,)).astype(np.float32, copy=True)
        return Evaluation(logits, cached)

    def interrupt(self) -> None:
        """Make a running evaluation end within milliseconds; holds until `clear`."""
        self._flag[0] = b"\1"

    def clear(self) -> None:
        """Allow evaluations again."""
        self._flag[0] = b"\0"

    @property
    def interrupted(self) -> bool:
        """Whether `interrupt` holds."""
        return self._flag[0] != b"\0"

    def forget(self, pid: int) -> None:
        """Drop the pid's sequence."""
        self._asked.pop(pid, None)
        self._evict(pid)

    def _evict(self, pid: int) -> None:
        sequence = self._sequences.pop(pid, None)
        if sequence is not None:
            native.llama_memory_seq_rm(self._memory, sequence.slot, -1, -1)
            self._free.append(sequence.slot)

    def held(self, pid: int) -> tuple[int, ...]:
        """The tokens that the KV cache holds for a pid."""
        sequence = self._sequences.get(pid)
        return tuple(sequence.tokens) if sequence else ()

    def save(self, pid: int) -> bytes:
        """The pid's KV state, to swap out."""
        sequence = self._sequences[pid]
        size = native.llama_state_seq_get_size(self._ctx, sequence.slot)
        buffer = (ctypes.c_uint8 * size)()
        written = native.llama_state_seq_get_data(self._ctx, buffer, size, sequence.slot)
        return bytes(buffer[:written])

    def restore(self, pid: int, tokens: Sequence[int], state: bytes) -> None:
        """Swap a state made by `save` for these tokens in again."""
        self.forget(pid)
        sequence = self._sequence(pid)
        self._make_room(sequence, len(tokens))
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if not native.llama_state_seq_set_data(self._ctx, buffer, len(state), sequence.slot):
            self.forget(pid)
            raise ModelError("the saved processor state does not fit this model; evaluate the prompt again")
        sequence.tokens = list(tokens)

    def close(self) -> None:
        """Free the native memory; the engine cannot be used afterwards."""
        with self._lock:
            if not self._open:
                return
            self._open = False
        native.llama_batch_free(self._batch)
        native.llama_free(self._ctx)
        native.llama_model_free(self._model)

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ------------------------------------------------------------ sequences

    def _sequence(self, pid: int) -> _Sequence:
        self._clock += 1
        sequence = self._sequences.get(pid)
        if sequence is None:
            if not self._free:
                self._drop_oldest(None)
            sequence = _Sequence(self._free.pop(), [])
            self._sequences[pid] = sequence
        sequence.used = self._clock
        return sequence

    def _drop_oldest(self, keep: _Sequence | None) -> bool:
        others = [(s.used, pid) for pid, s in self._sequences.items() if s is not keep]
        if not others:
            return False
        self._evict(min(others)[1])
        return True

    def _make_room(self, sequence: _Sequence, wanted: int) -> None:
        """Drop other sequences until `wanted` tokens of this one fit (shared cells are counted twice: safe)."""
        while wanted + sum(len(s.tokens) for s in self._sequences.values() if s is not sequence) > self.context:
            if not self._drop_oldest(sequence):
                return

    def _reuse(self, sequence: _Sequence, tokens: Sequence[int]) -> int:
        """Keep, or copy from another pid, the longest common prefix; the last token is always computed again."""
        limit = len(tokens) - 1
        own = min(common_prefix(sequence.tokens, tokens), limit)
        donor = max(self._sequences.values(), key=lambda s: common_prefix(s.tokens, tokens))
        lent = min(common_prefix(donor.tokens, tokens), limit)
        if lent > own:
            native.llama_memory_seq_rm(self._memory, sequence.slot, -1, -1)
            native.llama_memory_seq_cp(self._memory, donor.slot, sequence.slot, 0, lent)
            donor.used = self._clock  # what lends its beginning to others is in use, too
            own = lent
        else:
            native.llama_memory_seq_rm(self._memory, sequence.slot, own, -1)
        sequence.tokens = list(tokens[:own])
        return own

    def _count(self, pid: int, tokens: Sequence[int], cached: int) -> None:
        again = max(0, common_prefix(self._asked.get(pid, ()), tokens) - cached)
        self._asked[pid] = tuple(tokens)
        counts = self.counts
        self.counts = Counts(counts.prompt + len(tokens), counts.cached + cached, counts.recomputed + again)

    def _feed(self, sequence: _Sequence, tokens: Sequence[int]) -> None:
        begin = len(sequence.tokens)
        batch = self._batch
        for index, token in enumerate(tokens):
            batch.token[index] = token
            batch.pos[index] = begin + index
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = sequence.slot
            batch.logits[index] = index == len(tokens) - 1
        batch.n_tokens = len(tokens)
        code = _ABORTED if self.interrupted else native.llama_decode(self._ctx, batch)
        if code == 0:
            sequence.tokens.extend(tokens)
            return
        native.llama_memory_seq_rm(self._memory, sequence.slot, begin, -1)
        if code == _ABORTED:
            raise InterruptedDecode
        if code == _NO_ROOM:
            if self._drop_oldest(sequence):
                self._feed(sequence, tokens)
                return
            raise ContextFullError(f"no room for {len(tokens)} more tokens after {begin}")
        raise ModelError(f"llama.cpp could not evaluate with {self.path} (code {code}); load the model again")


def common_prefix(first: Sequence[int], second: Sequence[int]) -> int:
    """How many leading tokens the two share."""
    count = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        count += 1
    return count


def open_model(path: Path, cure: str = "install it again") -> object:
    """llama.cpp's pointer to a model that was read and checked; to be freed by whoever asked for it.

    Raises:
        ModelError: it cannot be loaded; the message ends with `cure`.
    """
    check_header(path)
    with native_log() as complaints:
        native.llama_backend_init()
        params = native.llama_model_default_params()
        params.n_gpu_layers = 0
        # repacked weights crash on some processors (AMX) and cost a second copy of the model
        params.use_extra_bufts = False
        params.check_tensors = True
        model: object = native.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        detail = complaints[0] if complaints else "llama.cpp gave no reason"
        raise ModelError(f"the model file {path} cannot be loaded ({detail}); {cure}")
    return model


def _open(
    path: Path, context: int, sequences: int, threads: int, batch: int, flag: ctypes.Array[ctypes.c_char]
) -> tuple[object, object]:
    model = open_model(path)
    with native_log() as complaints:
        options = native.llama_context_default_params()
        options.n_ctx = context
        options.n_batch = options.n_ubatch = batch
        options.n_seq_max = sequences
        options.n_threads = options.n_threads_batch = threads
        options.kv_unified = True
        options.abort_callback = ctypes.cast(_abort_function(), native.ggml_abort_callback)
        options.abort_callback_data = ctypes.cast(flag, ctypes.c_void_p)
        ctx = native.llama_init_from_model(model, options)
        if not ctx:
            native.llama_model_free(model)
            detail = complaints[0] if complaints else "not enough memory?"
            raise ModelError(f"no context of {context} tokens for {path} ({detail}); choose a smaller one")
    return model, ctx


def check_header(path: Path) -> None:
    """Raise `ModelError` unless `path` is a readable file that begins like a GGUF file."""
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise ModelError(f"the model file {path} cannot be read ({error.strerror}); install it again") from error
    if magic != _MAGIC:
        raise ModelError(f"{path} is not a GGUF model file; install it again or name another one")
