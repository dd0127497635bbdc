"""Where a thing is looked for first."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from robotos.geometry import Pose
from robotos.navigation.home import Home
from robotos.programs.likelihood import Memory, best, chances, in_sight

PLACES = ("", "dock", "table", "counter", "shelf")


@given(last=st.sampled_from(PLACES), usual=st.sampled_from(PLACES), hours=st.floats(0, 1e5))
def test_chances_are_a_probability_over_the_places(cottage: Home, last: str, usual: str, hours: float) -> None:
    found = chances(cottage, Memory(last, timedelta(hours=hours), usual))
    assert found.keys() == cottage.places.keys()
    assert math.isclose(sum(found.values()), 1.0) and min(found.values()) > 0.0


@given(hours=st.floats(0, 1e4), more=st.floats(1, 1e4))
def test_the_older_a_sighting_the_less_it_says(cottage: Home, hours: float, more: float) -> None:
    young, old = (chances(cottage, Memory("shelf", timedelta(hours=h), "table")) for h in (hours, hours + more))
    assert young["shelf"] >= old["shelf"] and young["table"] <= old["table"]


def test_it_is_looked_for_where_it_was_last_then_where_it_belongs(cottage: Home) -> None:
    left = chances(cottage, Memory("shelf", timedelta(minutes=5), "counter"))
    order = []
    pose = cottage.dock
    while left:
        place = best(cottage, left, pose)
        assert place is not None
        order.append(place.name)
        del left[place.name]
        pose = place.approach
    assert order[:2] == ["shelf", "counter"] and sorted(order) == sorted(cottage.places)


def test_of_what_is_as_likely_the_nearer_is_looked_at_first(cottage: Home) -> None:
    nothing_known = chances(cottage, Memory())
    assert len(set(nothing_known.values())) == 1
    for name, place in cottage.places.items():
        near = best(cottage, nothing_known, place.approach)
        assert near is not None and near.name == name


def test_a_long_way_is_worth_it_for_a_good_chance_only(cottage: Home) -> None:
    here = cottage.places["table"].approach
    assert best(cottage, {"table": 0.2, "shelf": 0.8}, here).name == "table"  # type: ignore[union-attr]
    assert best(cottage, {"table": 0.05, "shelf": 0.8}, here).name == "shelf"  # type: ignore[union-attr]
    assert best(cottage, {}, here) is None


def test_what_is_ahead_in_the_same_room_is_seen_at_once(cottage: Home) -> None:
    before = cottage.places["table"].approach
    assert in_sight(cottage, before, cottage.places) == ["table"]
    behind = replace(before, yaw=before.yaw + math.pi)
    assert in_sight(cottage, behind, cottage.places) == []
    assert in_sight(cottage, Pose(2.4, 1.6, math.pi / 2), ["table", "shelf"]) == []
