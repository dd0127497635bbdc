"""All phrase lines linked beforehand, and which of them are kept away from training."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from robotos.training.corpus import Entry, Pattern, held_out
from robotos.training.homes import Names
from robotos.training.utterances import Utterance, fill

# Where `{text}` comes from, by opcode.
SOURCES = {"remember": "fact", "recall": "topic", "forget": "topic", "teach": "phrase"}


@dataclass(slots=True)
class Pool:
    """Linked utterances by line and by the call they mean."""

    lines: dict[str, list[Utterance]] = field(default_factory=dict)
    by_call: dict[Pattern, list[str]] = field(default_factory=dict)
    simple: list[tuple[Entry, str]] = field(default_factory=list)  # need neither context nor state
    with_context: set[str] = field(default_factory=set)
    with_state: set[str] = field(default_factory=set)


def build_pool(
    entries: Iterable[Entry],
    homes: Sequence[Names],
    words: Mapping[str, Sequence[str]],
    fills: int,
    keep: Mapping[str, bool],
    rng: random.Random,
) -> Pool:
    """Link every line with `keep[line]`, `fills` times, with names of the homes in turn."""
    pool = Pool()
    by_call: dict[Pattern, list[str]] = defaultdict(list)
    for entry in entries:
        kept = [line for line in entry.lines if keep[line]]
        source = SOURCES.get(str(entry.calls[0][0]), "text")
        sources = {line: source for line in kept}
        sources.update({e.user: SOURCES.get(str(e.call[0]), "text") for e in entry.context if e.user})
        for line, taken in sources.items():
            if line not in pool.lines:
                pool.lines[line] = [fill(line, homes[i % len(homes)], words, taken, rng) for i in range(fills)]
        pool.with_context.update(kept if entry.context else ())
        pool.with_state.update(kept if entry.state.given else ())
        if not entry.context and not entry.state.given:
            pool.simple.extend((entry, line) for line in kept)
            if len(entry.calls) == 1:
                by_call[entry.calls[0]].extend(kept)
    pool.by_call = dict(by_call)
    return pool


def split(entries: Iterable[Entry], seed: int, share: float = 0.1) -> dict[str, bool]:
    """Line -> whether it is trained on."""
    return {line: not held_out(line, seed, share) for entry in entries for line in entry.lines}
