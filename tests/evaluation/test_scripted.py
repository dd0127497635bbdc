"""Processors without a model: slots are filled with what the words mention, and nothing is invented."""

from __future__ import annotations

import pytest

from robotos.evaluation.scripted import Scripted, as_nearest, given
from robotos.kernel.calls import Call, Exemplar, Handle, Kind
from robotos.kernel.ports import Decoded, Fault, Instruction, Page, PageKind
from robotos.kernel.syscalls import TABLE

STATE = Page(PageKind.STATE, ("from", Handle(Kind.PERSON, 7), "at", Handle(Kind.ROOM, 7)))
ROOMS = (Handle(Kind.ROOM, 3), Handle(Kind.ROOM, 5))
USER = Page(PageKind.USER, ("clean", ROOMS[0], "and", ROOMS[1]))


def written(processor: Scripted, *after: Page) -> str:
    processor.submit(Instruction(1, (STATE, USER, *after), TABLE, ROOMS))
    (done,) = processor.poll()
    if isinstance(done, Fault):
        return f"fault {done.errno.name}"
    assert isinstance(done, Decoded)
    return str(done.call)


def like(*calls: str) -> Page:
    return Page(PageKind.EXEMPLAR, Exemplar("a phrase", calls, 0.9))


def test_numbered_slots_are_what_is_mentioned() -> None:
    assert written(given(["clean $r2 but $r1"])) == written(given(["clean r5 but r3"]))
    assert "h7" in written(given(["goto $me"]))


def test_calls_come_one_after_the_other_and_then_no_more() -> None:
    processor = given(["goto $r1", "dock"])
    once = Page(PageKind.CALL, Call("goto"))
    assert written(processor).startswith("goto") and written(processor, once) == "dock"
    assert written(processor, once, once) == "exit"


def test_a_slot_without_a_mention_is_a_fault_and_not_a_guess() -> None:
    assert written(given(["goto $p1"])) == "fault EINVAL"


@pytest.mark.parametrize(
    ("calls", "call"),
    [
        (("clean {room} {room}",), "clean r3 r5"),
        (("goto {person}",), "goto h7"),  # whoever spoke
        (("goto {place}",), "say unclear"),
        ((), "exit"),
    ],
)
def test_the_nearest_phrase_is_done_with_other_names(calls: tuple[str, ...], call: str) -> None:
    assert written(as_nearest(), like(*calls)) == written(given([call])) != "fault EINVAL"


def test_without_a_phrase_nothing_is_understood() -> None:
    assert written(as_nearest()) == written(given(["say unclear"]))
