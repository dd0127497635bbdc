"""Which call a scenario looks for, as far as what it expects tells, against the call that was made first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from robotos.evaluation.scenario import Scenario

NOTHING = "nothing"  # no call at all
# Calls that come to the same as far as an end of the world can tell.
_SAME: Mapping[str, str] = MappingProxyType({"put": "fetch", "give": "fetch", "pick": "fetch"})


def expected_call(scenario: Scenario) -> str:
    """The name of the call a scenario of one utterance wants; "" where its end could come of several."""
    if sum(turn.spoken for turn in scenario.turns) != 1:
        return ""
    expect = scenario.expect
    wanted = (
        ("ask", expect.asked),
        ("say", expect.declined),
        ("schedule", expect.cleaned_at or expect.not_before),
        ("clean", expect.cleaned),
        ("move_by", expect.moved),
        ("turn_by", expect.turned),
        ("fetch", expect.object_at or expect.brought),
        ("count", expect.counted is not None),
        ("read", expect.only_reads),
        ("dock", expect.robot_in == "dock"),
        ("goto", expect.robot_in),
    )
    return next((name for name, holds in wanted if holds), "")


def first_call(syscalls: Iterable[tuple[float, str]]) -> str:
    """The name of the first of some calls in linear form, with the moments they were made."""
    ordered = sorted(syscalls)
    name = ordered[0][1].split(" ")[0] if ordered else NOTHING
    return _SAME.get(name, name)


def confusion(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Expected call → first call made → how often; what is not expected of anything is left out."""
    table: dict[str, Counter[str]] = {}
    for expected, made in pairs:
        if expected:
            table.setdefault(expected, Counter())[made] += 1
    return {expected: dict(made.most_common()) for expected, made in sorted(table.items())}
