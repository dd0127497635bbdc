"""The linker on the whole phrase corpus with the names of the default home: how many mentions it misses."""

from __future__ import annotations

import random
import re
from pathlib import Path

import yaml

from robotos.kernel.calls import Bindings, Handle, Kind
from robotos.language.linker import link
from tests.language.home_names import LEXICON, NOW, THINGS

PHRASES = Path(__file__).parents[2] / "robotos" / "training" / "phrases"
NAMES = {
    "room": (Kind.ROOM, sorted(LEXICON.rooms)),
    "place": (Kind.PLACE, sorted(LEXICON.places)),
    "thing": (Kind.THING, sorted(THINGS)),
    "person": (Kind.PERSON, sorted(set(LEXICON.people) - {"owner"})),
}
SAMPLE = 4000  # lines looked at
SLOT = re.compile(r"\{(\w+)\}")
LINE = re.compile(r" {4}[a-z{]")  # what is said stands four columns in, in a block of text
MEASURES = {"number": Kind.NUMBER, "time": Kind.TIME, "distance": Kind.DISTANCE, "angle": Kind.ANGLE}


def test_mentions_of_the_corpus_are_found() -> None:
    chance = random.Random(5)
    fillers = yaml.safe_load((PHRASES / "words" / "slots.yaml").read_text(encoding="utf-8"))
    lines = misses = 0
    for line in chance.sample(_lines(), SAMPLE):
        slots = set(SLOT.findall(line))
        if not slots or not {s.rstrip("0123456789") for s in slots} <= NAMES.keys() | MEASURES.keys() | {"me"}:
            continue
        filled, wanted = _fill(line, sorted(slots), fillers, chance)
        linked = link(filled, LEXICON, Bindings(), NOW)
        got = {(w.kind, linked.bindings.values[w]) for w in linked.words if isinstance(w, Handle)}
        kinds = {kind for kind, _ in got}
        found = all((kind, name) in got if name else kind in kinds for kind, name in wanted)
        lines, misses = lines + 1, misses + (not found)
    assert lines > 1000
    assert misses / lines < 0.01


def _lines() -> list[str]:
    """Every line of the corpus, read as text: a YAML reader takes a minute for so many."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(PHRASES.glob("*.yaml")))
    return [line.strip() for text in texts for line in text.splitlines() if LINE.match(line)]


def _fill(
    line: str, slots: list[str], fillers: dict[str, list[str]], chance: random.Random
) -> tuple[str, list[tuple[Kind, str]]]:
    wanted: list[tuple[Kind, str]] = []
    used: set[str] = set()
    for slot in slots:
        base = slot.rstrip("0123456789")
        if base in NAMES:
            kind, names = NAMES[base]
            word = chance.choice([name for name in names if name not in used])
            used.add(word)
            wanted.append((kind, word))
        elif base == "me":
            word = "me"
        else:
            # "one" counts only before "times": elsewhere it is a pronoun
            word = chance.choice([w for w in fillers[base] if w != "one"])
            wanted.append((MEASURES[base], ""))
        line = line.replace("{" + slot + "}", word)
    return line, wanted
