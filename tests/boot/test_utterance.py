from __future__ import annotations

import pytest

from robotos.boot.simulated import Rig
from robotos.boot.utterance import PICKED_UP_WITHIN, Outcome, Report, Utterance


def play(rig: Rig, text: str) -> Report:
    utterance = Utterance.say(rig.kernel, text)
    for _ in range(20_000):
        if utterance.finished:
            break
        rig.step()
        utterance.update()
    report = utterance.report()
    utterance.detach()
    return report


def test_what_is_carried_out_is_done_and_what_is_refused_is_not(rig: Rig) -> None:
    first = play(rig, "clean the kitchen")
    assert first.outcome is Outcome.DONE and first.ok
    assert first.calls == ({"call": "clean rooms=kitchen", "errno": "OK"},)
    assert first.said[0].startswith("I'm going to clean the kitchen") and first.seconds > 5
    again = play(rig, "clean the kitchen")
    assert again.outcome is Outcome.REFUSED and not again.ok
    assert again.calls[0]["errno"] == "EALREADY"
    assert rig.disk.last_task("clean", "kitchen") is not None


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("stop", Outcome.STOPPED),
        ("colourless green ideas", Outcome.UNCLEAR),
        ("go to the attic", Outcome.ASKED),
        ("what time is it", Outcome.DONE),
    ],
)
def test_the_other_ways_it_can_end(rig: Rig, text: str, outcome: Outcome) -> None:
    report = play(rig, text)
    assert report.outcome is outcome
    assert report.said
    assert report.plain()["ok"] is (outcome in {Outcome.STOPPED, Outcome.DONE})


def test_work_that_goes_on_does_not_hide_the_answer_to_a_question(rig: Rig) -> None:
    cleaning = Utterance.say(rig.kernel, "clean the kitchen")
    rig.run(3.0)
    answer = play(rig, "what time is it")
    assert answer.outcome is Outcome.DONE
    cleaning.update()
    assert cleaning.outcome is Outcome.PENDING
    assert play(rig, "stop").outcome is Outcome.STOPPED
    rig.step()
    cleaning.update()
    assert cleaning.outcome is Outcome.REFUSED


def test_words_that_nothing_takes_in_are_dropped_in_the_end(rig: Rig) -> None:
    utterance = Utterance.say(rig.kernel, "what time is it")
    play(rig, "stop")  # takes along what waits in the mailbox
    rig.run(PICKED_UP_WITHIN + 0.1)
    utterance.update()
    assert utterance.outcome is Outcome.DROPPED


def test_following_leaves_nothing_behind(rig: Rig) -> None:
    before = len(rig.kernel.trace.watchers)
    utterance = Utterance.say(rig.kernel, "what time is it")
    utterance.detach()
    utterance.detach()
    assert len(rig.kernel.trace.watchers) == before
