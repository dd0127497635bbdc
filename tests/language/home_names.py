"""The default home's names, written out, so that these tests don't depend on its layout."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from robotos.kernel.calls import Bindings, Handle
from robotos.kernel.ports import Linked
from robotos.language.linker import Lexicon, link

PLACES = {
    "dock": "hallway", "shoe rack": "hallway", "cleaning cupboard": "hallway", "front door": "hallway",
    "fridge": "kitchen", "kitchen counter": "kitchen", "kitchen table": "kitchen", "sink": "kitchen",
    "sofa": "living room", "coffee table": "living room", "tv stand": "living room", "bookshelf": "living room",
    "bed": "bedroom", "nightstand": "bedroom", "wardrobe": "bedroom",
    "washing machine": "bathroom", "bathroom shelf": "bathroom", "desk": "study", "study shelf": "study",
}  # fmt: skip
THINGS = (
    "red cup", "blue mug", "water bottle", "apple", "remote control", "book", "glasses", "keys", "towel", "medicine",
    "toy car", "sponge", "headphones", "notebook", "slippers", "mop", "spray bottle", "vase",
)  # fmt: skip
LEXICON = Lexicon(
    rooms={
        "hallway": (), "kitchen": ("where the cooking is done",), "living room": (), "bedroom": ("my room",),
        "bathroom": (), "study": (),
    },
    places=dict.fromkeys(PLACES, ()),
    things=dict.fromkeys(THINGS, ()),
    people={"owner": ("me", "boss"), "grandma": (), "guest": (), "cat": (), "dog": ()},
    room_of=PLACES,
)  # fmt: skip
# The home of the mention cases: floors are known, a second cup and a banana have come into it.
MENTIONS = replace(
    LEXICON,
    things={**LEXICON.things, "green cup": (), "banana": ()},
    floors={
        "hallway": "tiles", "kitchen": "tiles", "living room": "wood", "bedroom": "carpet", "bathroom": "tiles",
        "study": "wood",
    },
)  # fmt: skip
NOW = datetime(2026, 11, 20, 15, 10)  # a Friday


def read(text: str, bindings: Bindings | None = None, lexicon: Lexicon = LEXICON, now: datetime = NOW) -> Linked:
    """`text` as the processor sees it."""
    return link(text, lexicon, bindings or Bindings(), now)


def shown(linked: Linked) -> str:
    """Words and handles as one string."""
    return " ".join(str(word) for word in linked.words)


def values(linked: Linked) -> dict[str, object]:
    """What the handles in the words stand for."""
    return {str(word): linked.bindings.values[word] for word in linked.words if isinstance(word, Handle)}
