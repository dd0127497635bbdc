"""Rooms as a recogniser may write them: "the vase room" is the bathroom in a home that knows no vase room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from robotos.language.common_words import PLAIN
from robotos.language.sounds import unlike
from robotos.language.word_set import word_set

NEAR: Final = 0.28  # how unlike they may sound; "vase" and "bath" are 0.27, "back" and "bath" 0.33
CLEAR: Final = 0.15  # by how much every other room must sound less alike
# What other homes have, and so may be meant as it was said.
_OTHERS: Final = word_set(
    """
    spare guest dining laundry utility play store storage box sun games game music class show waiting changing cloak
    rest tea meeting conference boiler plant drawing family sewing craft hobby dressing powder panic wet mud bunk
    locker server mail throne ironing tool television tv computer breakfast garden study baby toy pool cat dog
    """
)


def room_heard(words: Sequence[str], i: int, rooms: Iterable[str]) -> str:
    """The room of this home that "WORD room" at word `i` sounds like; "" where it may be another, or is none."""
    if tuple(words[i + 1 : i + 2]) != ("room",) or words[i] in _OTHERS or words[i] in PLAIN or "'" in words[i]:
        return ""
    heads = {name: name.removesuffix("room").strip() for name in rooms if name.endswith("room")}
    ranked = sorted((unlike(words[i], head), name) for name, head in heads.items() if head)
    if not ranked or ranked[0][0] > NEAR:
        return ""
    return ranked[0][1] if len(ranked) == 1 or ranked[1][0] - ranked[0][0] >= CLEAR else ""
