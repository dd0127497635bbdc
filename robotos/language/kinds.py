"""Which things are of a kind: what of this home is a fruit, a drink, a cup or something to clean with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from robotos.language.inflection import singular
from robotos.language.tokens import normalise, tokenise
from robotos.language.word_set import word_set

ANYTHING: Final = "thing"  # the kind that everything is of ("how many things are on the desk")

# A kind → the nouns that are one of it. A noun stands for every name that ends in it ("water bottle", "red apple").
_NOUNS: Final[Mapping[str, frozenset[str]]] = {
    "fruit": word_set(
        "apple banana pear orange lemon lime strawberry peach plum grape grapes cherry cherries melon kiwi mango"
    ),
    "vegetable": word_set("carrot potato tomato cucumber onion pepper lettuce cabbage broccoli leek"),
    "drink": word_set("water tea coffee juice milk cola coke lemonade beer wine soda squash cocoa bottle can teabag"),
    "snack": word_set(
        "crisps chips biscuit biscuits cookie cookies chocolate nuts cracker crackers pretzel pretzels sweets pringles "
        "cheezit apple banana jello"
    ),
    "food": word_set(
        "bread butter cheese egg eggs sugar salt honey jam soup sandwich cereal cornflakes rice pasta noodles sausage "
        "ham spam tuna pudding jello mustard ketchup yoghurt pizza cake meat coffee"
    ),
    "cup": word_set("cup mug teacup beaker"),
    "dish": word_set("plate bowl cup mug glass pot pan saucer fork knife spoon jug jar tray dish beaker teacup"),
    "cutlery": word_set("fork knife spoon teaspoon"),
    "toy": word_set(
        "toy teddy ball baseball football basketball doll puzzle lego cube rubik kite frisbee dice blocks rattle"
    ),
    "book": word_set("book novel paperback magazine comic"),
    "tool": word_set("hammer screwdriver pliers wrench drill saw spanner tape ruler scissors torch flashlight"),
    "clothes": word_set(
        "shirt sweater jumper jacket coat trousers jeans sock socks hat cap scarf glove gloves skirt dress slipper "
        "slippers shoe shoes pyjamas t-shirt belt tie"
    ),
    "shoe": word_set("shoe shoes boot boots slipper slippers sandal sandals trainer trainers"),
    "cleaning supply": word_set(
        "sponge mop broom brush cloth duster cleaner cleanser soap bleach detergent bucket towel rag spray"
    ),
    "medicine": word_set("medicine pill pills tablet tablets plaster ointment"),
    "stationery": word_set("pen pencil notebook ruler stapler eraser envelope marker crayon"),
}
_WIDER: Final[Mapping[str, tuple[str, ...]]] = {
    "food": ("fruit", "vegetable", "snack"),
    "dish": ("cup", "cutlery"),
    "clothes": ("shoe",),
}
# Whole names whose last word would say something else.
_NAMED: Final[Mapping[str, frozenset[str]]] = {
    "drink": frozenset({"juice pack", "juice box", "milk carton"}),
    "cleaning supply": frozenset({"spray bottle", "bleach cleanser", "dishwasher tab"}),
    "toy": frozenset({"toy car", "toy plane", "toy boat", "rubiks cube", "soccer ball", "tennis ball"}),
    "stationery": frozenset({"exercise book"}),
}
_EXCEPT: Final[Mapping[str, frozenset[str]]] = {
    "drink": frozenset({"spray bottle", "watering can", "bleach bottle"}),
    "dish": frozenset({"flower pot"}),
}
_SAME: Final[Mapping[str, str]] = {
    "beverage": "drink", "something to drink": "drink", "soft drink": "drink",
    "food item": "food", "something to eat": "food", "foodstuff": "food", "grocery": "food",
    "piece of fruit": "fruit", "fruits": "fruit",
    "crockery": "dish", "tableware": "dish",
    "piece of clothing": "clothes", "clothing": "clothes", "garment": "clothes", "clothe": "clothes",
    "cleaning thing": "cleaning supply", "cleaning product": "cleaning supply", "cleaning item": "cleaning supply",
    "cleaning tool": "cleaning supply", "something to clean with": "cleaning supply",
    "plaything": "toy", "something to read": "book", "footwear": "shoe", "pair of shoes": "shoe", "drug": "medicine",
    "silverware": "cutlery", "writing thing": "stationery", "something to write with": "stationery",
}  # fmt: skip


def things_of_kind(kind: str, things: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Those of `things` (name → aliases) that are of a kind, in their order.

    A thing is of a kind that is its name, an alias or the last word of its name, and of the kinds its last word is
    known to belong to. A kind nobody has listed has the things that are called so, and no others.
    """
    wanted = canonical(kind)
    return tuple(name for name, aliases in things.items() if _is_one(wanted, name, aliases))


def is_of_kind(kind: str, name: str) -> bool:
    """The same for a single name, of a thing that the home may not know."""
    return bool(things_of_kind(kind, {name: ()}))


def canonical(kind: str) -> str:
    """The kind's own name: singular, without another word for it."""
    plain = _plain(kind)
    return _SAME.get(plain) or _SAME.get(_one(plain)) or (plain if plain in _NOUNS else _one(plain))


def _is_one(kind: str, name: str, aliases: Collection[str]) -> bool:
    if kind == ANYTHING:
        return True
    plain = _plain(name)
    if plain in _EXCEPT.get(kind, ()):
        return False
    heads = {plain, _one(plain), plain.split(" ")[-1], _one(plain.split(" ")[-1])} - {""}
    if kind in heads or any(kind in {_plain(alias), _one(_plain(alias))} for alias in aliases):
        return True
    return any(heads & _NOUNS.get(of, frozenset()) or plain in _NAMED.get(of, ()) for of in _below(kind))


def _below(kind: str) -> tuple[str, ...]:
    return (kind, *_WIDER.get(kind, ()))


def _plain(text: str) -> str:
    return " ".join(token.word for token in tokenise(normalise(text)))


def _one(plain: str) -> str:
    head, space, last = plain.rpartition(" ")
    return f"{head}{space}{singular(last)}"
