"""Nouns that everybody knows and that name nothing in a home that a robot could be sent to or handed."""

from __future__ import annotations

from typing import Final

from robotos.language.inflection import singular
from robotos.language.word_set import word_set

# Asking what is meant by one of these would be asking a person what a supermarket is. A home that has one of them on
# its map, or an owner who calls something so, is read before: then the word is a name and no unknown noun.
_OUTSIDE: Final = word_set(
    """
    supermarket market shop bakery baker butcher grocer chemist pharmacy bank school university college
    kindergarten church hospital clinic surgery dentist doctor hairdresser restaurant cafe pub cinema theatre
    museum zoo stadium station airport harbour beach sea ocean lake river mountain forest field farm park
    playground street road motorway highway pavement sidewalk bridge town city village country abroad neighbourhood
    neighbor neighbour bus train tram taxi plane moon mars sun sky space world lawn pavement roof chimney gutter
    letterbox mailbox postbox
    """
)
_STEPS: Final = word_set("stair staircase stairway stairwell step lift elevator escalator cliff ledge")
_OF_A_BODY: Final = word_set(
    """
    tail paw claw whisker fur foot feet toe heel ankle leg knee thigh hip belly stomach tummy shoulder neck
    throat head face forehead hair beard eye ear nose mouth lip tongue tooth teeth chin cheek arm elbow wrist hand
    finger thumb
    """
)
_NO_OBJECT: Final = word_set(
    """
    walk stroll ride trip holiday swim run nap rest sleep haircut massage hug kiss cuddle lesson homework
    job work money loan tax web internet news weather rain snow wind website email password rubbish
    trash garbage refuse washing ironing shopping cooking housework dinner lunch breakfast supper convenience bother
    kindness favour hurry heck trouble mood secret truth lie joke idea plan promise war peace future past
    """
)
_ALL: Final = _OUTSIDE | _STEPS | _OF_A_BODY | _NO_OBJECT


def is_elsewhere(noun: str) -> bool:
    """Whether an unknown noun phrase is one of these, by its last word: "the big supermarket", "stairs"."""
    last = noun.lower().rsplit(" ", maxsplit=1)[-1]
    return last in _ALL or singular(last) in _ALL
