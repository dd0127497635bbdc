"""A home that has seen years: a disk with so many memories, tasks, beliefs and events, made without chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from robotos.clock import VirtualClock
from robotos.disk import SqliteDisk, open_disk

END = datetime(2026, 11, 20, 12, 0)
ROOMS = ("kitchen", "study", "bathroom", "hallway", "bedroom", "living room", "nursery", "attic")
PLACES = ("desk", "shelf", "sofa", "counter", "drawer", "coffee table", "window sill", "cupboard")
_TASKS = ("clean", "fetch", "goto", "find", "clean", "dock")
_OUTCOMES = ("done", "done", "done", "interrupted", "done", "failed", "done", "declined")
_FIRST = ("ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "wa", "ya", "zo")
_LAST = ("bert", "cone", "dara", "fell", "gan", "hild", "ker", "land", "mira", "nold", "rik", "son", "thea", "vik")
_TOLD = (
    ("{name} comes on {day} at {hour}", "when does {name} come"),
    ("{name}'s birthday is on the {date} of {month}", "when was {name} born"),
    ("the spare key of {name} is in the {place}", "where is the key of {name}"),
    ("{name} is allergic to {food}", "what is {name} allergic to"),
    ("{name} takes a blue pill after {meal}", "when does {name} take the medicine"),
    ("the phone number of {name} is {digits}", "what is the telephone number of {name}"),
    ("{name} likes {food} for {meal}", "what does {name} like for {meal}"),
    ("the password of {name}'s wifi is {food} {digits}", "what is the internet password of {name}"),
)
_WORDS = {
    "day": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "hour": ("nine", "ten", "noon", "three", "five", "seven"),
    "date": ("first", "third", "sixth", "ninth", "twelfth", "twentieth"),
    "month": ("january", "march", "may", "july", "october", "december"),
    "food": ("peanuts", "mushrooms", "porridge", "cheese", "salmon", "rice", "pancakes", "lentils", "plums"),
    "meal": ("breakfast", "lunch", "dinner", "supper"),
    "place": PLACES,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence to remember, and a question in other words that it answers."""

    text: str
    question: str


def name(number: int) -> str:
    """An invented name, one word, no two alike."""
    rest, last = divmod(number, len(_LAST))
    made = _LAST[last]
    for _ in range(2):
        rest, syllable = divmod(rest, len(_FIRST))
        made = _FIRST[syllable] + made
    while rest:
        rest, syllable = divmod(rest - 1, len(_FIRST))
        made = _FIRST[syllable] + made
    return made.title()


def fact(number: int) -> Fact:
    """The fact of that number: each name has one of each kind."""
    text, question = _TOLD[number % len(_TOLD)]
    who = number // len(_TOLD)
    words = {kind: some[(who * 7 + number) % len(some)] for kind, some in _WORDS.items()}
    words |= {"name": name(who), "digits": str(10_000 + who * 37 % 90_000)}
    return Fact(text.format(**words), question.format(**words))


def fill(directory: Path, records: int, index: bool = True) -> None:
    """Write so many of each: memories, tasks, beliefs, events. Its index is built and sealed if asked for."""
    disk = open_disk(directory, VirtualClock(END), index=index, durable=False)
    try:
        begin = END - timedelta(minutes=records)
        for start in range(0, records, 5000):
            with disk.transaction():
                for number in range(start, min(records, start + 5000)):
                    _write(disk, number, begin + timedelta(minutes=number))
        if index:
            disk.recall("where is the key")
    finally:
        disk.close()


def _write(disk: SqliteDisk, number: int, at: datetime) -> None:
    disk.remember(fact(number).text, "owner", at)
    room = ROOMS[number * 5 % len(ROOMS)]
    task = disk.begin_task(_TASKS[number % len(_TASKS)], room, "owner", at)
    disk.end_task(task, _OUTCOMES[number % len(_OUTCOMES)], 0.97, at + timedelta(seconds=50))
    if number % 20 == 0:
        disk.save_ledger(task, room, bytes(400))
    disk.moved(f"thing {number % 500}", PLACES[number * 3 % len(PLACES)], "seen", at)
    said = fact(number - number % 3)
    body = (
        {"text": said.question, "by": "owner"} if number % 3 else {"text": f"remember that {said.text}", "by": "owner"}
    )
    disk.append("heard" if number % 2 else "result", body)


def questions(records: int, count: int) -> Iterator[tuple[int, Fact]]:
    """So many of the facts, spread over all."""
    for turn in range(count):
        number = turn * 7919 % records
        yield number, fact(number)
