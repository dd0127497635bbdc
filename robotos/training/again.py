"""Scoring a finished run again, with its own phrases: `python -m robotos.training.again DIR`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from robotos.training.data import Recipe
from robotos.training.earlier import EarlierRunError, earlier_run
from robotos.training.exemplars import EncoderMissingError
from robotos.training.export import Shape
from robotos.training.material import Plan, prepare
from robotos.training.noise import Noise
from robotos.training.report import report


def plan_of(run: Path) -> Plan:
    """The plan that a run followed; raises `EarlierRunError` when it left none, or one of another version."""
    try:
        plain = json.loads((run / "plan.json").read_text(encoding="utf-8"))
        recipe = {**plain["recipe"], "unrelated": tuple(plain["recipe"]["unrelated"])}
        parts = {"shape": Shape(**plain["shape"]), "recipe": Recipe(**recipe), "noise": Noise(**plain["noise"])}
        return Plan(**{**plain, **parts})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EarlierRunError(f"{run / 'plan.json'} cannot be read: {error}; is the run finished?") from error


def score_again(run: Path, maps: Path, encoder: Path | None = None) -> None:
    """Write scores and card of a finished run anew. Raises `EarlierRunError`, `EncoderMissingError`."""
    plan = plan_of(run)
    report(plan, prepare(plan, maps, run / "phrases", encoder, earlier_run(run)), run, maps, encoder)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Score a finished training run again: its scores.json and card.md.")
    parser.add_argument("run", type=Path, help="the folder given to training as --out")
    parser.add_argument("--map", type=Path, default=Path("maps/apartment"), help="map folder whose names are known")
    chosen = parser.parse_args(argv)
    try:
        score_again(chosen.run, chosen.map)
    except (EarlierRunError, EncoderMissingError) as error:
        print(f"cannot score {chosen.run}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
