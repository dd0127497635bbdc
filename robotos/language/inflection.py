"""Singular and plural of English nouns, by rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from robotos.language.word_set import word_set

_IRREGULAR: Final[Mapping[str, str]] = {
    "knife": "knives", "shelf": "shelves", "bookshelf": "bookshelves", "scarf": "scarves", "leaf": "leaves",
    "loaf": "loaves", "wolf": "wolves", "half": "halves", "wife": "wives", "thief": "thieves", "mouse": "mice",
    "child": "children", "person": "people", "foot": "feet", "tooth": "teeth", "man": "men", "woman": "women",
    "tomato": "tomatoes", "potato": "potatoes", "mango": "mangoes", "cookie": "cookies",
    "movie": "movies", "pie": "pies", "veggie": "veggies", "nappie": "nappies", "wellie": "wellies",
    "brownie": "brownies", "smoothie": "smoothies", "hoodie": "hoodies", "eyelash": "eyelashes",
    "bus": "buses", "gas": "gases", "lens": "lenses",
}  # fmt: skip
_SINGULAR: Final[Mapping[str, str]] = {many: one for one, many in _IRREGULAR.items() if one != many}
# Singular although they end in "s".
_ENDS_IN_S: Final = word_set("bus gas lens glass news")


def plural(word: str) -> str:
    """The plural of an English noun: "shelf" → "shelves", "cup" → "cups"."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("shelf"):
        return word[:-1] + "ves"
    if word.endswith(("s", "x", "ch", "sh", "z")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    return word + "s"


def singular(word: str) -> str:
    """The singular of an English noun; the word itself when it is no plural."""
    if word in _SINGULAR:
        return _SINGULAR[word]
    if word.endswith("shelves"):
        return word[:-3] + "f"
    if word in _ENDS_IN_S or not word.endswith("s") or len(word) <= 3:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) else word[:-1]
