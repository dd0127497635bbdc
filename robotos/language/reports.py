"""What the robot says of a call that went well: one function for each syscall."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from robotos.kernel.calls import Bindings, Call, Handle, Kind, Result
from robotos.language import answers, facts, nouns
from robotos.language.acts import act
from robotos.language.describing import counted, describe, located, noun, nouns_of, operand, value, where_to
from robotos.language.inflection import singular
from robotos.language.numbers import spell

ALMOST: Final = 0.9  # share of a distance or angle below which it was not what was asked for


@dataclass(frozen=True, slots=True)
class Told:
    """Everything a sentence is made of."""

    call: Call
    result: Result
    bindings: Bindings
    now: datetime

    def noun(self, name: str) -> str:
        return noun(operand(self.call, name), self.bindings)

    def located(self, name: str) -> str:
        return located(operand(self.call, name), self.bindings)

    def value(self, name: str) -> object:
        return value(operand(self.call, name), self.bindings)


def done(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    """The sentence for a call that answered OK."""
    write = _REPORTS.get(call.name)
    return write(Told(call, result, bindings, now)) if write else "Done."


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


# ---------------------------------------------------------------- motion


def _goto(told: Told) -> str:
    dest = operand(told.call, "dest")
    if told.value("dest") == nouns.OWNER:
        return "Here I am."
    if isinstance(dest, Handle) and dest.kind is Kind.PLACE:
        return f"I'm at {told.noun('dest')}."
    return f"I'm {told.located('dest')}{where_to(told.call, told.bindings)}."


def _move_by(told: Told) -> str:
    moved, asked = facts.number(told.result, "metres"), told.value("metres")
    if moved is None:
        return "Done."
    if isinstance(asked, int | float) and abs(moved) < ALMOST * asked:
        return f"I only got {nouns.distance(abs(moved))} far."
    return f"I've moved {nouns.distance(abs(moved))} {operand(told.call, 'way') or 'forward'}."


def _turn_by(told: Told) -> str:
    turned, asked = facts.number(told.result, "radians"), told.value("radians")
    if turned is not None and isinstance(asked, int | float) and abs(turned) < ALMOST * asked:
        return f"I only turned {nouns.angle(abs(turned))}."
    way = operand(told.call, "way")
    return f"I've turned {way if isinstance(way, str) else 'around'}."


def _follow(told: Told) -> str:
    if facts.text(told.result, "place"):
        return f"We are {told.located('until')}."
    return f"I've stopped following {told.noun('person')}."


def _lead(told: Told) -> str:
    if told.result.data.get("came") is True:
        return f"We are {told.located('dest')}."
    return f"I'm {told.located('dest')}, but I don't see {told.noun('person')} here."


def _dock(told: Told) -> str:
    return "I'm on my dock and charging." if told.result.data.get("charging") is True else "I'm at my dock."


def _stop(told: Told) -> str:
    if told.result.data.get("confirmed") is False:
        return "I've sent the stop, but my motors have not confirmed it. Please press the stop button."
    return "Stopped."


def _pause(told: Told) -> str:
    return 'I\'m waiting. Say "carry on" when I shall go on.'


def _clean(told: Told) -> str:
    sentences = cleaned(facts.rooms(told.result), spot=_is_spot(told.call))
    skipped = facts.skipped(told.result)
    if skipped:
        names = nouns.listed([nouns.article(room) for room, _ in skipped])
        latest = max(ended for _, ended in skipped)
        sentences.append(f"I left out {names}, cleaned {nouns.ago(latest, told.now)}.")
    for room, until in facts.pairs(told.result, "quiet"):
        sentences.append(f"I left out {nouns.article(room)}: it is quiet time there until {nouns.clock(until)}.")
    return " ".join(sentences) or "Done."


def _is_spot(call: Call) -> bool:
    first = operand(call, "rooms")
    return first == "spot" or (isinstance(first, Handle) and first.kind is Kind.PLACE)


def cleaned(rooms: list[tuple[str, float, str]], *, spot: bool = False) -> list[str]:
    """A sentence for the rooms that are clean, and one for each that is not quite."""
    last = {room: (share, outcome) for room, share, outcome in rooms}  # the last pass counts
    clean = [(room, share) for room, (share, outcome) in last.items() if outcome == "done"]
    sentences = []
    if spot and len(clean) == 1:
        sentences.append("I've cleaned there.")
    elif len(clean) == 1:
        room, share = clean[0]
        sentences.append(
            f"{sentence(nouns.article(room))[:-1]} is clean: I covered {nouns.percent(share)} of the floor."
        )
    elif clean:
        sentences.append(sentence(f"{nouns.listed([nouns.article(room) for room, _ in clean])} are clean"))
    for room, (share, outcome) in last.items():
        if outcome != "done":
            sentences.append(f"Of {nouns.article(room)} {nouns.percent(share)} is done.")
    return sentences


# ---------------------------------------------------------------- things


def _found(told: Told) -> str:
    thing = facts.text(told.result, "thing")
    place = facts.text(told.result, "place")
    name = nouns.article(thing) if thing else told.noun("thing")
    person = facts.text(told.result, "person")
    if person:
        room = facts.text(told.result, "room")
        who = sentence(nouns.person(person))[:-1]
        verb = "are" if person == nouns.OWNER else "is"
        return f"{who} {verb} {nouns.in_room(room) if room else 'here'}."
    if not place:
        return f"I've found {name}."
    return sentence(f"{name} {nouns.is_are(name)} {nouns.at(place)}")


def _fetch(told: Told) -> str:
    things = facts.texts(told.result, "things")
    names = nouns.listed([nouns.article(thing) for thing in things]) or nouns_of(told.call, "things", told.bindings)
    names = names or "it"
    dest = operand(told.call, "dest")
    many = len(things) > 1 or nouns.is_plural(names)
    if told.value("dest") == nouns.OWNER:
        return f"Here {'are' if many else 'is'} {names}."
    if isinstance(dest, Handle) and dest.kind is Kind.PERSON:
        return f"I've brought {told.noun('dest')} {names}."
    if dest == "back":
        place = facts.text(told.result, "place")
        return f"I've put {names} back {nouns.at(place) if place else 'where they were' if many else 'where it was'}."
    return f"I've put {names} {told.located('dest')}."


def _pick(told: Told) -> str:
    thing = facts.text(told.result, "thing")
    return f"I have {nouns.article(thing) if thing else told.noun('thing')}."


def _put(told: Told) -> str:
    thing = nouns.article(facts.text(told.result, "thing")) or "it"
    place = facts.text(told.result, "place")
    return f"I've put {thing} {nouns.at(place) if place else told.located('dest')}."


def _give(told: Told) -> str:
    thing = nouns.article(facts.text(told.result, "thing")) or "it"
    if told.value("person") == nouns.OWNER:
        return "Here you are."
    return f"I've given {thing} to {told.noun('person')}."


def _look(told: Told) -> str:
    seen = facts.texts(told.result, "seen")
    where = told.located("dest")
    if not seen:
        return f"I see nothing I know {where}."
    return f"I see {nouns.listed([answers.anybody(name, told.bindings) for name in seen])} {where}."


def _count(told: Told) -> str:
    things, people = facts.texts(told.result, "things"), facts.texts(told.result, "people")
    what, where = operand(told.call, "what"), where_to(told.call, told.bindings).strip() or "here"
    if isinstance(what, Handle) and what.kind is Kind.PERSON:
        verb = "are" if told.value("what") == nouns.OWNER else "is"
        who = sentence(told.noun("what"))[:-1]
        return f"{who} {verb} {where}." if people else f"I don't see {told.noun('what')} {where}."
    several = counted(told.call, told.bindings)
    names = [nouns.person(name) for name in people] + [nouns.article(name) for name in things]
    if not names:
        return f"I see nobody {where}." if several == "people" else f"I see no {several} {where}."
    one = "person" if several == "people" else singular(several)
    many = len(names) > 1
    amount = f"{spell(len(names))} {several if many else one}"
    return f"There {'are' if many else 'is'} {amount} {where}: {nouns.listed(names)}."


def _read(told: Told) -> str:
    text = facts.text(told.result, "text")
    return f'It says: "{text}".' if text else f"There is nothing to read {told.located('place')}."


# ---------------------------------------------------------------- words, disk, time


def _say(told: Told) -> str:
    what = operand(told.call, "what")
    return act(what) if isinstance(what, str) else sentence(told.noun("what"))


def _remember(told: Told) -> str:
    thing, place = facts.text(told.result, "thing"), facts.text(told.result, "place")
    if thing and place:
        return f"All right, {nouns.article(thing)} {nouns.is_are(thing)} {nouns.at(place, people=_people(told))}."
    return "All right, I'll remember that."


def _people(told: Told) -> list[str]:
    return [str(v) for h, v in told.bindings.values.items() if h.kind is Kind.PERSON]


def _forget(told: Told) -> str:
    count = facts.number(told.result, "count")
    return "I've forgotten it." if count is None or count == 1 else f"I've forgotten {count:g} things about it."


def _alias(told: Told) -> str:
    name, target = facts.text(told.result, "name") or told.value("name") or "that", told.noun("target")
    return f'All right, when you say "{name}", you mean {target}.'


def _teach(told: Told) -> str:
    inner, phrase = operand(told.call, "call"), facts.text(told.result, "phrase") or told.value("phrase") or "that"
    what = describe(inner, told.bindings) if isinstance(inner, Call) else "do that"
    return f'All right, when you say "{phrase}", I\'ll {what}.'


def _schedule(told: Told) -> str:
    inner = operand(told.call, "call")
    what = describe(inner, told.bindings) if isinstance(inner, Call) else "do that"
    at, every = facts.moment(told.result, "at"), facts.number(told.result, "every")
    text = f"All right, I'll {what}"
    if at is not None:
        text += f" {answers.moment_said(told.result.data, at, told.now)}"
    text += f", and then {answers.period_said(told.result.data, every)}." if every else "."
    free = facts.moment(told.result, "free")
    if at is None or free is None:
        return text
    return f"{text} That is in the quiet hours, so I'll wait until {nouns.clock(free)}."


def _wait(told: Told) -> str:
    seconds = told.value("seconds")
    return f"I've waited {nouns.duration(float(seconds))}." if isinstance(seconds, int | float) else "I've waited."


def _kill(told: Told) -> str:
    dropped = facts.number(told.result, "unplanned")
    entries = answers.planned(told.result, told.now)
    if operand(told.call, "target") in {"last", "scheduled"} and 0 < len(entries) <= answers.MOST:
        return f"All right, I won't {nouns.listed(entries, 'or')}."
    if dropped and not facts.items(told.result, "killed"):
        return f"I've cancelled what was planned: {dropped:g} {'order' if dropped == 1 else 'orders'}."
    return "Cancelled."


_REPORTS: Final[Mapping[str, Callable[[Told], str]]] = {
    "goto": _goto,
    "move_by": _move_by,
    "turn_by": _turn_by,
    "follow": _follow,
    "lead": _lead,
    "dock": _dock,
    "stop": _stop,
    "pause": _pause,
    "resume": lambda told: "I'm carrying on.",
    "recover": lambda told: "I've backed away.",
    "clean": _clean,
    "find": _found,
    "fetch": _fetch,
    "pick": _pick,
    "put": _put,
    "give": _give,
    "look": _look,
    "count": _count,
    "read": _read,
    "say": _say,
    "ask": lambda told: answers.which(told.call, told.bindings),
    "recall": lambda told: answers.recalled(told.call, told.result, told.bindings, told.now),
    "remember": _remember,
    "forget": _forget,
    "history": lambda told: answers.history(told.call, told.result, told.bindings, told.now),
    "alias": _alias,
    "teach": _teach,
    "schedule": _schedule,
    "wait": _wait,
    "kill": _kill,
    "spawn": lambda told: "I've started.",
    "wait_for": lambda told: "It is finished.",
    "send": lambda told: "I've passed it on.",
    "exit": lambda told: "All right.",
    "status": lambda told: answers.status(told.call, told.result, told.now),
}
