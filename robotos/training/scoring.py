"""How often the model writes exactly the calls a line means, through llama.cpp and the grammar as the robot does."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from robotos.cpu.grammar import linear
from robotos.cpu.processor import Core
from robotos.errno import Errno
from robotos.kernel.calls import Result
from robotos.kernel.memory import handles_in
from robotos.kernel.ports import Decoded, Instruction, Page, PageKind
from robotos.kernel.syscalls import TABLE
from robotos.training.corpus import Entry
from robotos.training.data import Composer, Example, LinkerMissError

ROWS = tuple(row for row in TABLE if row.model)
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_PID = 1


@dataclass(frozen=True, slots=True)
class Case:
    """One line to be scored; `example` is None when the linker lost what the call needs."""

    intent: str
    line: str
    example: Example | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the model wrote for one case. `probability` is that of the first call."""

    intent: str
    text: str
    wanted: tuple[str, ...]
    written: tuple[str, ...]
    probability: float
    seconds: float

    @property
    def exact(self) -> bool:
        return self.wanted == self.written

    @property
    def first(self) -> bool:
        return self.wanted[:1] == self.written[:1]

    @property
    def verb(self) -> bool:
        return bool(self.written) and self.wanted[0].split()[0] == self.written[0].split()[0]


def cases(
    composer: Composer, entries: Iterable[Entry], chosen: Mapping[str, bool], limit: int, rng: random.Random
) -> list[Case]:
    """One plain example for each entry and chosen line, at most `limit` of them."""
    pairs = [(entry, line) for entry in entries for line in entry.lines if chosen[line]]
    rng.shuffle(pairs)
    found = []
    for entry, line in pairs[:limit]:
        try:
            found.append(Case(entry.intent, line, composer.example(entry, line, plain=True)))
        except LinkerMissError:
            found.append(Case(entry.intent, line, None))
    return found


def judge(core: Core, case: Case) -> Verdict:
    """Let the model write until it is wrong, exits, or has written what was wanted."""
    if case.example is None:
        return Verdict(case.intent, case.line, ("(linker)",), (), 0.0, 0.0)
    pages, written, probability, seconds = case.example.pages, list[str](), 0.0, 0.0
    for wanted in case.example.final:
        decoded = core.decode(0, Instruction(_PID, pages, ROWS, handles_in(pages)))
        if not isinstance(decoded, Decoded):
            break
        if not written:
            probability, seconds = decoded.probability, decoded.usage.seconds
        written.append(linear(decoded.call, TABLE))
        if written[-1] != wanted:
            break
        answer = Page(PageKind.RESULT, Result(Errno.OK))
        pages = (*pages, Page(PageKind.CALL, decoded.call), answer)
    return Verdict(case.intent, case.example.text, case.example.final, tuple(written), probability, seconds)


def summary(verdicts: Sequence[Verdict]) -> dict[str, object]:
    """Shares of exact call lists, of right first calls and of right verbs; by intent; and what a threshold would do."""
    by_intent: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_intent[verdict.intent].append(verdict)
    return {
        "n": len(verdicts),
        "exact": _share(v.exact for v in verdicts),
        "first_call": _share(v.first for v in verdicts),
        "verb": _share(v.verb for v in verdicts),
        "linker_missed": sum(v.wanted == ("(linker)",) for v in verdicts),
        "thresholds": {str(t): _at(verdicts, t) for t in THRESHOLDS},
        "by_intent": {
            intent: {"n": len(of), "exact": _share(v.exact for v in of)} for intent, of in sorted(by_intent.items())
        },
        "wrong": [
            {"intent": v.intent, "text": v.text, "wanted": v.wanted, "written": v.written, "p": round(v.probability, 3)}
            for v in verdicts
            if not v.exact
        ],
    }


def _at(verdicts: Sequence[Verdict], threshold: float) -> dict[str, float]:
    """Of all first calls: acted on rightly, acted on wrongly, asked about."""
    sure = [v for v in verdicts if v.probability >= threshold]
    count = max(len(verdicts), 1)
    right = sum(v.first for v in sure)
    return {
        "right": round(right / count, 4),
        "wrong": round((len(sure) - right) / count, 4),
        "asked": round(1 - len(sure) / count, 4),
    }


def _share(flags: Iterable[bool]) -> float:
    listed = list(flags)
    return round(sum(listed) / len(listed), 4) if listed else 0.0


def table(scores: Mapping[str, Mapping[str, object]]) -> str:
    """The summaries as a Markdown table."""
    lines = ["| lines | n | exact calls | first call | verb |", "|---|---|---|---|---|"]
    for name, part in scores.items():
        shares = " | ".join(f"{100 * float(str(part[key])):.1f} %" for key in ("exact", "first_call", "verb"))
        lines.append(f"| {name.replace('_', ' ')} | {part['n']} | {shares} |")
    return "\n".join(lines)


def table_by_call(scores: Mapping[str, Mapping[str, object]], opcodes: Mapping[str, str]) -> str:
    """Exact calls by the opcode that a line begins with; `opcodes` names it for each intent."""
    lines = ["| call | " + " | ".join(name.replace("_", " ") for name in scores) + " |"]
    lines.append("|---" * (len(scores) + 1) + "|")
    columns = [_by_opcode(part, opcodes) for part in scores.values()]
    for opcode in sorted({opcode for column in columns for opcode in column}):
        cells = (column.get(opcode) for column in columns)
        shown = (f"{100 * cell[0] / cell[1]:.0f} % of {cell[1]}" if cell else "" for cell in cells)
        lines.append(f"| {opcode} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def _by_opcode(part: Mapping[str, object], opcodes: Mapping[str, str]) -> dict[str, tuple[float, int]]:
    """Opcode -> exact, of how many."""
    sums: dict[str, tuple[float, int]] = {}
    intents = part["by_intent"]
    if not isinstance(intents, Mapping):
        raise ValueError("a summary has `by_intent`")
    for intent, of in intents.items():
        right, count = sums.get(opcodes[intent], (0.0, 0))
        sums[opcodes[intent]] = (right + of["exact"] * of["n"], count + of["n"])
    return sums
