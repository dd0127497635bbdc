"""What ships beside the network: its card for people and for the loader, and the curve of recall and false stops."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from robotos.peripherals.stop.network import CARD, ONNX
from robotos.peripherals.stop.words import WORDS
from robotos.training.stop.material import Trial
from robotos.training.stop.split import DIALECTS, FLITE, VARIANTS, Part
from robotos.training.stop.thresholds import MOST_FALSE, NOISY_RECALL, RECALL, Peaks, Point, curve

_PICTURE = "curve.png"
_SHOWN = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A finished training: the file, its thresholds, what was tried on whom."""

    model: bytes
    thresholds: Mapping[str, float]
    seed: int
    seconds: float  # of processor time
    clips: int
    dev: Peaks
    test: Peaks
    trial: Trial  # the test's


def publish(result: Result, directory: Path) -> None:
    """Write network, card and curve; the card last, so that a half-written network is never loaded."""
    directory.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(result.model).hexdigest()
    (directory / ONNX).write_bytes(result.model)
    draw(curve(result.dev), curve(result.test), result.thresholds[WORDS[0]], directory / _PICTURE)
    (directory / "README.md").write_text(_readme(result, digest), encoding="utf-8")
    card = {
        "sha256": digest,
        "words": list(WORDS),
        "thresholds": dict(result.thresholds),
        "licence": "Apache-2.0",
        "trained_on": "Speech Commands v0.02 (Pete Warden, CC BY 4.0), flite and espeak-ng voices",
        "seed": result.seed,
        "curve_test": [
            {"threshold": p.threshold, "recall": round(p.recall, 4), "recall_10_db": round(p.noisy_recall, 4),
             "false": round(p.false, 4), "false_10_db": round(p.noisy_false, 4), "false_in_talk": p.talk}
            for p in curve(result.test) if p.threshold in _SHOWN or p.threshold == result.thresholds[WORDS[0]]
        ],
    }  # fmt: skip
    (directory / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def draw(dev: Sequence[Point], test: Sequence[Point], chosen: float, path: Path) -> None:
    """Recall over the share of other words taken for a stop, as a PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 4.2), dpi=80)
    for points, name, style in ((dev, "chosen on", "--"), (test, "unseen", "-")):
        axes.plot([100 * p.false for p in points], [100 * p.recall for p in points], style, label=f"{name}, clean")
        axes.plot(
            [100 * p.noisy_false for p in points],
            [100 * p.noisy_recall for p in points],
            style,
            label=f"{name}, kitchen at 10 dB",
        )
    at = next(p for p in test if p.threshold == chosen)
    axes.plot([100 * at.false], [100 * at.recall], "ko", label=f"threshold {chosen:.2f}, unseen, clean")
    axes.set(
        xlim=(-0.1, 8), ylim=(70, 100.5), xlabel="other words taken for a stop (%)", ylabel="human stops found (%)"
    )
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right", fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})
    pyplot.close(figure)


def _readme(result: Result, digest: str) -> str:
    size = len(result.model) / 1024
    chosen = ", ".join(f"{word} {threshold:.2f}" for word, threshold in result.thresholds.items())
    return f"""# The stop reflex's network

Hears the stop words {", ".join(f'"{word}"' for word in WORDS)} in 0.93 s of log-mel columns, every 32 ms: a
depthwise-separable CNN, {size:.0f} KB of ONNX, SHA-256 `{digest}`.
Made by `make train-stop` (seed {result.seed}, {result.clips} clips, {result.seconds / 60:.0f} minutes of one core).

**Licence:** Apache-2.0, as robotos. **Credits:** trained on recordings of *Speech Commands v0.02*, Pete Warden, 2018
(<https://arxiv.org/abs/1804.03209>), licensed CC BY 4.0 (<https://creativecommons.org/licenses/by/4.0/>): single words
of {_count(result)}; for training they were cut, changed in
speed and level and mixed with noise. Kitchen noise from Picovoice's speech-to-intent-benchmark (Apache-2.0), its first
40 % only.

**Who was used for what.** Speakers are divided by a hash of their number: 66 % train, 14 % choose the thresholds, 20 %
are the test below and were used for nothing else. Voices of synthesisers are divided too: tried on flite's
{", ".join(FLITE[Part.TEST])} and on espeak-ng's {", ".join(DIALECTS[Part.TEST])} with the variants
{", ".join(VARIANTS[Part.TEST])}.
The orders to the coffee machine took no part in training or choosing.

**Thresholds** ({chosen}): for "stop" the highest at which {RECALL:.0%} of the
stops of those who choose are heard clean and {NOISY_RECALL:.0%} at 10 dB, for a missed stop is worse than a false one;
for the others the lowest at which {MOST_FALSE:.0%} of other words are taken for the word, and no sentence of talk.

| threshold for "stop" | human stops found | at 10 dB kitchen | other words taken for one | at 10 dB | of talk |
|---|---|---|---|---|---|
{_rows(result)}

![recall and false stops](curve.png)

Synthesised stop words of unseen voices found at the chosen thresholds: {_spoken(result)}.

**What it cannot do.** Only "stop" was learnt from people; "halt", "freeze" and "hold it" come from synthesisers, and
how well people are heard saying them is not known. A word that contains a stop word ("stopped", "bus stop", "stop by
the kitchen") fires it too. It knows English.
"""


def _rows(result: Result) -> str:
    chosen = result.thresholds[WORDS[0]]
    rows = []
    for p in curve(result.test):
        if p.threshold not in _SHOWN and p.threshold != chosen:
            continue
        mark = "**" if p.threshold == chosen else ""
        rows.append(
            f"| {mark}{p.threshold:.2f}{mark} | {p.recall:.1%} | {p.noisy_recall:.1%} | {p.false:.1%} | "
            f"{p.noisy_false:.1%} | {p.talk} of {len(result.test.talk)} |"
        )
    return "\n".join(rows)


def _count(result: Result) -> str:
    return f"many speakers, of whom the test has {len(result.trial.stops)} stops and {len(result.trial.others)} others"


def _spoken(result: Result) -> str:
    found = []
    for index, word in enumerate(WORDS):
        scores = result.test.spoken[index][:, index]
        share = float((scores >= result.thresholds[word]).mean())
        found.append(f"{word} {share:.0%} of {len(scores)}")
    return ", ".join(found)
