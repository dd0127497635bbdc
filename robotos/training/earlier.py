"""Going on from an earlier run, cut short or ended: its weights, and the vocabulary they are for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch

from robotos.cpu.isa import control_pieces
from robotos.cpu.models import sha256_of
from robotos.kernel.syscalls import TABLE
from robotos.training.export import Vocabulary
from robotos.training.model import Model

STEADY = "steady.pt"  # before the learning rate fell: the better place to go on from
ENDED = "model.pt"
_VOCABULARY = "vocabulary.json"
_OWN = "token_embd.own_embd"


class EarlierRunError(ValueError):
    """A run that cannot be gone on from, and why."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """`weights` is a torch state, `digest` its SHA-256; of the vocabulary training sees the first `seen` tokens."""

    weights: Path
    digest: str
    vocabulary: Vocabulary
    seen: int


def load_weights(model: Model, weights: Path) -> None:
    """Take over the weights; words that are new since then begin without a difference of their own."""
    state = torch.load(weights, weights_only=True)
    own = state[_OWN]
    state[_OWN] = torch.cat([own, own.new_zeros(model.token_embd.seen - len(own), own.shape[1])])
    model.load_state_dict(state)


def keep_vocabulary(directory: Path, vocabulary: Vocabulary, seen: int) -> None:
    """Write down what a later run needs beside the weights."""
    (directory / _VOCABULARY).write_text(json.dumps({"seen": seen, "tokens": vocabulary.tokens}))


def earlier_run(directory: Path) -> Earlier:
    """What is left of the run in `directory`.

    Raises:
        EarlierRunError: there is nothing usable there.
    """
    found = [directory / name for name in (STEADY, ENDED) if (directory / name).is_file()]
    if not found:
        raise EarlierRunError(f"{directory} holds neither {STEADY} nor {ENDED}: name the --out of an earlier run")
    try:
        noted = json.loads((directory / _VOCABULARY).read_text())
        tokens, seen = tuple(map(str, noted["tokens"])), int(noted["seen"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EarlierRunError(f"{directory / _VOCABULARY} cannot be read: {error}") from error
    vocabulary = Vocabulary(tokens, (), tuple(control_pieces(TABLE)))
    return Earlier(found[0], sha256_of(found[0]), vocabulary, seen)
