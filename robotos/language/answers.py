"""Answers to questions: where things are, what was done, how the robot is."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Final

from robotos.kernel.calls import Bindings, Call, Handle, Kind, Result, Taint
from robotos.kernel.ports import TaskRecord
from robotos.kernel.recurrence import WEEKEND, WORKDAYS
from robotos.language import facts, nouns
from robotos.language.describing import describe, located, noun, operand
from robotos.policy.repeating import PARTS

MOST: Final = 3  # tasks, memories or plans told one by one
_ABOUT: Final[Mapping[Kind, str]] = {Kind.THING: "with", Kind.ROOM: "in", Kind.PLACE: "at", Kind.PERSON: "for"}
_FRESH: Final = 3600.0  # s for which "is" is said of a thing that was seen


def which(call: Call, bindings: Bindings) -> str:
    """Asking which one is meant, what an unknown word means, or what is wanted where nothing but a name was said."""
    about = call.operands.get("about", ())
    unknown = [noun(a, bindings) for a in about if isinstance(a, Handle) and a.kind is Kind.UNKNOWN]
    names = [noun(a, bindings) for a in about]
    if unknown:
        return f"I don't know {nouns.listed(unknown, 'or')}. What do you mean by that?"
    if len(names) > 1:
        return f"Which one do you mean: {nouns.listed(names, 'or')}?"
    if about and isinstance(about[0], Handle) and about[0].kind in _ABOUT:
        return f"What shall I do {_ABOUT[about[0].kind]} {names[0]}?"
    return "Which one do you mean?"


def anybody(name: str, bindings: Bindings) -> str:
    """What the camera saw, by name: people are named as people."""
    people = {str(v) for h, v in bindings.values.items() if h.kind is Kind.PERSON}
    return nouns.person(name) if name in people or name == nouns.OWNER else nouns.article(name)


# ---------------------------------------------------------------- recall


def recalled(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    """Where a thing or person is, what is at a place, or what was told; and how the robot knows."""
    memories = facts.items(result, "memories")
    if memories:
        return _memories(memories)
    if facts.text(result, "thing") and facts.text(result, "place"):
        return _where(result, bindings, now)
    if facts.text(result, "person"):
        return _person(result)
    if "things" in result.data:
        return _things(operand(call, "about"), facts.texts(result, "things"), bindings)
    return "I know nothing more about it."


def _where(result: Result, bindings: Bindings, now: datetime) -> str:
    thing, place, source = (facts.text(result, key) for key in ("thing", "place", "source"))
    seen_at = facts.moment(result, "at")
    people = [str(v) for h, v in bindings.values.items() if h.kind is Kind.PERSON]
    name, where = nouns.article(thing), nouns.at(place, people=people)
    if place == nouns.OWNER:
        return f"You have {name}, as far as I know."
    since = f" {nouns.ago(seen_at, now)}" if seen_at is not None else ""
    if source == "seen":
        if seen_at is not None and (now - seen_at).total_seconds() <= _FRESH:
            return f"{_capital(name)} {nouns.is_are(thing)} {where}: I saw {_them(thing)} there{since}."
        return f"I last saw {name} {where}{since}."
    if source == "told":
        by = facts.text(result, "by")
        if by:
            teller = "You" if by == nouns.OWNER else _capital(nouns.person(by))
            return f"{teller} told me{since} that {name} {nouns.is_are(thing)} {where}."
        return f"I was told{since} that {name} {nouns.is_are(thing)} {where}."
    if source == "moved":
        return f"I put {name} {where}{since}." if place != "robot" else f"I'm holding {name}."
    return f"{_capital(name)} should be {where}."


def _them(thing: str) -> str:
    return "them" if nouns.is_plural(thing) else "it"


def _person(result: Result) -> str:
    person, place = facts.text(result, "person"), facts.text(result, "place") or facts.text(result, "room")
    name = nouns.person(person)
    if not place:
        return f"I don't know where {name} {'are' if person == nouns.OWNER else 'is'}."
    return f"{_capital(name)} {'are' if person == nouns.OWNER else 'is'} usually in {nouns.article(place)}."


def _things(about: object, things: list[str], bindings: Bindings) -> str:
    where = located(about, bindings) if isinstance(about, Handle) else "there"
    if not things:
        return f"As far as I know there is nothing {where}."
    names = nouns.listed([nouns.article(thing) for thing in things])
    return f"As far as I know there {'are' if len(things) > 1 or nouns.is_plural(things[0]) else 'is'} {names} {where}."


_SOURCES: Final[Mapping[str, str]] = {
    Taint.OWNER.value: "You told me",
    Taint.PERSON.value: "Somebody here told me",
    Taint.PAPER.value: "I read on a piece of paper",
    Taint.WEB.value: "I have it from the web, unchecked",
}


def _memories(memories: object) -> str:
    sentences = []
    for memory in memories if isinstance(memories, list | tuple) else ():
        if isinstance(memory, Mapping) and isinstance(memory.get("text"), str):
            text = str(memory["text"]).strip().rstrip(".")
            sentences.append(f'{_SOURCES.get(str(memory.get("source")), "I remember")}: "{text}".')
    return " ".join(sentences[:MOST]) or "I remember nothing about it."


# ---------------------------------------------------------------- history


def history(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    """When something was last done, or what was done today."""
    records = [r for r in facts.items(result, "records") if isinstance(r, TaskRecord)]
    if not records:
        return "I have done nothing yet today."
    if operand(call, "task") == "clean" and operand(call, "room") is None and len(records) > 1:
        return _cleanings(records, now)
    if operand(call, "task") is not None or operand(call, "room") is not None:
        return _capital(_record(records[0], now, full=True)) + "."
    told = [_record(record, now, full=False) for record in records[:MOST]]
    rest = len(records) - len(told)
    more = f", and {rest} more" if rest else ""
    return f"Today {nouns.listed(told)}{more}."


def _cleanings(records: list[TaskRecord], now: datetime) -> str:
    """Every room that was cleaned on one day, with its time."""
    done = [r for r in records if r.outcome == "done" and r.end is not None]
    begun = [r for r in records if r not in done]
    told = [f"{nouns.article(r.room)} {nouns.when(r.end or r.begin, now)}" for r in done]
    day = "Today " if records[0].begin.date() == now.date() else ""
    sentences = [f"{day}I cleaned {nouns.listed(told)}."] if told else []
    sentences += [f"{_capital(_record(r, now, full=True))}." for r in begun]
    return " ".join(sentences)


_DID: Final[Mapping[str, str]] = {
    "clean": "I cleaned {room}",
    "spot": "I cleaned a spot in {room}",
    "goto": "I went to {detail}",
    "fetch": "I fetched {detail}",
    "find": "I looked for {detail}",
    "dock": "I went to my dock",
    "follow": "I followed {detail}",
    "lead": "I took {detail} somewhere",
}
_BEGAN: Final[Mapping[str, str]] = {"clean": "I began to clean {room}", "fetch": "I tried to fetch {detail}"}


def _record(record: TaskRecord, now: datetime, *, full: bool) -> str:
    done = record.outcome == "done"
    pattern = _DID.get(record.task, "I did " + record.task) if done else _BEGAN.get(record.task, "")
    pattern = pattern or f"I began to {record.task}"
    room = nouns.article(record.room) or "a room"
    text = pattern.format(room=room, detail=nouns.article(record.detail) or "something")
    moment = record.end if done and record.end is not None else record.begin
    text += f" {nouns.when(moment, now)}"
    if not full:
        return text if done else f"{text} without finishing"
    text = f"{text}, {nouns.ago(moment, now)}"
    if record.task == "clean" and not done:
        return f"{text}, and got {nouns.percent(record.coverage)} done"
    return text if done else f"{text}, but did not finish"


# ---------------------------------------------------------------- status


def status(call: Call, result: Result, now: datetime) -> str:
    """One answer about the robot itself."""
    answer = _STATUS.get(str(operand(call, "of")))
    return answer(result, now) if answer else "I'm all right."


def _battery(result: Result, now: datetime) -> str:
    level = facts.number(result, "battery")
    if level is None:
        return "I don't know how full my battery is."
    charging = ", and I'm charging" if result.data.get("charging") is True else ""
    return f"My battery is at {nouns.percent(level)}{charging}."


def _position(result: Result, now: datetime) -> str:
    room, place = facts.text(result, "room"), facts.text(result, "place")
    if not room and not place:
        return "I don't know where I am."
    parts = [nouns.in_room(room)] if room else []
    parts += [f"at {nouns.article(place)}" if place != "dock" else "on my dock"] if place else []
    return f"I'm {', '.join(parts)}."


def _task(result: Result, now: datetime) -> str:
    task = facts.text(result, "task")
    doing = facts.call(result.data)
    room = facts.text(result, "room")
    if not task and doing is None:
        return "I'm not doing anything at the moment."
    what = describe(*doing) if doing is not None else _DOING.get(task, f"do: {task}").format(room=nouns.article(room))
    lead = "I've paused. When I carry on, I'm going to" if result.data.get("paused") is True else "My task is to"
    return f"{lead} {what.replace('  ', ' ').strip()}."


_DOING: Final[Mapping[str, str]] = {
    "lead": "take somebody somewhere",
    "count": "count something",
    "clean": "clean {room}",
    "goto": "go somewhere",
    "fetch": "fetch something",
    "find": "find something",
    "dock": "go to my dock",
    "follow": "follow somebody",
    "look": "look around",
    "read": "read something",
}


def _progress(result: Result, now: datetime) -> str:
    room, share, left = facts.text(result, "room"), facts.number(result, "coverage"), facts.texts(result, "left")
    if not facts.text(result, "task"):
        return "I'm not doing anything at the moment."
    if room and share is not None:
        text = f"{nouns.percent(share)} of {nouns.article(room)} is done, {nouns.percent(1 - share + 0.0099)} is left."
    else:
        text = _task(result, now)
    return " ".join([text, *_after(left, result)])


def _after(left: list[str], result: Result) -> list[str]:
    """What comes once the room that is being cleaned is done, and then the tasks that wait."""
    rooms = [f"After that comes {nouns.listed([nouns.article(name) for name in left])}."] if left else []
    waiting = [facts.call(entry) for entry in facts.items(result, "next") if isinstance(entry, Mapping)]
    told = [describe(*inner) for inner in waiting if inner is not None]
    return rooms + ([f"{'Then' if rooms else 'Next'} I'm going to {nouns.listed(told)}."] if told else [])


def _held(result: Result, now: datetime) -> str:
    thing = facts.text(result, "thing")
    return f"I'm holding {nouns.article(thing)}." if thing else "I'm not holding anything."


def planned(result: Result, now: datetime) -> list[str]:
    """Each call of a result's `entries`, as an infinitive with its time."""
    told = []
    for entry in facts.items(result, "entries"):
        if isinstance(entry, Mapping):
            inner, at, every = facts.call(entry), entry.get("at"), entry.get("every")
            what = describe(*inner) if inner is not None else "do something"
            text = f"{what} {moment_said(entry, at, now)}" if isinstance(at, datetime) else what
            told.append(text + (f", {period_said(entry, every)}" if isinstance(every, int | float) and every else ""))
    return told


def moment_said(entry: Mapping[str, object], at: datetime, now: datetime) -> str:
    """When a planned call is made: "at 15:00"; by its name, "after dinner, at 19:45"; and what quiet hours put off."""
    named, put_off = entry.get("named"), entry.get("put_off")
    text = nouns.when(at, now)
    if isinstance(named, str) and named and named not in PARTS:
        side, _, key = named.rpartition(" ")
        text = f"{side or 'at'} {key}, {text}"
    return f"{text}, when the quiet hours are over" if isinstance(put_off, datetime) else text


def day_time_told(name: str, at: time, *, told: bool = True) -> str:
    """When one of the home's own times of the day is."""
    return f"{'All right, ' if told else ''}{name if told else name.capitalize()} is at {at:%H:%M}."


def period_said(entry: Mapping[str, object], every: float) -> str:
    """How often a planned call is made: "every day", "every weekday"."""
    days = entry.get("days")
    if not isinstance(days, tuple) or not days:
        return nouns.period(every)
    if days in {WORKDAYS, WEEKEND}:
        return "every weekday" if days == WORKDAYS else "every Saturday and Sunday"
    return f"every {nouns.listed([calendar.day_name[day] for day in days])}"


def _planned(result: Result, now: datetime) -> str:
    told = planned(result, now)
    after = _after(facts.texts(result, "left"), result)
    if after and not told:
        return " ".join([*after, "Nothing else is planned."])
    if not told:
        return "Nothing is planned."
    rest = f", and {len(told) - MOST} more" if len(told) > MOST else ""
    return " ".join([*after, f"I'm going to {nouns.listed(told[:MOST])}{rest}."])


_STATUS: Final[Mapping[str, Callable[[Result, datetime], str]]] = {
    "battery": _battery,
    "position": _position,
    "task": _task,
    "progress": _progress,
    "clock": lambda result, now: f"It is {nouns.clock(now)}.",
    "date": lambda result, now: f"It is {nouns.date(now)}.",
    "held": _held,
    "schedule": _planned,
}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
