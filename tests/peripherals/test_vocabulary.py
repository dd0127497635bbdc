from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.navigation.home import Home
from robotos.peripherals.language_model import build, pronounce
from robotos.peripherals.sound import SoundError
from robotos.peripherals.vocabulary import plain, sentences

KNOWN = {"wash": ["W AA SH"], "room": ["R UW M"], "cup": ["K AH P"], "tidy": ["T AY D IY"], "vase": ["V EY S"]}


def dictionary(folder: Path) -> Path:
    path = folder / "words.dict"
    path.write_text("".join(f"{word} {ways[0]}\n" for word, ways in KNOWN.items()) + "cup(2) K UH P\n", "utf-8")
    return path


def test_slots_are_filled_with_every_name_of_the_home(home: Home) -> None:
    found = sentences(home, ["clean the {room}"], {})
    assert {f"clean the {room}" for room in home.rooms} <= set(found)
    assert {f"robot bring me the {thing}" for thing in home.things} <= set(found)
    assert "robot stop" in found
    assert not any("{" in line for line in found)


def test_two_slots_of_a_kind_get_different_names(home: Home) -> None:
    for line in sentences(home, ["from {room} to {room2}"], {}):
        match = re.fullmatch(r"(?:robot )?from (.+) to (.+)", line)
        assert match is None or match[1] != match[2]


def test_a_slot_that_nobody_fills_drops_its_line(home: Home) -> None:
    assert not any("turn" in line for line in sentences(home, ["turn {angle}"], {}))
    assert "turn ninety degrees" in sentences(home, ["turn {angle}"], {"angle": ["90 degrees"]})


def test_sentences_are_the_same_every_time(home: Home) -> None:
    lines = ["clean the {room}", "put the {thing} on the {place}"]
    assert sentences(home, lines, {}) == sentences(home, lines, {})


@given(st.text())
def test_plain_text_is_words_only(text: str) -> None:
    assert re.fullmatch(r"(?:[a-z']+(?: [a-z']+)*)?", plain(text))


def test_plain_spells_digits() -> None:
    assert plain("Clean the kitchen at 15:00, it's 97 %!") == "clean the kitchen at three p m it's ninety seven percent"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("cup", "K AH P"), ("washroom", "W AA SH R UW M"), ("cup's", "K AH P S"), ("vase's", "V EY S IH Z"),
        ("tidying", "T AY D IY IH NG"), ("rooms", "R UW M Z"),
    ],
)  # fmt: skip
def test_pronunciations_are_put_together_from_parts(word: str, said: str) -> None:
    assert list(pronounce(word, KNOWN)) == [said]


def test_a_word_without_pronunciation_is_left_out_and_said_so(tmp_path: Path) -> None:
    model = build(["wash room", "wash xyzzy"], tmp_path / "cache", dictionary(tmp_path))
    assert model.skipped == ("xyzzy",)
    assert "xyzzy" in model.warning
    assert "xyzzy" not in model.arpa.read_text("utf-8")


def test_the_cache_is_keyed_by_the_text(tmp_path: Path) -> None:
    words = dictionary(tmp_path)
    first = build(["wash room"], tmp_path / "cache", words)
    written = first.arpa.stat().st_mtime_ns
    again = build(["wash room"], tmp_path / "cache", words)
    assert again == first
    assert again.arpa.stat().st_mtime_ns == written
    assert build(["wash cup"], tmp_path / "cache", words).arpa != first.arpa


def test_all_pronunciations_of_a_word_are_kept(tmp_path: Path) -> None:
    model = build(["cup"], tmp_path / "cache", dictionary(tmp_path))
    assert model.dictionary.read_text("utf-8") == "cup K AH P\ncup(2) K UH P\n"


def test_nothing_to_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="no sentences"):
        build([], tmp_path, dictionary(tmp_path))
    with pytest.raises(SoundError, match="English"):
        build(["küche"], tmp_path, dictionary(tmp_path))


def test_with_a_key_sentences_are_made_once(tmp_path: Path) -> None:
    asked = []

    def sentences() -> Iterator[str]:
        asked.append(True)
        yield "wash room"

    words = dictionary(tmp_path)
    first = build(sentences(), tmp_path / "cache", words, key="a home")
    assert build(sentences(), tmp_path / "cache", words, key="a home") == first and len(asked) == 1
    assert build(sentences(), tmp_path / "cache", words, key="another home") != first and len(asked) == 2
    with pytest.raises(SoundError, match="no sentences"):
        build([], tmp_path / "cache", words, key="a home without phrases")
