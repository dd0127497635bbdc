"""`robotos bench body`: its structure and its arithmetic; what it measures is tested where it lives."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.bench import body, body_board, body_faults, body_gate, body_mavlink
from robotos.bench.figure import Figure
from robotos.bench.quantile import quantile
from robotos.bench.registry import BENCHES, Options
from robotos.boot.children import BootError


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200), st.floats(0.0, 1.0))
def test_a_quantile_is_a_value_that_so_many_do_not_exceed(values: list[float], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-3
    smaller = [value for value in values if value < found]
    assert not smaller or sum(value <= max(smaller) for value in values) < share * len(values) + 1e-3


def test_known_quantiles() -> None:
    values = list(range(1, 101))
    assert [quantile(values, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1, 50, 99, 100]
    with pytest.raises(ValueError, match="nothing"):
        quantile([], 0.5)


def test_body_is_registered_and_made_of_all_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert BENCHES["body"][0] == body.__name__
    assert (body_board.measure, body_gate.measure, body_faults.measure, body_mavlink.measure) == body.PARTS

    def one(options: Options) -> Sequence[Figure]:
        return [Figure("a", 1.0, "ms", "<= 2")]

    monkeypatch.setattr(body, "PARTS", (one, one))
    assert [figure.name for figure in body.measure(Options())] == ["a", "a"]


def test_without_an_emulator_each_figure_is_there_and_says_why() -> None:
    found = body_board._reactions(3, "no libsimavr here")
    assert len(found) == len(body_board.ROWS) + 1
    assert all(figure.value is None and figure.note == "no libsimavr here" and figure.met is None for figure in found)


def test_a_rig_that_does_not_start_is_a_reason_not_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise BootError("the board did not start: no pty")

    monkeypatch.setattr("robotos.trials.series.series", broken)
    monkeypatch.setattr("robotos.trials.latency.stops", broken)
    found = [*body_faults.measure(Options(quick=True)), *body_gate._stops(2)]
    assert found and all(figure.value is None and "no pty" in figure.note for figure in found)


def test_mavlink_is_the_goal_of_each_row() -> None:
    found = body_mavlink.measure(Options())
    frames = [
        figure for figure in found if figure.name.startswith(("Drive", "Heartbeat", "Stop", "Ack", "State", "Scan"))
    ]
    if not frames:
        pytest.skip(found[0].note)
    assert len(frames) == 6 and all(figure.met for figure in frames)
    assert all("MAVLink 2" in figure.note for figure in frames)
