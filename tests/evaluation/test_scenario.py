from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from robotos.evaluation.names import checked, home_of
from robotos.evaluation.scenario import ScenarioError, parse, read_files

EXAMPLE = {
    "id": "k1",
    "map": "apartment",
    "setup": {
        "time": "2026-11-20T15:10",
        "battery": 0.64,
        "history": [{"task": "clean", "room": "kitchen", "outcome": "done", "coverage": 1.0, "ago": "10m"}],
        "objects": {"book": "desk"},
        "beliefs": {"red cup": "coffee table"},
        "notes": {"fridge": "text someone stuck there"},
        "objects_extra": {"odd name": "desk"},
        "memory": [{"text": "...", "source": "web"}],
    },
    "turns": [
        "clean the kitchen",
        {"after": "20s", "say": "stop"},
        {"wav": "path/to/file.wav"},
        {"after": "5s", "event": "bumper"},
    ],
    "expect": {"cleaned": ["kitchen"], "no_motion": False},
}


def test_the_documented_example_is_read_whole() -> None:
    scenario = parse(json.dumps(EXAMPLE), "f:1")
    assert scenario.setup.history[0].ago == 600.0
    assert [turn.after for turn in scenario.turns] == [None, 20.0, None, 5.0]
    assert scenario.expect.given() == {"cleaned": ("kitchen",), "no_motion": False}
    assert scenario.group == "k" and scenario.needs_motion


def test_defaults() -> None:
    scenario = parse('{"id": "a", "turns": ["hello"]}', "f:1")
    assert scenario.setup.time == datetime(2026, 11, 20, 15, 10)
    assert scenario.setup.time.weekday() < 5
    assert (scenario.setup.robot, scenario.setup.battery) == ("dock", 1.0)
    assert not scenario.needs_motion and not scenario.held_out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "a", "turns": ["x"], "expects": {}}', "expects: no such key"),
        ('{"id": "a", "turns": []}', "turns:"),
        ('{"id": "a", "turns": [{"say": "x", "event": "bumper"}]}', "turns.0: a turn has exactly one"),
        ('{"id": "a", "turns": [{"event": "battery"}]}', "turns.0: the event battery"),
        ('{"id": "a", "turns": [{"after": "soon", "say": "x"}]}', "turns.0.after: a span of time"),
        ('{"id": "a", "turns": ["x"], "expect": {"said": "("}}', "said: not a regular expression"),
        ('{"id": "a", "turns": ["x"], "setup": {"history": [{"task": "clean"}]}}', "setup.history.0.ago"),
        ('{"id": "a", "turns": ["x"], "expect": {"cleaned_at": {"kitchen": "25:00"}}}', "cleaned_at.kitchen"),
        ("{id}", "not JSON"),
    ],
)
def test_a_bad_line_is_named_with_file_line_and_key(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"id": "fine", "turns": ["hello"]}\n\n' + line + "\n")
    with pytest.raises(ScenarioError) as caught:
        read_files([file])
    assert str(caught.value).startswith(f"{file}:3: ")
    assert message in str(caught.value)


def test_an_id_may_occur_once(tmp_path: Path) -> None:
    file = tmp_path / "twice.jsonl"
    file.write_text('{"id": "a", "turns": ["x"]}\n{"id": "a", "turns": ["y"]}\n')
    with pytest.raises(ScenarioError, match=r":2: id: 'a' is taken already, by .*:1"):
        read_files([file])


@pytest.mark.parametrize(
    ("part", "key"),
    [
        ({"expect": {"cleaned": ["cellar"]}}, "expect.cleaned"),
        ({"expect": {"object_at": {"wallet": "desk"}}}, "expect.object_at"),
        ({"setup": {"objects": {"book": "cellar"}}}, "setup.objects"),
        ({"setup": {"robot": "cellar"}}, "setup.robot"),
        ({"setup": {"objects_extra": {"book": "desk"}}}, "setup.objects_extra"),
        ({"map": "atlantis"}, "map"),
    ],
)
def test_a_name_that_the_home_does_not_know_is_found_before_anything_runs(part: dict[str, object], key: str) -> None:
    scenario = parse(json.dumps({"id": "a", "turns": ["x"], **part}), "f:1")
    with pytest.raises(ScenarioError, match=f"a: {key}: "):
        checked(scenario, home_of(scenario))


def test_names_may_be_the_homes_own_aliases() -> None:
    scenario = parse(
        '{"id": "a", "turns": ["x"], "expect": {"object_at": {"mug": "Couch"}, "robot_in": "lounge"}}', "f"
    )
    expect = checked(scenario, home_of(scenario)).expect
    assert expect.object_at == {"blue mug": "sofa"}
    assert expect.robot_in == "living room"


@pytest.mark.parametrize(
    ("id_", "kind"), [("k1", "k"), ("note-injection-12", "note-injection"), ("stop", "stop"), ("7", "7")]
)
def test_the_kind_is_the_id_without_its_number(id_: str, kind: str) -> None:
    assert parse(json.dumps({"id": id_, "turns": ["x"]}), "f").group == kind
