"""The whole recipe, phrases to a GGUF file and its scores: `python -m robotos.training.train --out DIR`."""

from __future__ import annotations

import argparse
import itertools
import json
import math
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import Tensor, distributed, multiprocessing
from torch.nn import functional

from robotos.cpu.isa import Compact
from robotos.encoder.metric import FILE as METRIC
from robotos.encoder.metric import write_metric
from robotos.kernel.calls import Word
from robotos.kernel.syscalls import TABLE
from robotos.kernel.table import Syscall
from robotos.training import corpus, tokenizer
from robotos.training.data import Composer, Example, stream
from robotos.training.earlier import ENDED, STEADY, Earlier, EarlierRunError, earlier_run, keep_vocabulary, load_weights
from robotos.training.exemplars import EncoderMissingError
from robotos.training.export import write
from robotos.training.material import Corpus, Plan, new_model, prepare
from robotos.training.mistakes import MistakesError
from robotos.training.model import Model, tensors_of
from robotos.training.optimise import Optimiser, rate_at
from robotos.training.report import report

DECAY = 0.3
_LOG_EVERY = 50
_SAVE_EVERY = 100
_BATCHES_SORTED = 16
_DROPPED_MERGES = 0.06  # share of words tokenized with merges left out at random


class Loose(Compact):
    """The compact set with some words cut up otherwise than usual, so that rare pieces are learnt too."""

    def __init__(
        self,
        pieces: Mapping[str, int],
        exact: tokenizer.Tokenize,
        table: Sequence[Syscall],
        loose: tokenizer.Tokenize,
        rng: random.Random,
    ) -> None:
        super().__init__(pieces, exact, table)
        self._loose, self._rng = loose, rng

    def word(self, word: Word) -> tuple[int, ...]:
        if isinstance(word, str) and self._rng.random() < _DROPPED_MERGES:
            return tuple(self._loose(" " + word))
        return super().word(word)


def batches(plan: Plan, material: Corpus, rank: int) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Tokens (batch, time); which positions of the flattened batch count; the control token after each; its weight."""
    rng = random.Random(f"{plan.seed} worker {rank}{plan.before}")
    exact = tokenizer.tokenizer_of(material.vocabulary)
    loose = tokenizer.loose_tokenizer_of(material.vocabulary, material.seen, 0.3, rng)
    isa = Loose(material.vocabulary.pieces, exact, TABLE, loose, rng)
    composer = Composer(isa, material.pool, plan.recipe, rng, plan.noise, material.hints, material.mistakes)
    first_control = len(material.vocabulary.tokens)
    examples = stream(composer, material.entries, material.keep, rng)
    while True:
        chunk = sorted(itertools.islice(examples, plan.batch * _BATCHES_SORTED), key=lambda e: len(e.tokens))
        groups = [chunk[i : i + plan.batch] for i in range(0, len(chunk), plan.batch)]
        rng.shuffle(groups)
        yield from (_tensors(group, first_control) for group in groups)


def _tensors(group: Sequence[Example], first_control: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    length = max(len(e.tokens) for e in group)
    tokens = torch.zeros(len(group), length, dtype=torch.long)
    places, wanted, weights = [], [], []
    for row, example in enumerate(group):
        tokens[row, : len(example.tokens)] = torch.tensor(example.tokens)
        for position, weight in example.targets:
            places.append(row * length + position - 1)
            wanted.append(example.tokens[position] - first_control)
            weights.append(weight)
    return tokens, torch.tensor(places), torch.tensor(wanted), torch.tensor(weights)


def _work(rank: int, plan: Plan, material: Corpus, out: Path, meeting: str, weights: Path | None) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(plan.seed)
    if plan.workers > 1:
        distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=plan.workers)
    model = new_model(plan, material, plan.dropout)
    if weights is not None:
        load_weights(model, weights)
    model.to(plan.device)
    torch.manual_seed(plan.seed * 1000 + rank)  # dropout differs between workers
    steps = _train(rank, plan, material, model, out)
    if rank == 0:
        model.eval()
        write(out / "model.gguf", plan.shape, material.vocabulary, tensors_of(model), "q8_0")
        torch.save(model.state_dict(), out / ENDED)
        (out / "plan.json").write_text(json.dumps({**asdict(plan), "steps": steps}, indent=1))
    if plan.workers > 1:
        distributed.barrier()
        distributed.destroy_process_group()


def _train(rank: int, plan: Plan, material: Corpus, model: Model, out: Path) -> int:
    optimiser = Optimiser(model, rank, plan.workers, plan.matrix_rate, plan.other_rate)
    total = plan.steps or None
    run = torch.compile(model, dynamic=True) if plan.compiled else model
    began = time.monotonic()
    seen, loss_sum, right, counted = 0, 0.0, 0, 0
    with (out / f"log{rank or ''}.jsonl").open("w") as log:
        for step, batch in enumerate(batches(plan, material, rank)):
            total = total or _planned(step, began, plan)
            if total is not None and step >= total:
                return step
            scale = rate_at(step, total, decay=DECAY)
            tokens, places, wanted, weights = (part.to(plan.device) for part in batch)
            logits = model.head(run(tokens).flatten(0, 1)[places])
            loss = (functional.cross_entropy(logits, wanted, reduction="none") * weights).sum() / weights.sum()
            loss.backward()
            optimiser.step(scale)
            seen += tokens.numel()
            loss_sum += loss.item()
            right += int((logits.argmax(-1) == wanted).sum())
            counted += len(wanted)
            if rank == 0 and total is None and (step + 1) % _SAVE_EVERY == 0:
                torch.save(model.state_dict(), out / STEADY)
            if (step + 1) % _LOG_EVERY == 0:
                line = {"step": step + 1, "of": total, "seconds": round(time.monotonic() - began, 1), "tokens": seen}
                line |= {"loss": round(loss_sum / _LOG_EVERY, 4), "right": round(right / counted, 4), "rate": scale}
                log.write(json.dumps(line) + "\n")
                log.flush()
                if rank == 0:
                    print(json.dumps(line), flush=True)
                loss_sum, right, counted = 0.0, 0, 0
    raise AssertionError("batches never end")


def _planned(step: int, began: float, plan: Plan) -> int | None:
    """The number of steps, once the part before the learning rate falls has used up its share of the time."""
    used = torch.tensor([(time.monotonic() - began) / (plan.minutes * 60)])
    if plan.workers > 1:
        distributed.all_reduce(used, op=distributed.ReduceOp.MAX)
    return math.ceil(step / (1 - DECAY)) if used.item() >= 1 - DECAY and step else None


def train(plan: Plan, maps: Path, out: Path, encoder: Path | None = None, earlier: Earlier | None = None) -> None:
    """Train, export, score; everything lands in `out`. `encoder` is the folder of the sentence encoder.

    With `earlier` the run goes on from those weights; the phrases may have changed since, the calls may not.

    Raises:
        EncoderMissingError: there is none.
    """
    plan = replace(plan, before=earlier.digest if earlier else "")
    out.mkdir(parents=True, exist_ok=True)
    shutil.copytree(corpus.PHRASES, out / "phrases", dirs_exist_ok=True)  # what this run is made of, whatever comes
    material = prepare(plan, maps, out / "phrases", encoder, earlier)
    write_metric(out / METRIC, material.metric)
    keep_vocabulary(out, material.vocabulary, material.seen)
    weights = earlier.weights if earlier else None
    if plan.workers == 1:
        _work(0, plan, material, out, "", weights)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            meeting = f"file://{scratch}/meeting"
            multiprocessing.spawn(_work, (plan, material, out, meeting, weights), nprocs=plan.workers)
    report(plan, material, out, maps, encoder)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="robotos train",
        description="Train the bundled model from the phrases.",
        epilog="example: robotos train --minutes 45 --seed 1",
    )
    parser.add_argument("--minutes", type=float, default=45.0, help="time for training, without scoring")
    parser.add_argument("--steps", type=int, default=0, help="exact number of steps instead of minutes; repeats a run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2, help="processes of one thread each")
    parser.add_argument("--device", default="", help="cpu or cuda; cuda where there is one, if not given")
    parser.add_argument("--batch", type=int, default=Plan().batch)
    parser.add_argument("--from", dest="earlier", type=Path, metavar="DIR", help="go on from the weights of that run")
    parser.add_argument("--map", type=Path, default=Path("maps/apartment"), help="map folder whose names are known")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(argv)
    if not (chosen.map / "layout.yaml").is_file():
        print(f"robotos train: {chosen.map} has no layout.yaml; name a map folder with --map", file=sys.stderr)
        return 2
    device = chosen.device or ("cuda" if torch.cuda.is_available() else "cpu")
    workers = 1 if device != "cpu" else chosen.workers
    plan = Plan(chosen.seed, chosen.minutes, chosen.steps, workers, chosen.batch, device=device)
    try:
        train(plan, chosen.map, chosen.out, earlier=earlier_run(chosen.earlier) if chosen.earlier else None)
    except (EncoderMissingError, EarlierRunError, MistakesError) as error:
        print(f"robotos train: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
