"""Nouns for kinds of things ("a fruit", "something to drink", "how many toys"): what makes a category handle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from robotos.language.inflection import plural, singular
from robotos.language.kinds import ANYTHING, is_of_kind
from robotos.language.word_set import word_set

# Kind (the value of a category handle) → other nouns for it, in the singular.
NOUNS: Final[Mapping[str, tuple[str, ...]]] = {
    "fruit": ("piece of fruit", "kind of fruit"),
    "vegetable": ("veggie", "piece of vegetable"),
    "drink": ("beverage", "soft drink", "something to drink", "anything to drink", "refreshment"),
    "snack": ("something to nibble", "something to snack on", "nibble", "bite to eat"),
    "food": ("food item", "item of food", "something to eat", "anything to eat", "foodstuff", "piece of food"),
    "toy": ("plaything", "something to play with"),
    "dish": ("piece of crockery", "crockery", "tableware", "piece of tableware"),
    "cup": ("drinking cup",),
    "cutlery": ("piece of cutlery", "utensil", "eating utensil", "silverware"),
    "book": ("something to read", "anything to read"),
    "tool": (),
    "clothes": ("clothing", "garment", "piece of clothing", "item of clothing", "article of clothing"),
    "shoe": ("pair of shoes", "footwear"),
    "cleaning supply": ("cleaning item", "cleaning product", "cleaning thing", "cleaning utensil", "cleaning tool",
                        "something to clean with"),
    "stationery": ("something to write with", "anything to write with"),
    "bottle": (),
    "blanket": (),
}  # fmt: skip
LONGEST: Final = 4  # words of a noun for a kind

# Nouns that count everything, in the singular.
_ANYTHINGS: Final = word_set("thing object item")


def category_of(thing: str) -> frozenset[str]:
    """The kinds that a thing of this name belongs to: "red cup" → {"cup", "dish", "thing"}. Judged by its name."""
    return frozenset(kind for kind in (*NOUNS, ANYTHING) if is_of_kind(kind, thing))


def category_named(words: Sequence[str], *, counting: bool = False) -> str:
    """The kind that these words are a noun for, in the singular or plural; "" when they are none.

    With `counting`, "things", "objects" and "items" are a kind, too.
    """
    said = " ".join(words)
    if counting and singular(said) in _ANYTHINGS:
        return ANYTHING
    return _BY_NOUN.get(said, "")


def _forms() -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, others in NOUNS.items():
        for noun in (kind, *others):
            head, joint, rest = noun.partition(" of ")
            words = head.split()
            several = " ".join((*words[:-1], plural(words[-1])))
            found[f"{noun}s"] = kind  # "cleaning supplys", as people and recognisers write it
            found[noun] = kind
            found[f"{several}{joint}{rest}"] = kind
    return found


_BY_NOUN: Final[Mapping[str, str]] = _forms()
