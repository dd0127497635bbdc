"""A call in words, as the infinitive of what would be done: "clean the kitchen", "bring you the red cup"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from robotos.kernel.calls import Bindings, Call, Handle, Kind
from robotos.language import nouns

Arg = Handle | str | Call


def operand(call: Call, name: str) -> Arg | None:
    """The first value of an operand."""
    values = call.operands.get(name)
    return values[0] if values else None


def value(arg: Arg | None, bindings: Bindings) -> object:
    """What a handle stands for; None for words, calls and unknown handles."""
    return bindings.values.get(arg) if isinstance(arg, Handle) else None


def noun(arg: Arg | None, bindings: Bindings) -> str:
    """An operand as a noun phrase; "that" when nothing is known of it."""
    if isinstance(arg, Handle):
        bound = bindings.values.get(arg)
        return nouns.phrase(arg.kind, bound) if bound is not None else "that"
    return arg if isinstance(arg, str) and arg not in {"here", "that"} else "that"


def _quoted(arg: Arg | None, bindings: Bindings) -> str:
    """A noun phrase; free words in quotation marks."""
    text = noun(arg, bindings)
    known = isinstance(arg, Handle) and arg.kind is Kind.TEXT and value(arg, bindings) is not None
    return f'"{text}"' if known else text


def nouns_of(call: Call, name: str, bindings: Bindings, last: str = "and") -> str:
    """All values of an operand, listed."""
    return nouns.listed([noun(arg, bindings) for arg in call.operands.get(name, ())], last)


def located(arg: Arg | None, bindings: Bindings) -> str:
    """Where an operand is: "on the desk", "in the kitchen", "with Grandma", "here"."""
    if not isinstance(arg, Handle):
        return "here"
    name = str(bindings.values.get(arg, ""))
    if not name:
        return "there"
    if arg.kind is Kind.ROOM:
        return nouns.in_room(name)
    if arg.kind is Kind.PERSON:
        return f"with {nouns.person(name)}"
    return nouns.at(name)


def describe(call: Call, bindings: Bindings) -> str:
    """The call as an infinitive without "to". A call this version does not know is named."""
    write = _WORDS.get(call.name)
    return write(call, bindings) if write else call.name.replace("_", " ")


def _goto(call: Call, bindings: Bindings) -> str:
    who = value(operand(call, "dest"), bindings)
    what = "come to you" if who == nouns.OWNER else f"go to {noun(operand(call, 'dest'), bindings)}"
    return what + where_to(call, bindings)


def where_to(call: Call, bindings: Bindings) -> str:
    """ " in the kitchen" for a call that says where; "" for one that does not. People are at places, not on them."""
    where = operand(call, "where")
    who = next((operand(call, name) for name in ("dest", "thing", "what") if name in call.operands), None)
    somebody = who == "people" or (isinstance(who, Handle) and who.kind is Kind.PERSON)
    if somebody and isinstance(where, Handle) and where.kind is Kind.PLACE:
        return f" at {noun(where, bindings)}"
    return f" {located(where, bindings)}" if where is not None else ""


def _follow(call: Call, bindings: Bindings) -> str:
    until = operand(call, "until")
    goal = f" to {noun(until, bindings)}" if until is not None else ""
    return f"follow {noun(operand(call, 'person'), bindings)}{goal}"


def _lead(call: Call, bindings: Bindings) -> str:
    return f"take {noun(operand(call, 'person'), bindings)} to {noun(operand(call, 'dest'), bindings)}"


def _count(call: Call, bindings: Bindings) -> str:
    what = operand(call, "what")
    if isinstance(what, Handle) and what.kind is Kind.PERSON:
        return f"see whether {noun(what, bindings)} {_is(what, bindings)}{where_to(call, bindings)}"
    return f"count the {counted(call, bindings)}{where_to(call, bindings)}"


def counted(call: Call, bindings: Bindings) -> str:
    """What is counted, in the plural: "cups", "people"."""
    what = operand(call, "what")
    return nouns.several(str(value(what, bindings) or "things")) if isinstance(what, Handle) else "people"


def _is(person: Handle, bindings: Bindings) -> str:
    return "are" if value(person, bindings) == nouns.OWNER else "is"


def _move_by(call: Call, bindings: Bindings) -> str:
    metres = value(operand(call, "metres"), bindings)
    far = nouns.distance(float(metres)) if isinstance(metres, int | float) else "a little"
    return f"drive {far} {operand(call, 'way') or 'forward'}"


def _turn_by(call: Call, bindings: Bindings) -> str:
    radians = value(operand(call, "radians"), bindings)
    far = f" by {nouns.angle(float(radians))}" if isinstance(radians, int | float) else ""
    return f"turn {operand(call, 'way') or 'around'}{far}"


def _clean(call: Call, bindings: Bindings) -> str:
    first = operand(call, "rooms")
    but = nouns_of(call, "but", bindings)
    if first == "all":
        what = f"every room but {but}" if but else "every room"
    elif first == "here":
        what = "this room"
    elif first == "spot":
        what = "this spot"
    else:
        what = nouns.listed([_floor(arg, bindings) for arg in call.operands.get("rooms", ())])
        what += f", but not {but}" if but else ""
    times = value(operand(call, "times"), bindings)
    return f"clean {what}" + (_times(times) if isinstance(times, int | float) else "")


def _floor(arg: Arg, bindings: Bindings) -> str:
    name = noun(arg, bindings)
    return f"around {name}" if isinstance(arg, Handle) and arg.kind is Kind.PLACE else name


def _times(count: float) -> str:
    return {1: " once", 2: " twice"}.get(int(count), f" {count:g} times")


def _fetch(call: Call, bindings: Bindings) -> str:
    things = nouns_of(call, "things", bindings) or "it"
    source = operand(call, "source")
    origin = f" from {noun(source, bindings)}" if source is not None else ""
    dest = operand(call, "dest")
    if isinstance(dest, Handle) and dest.kind is Kind.PERSON:
        return f"bring {noun(dest, bindings)} {things}{origin}"
    if dest == "back":
        return f"put {things} back where {'they were' if _are(call, things) else 'it was'}"
    return f"take {things}{origin} to {noun(dest, bindings)}"


def _are(call: Call, things: str) -> bool:
    return len(call.operands.get("things", ())) > 1 or nouns.is_plural(things)


def _put(call: Call, bindings: Bindings) -> str:
    dest = operand(call, "dest")
    where = "back where it was" if dest == "back" else located(dest, bindings)
    return f"put {'' if dest == 'back' else 'down '}what I'm holding {where}"


def _look(call: Call, bindings: Bindings) -> str:
    dest = operand(call, "dest")
    if not isinstance(dest, Handle):
        return "look around"
    return f"{'look around' if dest.kind is Kind.ROOM else 'see what is'} {located(dest, bindings)}"


_ACTS: Final[Mapping[str, str]] = {
    "bye": "say goodbye",
    "thanks": "answer thanks",
    "name": "tell you my name",
    "abilities": "tell you what I can do",
    "feeling": "tell you how I am",
    "joke": "tell you a joke",
    "sorry": "say sorry",
    "cannot": "say that I can't do that",
    "unsafe": "say that it is not safe",
    "unclear": "say that I did not understand",
    "when": "ask you for a time",
}


def _say(call: Call, bindings: Bindings) -> str:
    what, to = operand(call, "what"), operand(call, "to")
    words = _ACTS.get(what, f"say {what}") if isinstance(what, str) else f"say {_quoted(what, bindings)}"
    return words + (f" to {noun(to, bindings)}" if to is not None else "")


def _recall(call: Call, bindings: Bindings) -> str:
    about = operand(call, "about")
    if about == "words":
        return "tell you what I know about that"
    name = noun(about, bindings)
    kind = about.kind if isinstance(about, Handle) else None
    if kind in {Kind.THING, Kind.PERSON}:
        verb = "are" if name == "you" or (kind is Kind.THING and nouns.is_plural(name)) else "is"
        return f"tell you where {name} {verb}"
    if kind in {Kind.PLACE, Kind.ROOM}:
        return f"tell you what is {located(about, bindings)}"
    return f"tell you what I know about {_quoted(about, bindings)}"


def _remember(call: Call, bindings: Bindings) -> str:
    what, at = operand(call, "what"), operand(call, "at")
    if not isinstance(what, Handle):
        return "remember that"
    if what.kind is Kind.THING and at is not None:
        name = str(bindings.values.get(what, ""))
        return f"remember that {noun(what, bindings)} {nouns.is_are(name)} {located(at, bindings)}"
    return f"remember {_quoted(what, bindings)}"


def _forget(call: Call, bindings: Bindings) -> str:
    about = operand(call, "about")
    return f"forget what I know about {_quoted(about, bindings)}" if isinstance(about, Handle) else "forget that"


TASK_PAST: Final[Mapping[str, str]] = {
    "clean": "cleaned",
    "goto": "went somewhere",
    "fetch": "fetched something",
    "find": "looked for something",
    "dock": "went to my dock",
    "follow": "followed somebody",
}


def _alias(call: Call, bindings: Bindings) -> str:
    name = value(operand(call, "name"), bindings)
    return f'call {noun(operand(call, "target"), bindings)} "{name or "that"}"'


def _teach(call: Call, bindings: Bindings) -> str:
    phrase = value(operand(call, "phrase"), bindings)
    return f'{_nested(call, bindings)} whenever you say "{phrase or "that"}"'


def _history(call: Call, bindings: Bindings) -> str:
    task, room = operand(call, "task"), operand(call, "room")
    if task is None and room is None:
        return "tell you what I did today"
    if task == "clean" and room is None:
        return "tell you what I have cleaned"
    past = TASK_PAST.get(str(task), "did something")
    if room is not None:
        return f"tell you when I last {past} {noun(room, bindings) if task == 'clean' else located(room, bindings)}"
    return f"tell you when I last {past}"


def _schedule(call: Call, bindings: Bindings) -> str:
    inner = operand(call, "call")
    what = describe(inner, bindings) if isinstance(inner, Call) else "do that"
    moment = value(operand(call, "when"), bindings)
    every = value(operand(call, "every"), bindings)
    text = what
    if isinstance(moment, datetime):
        text += f" at {nouns.clock(moment)}"
    elif isinstance(moment, int | float) and moment != every:
        text += f" in {nouns.duration(float(moment))}"
    return text + (f", {nouns.period(float(every))}" if isinstance(every, int | float) else "")


def _wait(call: Call, bindings: Bindings) -> str:
    seconds = value(operand(call, "seconds"), bindings)
    return f"wait {nouns.duration(float(seconds))}" if isinstance(seconds, int | float) else "wait"


def _kill(call: Call, bindings: Bindings) -> str:
    target = operand(call, "target")
    if isinstance(target, Handle):
        return f"cancel {noun(target, bindings)}"
    return {
        "last": "cancel what you told me last",
        "scheduled": "cancel what is planned",
        "everything": "cancel everything",
    }.get(str(target), "cancel what I'm doing")


def _nested(call: Call, bindings: Bindings) -> str:
    inner = operand(call, "call")
    return describe(inner, bindings) if isinstance(inner, Call) else "do that"


_STATUS: Final[Mapping[str, str]] = {
    "battery": "how full my battery is",
    "position": "where I am",
    "task": "what I'm doing",
    "progress": "how far I am",
    "clock": "the time",
    "held": "what I'm holding",
    "schedule": "what is planned",
    "date": "the date",
}


def _status(call: Call, bindings: Bindings) -> str:
    return f"tell you {_STATUS.get(str(operand(call, 'of')), 'how I am')}"


_WORDS: Final[Mapping[str, Callable[[Call, Bindings], str]]] = {
    "goto": _goto,
    "move_by": _move_by,
    "turn_by": _turn_by,
    "follow": _follow,
    "lead": _lead,
    "dock": lambda call, b: "go back to my dock",
    "stop": lambda call, b: "stop",
    "pause": lambda call, b: "pause",
    "resume": lambda call, b: "carry on",
    "recover": lambda call, b: "back away a little",
    "clean": _clean,
    "find": lambda call, b: f"look for {noun(operand(call, 'thing'), b)}{where_to(call, b)}",
    "fetch": _fetch,
    "pick": lambda call, b: f"pick up {noun(operand(call, 'thing'), b)}",
    "put": _put,
    "give": lambda call, b: f"give {noun(operand(call, 'person'), b)} what I'm holding",
    "look": _look,
    "count": _count,
    "read": lambda call, b: f"read what is written {located(operand(call, 'place'), b)}",
    "say": _say,
    "ask": lambda call, b: "ask which one you mean",
    "recall": _recall,
    "remember": _remember,
    "forget": _forget,
    "history": _history,
    "alias": _alias,
    "teach": _teach,
    "schedule": _schedule,
    "wait": _wait,
    "kill": _kill,
    "spawn": _nested,
    "wait_for": lambda call, b: f"wait for {noun(operand(call, 'process'), b)}",
    "send": lambda call, b: f"pass that on to {noun(operand(call, 'process'), b)}",
    "exit": lambda call, b: "leave it at that",
    "status": _status,
}
