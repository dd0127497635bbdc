"""The mention cases of `mentions.txt`: how many sayings are linked exactly as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from robotos.kernel.calls import Handle
from robotos.kernel.ports import Linked
from tests.language.home_names import MENTIONS, read

CASES = Path(__file__).with_name("mentions.txt")


def cases() -> Iterator[tuple[str, str, str]]:
    """Group, what is said, what the processor should see."""
    group = ""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        said, arrow, seen = line.partition(" => ")
        if arrow:
            yield group, said, seen
        elif line.startswith("#"):
            group = line.removeprefix("# ")


def seen(linked: Linked) -> str:
    """The words with kind and value in place of handles."""
    parts = []
    for word in linked.words:
        if isinstance(word, Handle):
            value = linked.bindings.values[word]
            plain = (
                f"{value:%H:%M}" if isinstance(value, datetime) else f"{value:g}" if isinstance(value, float) else value
            )
            parts.append(f"{{{word.kind}:{plain}}}")
        else:
            parts.append(word)
    return " ".join(parts)


def test_sayings_are_linked_as_they_should_be() -> None:
    every = list(cases())
    wrong = [
        (group, said, got, want) for group, said, want in every if (got := seen(read(said, lexicon=MENTIONS))) != want
    ]
    assert len(every) >= 150
    assert len(wrong) / len(every) <= 0.02, "\n".join(f"{s}: {g}, not {w}" for _, s, g, w in wrong)
