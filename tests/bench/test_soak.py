"""The soak's runner and report, with parts of the test's own; the real parts are tested where they live."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from robotos.soak import __main__ as program
from robotos.soak import report
from robotos.soak.adapted import adapted
from robotos.soak.part import Part, Progress, Violation, Work
from robotos.soak.parts import PARTS, sized
from robotos.soak.run import run_all
from robotos.soak.state import FILE, State, StateError

Run = Callable[[int, int, Progress], Part]


def good(count: int, seed: int, progress: Progress) -> Part:
    progress(count)
    return Part({"done": count}, (), {"slowest, ms": float(seed % 100)}, ("on paper",))


def work(run: Run = good, full: int = 10, chunk: int = 4, name: str = "mine") -> Work:
    return Work(name, "a test's own", "of each", full, 1, chunk, run)


def console() -> Console:
    return Console(file=io.StringIO(), width=200)


def test_chunks_add_up_and_each_has_a_seed_of_its_own(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def noting(count: int, seed: int, progress: Progress) -> Part:
        seen.append((count, seed))
        return good(count, seed, progress)

    state = State("abc", 7, "now")
    assert run_all([work(noting)], state, tmp_path, console())
    assert [count for count, _ in seen] == [4, 4, 2] and len({seed for _, seed in seen}) == 3
    found = state.of("mine")
    assert found.found.counts == {"done": 10} and found.count == 10
    assert found.found.figures == {"slowest, ms": max(float(seed % 100) for _, seed in seen)}
    assert found.found.notes == ("on paper",)


def test_an_interrupted_soak_goes_on_where_it_was(tmp_path: Path) -> None:
    calls: list[int] = []

    def interrupted(count: int, seed: int, progress: Progress) -> Part:
        calls.append(seed)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return good(count, seed, progress)

    state = State("abc", 7, "now")
    assert not run_all([work(interrupted)], state, tmp_path, console())
    again = State.load(tmp_path)
    assert again is not None and again.of("mine").count == 4
    assert run_all([work(interrupted)], again, tmp_path, console())
    assert again.of("mine").found.counts == {"done": 10}
    assert calls[1] == calls[2], "the lost chunk is done again with its own seed"


def test_a_part_that_breaks_is_a_violation_and_the_next_one_runs(tmp_path: Path) -> None:
    def broken(count: int, seed: int, progress: Progress) -> Part:
        raise OSError("no more ptys")

    state = State("abc", 7, "now")
    works = [work(broken, full=1, name="faults"), work(name="frames")]
    assert run_all(works, state, tmp_path, console())
    (violation,) = state.of("faults").found.violations
    assert "no more ptys" in violation.what and violation.replay.startswith("python -m robotos.soak.again faults ")
    plain = report.compose(state, works, {"cpu": "x"}, "later")
    assert not plain["passed"] and [part["passed"] for part in plain["parts"]] == [False, True]


def test_what_cannot_be_run_here_is_not_passed(tmp_path: Path) -> None:
    missing = replace(work(), missing=lambda: "there is no clang: apt-get install clang")
    state = State("abc", 7, "now")
    run_all([missing], state, tmp_path, console())
    plain = report.compose(state, [missing], {}, "later")
    assert not plain["passed"] and plain["parts"][0]["missing"].startswith("there is no clang")
    assert "there is no clang" in report.markdown(plain)


def test_the_report_says_all_it_takes_to_do_it_again(tmp_path: Path) -> None:
    def bad(count: int, seed: int, progress: Progress) -> Part:
        return Part({"done": count}, [Violation("moved on", "python -m that --again")])

    state = State("abc123+changes", 7, "2026-11-21T10:00:00")
    run_all([work(bad)], state, tmp_path, console())
    report.write(tmp_path, state, [work(bad)], {"cpu": "six", "cores": 2}, "2026-11-21T11:00:00")
    as_json, for_people = report.paths(tmp_path)
    plain = json.loads(as_json.read_text(encoding="utf-8"))
    (part,) = plain["parts"]
    assert (part["commit"], part["seed"], plain["passed"]) == ("abc123+changes", 7, False)
    text = for_people.read_text(encoding="utf-8")
    for told in (
        "abc123",
        "and changes",
        "seed 7",
        "cpu six",
        "2026-11-21T11:00:00",
        "`python -m that --again`",
        "moved on",
    ):
        assert told in text


def test_a_run_of_one_part_leaves_what_is_known_of_the_others(tmp_path: Path) -> None:
    mine, yours, theirs = work(), work(name="yours"), work(name="theirs")
    first, second = State("abc", 7, "early"), State("def", 8, "late")
    run_all([mine, yours], first, tmp_path, console())
    plain = report.write(tmp_path, first, [mine, yours], {"cpu": "six"}, "noon", [theirs])
    assert not plain["passed"] and "not run yet" in report.paths(tmp_path)[1].read_text(encoding="utf-8")
    run_all([theirs, yours], second, tmp_path, console())
    plain = report.write(tmp_path, second, [theirs, yours], {"cpu": "six"}, "night", [mine])
    told = {part["name"]: (part["commit"], part["seed"], part["ended"], part["count"]) for part in plain["parts"]}
    assert told == {"mine": ("abc", 7, "noon", 10), "yours": ("def", 8, "night", 10), "theirs": ("def", 8, "night", 10)}
    assert plain["passed"]


def test_what_is_no_report_is_not_written_over(tmp_path: Path) -> None:
    report.paths(tmp_path)[0].write_text("[1, 2", encoding="utf-8")
    with pytest.raises(StateError, match="is no report"):
        report.write(tmp_path, State("abc", 7, "now"), [work()], {}, "later")


counts = st.dictionaries(st.sampled_from("abc"), st.integers(0, 9))
figures = st.dictionaries(st.sampled_from("xyz"), st.floats(0, 9))
parts = st.builds(Part, counts, st.just(()), figures, st.lists(st.sampled_from("mn")).map(tuple))


@given(parts, parts, parts)
def test_the_order_of_chunks_changes_nothing(a: Part, b: Part, c: Part) -> None:
    left, right = (a + b) + c, a + (b + c)
    assert left.plain() == right.plain()
    swapped = b + a
    assert (swapped.counts, swapped.figures) == ((a + b).counts, (a + b).figures)
    assert Part.read(json.loads(json.dumps(left.plain()))).plain() == left.plain()


def test_a_part_that_tells_totals_moves_the_bar_by_what_is_new() -> None:
    def run(count: int, seed: int, tell: Callable[[int], None]) -> SimpleNamespace:
        for total in (3, 8, 14):
            tell(total)
        figures = {"fastest, m/s": 0.3, "seconds": 9.0, "frames per second": 1e6}
        return SimpleNamespace(counts={"frames": 10}, violations=("it moved",), figures=figures)

    steps: list[int] = []
    found = adapted("frames", run, 5, 77, steps.append, per=2)
    assert steps == [1, 3, 1]
    assert found.figures == {"fastest, m/s": 0.3}
    assert found.violations[0] == Violation("it moved", "python -m robotos.soak.again frames 77 5")


def test_every_part_is_registered_under_its_name_with_the_full_counts() -> None:
    assert {name: PARTS[name].full for name in ("faults", "frames", "gate", "disk")} == {
        "faults": 50, "frames": 1_000_000, "gate": 1_000_000, "disk": 200,
    }  # fmt: skip
    for name, one in PARTS.items():
        assert one.name == name and one.purpose and 0 < one.quick <= one.full and 0 < one.chunk <= one.full
        assert sized(one, quick=True, count=None).full == one.quick
        assert sized(one, quick=False, count=3).chunk <= 3


def test_a_soak_of_another_source_is_not_gone_on_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    State("some other commit", 1, "then").save(tmp_path)
    assert program.main(["--part", "frames", "--count", "1", "--report", str(tmp_path)]) == 1
    assert "--fresh" in capsys.readouterr().err
    (tmp_path / FILE).write_text("{", encoding="utf-8")
    with pytest.raises(StateError, match="--fresh"):
        State.load(tmp_path)


def test_a_real_part_from_the_command_line(tmp_path: Path) -> None:
    assert program.main(["--part", "frames", "--count", "300", "--report", str(tmp_path)]) == 0
    plain = json.loads((tmp_path / "soak.json").read_text(encoding="utf-8"))
    told = {part["name"]: part for part in plain["parts"]}
    assert told["frames"]["passed"] and told["frames"]["counts"]["frames"] >= 300
    assert told["gate"]["missing"] == "not run yet" and not plain["passed"]
    assert not (tmp_path / FILE).exists()
