"""The chat instruction set: any instruct GGUF through its chat template, with calls as text under a GBNF grammar."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence

import numpy as np
from llama_cpp import llama_cpp as native
from numpy.typing import NDArray

from robotos.cpu.engine import Engine, ModelError
from robotos.cpu.grammar import CallGrammar, gbnf, linear, parse_linear
from robotos.kernel.calls import Call, Result
from robotos.kernel.ports import Instruction, Page, PageKind
from robotos.kernel.table import Operand, Syscall

_CANDIDATES = 64  # tokens checked against the grammar before the whole vocabulary is: masking all of it is slow
_PLACE = re.compile("\u27e6(\\d+)\u27e7")
_EXAMPLES = """\
at r1 idle from h1 / clean the r2 => clean r2
at r1 idle from h1 / bring h1 the o1 from the p1 => fetch o1 from p1 to h1
at r1 doing clean r2 from h1 / never mind => kill current
at r1 idle from h1 / at t1 clean the r2 => schedule t1 do clean r2"""


class Chat:
    """Pages as chat messages; what was said is data and can never become a control token of the template."""

    def __init__(self, engine: Engine, table: Sequence[Syscall]) -> None:
        template = native.llama_model_chat_template(engine.model, None)
        if not template:
            raise ModelError(f"{engine.path} has no chat template; choose an instruct model")
        self._template: bytes = template
        self._engine = engine
        self._table = tuple(table)
        self._system = instructions([row for row in table if row.model])

    def render(self, pages: Sequence[Page]) -> list[int]:
        """Token ids of the conversation, up to where the model's answer begins."""
        messages = self._messages(pages)
        tokens: list[int] = []
        for index, piece in enumerate(_PLACE.split(self._frame([role for role, _ in messages]))):
            if index % 2:
                tokens += self._engine.tokenize(messages[int(piece)][1])
            elif piece:
                tokens += self._engine.tokenize(piece, special=True)
        return tokens

    def writer(self, instruction: Instruction) -> ChatWriter:
        return ChatWriter(self._engine, instruction, self._table)

    def _messages(self, pages: Sequence[Page]) -> list[tuple[str, str]]:
        messages = [("system", self._system)]
        for page in pages:
            role = "assistant" if page.kind is PageKind.CALL else "user"
            text = self._text(page)
            if messages[-1][0] == role:
                text = messages.pop()[1] + "\n" + text
            messages.append((role, text))
        return messages

    def _text(self, page: Page) -> str:
        if isinstance(page.content, Call):
            return linear(page.content, self._table)
        if isinstance(page.content, Result):
            return f"answer: {page.content.errno.value}"
        words = " ".join(str(word) for word in page.content)
        return f"{'state' if page.kind is PageKind.STATE else 'said'}: {words}"

    def _frame(self, roles: Sequence[str]) -> str:
        """The template around numbered placeholders, one a message."""
        messages = (native.llama_chat_message * len(roles))()
        kept = [(role.encode(), f"\u27e6{i}\u27e7".encode()) for i, role in enumerate(roles)]
        for message, (role, place) in zip(messages, kept, strict=True):
            message.role, message.content = role, place
        size = 4096 + 256 * len(roles)
        buffer = ctypes.create_string_buffer(size)
        used = native.llama_chat_apply_template(self._template, messages, len(roles), True, buffer, size)
        if used < 0 or used > size:
            raise ModelError(f"the chat template of {self._engine.path} is not supported; choose another model")
        return buffer.raw[:used].decode()


class ChatWriter:
    """Greedy choice of text tokens under the grammar."""

    def __init__(self, engine: Engine, instruction: Instruction, table: Sequence[Syscall]) -> None:
        grammar = CallGrammar(instruction.calls, instruction.handles)
        if not grammar.allowed(grammar.start()):
            raise ValueError("no call can be written with these calls and handles")
        self._engine = engine
        self._table = table
        self._text = b""
        self._ended = False
        text = gbnf(instruction.calls, instruction.handles).encode()
        self._sampler = native.llama_sampler_init_grammar(engine.vocab, text, b"root")
        if not self._sampler:
            raise ValueError("llama.cpp refuses the grammar of these calls")

    def choose(self, logits: NDArray[np.float32]) -> tuple[int, float]:
        """The likeliest token that the grammar takes; its share among the likeliest that it takes."""
        count = min(_CANDIDATES, len(logits))
        likely = np.argpartition(logits, -count)[-count:]
        found = self._accepted(np.sort(likely), logits)
        if not found:
            found = self._accepted(np.arange(len(logits)), logits)
        if not found:
            raise ValueError("the model's vocabulary cannot spell any of the calls")
        best = max(found, key=lambda token: float(logits[token]))
        weights = [float(np.exp(np.float64(logits[token]) - np.float64(logits[best]))) for token in found]
        native.llama_sampler_accept(self._sampler, best)
        self._ended = self._engine.is_end(best)
        if not self._ended:
            self._text += self._engine.piece_bytes(best)
        return best, 1 / sum(weights)

    @property
    def finished(self) -> bool:
        return self._ended

    def call(self) -> Call:
        return parse_linear(self._text.decode(), self._table)

    def __del__(self) -> None:
        sampler = getattr(self, "_sampler", None)
        if sampler:
            native.llama_sampler_free(sampler)

    def _accepted(self, tokens: NDArray[np.int64], logits: NDArray[np.float32]) -> list[int]:
        data = (native.llama_token_data * len(tokens))()
        for entry, token in zip(data, tokens, strict=True):
            entry.id, entry.logit, entry.p = int(token), float(logits[token]), 0.0
        array = native.llama_token_data_array(data, len(tokens), -1, False)
        native.llama_sampler_apply(self._sampler, ctypes.byref(array))
        return [entry.id for entry in array.data[: array.size] if np.isfinite(entry.logit)]


def instructions(rows: Sequence[Syscall]) -> str:
    """What a model that was not trained on the syscalls is told about them."""
    lines = [
        "You are the processor of a home robot. Answer with one call and nothing else.",
        "Handles such as r1 stand for rooms (r), places (p), things (o), people (h), numbers (n), times (t), "
        "durations (d), distances (m), angles (a), quoted words (q), unknown nouns (x) and processes (k).",
        "Calls:",
    ]
    lines += [f"{row.name} {' '.join(_shown(op) for op in row.operands)}".strip() + f": {row.doc}" for row in rows]
    return "\n".join([*lines, "Examples:", _EXAMPLES])


def _shown(operand: Operand) -> str:
    """An operand as in a manual page: `[from p|r]`."""
    values = "|".join([*sorted(kind.value for kind in operand.kinds), *operand.literals])
    if operand.call:
        values = "CALL"
    text = " ".join(part for part in (operand.keyword or "", "" if operand.flag else values) if part)
    text += "..." if operand.many else ""
    return text if operand.required else f"[{text}]"
