"""Whether words are for the robot: its name, an answer it waits for, a key that is held, or the word "stop"."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from robotos.language.stopwords import is_stop
from robotos.language.word_set import word_set

_CALLS: Final = word_set("hey hi hello ok okay oh yo dear please so well and um uh er erm no yes now listen good")
_MOST_CALLS: Final = 2  # words such as "ok, hey" before the name
# Before these words "robot" is talked about, not talked to.
_ABOUT: Final = word_set("a an the this that my your our his her their another which what of new old")
# After a person's name these tell something about them; anything else is said to them.
_TELLING: Final = word_set("is isn't has was wants needs likes had does and or in at on to")
_SAID_TO_OTHERS: Final = word_set("alexa siri google cortana bixby darling honey sweetheart")


@dataclass(frozen=True, slots=True)
class AttentionSettings:
    """When words are taken to be for the robot; times in seconds."""

    names: tuple[str, ...] = ("robot",)  # in lower case; more than one word each, if need be
    follow_up: float = 8.0  # after its answer or question, without its name
    always: bool = False  # listen to everything that is said


@dataclass(frozen=True, slots=True)
class Taken:
    """For the robot: `text` without a name that the language part does not know; `why` in two words."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Not for the robot."""

    why: str


@dataclass(frozen=True, slots=True)
class Called:
    """Its name and nothing else: it listens to what comes next."""


class Attention:
    """Judges utterances; times are clock seconds, handed in.

    It decides who is spoken to, before the language part sees anything; whom an order is about ("tell grandma ...")
    is `robotos.language.addressees`' matter. Somebody else's name at the beginning counts against the robot only
    where no name of its own is heard.
    """

    def __init__(self, settings: AttentionSettings = AttentionSettings(), people: Iterable[str] = ()) -> None:
        """`people`: names of others, in lower case."""
        self._settings = settings
        self._names = tuple(tuple(name.lower().split()) for name in settings.names if name.strip())
        self._people = tuple(tuple(name.lower().split()) for name in people if name.strip())
        self._open_until = -math.inf
        self._pressed_at = math.inf
        self._released_at = -math.inf

    @property
    def follow_up(self) -> float:
        """Seconds for which words need no name, after an answer."""
        return self._settings.follow_up

    def spoke(self, at: float) -> None:
        """The robot has finished saying something at `at`, or has been called: an answer needs no name."""
        self._open_until = max(self._open_until, at + self._settings.follow_up)

    def press(self, at: float) -> None:
        """Push to talk: from now on everything is for the robot."""
        self._pressed_at, self._released_at = at, math.inf

    def release(self, at: float) -> None:
        """The key is let go: what was begun before is still for the robot."""
        self._released_at = at

    def open_at(self, at: float) -> bool:
        """Whether words that begin at `at` need no name."""
        return self._settings.always or at <= self._open_until or self._pressed_at <= at <= self._released_at

    def judge(self, text: str, began: float, ended: float, over_robot: bool = False) -> Taken | Ignored | Called:
        """Words in lower case, said from `began` to `ended`; `over_robot`: while the robot spoke itself."""
        if is_stop(text):
            return Taken(text, "a stop word")
        words = text.split()
        called = self._called(words)
        if called is not None:
            self.spoke(ended)
            return Taken(" ".join(called), "its name") if called else Called()
        if self._pressed_at <= ended and began <= self._released_at:
            return Taken(text, "push to talk")
        if not (over_robot or self.open_at(began)):
            return Ignored("its name was not said")
        if self._for_somebody_else(words):
            return Ignored("said to somebody else")
        return Taken(text, "an answer" if began <= self._open_until or over_robot else "always listening")

    def _called(self, words: Sequence[str]) -> Sequence[str] | None:
        """The words without its name; None where it is not called."""
        for lead in range(_MOST_CALLS + 1):
            if any(word not in _CALLS for word in words[:lead]):
                break
            for name in self._names:
                if tuple(words[lead : lead + len(name)]) == name:
                    return words[lead + len(name) :]
        for name in self._names:
            before = words[-len(name) - 1] if len(words) > len(name) else ""
            if before and tuple(words[-len(name) :]) == name and before not in _ABOUT:
                return words[: -len(name)]
        return None

    def _for_somebody_else(self, words: Sequence[str]) -> bool:
        start = 1 if words and words[0] in _CALLS else 0
        if start < len(words) and words[start] in _SAID_TO_OTHERS:
            return True
        for name in self._people:
            after = start + len(name)
            if tuple(words[start:after]) == name:
                return after < len(words) and words[after] not in _TELLING and not words[after - 1].endswith("'s")
        return False
