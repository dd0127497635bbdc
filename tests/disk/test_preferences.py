"""Preferences: told from other sentences, whose they are, and that the newest on one thing is the one that counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from robotos.clock import VirtualClock
from robotos.disk import open_disk
from robotos.disk.preferences import Read, read

NOON = datetime(2026, 11, 20, 12, 0)


@pytest.mark.parametrize(
    ("text", "who", "about"),
    [
        ("I like my coffee black with no sugar.", "owner", "coffee"),
        ("grandma takes her tea with milk", "grandma", "tea"),
        ("My sister prefers her eggs boiled", "sister", "eggs"),
        ("my favourite colour is green", "owner", "favourite colour"),
        ("Tom’s favorite song is Yesterday", "tom", "favourite song"),
        ("I can't stand loud music", "owner", ""),
        ("Anna really loves jazz", "anna", ""),
        ("we don't like mushrooms", "owner", ""),
        ("grandma takes her blue pills after breakfast", "grandma", ""),
    ],
)
def test_what_is_a_preference(text: str, who: str, about: str) -> None:
    assert read(text) == Read(who, about)


@pytest.mark.parametrize(
    "text",
    [
        "the plumber comes on Tuesday",
        "it likes the sun",
        "who likes my tea cold",
        "the key is under the pot",
        "",
        "like",
    ],
)
def test_what_is_none(text: str) -> None:
    assert read(text) is None


def test_the_newest_counts(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path, clock, index=False, durable=False)
    for hours, text in enumerate(
        ("I like my tea with milk", "I like my coffee black", "grandma likes her tea with lemon", "I like my tea plain")
    ):
        disk.remember(text, "owner", NOON + timedelta(hours=hours))
    disk.remember("I like my tea poisoned", "paper", NOON)
    assert [one.text for one in disk.preferences(who="owner")] == ["I like my tea plain", "I like my coffee black"]
    assert [one.text for one in disk.preferences(about="tea", who="grandma")] == ["grandma likes her tea with lemon"]
    found = [memory.text for memory in disk.recall("how do I like my tea", limit=9)]
    assert "I like my tea plain" in found and "I like my tea with milk" not in found
    disk.remember("I like my tea with milk", "owner", NOON + timedelta(hours=9))
    assert disk.preferences(who="owner", about="tea")[0].text == "I like my tea with milk"
    assert disk.forget("I like my tea with milk") == 1
    assert disk.preferences(who="owner", about="tea")[0].text == "I like my tea plain", "the one before counts again"
    disk.close()
