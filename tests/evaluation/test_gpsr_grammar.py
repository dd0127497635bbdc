"""The judge's own reading of GPSR sentences: every kind that the grammar has, written for this test."""

from __future__ import annotations

import pytest

from robotos.evaluation.gpsr.goals import ME, Carry, Count, Errand, Meet, NameOf, Needs, Spot, Then, Where
from robotos.evaluation.gpsr.grammar import parse

ROOM, PLACE, EITHER = Where.ROOM, Where.PLACE, Where.EITHER

SUPPORTED: list[tuple[str, Errand]] = [
    ("Bring me a banana from the stove", Carry("banana", Spot("stove", PLACE), person=ME)),
    ("Give me an egg from the hat rack.", Carry("egg", Spot("hat rack", PLACE), person=ME)),
    ("Get a snack from the stove and place it on the hat rack",
     Carry("snack", Spot("stove", PLACE), place="hat rack")),
    ("Grasp an orange from the window sill and give it to Ines in the attic",
     Carry("orange", Spot("window sill", PLACE), person="ines", room=Spot("attic", ROOM))),
    ("Find a pear in the attic then grasp it and bring it to me", Carry("pear", Spot("attic", ROOM), person=ME)),
    ("Locate a toy in the attic then take it and deliver it to Ole in the cellar",
     Carry("toy", Spot("attic", ROOM), person="ole", room=Spot("cellar", ROOM))),
    ("Go to the cellar then look for a bowl and fetch it and put it on the stove",
     Carry("bowl", Spot("cellar", EITHER), place="stove")),
    ("Tell me how many cleaning supplies there are on the stove", Count("cleaning supplies", Spot("stove", PLACE))),
    ("Tell me the name of the person in the attic", NameOf(Spot("attic", ROOM))),
    ("Tell me the name of the person at the hat rack", NameOf(Spot("hat rack", PLACE))),
    ("Tell the name of the person at the stove to the person at the hat rack",
     NameOf(Spot("stove", PLACE), Spot("hat rack", PLACE))),
    ("Follow Ines from the stove to the cellar",
     Meet("ines", Spot("stove", PLACE), Then.FOLLOW, to=Spot("cellar", ROOM))),
    ("Escort Ole from the stove to the hat rack",
     Meet("ole", Spot("stove", PLACE), Then.GUIDE, to=Spot("hat rack", EITHER))),
    ("Take Ole from the stove to the attic",
     Meet("ole", Spot("stove", PLACE), Then.GUIDE, to=Spot("attic", EITHER))),
    ("Meet Ines in the attic and follow them", Meet("ines", Spot("attic", ROOM), Then.FOLLOW)),
    ("Meet Ines in the attic and lead them to the stove",
     Meet("ines", Spot("attic", ROOM), Then.GUIDE, to=Spot("stove", EITHER))),
    ("Meet Ines at the stove then look for them in the cellar",
     Meet("ines", Spot("stove", PLACE), Then.FIND, to=Spot("cellar", ROOM))),
    ("Salute Ole in the cellar and follow them to the attic",
     Meet("ole", Spot("cellar", ROOM), Then.FOLLOW, "salute", to=Spot("attic", EITHER))),
    ("Introduce yourself to Ole in the cellar and say the day of the month",
     Meet("ole", Spot("cellar", ROOM), Then.TALK, "introduce yourself to", "the day of the month")),
    ("Navigate to the stove then meet Ines and tell your teams country",
     Meet("ines", Spot("stove", EITHER), Then.TALK, topic="your teams country")),
]  # fmt: skip

UNSUPPORTED = [
    ("Go to the attic then find the waving person and follow them", Needs.GESTURE),
    ("Find a person pointing to the left in the attic and tell the time", Needs.GESTURE),
    ("Tell me how many lying persons are in the attic", Needs.GESTURE),
    ("Tell me the pose of the person at the stove", Needs.GESTURE),
    ("Tell the gesture of the person at the stove to the person at the hat rack", Needs.GESTURE),
    ("Follow the standing person at the stove", Needs.GESTURE),
    ("Guide the sitting person from the stove to the attic", Needs.GESTURE),
    ("Say the time to the waving person in the attic", Needs.GESTURE),
    ("Get a pear from the stove and bring it to the standing person in the attic", Needs.GESTURE),
    ("Lead the person wearing a red coat from the stove to the attic", Needs.LOOKS),
    ("Greet the person wearing an orange shirt in the attic and follow them", Needs.LOOKS),
    ("Tell me how many people in the attic are wearing white shirts", Needs.LOOKS),
    ("Answer the quiz of the person raising their left arm in the attic", Needs.QUIZ),
    ("Meet Ole in the attic and answer a question", Needs.QUIZ),
    ("Tell me what is the thinnest object on the stove", Needs.COMPARISON),
    ("Tell me what is the heaviest fruit on the stove", Needs.COMPARISON),
    ("Clean the attic", Needs.GRAMMAR),
    ("Meet Ole in the attic and sing a song", Needs.GRAMMAR),
    ("Meet Ole in the attic and tell the weather", Needs.GRAMMAR),
    ("", Needs.GRAMMAR),
]


@pytest.mark.parametrize(("text", "errand"), SUPPORTED)
def test_a_supported_sentence_is_read_as_its_errand(text: str, errand: Errand) -> None:
    command = parse(text)
    assert command.errand == errand and command.needs is None


@pytest.mark.parametrize(("text", "needs"), UNSUPPORTED)
def test_what_a_sentence_asks_too_much_of_is_named(text: str, needs: Needs) -> None:
    command = parse(text)
    assert command.needs is needs and command.errand is None


def test_unsupported_sentences_furnish_the_home_too() -> None:
    command = parse("Tell me what is the thinnest object on the hat rack")
    assert command.mentions == (Spot("hat rack", PLACE),)


def test_case_and_marks_make_no_difference() -> None:
    assert parse("BRING ME A PEAR, FROM THE STOVE!").errand == parse("bring me a pear from the stove").errand
