"""What a training run leaves behind beside its weights: scores, the card, and the proof that llama.cpp agrees."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from robotos.cpu.engine import Engine
from robotos.cpu.grammar import handle_or_word, linear
from robotos.cpu.isa import Compact
from robotos.cpu.models import sha256_of
from robotos.cpu.processor import Core
from robotos.encoder.voting import SHOWN, outline
from robotos.kernel.memory import handles_in
from robotos.kernel.ports import Instruction
from robotos.kernel.syscalls import TABLE
from robotos.training import corpus, curve, homes
from robotos.training.belief import Belief, believe
from robotos.training.data import Composer, Recipe
from robotos.training.hints import meanings
from robotos.training.material import Corpus, Plan, new_model
from robotos.training.model import Model
from robotos.training.pool import Pool, build_pool
from robotos.training.scoring import ROWS, Case, Verdict, cases, judge, summary, table, table_by_call

MOST_CASES = 1200
_SAMPLE = 200


def report(plan: Plan, material: Corpus, out: Path, maps: Path, encoder: Path | None = None) -> None:
    """Score `out/model.gguf` and write `scores.json` and `card.md`. `encoder` is as `prepare` takes it."""
    torch.set_num_threads(1)
    with Engine(out / "model.gguf", context=1024, sequences=2) as engine:
        isa = Compact(engine.pieces(), engine.tokenize, TABLE)
        core = Core(engine, isa)
        sets = score_sets(plan, material, isa, out / "phrases", maps)
        verdicts = {name: [judge(core, case) for case in listed] for name, listed in sets.items()}
        scores = {name: summary(of) for name, of in verdicts.items()}
        agreement = agrees(plan, material, core, sets["held_out_known_names"][:_SAMPLE], out)
    opcodes = {entry.intent: str(entry.calls[0][0]) for entry in material.entries}
    text = table(scores) + "\n\nExact calls by the first call that was meant:\n\n" + table_by_call(scores, opcodes)
    print(text)
    digest = sha256_of(out / "model.gguf")
    alone = encoder_alone(material)
    points = curve.learning_curve(material.entries, material.keep, plan.seed, encoder)
    text += f"""

The sentence encoder alone, by a vote of the nearest lines under the learned metric: the right kind of order (calls
without what they refer to) for {100 * alone.right:.1f} % of {alone.count} held-out lines that need no context, among
the {SHOWN} it shows for {100 * alone.among:.1f} %. The model with exemplars:
{100 * kinds_right(verdicts["held_out_known_names"]):.1f} % of its cases, without:
{100 * kinds_right(verdicts["held_out_without_exemplars"]):.1f} %.

What more lines would buy, as that vote has it over growing parts of the corpus:

{curve.table(points)}"""
    belief = believe(verdicts["held_out_known_names"], verdicts["held_out_new_names"])
    everything = {
        "sha256": digest,
        "llama_agrees": agreement,
        "calibration": [belief.calibration.slope, belief.calibration.offset],
        "calibration_error": belief.error,
        "encoder_alone": asdict(alone),
        "learning_curve": [asdict(point) for point in points],
        **scores,
    }
    (out / "scores.json").write_text(json.dumps(everything, indent=1))
    (out / "reliability.svg").write_text(belief.picture)
    (out / "card.md").write_text(_card(plan, material, text, agreement, digest, belief))


@dataclass(frozen=True, slots=True)
class Alone:
    """How often a vote of the nearest lines names the right kind of order, first or among those shown."""

    count: int
    right: float
    among: float


def encoder_alone(material: Corpus) -> Alone:
    """The vote on the held-out lines that mean the same in every context."""
    meant = meanings(material.entries, {line: not kept for line, kept in material.keep.items()})
    shown = [(outline(calls), [outline(e.calls) for e in material.hints.of(line)]) for line, calls in meant.items()]
    count = max(len(shown), 1)
    first = sum(wanted in found[:1] for wanted, found in shown)
    return Alone(len(shown), round(first / count, 4), round(sum(wanted in found for wanted, found in shown) / count, 4))


def kinds_right(verdicts: Sequence[Verdict]) -> float:
    """Share of verdicts whose calls are right but for what they refer to."""
    return sum(_kinds(v.wanted) == _kinds(v.written) for v in verdicts) / max(len(verdicts), 1)


def _kinds(calls: Sequence[str]) -> list[str]:
    return [" ".join(word for word in call.split() if isinstance(handle_or_word(word), str)) for call in calls]


def score_sets(plan: Plan, material: Corpus, isa: Compact, phrases: Path, maps: Path) -> dict[str, list[Case]]:
    """Cases by name: lines held out or trained on, with exemplars or without, with names of a known or a new home."""
    everyone = {line: True for line in material.keep}
    new_line = {line: not kept for line, kept in material.keep.items()}
    known, new = [homes.of_map(maps)], [home for home in homes.written() if home.held_out]
    sets = {}
    for name, seed, of, chosen, hints in (
        ("held_out_known_names", "held out", known, new_line, material.hints),
        ("held_out_without_exemplars", "held out", known, new_line, None),
        ("held_out_new_names", "held out new", new, new_line, material.hints),
        ("trained_known_names", "trained", known, material.keep, material.hints),
    ):
        rng = random.Random(f"{plan.seed} {seed}")
        pool: Pool = build_pool(material.entries, of, corpus.fillers(phrases), 1, everyone, rng)
        composer = Composer(isa, pool, Recipe(), rng, None, hints)
        sets[name] = cases(composer, material.entries, chosen, MOST_CASES, rng)
    return sets


def agrees(plan: Plan, material: Corpus, core: Core, sample: list[Case], out: Path) -> float:
    """Share of the sample for which torch, in full precision, writes the same first call as llama.cpp."""
    model = new_model(plan, material, 0.0)
    model.load_state_dict(torch.load(out / "model.pt", map_location="cpu"))
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
            control = model.head(model(torch.tensor([tokens]))[0, -1]).numpy()
            ordinary = np.full(core.engine.vocabulary_size - len(control), -np.inf, np.float32)
            tokens.append(writer.choose(np.concatenate([ordinary, control]))[0])
    return linear(writer.call(), TABLE)


def _card(plan: Plan, material: Corpus, text: str, agreement: float, digest: str, belief: Belief) -> str:
    lines = sum(material.keep.values())
    return f"""# The bundled model

A llama of {plan.shape.layers} layers and width {plan.shape.width}, trained from nothing on the phrases in
`robotos/training/phrases`: {lines} distinct lines trained on, {len(material.keep) - lines} held out,
{len(material.entries)} meanings. SHA-256 `{digest}`.
llama.cpp at q8_0 writes torch's first call in {100 * agreement:.1f} % of {_SAMPLE} held-out lines.

{text}

"Exact calls": every call of the line and the closing `exit`, written by llama.cpp under the grammar. Held-out lines
were never seen in training, in no context; new names are those of a home that was never seen either. Exemplars are what
the nearest known lines mean, found by the sentence encoder; "without" is the model on a machine that has no encoder.

How far to believe it: probabilities are calibrated on one half of the held-out lines (slope
{belief.calibration.slope:.2f}, offset {belief.calibration.offset:.2f}); on the other half the expected calibration
error is {100 * belief.error:.1f} %, {100 * belief.error_before:.1f} % before. Below the threshold of the policy the
robot asks "did you mean ...?".

![share of calls that were right by how probable the model held them](reliability.svg)

The recipe:

    {json.dumps(asdict(plan))}
"""
