"""What the robot says of a call that was refused or failed: that it is not done, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from robotos.errno import Errno
from robotos.kernel.calls import Bindings, Call, Handle, Kind, Result
from robotos.language import facts, nouns, reports
from robotos.language.describing import TASK_PAST, describe, located, noun, operand, value, where_to

# The reason where the result brings none.
_REASONS: Final[Mapping[Errno, str]] = {
    Errno.ENOSYS: "I don't know how to do that",
    Errno.EPERM: "a safety rule forbids it",
    Errno.EACCES: "I may not do that on these words",
    Errno.EINVAL: "I did not get what exactly is meant",
    Errno.ERANGE: "that number is beyond what I can do",
    Errno.EBUSY: "I'm busy with something else",
    Errno.EALREADY: "that is done already",
    Errno.ETIMEDOUT: "it took too long",
    Errno.ESTALE: "the order came too late",
    Errno.ENODEV: "I have no connection to my motors",
    Errno.ENOENT: "I don't know where that is",
    Errno.EHOSTUNREACH: "I find no way to get there",
    Errno.ECANCELED: "it was cancelled",
    Errno.EINTR: "I was interrupted",
    Errno.EAGAIN: "it is not possible right now",
    Errno.EIO: "one of my devices gave no sensible answer",
    Errno.ENOSPC: "that is more than one order may use up",
}

INSIST: Final = 'Say "do it anyway" if you want it {}.'


def refused(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    """The sentence for a call that did not answer OK. It never says that the thing asked for has been done."""
    special = _SPECIAL.get((call.name, result.errno))
    text = special(call, result, bindings, now) if special else ""
    return text or general(call, result, bindings)


def general(call: Call, result: Result, bindings: Bindings) -> str:
    """What could not be done, why, and what was done all the same."""
    what = describe(call, bindings)
    so_far = _so_far(call, result)
    if result.errno is Errno.ECANCELED and not _sentence(result):
        return " ".join([f"All right, I won't {what} any more.", *so_far])
    reason = re.sub(r"(?<=\s)owner\b", "you", result.reason.strip().rstrip(".")) or _REASONS.get(result.errno, "")
    if _sentence(result):
        lead = [] if result.errno in {Errno.ENOENT, Errno.EINVAL} else [f"I couldn't {what}."]
        return " ".join([*lead, f"{reason}.", *so_far])
    return " ".join([f"I can't {what}: {reason}.", *so_far])


def _sentence(result: Result) -> bool:
    """Whether the reason is a sentence of its own ("I don't see grandma here.") and no fragment."""
    return result.reason.strip()[:1].isupper()


def _so_far(call: Call, result: Result) -> list[str]:
    if call.name == "clean":
        return reports.cleaned(facts.rooms(result))
    brought = facts.texts(result, "things") if call.name == "fetch" else []
    return [f"I did bring {nouns.listed([nouns.article(thing) for thing in brought])}."] if brought else []


# ---------------------------------------------------------------- by syscall


def _cleaned_already(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    room, ended = facts.text(result, "room"), facts.moment(result, "ended")
    until, again = facts.moment(result, "quiet_until"), facts.moment(result, "again")
    if until is not None:
        where = f" {nouns.in_room(room)}" if room else ""
        return f"It is quiet time{where} until {nouns.clock(until)}. {INSIST.format('done now')}"
    if not room or ended is None:
        return f"That was cleaned a short while ago. {INSIST.format('done again')}"
    due = f" It is due again {nouns.when(again, now)}." if again is not None else ""
    cleaned = f"I cleaned {nouns.article(room)} {nouns.ago(ended, now)}, {nouns.when(ended, now)}."
    return f"{cleaned}{due} {INSIST.format('done again')}"


def _nowhere(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    dest = operand(call, "dest")
    if isinstance(dest, Handle) and dest.kind is Kind.PERSON:
        if operand(call, "where") is not None and facts.text(result, "where"):
            return f"I don't see {noun(dest, bindings)}{where_to(call, bindings)}."
        return _nobody(value(dest, bindings)) if operand(call, "where") is None else ""
    return "" if result.reason else f"I don't know where {noun(dest, bindings)} is."


def _no_person(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    return _nobody(value(operand(call, "person"), bindings))


def _nobody_led(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    return _nobody(value(operand(call, "person"), bindings)) if "came" in result.data or not result.reason else ""


def _nobody(who: object) -> str:
    return "I can't find you." if who == nouns.OWNER else f"I can't find {nouns.person(str(who or 'anybody'))}."


def _not_found(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    thing = operand(call, "thing")
    if isinstance(thing, Handle) and thing.kind is Kind.UNKNOWN:
        return f"I don't know anything called {noun(thing, bindings)}."
    if isinstance(thing, Handle) and thing.kind is Kind.PERSON and operand(call, "where") is None:
        return _nobody(value(thing, bindings))
    if operand(call, "where") is not None:
        return f"I don't see {noun(thing, bindings)}{where_to(call, bindings)}."
    looked = facts.texts(result, "looked")
    if looked:
        return f"I couldn't find {noun(thing, bindings)}. I looked {nouns.listed([nouns.at(p) for p in looked])}."
    return "" if result.reason else f"I couldn't find {noun(thing, bindings)}."


def _not_brought(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    thing = nouns.article(facts.text(result, "thing")) or noun(operand(call, "things"), bindings)
    if result.reason:
        return ""
    return " ".join([f"I couldn't find {thing}.", *_so_far(call, result)])


def _empty_handed(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    return "" if result.reason else "I'm not holding anything."


def _back_already(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    return " ".join([result.reason or "It is back there already, as far as I know.", *_so_far(call, result)])


def _nothing_to_read(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    place = operand(call, "place")
    return (
        f"There is nothing to read {located(place, bindings)}." if "place" in result.data or not result.reason else ""
    )


def _nothing_seen(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    return "" if result.reason else f"I don't know where {noun(operand(call, 'dest'), bindings)} is."


def _not_known(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    about = operand(call, "about")
    if about == "words":
        return "I know nothing about that."
    name = noun(about, bindings)
    if isinstance(about, Handle) and about.kind in {Kind.THING, Kind.PERSON}:
        verb = "are" if name == "you" or (about.kind is Kind.THING and nouns.is_plural(name)) else "is"
        return f"I don't know where {name} {verb}."
    if isinstance(about, Handle) and about.kind in {Kind.PLACE, Kind.ROOM}:
        return f"I know of nothing {located(about, bindings)}."
    return f"I know nothing about {name}."


def _nothing_to_forget(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    about = operand(call, "about")
    return f"I know nothing about {noun(about, bindings)} that I could forget." if isinstance(about, Handle) else ""


def _never_done(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    task, room = operand(call, "task"), operand(call, "room")
    if task is None and room is None:
        return "I have done nothing yet today."
    where = noun(room, bindings) if task == "clean" and room is not None else ""
    past = TASK_PAST.get(str(task), "done anything")
    if task == "clean":
        return f"I haven't cleaned {where or 'anything'} yet, as far as I remember."
    negated = {"went somewhere": "gone anywhere", "fetched something": "fetched anything",
               "looked for something": "looked for anything", "went to my dock": "gone to my dock",
               "followed somebody": "followed anybody"}  # fmt: skip
    place = f" {located(room, bindings)}" if room is not None else ""
    return f"I haven't {negated.get(past, past)}{place} yet, as far as I remember."


def _no_room(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    return "" if result.reason else "I don't know which room is meant."


def _nothing_running(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    return {
        "pause": "There is nothing to pause: I'm not doing anything.",
        "resume": "There is nothing to carry on with.",
    }.get(call.name, "There is no such task.")


def _nothing_to_kill(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    target = operand(call, "target")
    if isinstance(target, Handle):
        return f"There is no {noun(target, bindings)}."
    return {
        "last": "There is nothing left to cancel: nothing runs and nothing is planned.",
        "scheduled": "Nothing is planned, so there is nothing to cancel.",
        "everything": "There is nothing to cancel: nothing runs and nothing is planned.",
    }.get(str(target), "I'm not doing anything, so there is nothing to cancel.")


def _interrupted_wait(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    return "I was interrupted and have stopped waiting."


Special = Callable[[Call, Result, Bindings, datetime], str]
_SPECIAL: Final[Mapping[tuple[str, Errno], Special]] = {
    ("clean", Errno.EALREADY): _cleaned_already,
    ("clean", Errno.ENOENT): _no_room,
    ("goto", Errno.ENOENT): _nowhere,
    ("look", Errno.ENOENT): _nothing_seen,
    ("read", Errno.ENOENT): _nothing_to_read,
    ("follow", Errno.ENOENT): _no_person,
    ("lead", Errno.ENOENT): _nobody_led,
    ("find", Errno.ENOENT): _not_found,
    ("pick", Errno.ENOENT): _not_found,
    ("fetch", Errno.ENOENT): _not_brought,
    ("fetch", Errno.EALREADY): _back_already,
    ("put", Errno.ENOENT): _empty_handed,
    ("give", Errno.ENOENT): _empty_handed,
    ("recall", Errno.ENOENT): _not_known,
    ("forget", Errno.ENOENT): _nothing_to_forget,
    ("history", Errno.ENOENT): _never_done,
    ("pause", Errno.ENOENT): _nothing_running,
    ("resume", Errno.ENOENT): _nothing_running,
    ("wait_for", Errno.ENOENT): _nothing_running,
    ("send", Errno.ENOENT): _nothing_running,
    ("kill", Errno.ENOENT): _nothing_to_kill,
    ("wait", Errno.EINTR): _interrupted_wait,
}
