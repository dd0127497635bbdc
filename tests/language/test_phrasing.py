"""Everything the robot can say about a call: complete, short, and never a success that was none."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from robotos.errno import Errno
from robotos.kernel.calls import Bindings, Call, Handle, Kind, Result
from robotos.kernel.ports import TaskRecord
from robotos.kernel.syscalls import BY_NAME, SAY_ACTS, STATUS_OF, TABLE
from robotos.kernel.table import Operand
from robotos.language import nouns, phrasing
from tests.language.home_names import NOW

SAMPLES: dict[Kind, object] = {
    Kind.ROOM: "kitchen", Kind.PLACE: "desk", Kind.THING: "red cup", Kind.PERSON: "grandma", Kind.NUMBER: 2.0,
    Kind.TIME: NOW + timedelta(hours=3), Kind.DURATION: 600.0, Kind.DISTANCE: 2.0, Kind.ANGLE: 1.5707963,
    Kind.TEXT: "dinner is ready", Kind.UNKNOWN: "scissors", Kind.PROCESS: 3, Kind.CATEGORY: "fruit",
}  # fmt: skip


def every_handle() -> tuple[Bindings, dict[Kind, Handle]]:
    bindings, handles = Bindings(), {}
    for kind, value in SAMPLES.items():
        bindings, handles[kind] = bindings.bind(kind, value)
    return bindings, handles


BINDINGS, HANDLES = every_handle()
KITCHEN, DESK, CUP, GRANDMA = (HANDLES[k] for k in (Kind.ROOM, Kind.PLACE, Kind.THING, Kind.PERSON))


def variants(operand: Operand) -> list[tuple[Handle | str | Call, ...]]:
    """Values an operand can take, one of each sort."""
    if operand.flag:
        return [()]
    if operand.call:
        return [(Call("clean", {"rooms": (KITCHEN,)}),)]
    found: list[tuple[Handle | str | Call, ...]] = [(HANDLES[kind],) for kind in sorted(operand.kinds)]
    return found + [(literal,) for literal in operand.literals]


def calls() -> list[Call]:
    """Every syscall with every sort of value of every operand, with and without the optional ones."""
    found = []
    for row in TABLE:
        least = {o.name: variants(o)[0] for o in row.operands if o.required}
        found.append(Call(row.name, least))
        found += [Call(row.name, {**least, o.name: value}) for o in row.operands for value in variants(o)]
    return found


CALLS = calls()
# What would claim that the thing asked for was done.
CLAIMS = re.compile(
    r"\b(is clean|are clean|here is|here are|here i am|here you are|i'm in|i'm on my dock|i've (put|brought|given|"
    r"moved|turned|cleaned|cancelled|forgotten|found)|cancelled\.|all right, i'll|i'm carrying on|it is finished)\b",
    re.IGNORECASE,
)


def checked(text: str) -> str:
    assert text == text.strip()
    assert re.fullmatch(r"[A-Z\"0-9].*[.!?\"]", text, re.DOTALL), text
    assert "  " not in text and ".." not in text and "None" not in text and " ." not in text, text
    assert not re.search(r"\b[rpohcntdmaqxk]\d\b", text), text
    assert len(text) < 300
    return text


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_every_call_has_words_for_everything(call: Call) -> None:
    described = phrasing.describe(call, BINDINGS)
    assert described
    assert not re.search(r"\b[rpohcntdmaqxk]\d\b|None", described)
    checked(phrasing.starting(call, BINDINGS))
    checked(phrasing.question(call, BINDINGS))
    checked(phrasing.report(call, Result(), BINDINGS, NOW))
    for errno in (*BY_NAME[call.name].errnos, Errno.ENOSYS, Errno.EACCES, Errno.EINVAL, Errno.ENOSPC, Errno.EIO):
        checked(phrasing.report(call, Result(errno), BINDINGS, NOW))


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_refusal_never_claims_success_and_gives_its_reason(call: Call) -> None:
    for errno in BY_NAME[call.name].errnos:
        assert not CLAIMS.search(phrasing.report(call, Result(errno), BINDINGS, NOW))
        said = phrasing.report(call, Result(errno, reason="the purple gate is shut"), BINDINGS, NOW)
        assert not CLAIMS.search(said)
        if errno in {Errno.EPERM, Errno.EHOSTUNREACH, Errno.ENODEV, Errno.EBUSY, Errno.ETIMEDOUT}:
            assert "the purple gate is shut" in said
            whole = phrasing.report(call, Result(errno, reason="The gate is shut."), BINDINGS, NOW)
            assert "The gate is shut." in whole


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_call_without_bindings_is_no_accident(call: Call) -> None:
    checked(phrasing.question(call, Bindings()))
    checked(phrasing.report(Call(call.name), Result(), Bindings(), NOW))
    checked(phrasing.report(Call(call.name), Result(Errno.EINVAL), Bindings(), NOW))


def test_every_act_has_a_sentence() -> None:
    assert len({checked(phrasing.act(name)) for name in SAY_ACTS}) == len(SAY_ACTS)


def report(name: str, operands: dict[str, tuple[Handle | str | Call, ...]], result: Result) -> str:
    return checked(phrasing.report(Call(name, operands), result, BINDINGS, NOW))


def test_cleaning() -> None:
    clean = {"rooms": (KITCHEN,)}
    done = Result(data={"rooms": [("kitchen", 0.978, "done")], "skipped": []})
    assert report("clean", clean, done) == "The kitchen is clean: I covered 97 % of the floor."
    already = Result(Errno.EALREADY, {"room": "kitchen", "ended": datetime(2026, 11, 20, 15, 0), "coverage": 1.0})
    assert report("clean", clean, already) == (
        'I cleaned the kitchen ten minutes ago, at 15:00. Say "do it anyway" if you want it done again.'
    )
    two = Result(data={"rooms": [("kitchen", 0.98, "done"), ("study", 0.97, "done")],
                       "skipped": [("bathroom", datetime(2026, 11, 20, 14, 50), 1.0)]})  # fmt: skip
    assert report("clean", {"rooms": ("all",)}, two) == (
        "The kitchen and the study are clean. I left out the bathroom, cleaned 20 minutes ago."
    )
    stopped = Result(Errno.ECANCELED, {"rooms": [("kitchen", 0.4, "interrupted")]})
    assert report("clean", clean, stopped) == (
        "All right, I won't clean the kitchen any more. Of the kitchen 40 % is done."
    )
    stuck = Result(Errno.EHOSTUNREACH, {"rooms": [("kitchen", 0.4, "interrupted")]}, "I keep bumping into something.")
    assert report("clean", clean, stuck) == (
        "I couldn't clean the kitchen. I keep bumping into something. Of the kitchen 40 % is done."
    )


def test_things() -> None:
    assert report("find", {"thing": (CUP,)}, Result(data={"thing": "keys", "place": "shoe rack"})) == (
        "The keys are on the shoe rack."
    )
    unknown = {"thing": (HANDLES[Kind.UNKNOWN],)}
    assert report("find", unknown, Result(Errno.ENOENT)) == 'I don\'t know anything called "scissors".'
    assert report("look", {"dest": (DESK,)}, Result(data={"seen": ["headphones", "notebook"]})) == (
        "I see the headphones and the notebook on the desk."
    )
    brought = Result(Errno.ENOENT, {"thing": "keys", "things": ["red cup"]})
    assert report("fetch", {"things": (CUP,), "dest": (GRANDMA,)}, brought) == (
        "I couldn't find the keys. I did bring the red cup."
    )
    assert report("move_by", {"way": ("forward",), "metres": (HANDLES[Kind.DISTANCE],)},
                  Result(data={"metres": 0.3})) == "I only got 30 centimetres far."  # fmt: skip


def test_what_was_told_is_told_with_its_source() -> None:
    about = {"about": (CUP,)}
    layout = Result(data={"thing": "red cup", "place": "desk", "source": "layout", "at": NOW})
    assert report("recall", about, layout) == "The red cup should be on the desk."
    seen = Result(data={"thing": "red cup", "place": "desk", "source": "seen", "at": NOW - timedelta(hours=3)})
    assert report("recall", about, seen) == "I last saw the red cup on the desk three hours ago."
    web = Result(data={"memories": [{"text": "the code is 1234", "source": "web", "at": NOW}]})
    assert "unchecked" in report("recall", {"about": (HANDLES[Kind.TEXT],)}, web)


def test_history() -> None:
    record = TaskRecord(1, "clean", "kitchen", NOW - timedelta(hours=2), NOW - timedelta(hours=1), "done", 1.0, "owner")
    asked = {"task": ("clean",), "room": (KITCHEN,)}
    assert report("history", asked, Result(data={"records": [record]})) == (
        "I cleaned the kitchen at 14:10, one hour ago."
    )
    assert report("history", asked, Result(Errno.ENOENT)) == "I haven't cleaned the kitchen yet, as far as I remember."


@pytest.mark.parametrize(
    ("of", "data", "said"),
    [
        ("battery", {"battery": 0.64, "charging": False}, "My battery is at 64 %."),
        ("position", {"room": "kitchen", "place": "fridge"}, "I'm in the kitchen, at the fridge."),
        ("task", {"task": ""}, "I'm not doing anything at the moment."),
        ("progress", {"task": "clean", "room": "kitchen", "coverage": 0.4, "left": ["study"]},
         "40 % of the kitchen is done, 60 % is left. After that comes the study."),
        ("clock", {}, "It is 15:10."),
        ("date", {}, "It is Friday, 20 November 2026."),
        ("held", {"thing": ""}, "I'm not holding anything."),
        ("schedule", {"entries": [{"at": datetime(2026, 11, 21, 9), "every": 86400.0,
                                   "call": Call("clean", {"rooms": (KITCHEN,)}), "bindings": BINDINGS}]},
         "I'm going to clean the kitchen tomorrow at 09:00, every day."),
    ],
)  # fmt: skip
def test_status(of: str, data: dict[str, object], said: str) -> None:
    assert of in STATUS_OF
    assert report("status", {"of": (of,)}, Result(data=data)) == said


def test_an_unconfirmed_stop_is_not_called_a_stop() -> None:
    assert "not confirmed" in report("stop", {}, Result(data={"confirmed": False}))


def test_asking_which() -> None:
    bindings, mug = BINDINGS.bind(Kind.THING, "blue mug")
    assert phrasing.question(Call("ask", {"about": (CUP, mug)}), bindings) == (
        "Which one do you mean: the red cup or the blue mug?"
    )
    assert phrasing.question(Call("ask", {"about": (HANDLES[Kind.UNKNOWN],)}), bindings) == (
        'I don\'t know "scissors". What do you mean by that?'
    )


@pytest.mark.parametrize("bad", [{"rooms": 5}, {"ended": "x"}, {"records": [1]}, {"memories": "y"}, {"battery": True}])
def test_data_of_the_wrong_type_is_as_good_as_none(bad: dict[str, object]) -> None:
    for name in ("clean", "history", "recall", "status"):
        checked(phrasing.report(Call(name), Result(data=bad), Bindings(), NOW))


ROOM, FRUIT, WORDS, UNKNOWN = (HANDLES[k] for k in (Kind.ROOM, Kind.CATEGORY, Kind.TEXT, Kind.UNKNOWN))
DOCK = Call("dock")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (Call("fetch", {"things": (FRUIT,), "dest": (GRANDMA,)}), "bring Grandma a fruit"),
        (Call("fetch", {"things": (CUP,), "dest": ("back",)}), "put the red cup back where it was"),
        (Call("put", {"dest": ("back",)}), "put what I'm holding back where it was"),
        (Call("find", {"thing": (FRUIT,), "where": (DESK,)}), "look for a fruit on the desk"),
        (Call("find", {"thing": (GRANDMA,), "where": (DESK,)}), "look for Grandma at the desk"),
        (Call("goto", {"dest": (GRANDMA,), "where": (KITCHEN,)}), "go to Grandma in the kitchen"),
        (Call("lead", {"person": (GRANDMA,), "dest": (KITCHEN,)}), "take Grandma to the kitchen"),
        (Call("follow", {"person": (GRANDMA,), "until": (KITCHEN,)}), "follow Grandma to the kitchen"),
        (Call("count", {"what": (FRUIT,), "where": (DESK,)}), "count the fruits on the desk"),
        (Call("count", {"what": ("people",), "where": (KITCHEN,)}), "count the people in the kitchen"),
        (Call("count", {"what": (GRANDMA,), "where": (KITCHEN,)}), "see whether Grandma is in the kitchen"),
        (Call("alias", {"name": (UNKNOWN,), "target": (DESK,)}), 'call the desk "scissors"'),
        (Call("teach", {"phrase": (WORDS,), "call": (DOCK,)}), 'go back to my dock whenever you say "dinner is ready"'),
        (Call("recall", {"about": ("words",)}), "tell you what I know about that"),
        (Call("kill", {"target": ("last",)}), "cancel what you told me last"),
    ],
)
def test_new_calls_are_described(call: Call, words: str) -> None:
    assert phrasing.describe(call, BINDINGS) == words


@pytest.mark.parametrize(
    ("kind", "words"),
    [("apple", "an apple"), ("food", "some food"), ("toy", "a toy")],
)
def test_one_of_a_kind(kind: str, words: str) -> None:
    assert nouns.any_of(kind) == words


def test_what_was_planned_and_is_cancelled_is_named() -> None:
    entry = {"at": NOW + timedelta(hours=2), "every": 0.0, "call": DOCK, "bindings": Bindings()}
    last = Call("kill", {"target": ("last",)})
    said = phrasing.report(last, Result(data={"killed": [], "unplanned": 1, "entries": [entry]}), BINDINGS, NOW)
    assert said.startswith("All right, I won't go back to my dock at ")
    assert phrasing.report(last, Result(data={"killed": ["goto"], "unplanned": 0}), BINDINGS, NOW) == "Cancelled."


def test_somebody_who_did_not_come_along_is_not_said_to_be_there() -> None:
    call = Call("lead", {"person": (GRANDMA,), "dest": (KITCHEN,)})
    assert phrasing.report(call, Result(data={"came": True}), BINDINGS, NOW) == "We are in the kitchen."
    for data in ({"came": False}, {}):
        assert "don't see Grandma" in phrasing.report(call, Result(data=data), BINDINGS, NOW)
