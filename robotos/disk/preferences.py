"""Tells a preference from other things that are remembered: who likes or wants what, in plain English sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from robotos.disk.embedding import words
from robotos.disk.lexicon import COLOURS

SPEAKER = "owner"

_VERB = (
    r"(?:really |always |usually |only |never |still )*"
    r"(?:do not |don't |does not |doesn't |can't |cannot |would |'d )?(?:really |even )*"
    r"(?:likes?|loves?|prefers?|enjoys?|hates?|dislikes?|stand|adores?|wants?|takes?|drinks?)"
)
_SUBJECT = r"(?P<who>i|we|(?:my |our |the )?[^\W\d_][\w'-]*)"
# "i like my tea with milk", "grandma takes her coffee black": of one thing, which a newer one on the same replaces.
_HOW = re.compile(rf"{_SUBJECT} {_VERB} (?:my|our|his|her|their) (?P<about>[^\W\d_][\w-]*) (?P<how>\S.*)")
# "my favourite colour is green", "tom's favourite colour is green"
_FAVOURITE = re.compile(
    r"(?P<who>my|our|[^\W\d_][\w-]*'s) favou?rite (?P<about>[^\W\d_][\w-]*) (?:is|are) (?P<how>\S.*)"
)
# "i hate mushrooms", "anna loves jazz", "i don't like loud music"
_LIKES = re.compile(
    rf"{_SUBJECT} (?:really |always |never )*(?:do not |don't |does not |doesn't |can't |cannot )?(?:really )?"
    r"(?:likes?|loves?|prefers?|enjoys?|hates?|dislikes?|stand|adores?) \S.*"
)
_FIRST = {"i", "we", "my", "our"}
_NOBODY = {"it", "this", "that", "you", "there", "what", "who", "which", "he", "she", "they", "would", "do", "does"}


@dataclass(frozen=True, slots=True)
class Read:
    """Whose preference it is (`SPEAKER` for whoever speaks of themselves), and what of; "" when of no one thing."""

    who: str
    about: str


def read(text: str) -> Read | None:
    """The preference that a sentence tells; None for a sentence that tells none."""
    plain = " ".join(re.sub(r"[.!,;]+", " ", text.lower().replace("’", "'")).split())
    for pattern in (_FAVOURITE, _HOW, _LIKES):
        found = pattern.fullmatch(plain)
        if found is None:
            continue
        who = _who(found["who"])
        if who:
            about = found.groupdict().get("about") or ""
            about = "" if about in COLOURS else about  # "her blue pills" are not of blue
            return Read(who, f"favourite {about}" if pattern is _FAVOURITE else about)
    return None


def _who(subject: str) -> str:
    if subject in _FIRST:
        return SPEAKER
    named = [word for word in words(subject) if word not in {"my", "our", "the"}]
    return named[-1] if named and named[-1] not in _NOBODY else ""
