"""One turn of the conversation: link the words, let the processor write calls, carry them out, say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from robotos.errno import Errno
from robotos.kernel.api import Sys
from robotos.kernel.calls import Bindings, Call, Handle, Kind, Result
from robotos.kernel.memory import handles_in, state_page, user_page
from robotos.kernel.ports import Decoded, Fault, Linked, Page, PageKind
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.syscalls import BY_NAME
from robotos.language import phrasing

MOST_CALLS = 8  # calls one utterance may lead to
# Calls that change something and are therefore asked about when the processor is unsure.
CAREFUL = frozenset({row.name for row in BY_NAME.values() if row.motion} | {"forget", "schedule", "kill"})

Linker = Callable[[str, Bindings, datetime, str, str], Linked]


@dataclass(frozen=True, slots=True)
class Reading:
    """An utterance as it goes to the processor."""

    pages: tuple[Page, ...]
    said: Page
    bindings: Bindings
    speaker: Handle


def turn_program(link: Linker) -> Program:
    """The program that answers one utterance; `link(text, bindings, now, speaker, here)` finds what it mentions."""

    async def main(sys: Sys, args: Args) -> Result:
        return await turn(sys, args, link)

    return Program("turn", main, Priority.INTERACTIVE, moves=False)


async def turn(sys: Sys, args: Args, link: Linker) -> Result:
    """Read one utterance and do what it asks. Its result is that of the last call."""
    reading = await _read(sys, str(args["text"]), str(args["speaker"]), link)
    await sys.progress(bindings=reading.bindings)
    tail: tuple[Page, ...] = ()
    result = Result()
    threshold = (await sys.policy()).tasks.confidence
    for _ in range(MOST_CALLS):
        pages = reading.pages + tail
        decoded = await sys.infer(pages, handles_in(pages))
        if isinstance(decoded, Fault):
            if decoded.errno is not Errno.EINTR:
                await sys.speak(phrasing.act("unclear"))
            break
        call = decoded.call
        if call.name == "exit":
            if not tail:
                await sys.speak(phrasing.act("unclear"))
            break
        if _unsure(decoded, threshold):
            result = Result(Errno.EAGAIN)
            await sys.question(phrasing.question(call, reading.bindings))
        else:
            result = await perform(sys, call, reading.bindings, str(args["speaker"]))
        tail = (*tail, Page(PageKind.CALL, call), Page(PageKind.RESULT, replace(result, data={}, reason="")))
        if result.errno in {Errno.ECANCELED, Errno.EAGAIN}:
            break
    await sys.commit((reading.said, *tail), reading.bindings)
    return result


async def perform(sys: Sys, call: Call, bindings: Bindings, speaker: str) -> Result:
    """Carry out one call and say what came of it."""
    result = await sys.call(call, bindings, phrasing.starting(call, bindings))
    if call.name == "say" and result.ok:
        await _deliver(sys, result.data, bindings, speaker)
    elif call.name == "ask" and result.ok:
        await sys.question(phrasing.question(call, bindings))
    elif not _already_said(call, result):
        text = phrasing.report(call, worded(result), bindings, await sys.wall())
        await sys.speak(text)
    return result


async def _deliver(sys: Sys, data: Mapping[str, object], bindings: Bindings, speaker: str) -> None:
    """Say it, to whom it is meant for: the robot goes there first."""
    person = str(data.get("person", ""))
    if person and person != speaker:
        going, handle = bindings.bind(Kind.PERSON, person)
        arrived = await sys.call(Call("goto", {"dest": (handle,)}), going)
        if not arrived.ok:
            await sys.speak(phrasing.report(Call("goto", {"dest": (handle,)}), arrived, going, await sys.wall()))
            return
    act, text = str(data.get("act", "")), str(data.get("text", ""))
    await sys.speak(phrasing.act(act) if act else text)


def worded(result: Result) -> Result:
    """The same result with calls of other conversations in its data put into words."""
    data = dict(result.data)
    doing, theirs = data.get("doing"), data.pop("doing_bindings", None)
    if isinstance(doing, Call) and isinstance(theirs, Bindings):
        data["doing"] = phrasing.describe(doing, theirs)
    planned = data.get("planned")
    if isinstance(planned, list):
        data["planned"] = [(at, every, phrasing.describe(*scheduled)) for at, every, scheduled in planned]
    return replace(result, data=data)


def _already_said(call: Call, result: Result) -> bool:
    """A stop is confirmed by the kernel itself, and what it cancelled needs no word of its own."""
    return call.name == "stop" or (result.errno is Errno.ECANCELED and result.reason in {"stop", "cancelled"})


def _unsure(decoded: Decoded, threshold: float) -> bool:
    return decoded.call.name in CAREFUL and decoded.probability < threshold


async def _read(sys: Sys, text: str, speaker: str, link: Linker) -> Reading:
    bindings, recent = await sys.conversation()
    now = await sys.situation()
    linked = link(text, bindings, await sys.wall(), speaker, now.here)
    bindings, who = linked.bindings.bind(Kind.PERSON, speaker)
    here = holding = None
    if now.here:
        bindings, here = bindings.bind(Kind.ROOM, now.here)
    if now.holding:
        bindings, holding = bindings.bind(Kind.THING, now.holding)
    doing = None
    if now.doing is not None:
        doing, bindings = adopt(now.doing, now.bindings, bindings)
    said = user_page(linked.words)
    state = state_page(who, here, doing, now.paused, holding)
    return Reading((*recent, state, said), said, bindings, who)


def adopt(call: Call, theirs: Bindings, ours: Bindings) -> tuple[Call, Bindings]:
    """A call of another conversation with our handles for what it refers to."""
    operands: dict[str, tuple[Handle | str | Call, ...]] = {}
    for name, values in call.operands.items():
        adopted: list[Handle | str | Call] = []
        for value in values:
            if isinstance(value, Call):
                nested, ours = adopt(value, theirs, ours)
                adopted.append(nested)
            elif isinstance(value, Handle):
                if value in theirs.values:
                    ours, handle = ours.bind(value.kind, theirs.values[value])
                    adopted.append(handle)
            else:
                adopted.append(value)
        operands[name] = tuple(adopted)
    return Call(call.name, operands), ours
