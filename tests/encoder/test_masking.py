from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotos.encoder.masking import of_line, of_words
from robotos.kernel.calls import Handle, Kind, Word

WORDS = st.one_of(
    st.sampled_from(["clean", "the", "and", "me"]),
    st.builds(Handle, st.sampled_from(list(Kind)), st.integers(1, 8)),
)


@given(st.lists(WORDS, max_size=8), st.integers(0, 7))
def test_which_of_its_kind_a_handle_is_makes_no_difference(words: list[Word], shift: int) -> None:
    other = [Handle(w.kind, (w.index - 1 + shift) % 8 + 1) if isinstance(w, Handle) else w for w in words]
    assert of_words(words) == of_words(other)


@given(st.lists(WORDS, max_size=8))
def test_nothing_of_a_handle_is_left(words: list[Word]) -> None:
    masked = of_words(words).split()
    assert not any(str(word) in masked for word in words if isinstance(word, Handle))


def test_a_second_of_a_kind_is_told_from_the_first() -> None:
    r1, r2, o1 = Handle(Kind.ROOM, 4), Handle(Kind.ROOM, 2), Handle(Kind.THING, 1)
    assert of_words(["clean", r1, "and", r2, "not", r1, "for", o1]) == "clean room and other room not room for object"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("what's on the {place}", ["what", "is", "on", "the", Handle(Kind.PLACE, 1)]),
        ("Bring {me} the {thing2}!", ["bring", "me", "the", Handle(Kind.THING, 5)]),
        ("clean it {time}", ["clean", "it", "at", Handle(Kind.TIME, 1)]),  # the slot holds its preposition
        ("take {person}'s cup", ["take", Handle(Kind.PERSON, 1), "s", "cup"]),
    ],
)
def test_a_line_reads_as_the_linked_utterance_does(line: str, words: list[Word]) -> None:
    assert of_line(line) == of_words(words)


def test_a_slot_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\{rom\} is no slot"):
        of_line("clean the {rom}")
