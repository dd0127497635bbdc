"""Where a message to pass on ends because another order begins: "... dinner is ready | and then go home"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from robotos.language.word_set import word_set

# Joints between a message and a further order; longer ones first.
_JOINTS: Final[tuple[tuple[str, ...], ...]] = (
    ("and", "when", "you", "are", "done"), ("and", "once", "that", "is", "done"), ("and", "as", "soon", "as", "that"),
    ("when", "you", "are", "done"), ("once", "that", "is", "done"), ("when", "that", "is", "done"),
    ("and", "after", "that"), ("and", "after", "this"), ("and", "right", "after"), ("and", "then"),
    ("and", "on", "the", "way", "back"), ("on", "the", "way", "back"), ("and", "on", "the", "way"),
    ("and", "afterwards"), ("and", "afterward"), ("and", "finally"), ("and", "later"), ("and", "next"), ("and", "also"),
    ("after", "that"), ("after", "this"), ("afterwards",), ("then",), ("finally",), ("but", "first"),
)  # fmt: skip
_POLITE: Final = word_set("please kindly just also quickly you can could should must to go straight right")
# Verbs that a robot is ordered with and that seldom tell something.
_ROBOT: Final = word_set(
    """
    go come return drive dock clean vacuum hoover mop sweep follow navigate bring fetch report move proceed travel
    deliver carry roll charge recharge patrol continue resume
    """
)
# Verbs that begin an order, though a person may be told to do so as well.
_ORDERS: Final = _ROBOT | word_set(
    """
    get take put give find look check tell say ask wait stay stop turn count read grab pick hand pass place lay set
    show remind wish greet search head run lead guide escort meet visit see remember scrub wipe dust tidy pause let
    do cancel freeze hold drop abort walk play answer usher conduct inform notify warn
    """
)
_LEADING: Final = word_set("lead guide escort usher conduct accompany show walk")
_TO_PLACE: Final = word_set("to back home into there over on here")
# After a plain "and" only these are orders to the robot without doubt: "and come back", "and drive to the kitchen".
_SURE: Final = word_set("drive dock return navigate vacuum hoover recharge report fetch roll deliver")


def end_of_message(words: Sequence[str], start: int, end: int, *, told_to_do: bool) -> int:
    """Where the message that begins at word `start` ends: at a joint after which an order to the robot follows.

    `told_to_do`: the message is itself an order to a person ("to sit down and then rest"); then only what a robot
    alone is told, and what points back ("tell me what she says"), is a new order.
    """
    for k in range(start + 1, end - 1):
        joint = next((len(j) for j in _JOINTS if tuple(words[k : k + len(j)]) == j), 0)
        sure = False
        if joint == 0 and words[k] == "and":
            joint, sure = 1, True
        if joint and _is_order(words, k + joint, end, sure=sure, told_to_do=told_to_do):
            return k
    return end


def _is_order(words: Sequence[str], k: int, end: int, *, sure: bool, told_to_do: bool) -> bool:
    while k < end and words[k] in _POLITE - {"go"}:
        k += 1
    if k >= end:
        return False
    verb = words[k]
    after = words[k + 1] if k + 1 < end else ""
    going = verb in {"go", "come", "head", "move", "get"} and (after in _TO_PLACE or (after == "" and verb == "come"))
    leading = verb in _LEADING and after in {"him", "her", "them", "me", "us"}
    to_me = verb in {"bring", "tell", "give", "show", "fetch", "get", "hand"} and after in {"me", "us"}
    if told_to_do:
        return (verb in _SURE) or (verb in {"come", "go", "head"} and after in {"back", "home"}) or to_me
    if sure:
        return (
            verb in _SURE or going or to_me or leading or (verb in {"bring", "take", "clean", "follow"} and after != "")
        )
    return verb in _ORDERS


def begins_order(words: Sequence[str], k: int) -> bool:
    """Whether word `k` begins an order to the robot."""
    while k < len(words) and words[k] in _POLITE - {"go"}:
        k += 1
    return k < len(words) and words[k] in _ORDERS
