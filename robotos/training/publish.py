"""Making a finished training run the bundled model: `python -m robotos.training.publish DIR`."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import robotos.cpu
from robotos.cpu.engine import Engine, ModelError
from robotos.cpu.isa import Compact
from robotos.cpu.models import sha256_of
from robotos.encoder.metric import FILE as METRIC
from robotos.encoder.metric import read_metric
from robotos.kernel.syscalls import TABLE

WEIGHTS = Path(robotos.cpu.__file__).parent / "weights"
_KEPT = {
    "model.gguf": "compact.gguf",
    METRIC: METRIC,
    "log.jsonl": "training.jsonl",
    "scores.json": "scores.json",
    "card.md": "README.md",
    "reliability.svg": "reliability.svg",
}


def publish(run: Path, weights: Path = WEIGHTS) -> str:
    """Copy a run's model, log, scores and card to `weights`; returns the model's SHA-256. Raises `ModelError`."""
    with Engine(run / "model.gguf", context=128, sequences=1) as engine:
        isa = Compact(engine.pieces(), engine.tokenize, TABLE)  # a model of another syscall table is refused here
        size = engine.vocabulary_size
    read_metric(run / METRIC)  # a damaged one is refused here
    calibration = _calibration(run)
    weights.mkdir(parents=True, exist_ok=True)
    for source, target in _KEPT.items():
        if (run / source).is_file():
            shutil.copyfile(run / source, weights / target)
    digest = sha256_of(weights / "compact.gguf")
    card = {
        "file": "compact.gguf",
        "sha256": digest,
        "instruction_set": type(isa).__name__.lower(),
        "vocabulary": size,
        "calibration": calibration,
        "training_log": "training.jsonl",
        "scores": "scores.json",
        "plan": json.loads((run / "plan.json").read_text(encoding="utf-8")),
    }
    (weights / "compact.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return digest


def _calibration(run: Path) -> list[float]:
    """Slope and offset as the run's report found them; a run that was not scored is believed as it is."""
    scores = run / "scores.json"
    if not scores.is_file():
        return [1.0, 0.0]
    try:
        slope, offset = json.loads(scores.read_text(encoding="utf-8"))["calibration"]
        return [float(slope), float(offset)]
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{scores} holds no calibration; train again, or remove it to publish without") from error


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Make a training run's model the one that robotos ships with.")
    parser.add_argument("run", type=Path, help="the folder given to training as --out")
    run = parser.parse_args(argv).run
    try:
        print(publish(run))
    except (ModelError, OSError) as error:
        print(f"cannot publish {run}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
