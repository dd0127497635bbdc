"""The disk's bench, on a home that is small; and the facts it asks about."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotos.bench import disk, disk_home, disk_start
from robotos.bench.registry import Options


def test_every_fact_is_another_and_its_question_does_not_give_it_away() -> None:
    facts = [disk_home.fact(number) for number in range(20_000)]
    assert len({fact.text for fact in facts}) == len({fact.question for fact in facts}) == 20_000
    assert not any(fact.text in fact.question for fact in facts)
    assert len({disk_home.name(number) for number in range(20_000)}) == 20_000


def test_all_that_is_asked_for_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("QUICK_RECORDS", 120), ("QUICK_KILLS", 1), ("EXACT", 3), ("FUZZY", 10), ("WRITES", 5)):
        monkeypatch.setattr(disk, name, value)
    monkeypatch.setattr(disk_start, "STARTS", 1)
    figures = {figure.name: figure for figure in disk.measure(Options(quick=True))}
    assert all(figure.value is not None for figure in figures.values())
    goals = {name: figure.goal for name, figure in figures.items() if figure.goal}
    assert goals == {
        "start to ready": "<= 2",
        "wrong answers after a start": "<= 0",
        "exact question, p99": "<= 2",
        "exact question, p99 of the slowest kind": "<= 2",
        "fuzzy question, p50": "<= 15",
        "fuzzy question, p99": "<= 50",
        "damaged indices survived": ">= 100",
        "lost of what was acknowledged": "<= 0",
    }
    for name in ("wrong answers after a start", "damaged indices survived", "lost of what was acknowledged"):
        assert figures[name].met, figures[name]
    assert figures["fuzzy questions with the right answer first"].value >= 90  # type: ignore[operator]


def test_an_index_that_does_not_open_is_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "WARM_WITHIN", 0.0)
    monkeypatch.setattr(disk, "EXACT", 1)
    disk_home.fill(tmp_path, 20, index=False)
    (missing,) = [figure for figure in disk._questions(tmp_path, 20) if figure.value is None]
    assert "not open" in missing.note
