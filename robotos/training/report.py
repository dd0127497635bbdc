"""What a training run leaves behind beside its weights: scores, the card, and the proof that llama.cpp agrees."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from robotos.cpu.engine import Engine
from robotos.cpu.grammar import linear
from robotos.cpu.isa import Compact
from robotos.cpu.models import sha256_of
from robotos.cpu.processor import Core
from robotos.kernel.memory import handles_in
from robotos.kernel.ports import Instruction
from robotos.kernel.syscalls import TABLE
from robotos.training import corpus, homes
from robotos.training.data import Composer, Recipe
from robotos.training.model import Model
from robotos.training.pool import Pool, build_pool
from robotos.training.scoring import ROWS, Case, cases, judge, summary, table, table_by_call

if TYPE_CHECKING:
    from robotos.training.train import Corpus, Plan

MOST_CASES = 1200
_SAMPLE = 200


def report(plan: Plan, material: Corpus, out: Path, maps: Path) -> None:
    """Score `out/model.gguf` and write `scores.json` and `card.md`."""
    torch.set_num_threads(1)
    with Engine(out / "model.gguf", context=1024, sequences=2) as engine:
        isa = Compact(engine.pieces(), engine.tokenize, TABLE)
        core = Core(engine, isa)
        sets = score_sets(plan, material, isa, out / "phrases", maps)
        scores = {name: summary([judge(core, case) for case in listed]) for name, listed in sets.items()}
        agreement = agrees(plan, material, core, sets["held_out_known_names"][:_SAMPLE], out)
    opcodes = {entry.intent: str(entry.calls[0][0]) for entry in material.entries}
    text = table(scores) + "\n\nExact calls by the first call that was meant:\n\n" + table_by_call(scores, opcodes)
    print(text)
    digest = sha256_of(out / "model.gguf")
    everything = {"sha256": digest, "llama_agrees": agreement, **scores}
    (out / "scores.json").write_text(json.dumps(everything, indent=1))
    (out / "card.md").write_text(_card(plan, material, text, agreement, digest))


def score_sets(plan: Plan, material: Corpus, isa: Compact, phrases: Path, maps: Path) -> dict[str, list[Case]]:
    """Cases by name: lines held out and lines trained on, with the names of a known and of a new home."""
    everyone = {line: True for line in material.keep}
    new_line = {line: not kept for line, kept in material.keep.items()}
    known, new = [homes.of_map(maps)], [home for home in homes.written() if home.held_out]
    sets = {}
    for name, of, chosen in (
        ("held_out_known_names", known, new_line),
        ("held_out_new_names", new, new_line),
        ("trained_known_names", known, material.keep),
        ("trained_new_names", new, material.keep),
    ):
        rng = random.Random(f"{plan.seed} {name}")
        pool: Pool = build_pool(material.entries, of, corpus.fillers(phrases), 1, everyone, rng)
        composer = Composer(isa, pool, Recipe(), rng, None)
        sets[name] = cases(composer, material.entries, chosen, MOST_CASES, rng)
    return sets


def agrees(plan: Plan, material: Corpus, core: Core, sample: list[Case], out: Path) -> float:
    """Share of the sample for which torch, in full precision, writes the same first call as llama.cpp."""
    model = Model(plan.shape, material.vocabulary.size, 0.0)
    model.load_state_dict(torch.load(out / "model.pt"))
    model.eval()
    same, count = 0, 0
    for case in sample:
        if case.example is None:
            continue
        count += 1
        verdict = judge(core, case)
        same += verdict.written[:1] == (first_call(model, core, case),)
    return round(same / max(count, 1), 4)


def first_call(model: Model, core: Core, case: Case) -> str:
    """The first call that torch writes, under the same grammar."""
    if case.example is None:
        return ""
    pages = case.example.pages
    tokens = core.isa.render(pages)
    writer = core.isa.writer(Instruction(0, pages, ROWS, handles_in(pages)))
    with torch.no_grad():
        while not writer.finished:
            logits = model.head(model(torch.tensor([tokens]))[0, -1]).numpy()
            tokens.append(writer.choose(logits)[0])
    return linear(writer.call(), TABLE)


def _card(plan: Plan, material: Corpus, text: str, agreement: float, digest: str) -> str:
    lines = sum(material.keep.values())
    return f"""# The bundled model

A llama of {plan.shape.layers} layers and width {plan.shape.width}, trained from nothing on the phrases in
`robotos/training/phrases`: {lines} distinct lines trained on, {len(material.keep) - lines} held out,
{len(material.entries)} meanings. SHA-256 `{digest}`.
llama.cpp at q8_0 writes torch's first call in {100 * agreement:.1f} % of {_SAMPLE} held-out lines.

{text}

"Exact calls": every call of the line and the closing `exit`, written by llama.cpp under the grammar. Held-out lines
were never seen in training, in no context; new names are those of a home that was never seen either. The recipe:

    {json.dumps(asdict(plan))}
"""
