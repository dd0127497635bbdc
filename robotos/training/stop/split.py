"""Who is trained on, who chooses the thresholds, and who is kept for the measurement: one rule for all sound."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Final

_TRAIN, _DEV = 0.66, 0.14  # shares; the rest is for the test


class Part(StrEnum):
    """What a speaker, a voice or a text is used for, and never for anything else."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


def part_of(name: str) -> Part:
    """The part of a speaker or text by a hash of its name, so that it stays there whatever is added."""
    share = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32
    return Part.TRAIN if share < _TRAIN else Part.DEV if share < _TRAIN + _DEV else Part.TEST


# Voices of synthesisers by hand: "voice" of flite, "dialect+variant" of espeak-ng.
FLITE: Final = {
    Part.TRAIN: ("slt", "kal", "awb", "kal16"),
    Part.DEV: (),
    Part.TEST: ("rms",),
}
DIALECTS: Final = {
    Part.TRAIN: ("en-us", "en", "en-gb-x-rp", "en-029", "en-us-nyc", "en-gb-x-gbclan"),
    Part.DEV: ("en-us", "en", "en-gb-x-gbcwmd"),
    Part.TEST: ("en-us", "en", "en-gb-scotland"),
}
VARIANTS: Final = {
    Part.TRAIN: (
        "", "m1", "m2", "m3", "m4", "m5", "m7", "f1", "f2", "f3", "Alex", "Andy", "Annie", "Lee", "Mario", "Michael",
        "adam", "anika", "antonio", "benjamin", "boris", "caleb", "croak", "david", "ed", "edward", "grandma", "iven",
        "john", "klatt", "klatt2", "klatt3", "linda", "marcelo", "norbert", "paul", "quincy", "rob", "sandro",
        "shelby", "steph", "travis", "whisper", "Andrea", "Hugo", "Jacky", "Reed", "miguel", "pedro",
    ),
    Part.DEV: ("m6", "f4", "klatt4", "max", "aunty", "Denis", "robert", "steph2", "victor"),
    Part.TEST: ("m8", "f5", "klatt5", "Alicia", "belinda", "Mike", "grandpa", "gustave", "steph3", "pablo"),
}  # fmt: skip
