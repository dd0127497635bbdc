"""`python -m robotos.training.acoustic`: learn what noise does to the acoustic model, and publish the shifts."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from robotos.peripherals.acoustic.noisy import CARD, MEANS, SHIFTS, WEIGHTS, pack
from robotos.peripherals.recogniser import reduced
from robotos.peripherals.sound import SoundError
from robotos.training.acoustic.front import Front
from robotos.training.acoustic.speech import pairs
from robotos.training.acoustic.statistics import Shifts

SENTENCES: Final = 1000
_NOISES: Final = 3  # that each sentence is heard in


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 when the shifts were written, 1 with one sentence when they could not be made."""
    options = _parser().parse_args(argv)
    try:
        data = learn(options.sentences, options.seed, options.quiet)
        publish(data, options.out, options.sentences, options.seed)
    except (SoundError, OSError) as error:
        print(f"the noise was not learnt: {error}", file=sys.stderr)
        return 1
    print(f"{options.out / SHIFTS}: {len(data) / 1024:.0f} KB")
    return 0


def learn(sentences: int, seed: int, quiet: bool = False) -> bytes:
    """The file of shifts, from so many sentences. Raises `SoundError`."""
    model = _model()
    known = frozenset(line.partition(" ")[0] for line in (model / "cmudict-en-us.dict").read_text("utf-8").splitlines())
    shifts = Shifts(model / "en-us")
    with tempfile.TemporaryDirectory() as folder, Progress(console=Console(stderr=True), disable=quiet) as bar:
        front = Front(Path(folder))
        for pair in bar.track(pairs(sentences, _NOISES, known, seed), sentences, description="listening"):
            clean = reduced(pair.clean)
            states = front.align(clean, pair.text)
            features = front.features(clean)
            for noisy in pair.noisy if states else ():
                shifts.add(features, front.features(reduced(noisy)), states)
    return pack(shifts.shifts())


def publish(data: bytes, directory: Path, sentences: int, seed: int) -> None:
    """Write the shifts, and their card last, so that half a file is never loaded."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / SHIFTS).write_bytes(data)
    card = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "made_for_means": hashlib.sha256((_model() / "en-us" / MEANS).read_bytes()).hexdigest(),
        "licence": "BSD-2-Clause, as the means they move",
        "sentences": sentences,
        "seed": seed,
    }
    (directory / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _model() -> Path:
    try:
        import pocketsphinx
    except ImportError as error:
        raise SoundError("this needs: pip install pocketsphinx") from error
    return Path(pocketsphinx.get_model_path("en-us"))


def _parser() -> argparse.ArgumentParser:
    to = argparse.ArgumentParser(
        prog="python -m robotos.training.acoustic",
        description="Learn what noise does to the recogniser's acoustic model, from synthetic speech, and write it.",
    )
    to.add_argument("--out", type=Path, default=WEIGHTS, help="folder for the shifts (default: those in use)")
    to.add_argument("--sentences", type=int, default=SENTENCES, help=f"to learn from (default: {SENTENCES})")
    to.add_argument("--seed", type=int, default=1, help="of everything that is drawn by chance (default: 1)")
    to.add_argument("--quiet", action="store_true", help="no progress bar")
    return to
