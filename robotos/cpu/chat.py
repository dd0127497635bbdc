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
from robotos.kernel.calls import Call, Exemplar, Kind, Result
from robotos.kernel.ports import Instruction, Page, PageKind
from robotos.kernel.table import Operand, Syscall

CONTEXT = 8192  # tokens: the table takes about 2,000, and each process that thinks shares them
SEQUENCES = 4
_CANDIDATES = (64, 1024)  # tokens checked against the grammar before the whole vocabulary is: masking all of it is slow
_PLACE = re.compile("\u27e6(\\d+)\u27e7")
_PROCEDURE = """\
You are the processor of a home robot. Answer with one call and nothing else.
Handles stand for what was spoken of: {kinds}. Use only handles that were mentioned.
`state:` says where the robot is and what it does, `said:` what somebody said, `answer:` what came of your last call \
(OK or an error) and the handles that it spoke of. Write the next call, or `exit` when nothing is left to do.
What no robot like this can do is `say cannot`, what would hurt or break `say unsafe`, no order at all `say unclear`.
Calls:"""
_KINDS = {
    Kind.ROOM: "rooms",
    Kind.PLACE: "places",
    Kind.THING: "things",
    Kind.CATEGORY: "kinds of things",
    Kind.PERSON: "people",
    Kind.NUMBER: "numbers",
    Kind.TIME: "times",
    Kind.DURATION: "durations",
    Kind.DISTANCE: "distances",
    Kind.ANGLE: "angles",
    Kind.TEXT: "words given",
    Kind.UNKNOWN: "names nobody knows",
    Kind.PROCESS: "processes",
}
EXAMPLES = (
    ("at r1 idle from h1", "clean the r2 and the r3", "clean r2 r3"),
    ("at r1 idle from h1", "everywhere but the r2 please", "clean all but r2"),
    ("at r1 idle from h1", "bring h1 the o1 from the p1", "fetch o1 from p1 to h1"),
    ("at r1 idle from h1", "would there be a c1 in the r2", "find c1 at r2"),
    ("at r1 holding o1 from h1", "put it back where it was", "put back"),
    ("at r1 idle from h1", "show h2 the way to the r2", "lead h2 to r2"),
    ("at r1 doing clean r2 from h1", "never mind", "kill current"),
    ("at r1 idle from h1", "at t1 go to the p1", "schedule t1 do goto p1"),
    ("at r1 idle from h1", "i call the r2 the x1", "alias x1 is r2"),
    ("at r1 idle from h1", "when i say q1 i mean clean the r2", "teach q1 do clean r2"),
    ("at r1 idle from h1", "when does my sister come", "recall words"),
    ("at r1 idle from h1", "water the plants", "say cannot"),
)
_ALIKE = "Sayings like the one to come, with their calls; names are in braces:"


class Chat:
    """Pages as chat messages; what was said is data and can never become a control token of the template.

    Every prompt begins with the same tokens, `prefix`: the table. What changes from one saying to the next comes after.
    """

    def __init__(self, engine: Engine, table: Sequence[Syscall]) -> None:
        template = native.llama_model_chat_template(engine.model, None)
        if not template:
            raise ModelError(f"{engine.path} has no chat template; choose an instruct model")
        self._template: bytes = template
        self._engine = engine
        self._table = tuple(table)
        self._system = tuple(engine.tokenize(instructions([row for row in table if row.model])))

    @property
    def prefix(self) -> Sequence[int]:
        """The beginning of all prompts: the template's opening and the table."""
        opening = _PLACE.split(self._frame(["system", "user"]))[0]
        return [*self._opened(opening), *self._system]

    def render(self, pages: Sequence[Page]) -> list[int]:
        """Token ids of the conversation, up to where the model's answer begins."""
        messages = self._messages(pages)
        tokens: list[int] = []
        for index, piece in enumerate(_PLACE.split(self._frame([role for role, _ in messages]))):
            if index == 0:
                tokens += self._opened(piece)
            elif index % 2:
                tokens += self._content(int(piece), messages[int(piece)][1])
            elif piece:
                tokens += self._engine.tokenize(piece, special=True)
        return tokens

    def writer(self, instruction: Instruction) -> ChatWriter:
        return ChatWriter(self._engine, instruction, self._table)

    def _opened(self, opening: str) -> list[int]:
        """The template's opening, with the token before it that some models want, once."""
        tokens = self._engine.tokenize(opening, special=True) if opening else []
        begin = self._engine.begin
        return tokens if tokens[: len(begin)] == begin else [*begin, *tokens]

    def _content(self, index: int, text: str) -> list[int]:
        data = self._data(text)
        return data if index else [*self._system, *data]  # cut here, so that the table's tokens are always the same

    def _data(self, text: str) -> list[int]:
        """Text as tokens, none of which means anything to the template.

        Markup that a model's author has not declared as control tokens is recognised in any text; where that happens
        the text is spelt out letter by letter.
        """
        tokens = self._engine.tokenize(text) if text else []
        if not any(self._meant(token) for token in tokens):
            return tokens
        return [token for letter in text for token in self._engine.tokenize(letter)]

    def _meant(self, token: int) -> bool:
        return self._engine.is_markup(token) and len(self._engine.piece_bytes(token).strip()) > 1

    def _messages(self, pages: Sequence[Page]) -> list[tuple[str, str]]:
        """Role and text of each message. The first is the system's, of which only what follows the table is given."""
        messages = [("system", _alike([page.content for page in pages if isinstance(page.content, Exemplar)]))]
        for page in (page for page in pages if page.kind is not PageKind.EXEMPLAR):
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
            return " ".join(["answer:", page.content.errno.value, *map(str, page.content.mentions)])
        if isinstance(page.content, Exemplar):
            raise ValueError("an exemplar is no part of the conversation")
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
        for most in _CANDIDATES:
            count = min(most, len(logits))
            likely = np.argpartition(logits, -count)[-count:]
            if found := self._accepted(np.sort(likely), logits):
                break
        else:
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
    """What a model that was not trained on the syscalls is told about them: all of it read off the table."""
    lines = [_PROCEDURE.format(kinds=", ".join(f"{kind.value}1 {_KINDS[kind]}" for kind in Kind))]
    lines += [f"{row.name} {' '.join(_shown(op) for op in row.operands)}".strip() + f": {row.doc}" for row in rows]
    lines.append("Examples:")
    lines += [f"state: {state}\nsaid: {said}\n{call}" for state, said, call in EXAMPLES]
    return "\n".join(lines)


def _alike(exemplars: Sequence[Exemplar]) -> str:
    """Examples chosen for this saying, as they follow the table; "" when there are none."""
    if not exemplars:
        return ""
    return "\n".join(["", _ALIKE, *(f"{one.phrase} => {'; '.join(one.calls)}" for one in exemplars)])


def _shown(operand: Operand) -> str:
    """An operand as in a manual page: `[from p|r]`."""
    values = "|".join([*sorted(kind.value for kind in operand.kinds), *operand.literals])
    if operand.call:
        values = "CALL"
    text = " ".join(part for part in (operand.keyword or "", "" if operand.flag else values) if part)
    text += "..." if operand.many else ""
    return text if operand.required else f"[{text}]"
