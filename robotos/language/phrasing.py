"""What the robot says: about an order, when it begins one, and when it has ended, one way or another.

`report` reads these keys of `Result.data`; every one may be missing, and nothing is claimed that is not in them or in
the call. Names are canonical names of the home, times `datetime`, shares 0 to 1, lengths metres, angles radians.

A `reason` that begins with a capital is a sentence of its own; otherwise it is a fragment that follows a colon.

| syscall | keys when OK | keys with an errno |
|---|---|---|
| goto | `dest`, `room` | the same |
| move_by, turn_by | `metres`, `radians`: what was really done, signed | the same |
| follow | `person`, `place`: where both are, if they were to go somewhere | the same |
| lead | `person`, `dest`, `came` (bool) | the same |
| dock | `charging` (bool) | |
| stop | `confirmed` (bool) | |
| clean | `rooms`: [(room, coverage, outcome)], `skipped`: [(room, ended, coverage)], `quiet`: [(room, until)] | |
| clean, declined | | EALREADY: `room`; `ended` and `again` (when it is due), or `quiet_until` |
| find, a thing | `thing`, `place` | ENOENT: `looked`: [places] |
| find, a person | `person`, `room` | `person` |
| fetch | `things`: [brought]; `place`: where one was put back | the same, and `thing`: the one that was not |
| pick, give | `thing` | |
| put | `thing`, `place` | |
| look | `seen`: [names]; of these `things` and `people` | |
| count | `count`, `things`: [names], `people`: [names] | |
| read | `text` | |
| recall, of a thing | `thing`, `place`, `source` ("seen", "told", "moved", "layout"), `at` (when) | |
| recall, of a person | `person`, `place` | |
| recall, of a place | `things`: [names] | |
| recall, of words | `memories`: [{"text", "source": a `Taint` value}] | |
| remember | `thing`, `place` (nothing for words) | |
| forget | `count` | |
| history | `records`: [TaskRecord], newest first; of `clean` without a room those of one day, oldest first | |
| alias | `name`, `target` | the same |
| teach | `phrase` | the same |
| schedule | `at`, `every` (s), `named`, `days`, `free`: the end of the quiet hours that `at` is in | |
| kill | `killed`: [names], `unplanned`: number of scheduled calls dropped, `entries`: as of status schedule | |
| status battery | `battery`, `charging` | |
| status position | `room`, `place` | |
| status task, progress | `task`, `call` with `bindings`, `paused`, `room`, `coverage`, `left`: [rooms] | |
| status progress, schedule | `next`: [{"call", "bindings"}], `left`: [rooms]: what comes after what is being done | |
| status held | `thing` | |
| status schedule | `entries`: [{"at", "every", "call", "bindings"}] | |
| all others | none: what is said follows from the call | |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from robotos.kernel.calls import Bindings, Call, Result
from robotos.language import answers, refusals, reports
from robotos.language.acts import act
from robotos.language.describing import describe

__all__ = ["act", "describe", "question", "report", "starting"]


def starting(call: Call, bindings: Bindings) -> str:
    """What is said when the order has been understood and is about to be carried out."""
    special = _STARTING.get(call.name)
    if isinstance(special, str):
        return special
    if special is not None:
        return special(call, bindings)
    return f"I'm going to {describe(call, bindings)}."


def question(call: Call, bindings: Bindings) -> str:
    """Asking whether this is what was meant; for the call `ask`, which one is."""
    if call.name == "ask":
        return answers.which(call, bindings)
    return f"Did you mean: {describe(call, bindings)}?"


def report(call: Call, result: Result, bindings: Bindings, now: datetime) -> str:
    """What became of `call`, as the robot says it: the truth, in one to three short sentences."""
    if result.ok:
        return reports.done(call, result, bindings, now)
    return refusals.refused(call, result, bindings, now)


def _goto(call: Call, bindings: Bindings) -> str:
    what = describe(call, bindings)
    return f"I'm {what.replace('come', 'coming', 1) if what.startswith('come') else what.replace('go', 'going', 1)}."


def _schedule(call: Call, bindings: Bindings) -> str:
    return f"All right, I'll {describe(call, bindings)}."


def _kill(call: Call, bindings: Bindings) -> str:
    return f"All right, I'll {describe(call, bindings)}."


_STARTING: Final[Mapping[str, str | Callable[[Call, Bindings], str]]] = {
    "goto": _goto,
    "dock": "I'm going back to my dock.",
    "stop": "Stopping.",
    "pause": "All right, I'll wait.",
    "resume": "All right, I'll carry on.",
    "say": "All right.",
    "ask": "Let me ask.",
    "recall": "Let me think.",
    "history": "Let me think.",
    "status": "Let me see.",
    "remember": "All right.",
    "forget": "All right.",
    "alias": "All right.",
    "teach": "All right.",
    "exit": "All right.",
    "spawn": "All right.",
    "send": "All right.",
    "kill": _kill,
    "schedule": _schedule,
    "wait_for": "I'm waiting for it to finish.",
}
