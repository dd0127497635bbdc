"""Talk and television that are not for the robot: sentences put together from parts, in voices one after the other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

import numpy as np

from robotos.peripherals.sound import RATE, Pcm
from robotos.training.voices import SPEEDS, VOICES, speech

# None of these is about a robot, and none calls one; some have orders in them, as films and families do.
_WHO: Final = (
    "the minister", "my sister", "our neighbour", "the coach of the visitors", "a spokeswoman for the bank",
    "the old captain", "nobody in the village", "the girl from the bakery", "his lawyer", "the weather service",
    "one of the drivers", "that actor with the beard", "the man who sold us the car", "doctor miller", "your uncle",
    "the committee", "a young scientist", "the landlord", "her best friend", "the band",
)  # fmt: skip
_DID: Final = (
    "said on monday that", "would never admit that", "told everybody that", "has known for years that",
    "wrote in a letter that", "could hardly believe that", "promised again that", "found out last night that",
    "kept repeating that", "did not want to hear that", "is worried that", "was the first to say that",
)  # fmt: skip
_WHAT: Final = (
    "the price of gas will go up in the autumn", "the second half was much better than the first",
    "the train to the coast leaves from platform four", "they are getting married after all",
    "the kitchen in the new house is far too small", "heavy rain is moving in from the west",
    "the dog had eaten the whole cake", "you clean the pan with salt and a little oil",
    "he left the keys on the table and walked out", "the parliament votes on thursday",
    "the sofa does not fit through the door", "nothing can stop the flood now", "the goalkeeper should have come out",
    "it takes about five minutes to bring the water to the boil", "she turned left at the church and was gone",
    "the shares fell by three per cent", "grandma used to make it with apples", "the light in the hall was still on",
    "there were thirty people waiting for one bus", "the museum is closed on tuesdays",
    "somebody had moved the car in the night", "the second bedroom gets no sun at all",
    "he can read music but he cannot sing", "the glasses in the cupboard are from her mother",
)  # fmt: skip
_ALONE: Final = (
    "and now the news at eight", "go on then tell me what happened", "come here and look at this",
    "put that down before you break it", "who left the door open", "i will bring it back tomorrow i promise",
    "we will be right back after the break", "take your shoes off please", "are you coming or not",
    "stop it you two", "what a goal", "call now and save twenty per cent", "where have you been all day",
    "find out more on our website", "give me the phone for a second", "wait for me", "oh that is lovely thank you",
    "have you fed the cat", "dinner is nearly ready", "turn the sound down a bit",
)  # fmt: skip
_SHARE_ALONE: Final = 0.3
_SENTENCES: Final = (1, 4)  # at least and at most, between two breaths
_BREATH: Final = 0.25  # s
_PAUSES: Final = (0.7, 2.5)  # s between speakers
_ROOM: Final = 12.0  # root mean square of what a quiet room adds, in units of int16


def talk(seconds: float, seed: int) -> Iterator[Pcm]:
    """Sound of at least so long, turn by turn, each with the pause after it. Raises `SoundError`."""
    rng = random.Random(seed)
    heard = 0.0
    while heard < seconds:
        voice, speed, loud = rng.choice(VOICES), rng.choice(SPEEDS), rng.uniform(0.1, 1.0)
        said = [speech(voice, speed, sentence(rng)) for _ in range(rng.randint(*_SENTENCES))]
        breath = np.zeros(int(_BREATH * RATE), np.int16)
        parts = [part for one in said for part in (one, breath)]
        turn = np.concatenate((*parts, np.zeros(int(rng.uniform(*_PAUSES) * RATE), np.int16))).astype(np.float64)
        turn = turn * loud + np.random.default_rng(rng.getrandbits(32)).normal(0.0, _ROOM, len(turn))
        heard += len(turn) / RATE
        yield np.asarray(np.clip(np.rint(turn), -32768, 32767), dtype=np.int16)


def sentence(rng: random.Random) -> str:
    """One of some six thousand."""
    if rng.random() < _SHARE_ALONE:
        return rng.choice(_ALONE)
    return f"{rng.choice(_WHO)} {rng.choice(_DID)} {rng.choice(_WHAT)}"
