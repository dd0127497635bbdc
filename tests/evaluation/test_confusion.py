"""Which call a scenario wants, and which was made first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from robotos.evaluation.confusion import NOTHING, confusion, expected_call, first_call
from robotos.evaluation.scenario import parse


def wanted(expect: dict[str, Any], *turns: str) -> str:
    return expected_call(parse(json.dumps({"id": "a", "turns": turns or ["do it"], "expect": expect}), "a:1"))


@pytest.mark.parametrize(
    ("expect", "call"),
    [
        ({"cleaned": ["kitchen"]}, "clean"),
        ({"cleaned": ["kitchen"], "cleaned_at": {"kitchen": "16:00"}}, "schedule"),
        ({"robot_in": "dock"}, "dock"),
        ({"robot_in": "kitchen"}, "goto"),
        ({"object_at": {"book": "owner"}}, "fetch"),
        ({"brought": {"one_of": ["book"], "to": "owner"}}, "fetch"),
        ({"counted": 0}, "count"),
        ({"asked": True, "no_motion": True}, "ask"),
        ({"declined": True}, "say"),
        ({"said": "empty"}, ""),
    ],
)
def test_what_is_expected_tells_the_call(expect: dict[str, Any], call: str) -> None:
    assert wanted(expect) == call


def test_several_utterances_have_no_one_call() -> None:
    assert wanted({"robot_in": "kitchen"}, "go", "stop") == ""


def test_the_first_call_is_the_earliest() -> None:
    assert first_call([(2.0, "clean rooms=kitchen"), (1.0, "goto dest=kitchen")]) == "goto"
    assert first_call([(1.0, "put dest=desk")]) == "fetch"
    assert first_call([]) == NOTHING


def test_confusion_counts_what_was_expected_of_something() -> None:
    pairs = [("clean", "clean"), ("clean", "goto"), ("clean", "clean"), ("", "say"), ("ask", NOTHING)]
    assert confusion(pairs) == {"ask": {NOTHING: 1}, "clean": {"clean": 2, "goto": 1}}
