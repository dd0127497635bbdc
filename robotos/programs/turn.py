"""One turn of the conversation: link the words, let the processor write calls, carry them out, say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from robotos.errno import Errno
from robotos.kernel.agenda import Scheduled
from robotos.kernel.api import Situation, Sys
from robotos.kernel.calls import Bindings, Call, Kind, Result, Taint, Word
from robotos.kernel.memory import handles_in, rebase_call, state_page, user_page
from robotos.kernel.ports import Aliases, Decoded, Fault, Linked, Page, PageKind
from robotos.kernel.process import Args, Priority, Program
from robotos.kernel.syscalls import BY_NAME
from robotos.kernel.trap import Killed, TrapRefusedError
from robotos.language import phrasing
from robotos.language.tokens import normalise, strip_wake, tokenise
from robotos.programs.mentions import answer_page
from robotos.programs.second_thoughts import reconsidered
from robotos.programs.standing import home_day, no_longer, of_what_is_planned

MOST_CALLS = 8  # calls one utterance may lead to
EXEMPLARS = 3  # phrases like what was said that the processor is shown
# Calls that change something and are therefore asked about when the processor is unsure.
CAREFUL = frozenset(
    {row.name for row in BY_NAME.values() if row.motion} | {"forget", "schedule", "kill", "alias", "teach"}
)
_LASTING = frozenset({row.name for row in BY_NAME.values() if row.motion} | {"wait"})
# Results after which the rest of the plan is not carried out: somebody or something else has taken over.
BROKEN_OFF = frozenset({Errno.ECANCELED, Errno.EAGAIN, Errno.EINTR})
TOO_MANY = "That was too much at once for me. Please tell me in parts."
ASKS = "when"  # the stock act that is a question
NO_PROCESSOR = "My language model does not answer. Please restart me."

Linker = Callable[[str, Bindings, datetime, str, str, Aliases], Linked]


@dataclass(frozen=True, slots=True)
class Reading:
    """An utterance as it goes to the processor."""

    pages: tuple[Page, ...]
    said: Page
    bindings: Bindings
    words: tuple[Word, ...]  # what was said, as exemplars are looked up by
    sensible: bool


def turn_program(link: Linker) -> Program:
    """The program that answers one utterance; `link(text, bindings, now, speaker, here, aliases)` reads it."""

    async def main(sys: Sys, args: Args) -> Result:
        return await turn(sys, args, link)

    return Program("turn", main, Priority.INTERACTIVE, moves=False)


async def turn(sys: Sys, args: Args, link: Linker) -> Result:
    """Read one utterance and do what it asks. Its result is that of the last call."""
    text, speaker = str(args["text"]), str(args["speaker"])
    taught = await sys.taught(addressed(text))
    reading = await _read(sys, text, speaker, link)
    if reading is None:
        await sys.speak(TOO_MANY)
        return Result(Errno.EINVAL, reason=TOO_MANY)
    subject = (text, Taint(str(args["taint"])))
    if taught is not None:
        return await _as_taught(sys, taught, reading, speaker, subject)
    settled = await home_day(sys, addressed(text)) or await no_longer(sys, reading.words, reading.bindings)
    if settled is not None:
        return settled
    if not reading.sensible:  # the processor would find an order in anything
        await sys.speak(phrasing.act("unclear"))
        return Result()
    return await _think(sys, reading, speaker, subject)


async def _think(sys: Sys, reading: Reading, speaker: str, subject: tuple[str, Taint]) -> Result:
    """Let the processor write calls, one after another, each knowing what came of those before it."""
    examples = await _examples(sys, reading.words)
    pages = reading.pages + examples
    bindings, result = reading.bindings, Result()
    tail: tuple[Page, ...] = ()
    for _ in range(MOST_CALLS):
        decoded = await _decode(sys, pages + tuple(map(_bare, tail)))
        if isinstance(decoded, Decoded):
            decoded = reconsidered(decoded, reading.words, bindings, exemplars=bool(examples))
        if isinstance(decoded, Decoded) and await _takes_time(sys, decoded):
            # What is said meanwhile is read knowing these words and what they have led to.
            await sys.commit((reading.said, *tail, *_call_pages(decoded.call)), bindings, *subject)
        await sys.progress(settled=True)
        if isinstance(decoded, Fault):
            result = await _faulted(sys, decoded)
            break
        call = decoded.call
        if call.name == "exit":
            if not tail:
                await sys.speak(phrasing.act("unclear"))
            break
        try:
            result = await _act(sys, decoded, bindings, speaker, reading.words)
        except Killed:
            # "Carry on" after a stop must find what was stopped.
            await sys.commit((reading.said, *tail, *_call_pages(call, Errno.ECANCELED)), bindings, *subject)
            raise
        if call.name == "read" and result.ok:
            subject = (str(result.data.get("text", "")), Taint.PAPER)
        answer, bindings = answer_page(call, result, bindings)
        tail = (*tail, Page(PageKind.CALL, call), answer)
        if result.errno in BROKEN_OFF:
            break
    await sys.commit((reading.said, *tail), bindings, *subject)
    return result


def _bare(page: Page) -> Page:
    """What an answer spoke of matters to the next words, not to the rest of these."""
    return replace(page, content=replace(page.content, mentions=())) if isinstance(page.content, Result) else page


async def _as_taught(sys: Sys, taught: Scheduled, reading: Reading, speaker: str, subject: tuple[str, Taint]) -> Result:
    """Words that the owner has given a meaning need no thought; what they stand for is checked like any other call."""
    call, bindings = rebase_call(taught.call, taught.bindings, reading.bindings)
    if bindings.rebound.intersection(handles_in((reading.said,))):
        call, bindings = taught.call, taught.bindings
    await sys.progress(settled=True)
    try:
        result = await perform(sys, call, bindings, speaker)
    except Killed:
        await sys.commit((reading.said, *_call_pages(call, Errno.ECANCELED)), bindings, *subject)
        raise
    answer, bindings = answer_page(call, result, bindings)
    await sys.commit((reading.said, Page(PageKind.CALL, call), answer), bindings, *subject)
    return result


def _call_pages(call: Call, errno: Errno = Errno.OK) -> tuple[Page, Page]:
    """A call that is under way (OK stands for begun, too), or was broken off."""
    return Page(PageKind.CALL, call), Page(PageKind.RESULT, Result(errno))


async def _takes_time(sys: Sys, decoded: Decoded) -> bool:
    """Whether other words may come before the call is done."""
    call = decoded.call
    if _unsure(decoded, (await sys.policy()).tasks.confidence):
        return False
    return call.name in _LASTING or (call.name == "say" and "to" in call.operands)


def addressed(text: str) -> str:
    """What was said without the robot's name before it."""
    plain = normalise(text)
    tokens = strip_wake(tokenise(plain))
    return plain[tokens[0].start :] if tokens else ""


async def _examples(sys: Sys, words: tuple[Word, ...]) -> tuple[Page, ...]:
    """Phrases like the words, with what they mean. The processor can do without: what went wrong is in the log."""
    try:
        return tuple(Page(PageKind.EXEMPLAR, example) for example in await sys.nearest(words, EXEMPLARS))
    except TrapRefusedError:
        return ()


async def _decode(sys: Sys, pages: tuple[Page, ...]) -> Decoded | Fault:
    try:
        return await sys.infer(pages, handles_in(pages))
    except TrapRefusedError as refused:  # the processor did not even take it
        return Fault(0, refused.errno, refused.reason)


async def _faulted(sys: Sys, fault: Fault) -> Result:
    """No call came of the words: because of them, or of the processor."""
    if fault.errno in {Errno.EIO, Errno.ENODEV, Errno.ETIMEDOUT}:
        await sys.speak(NO_PROCESSOR)
    elif fault.errno is not Errno.EINTR:
        await sys.speak(phrasing.act("unclear"))
    return Result(fault.errno, reason=fault.reason)


async def _act(sys: Sys, decoded: Decoded, bindings: Bindings, speaker: str, words: tuple[Word, ...]) -> Result:
    """Carry a call out, or ask first."""
    if _unsure(decoded, (await sys.policy()).tasks.confidence):
        await sys.question(phrasing.question(decoded.call, bindings))
        return Result(Errno.EAGAIN)
    some = await of_what_is_planned(sys, decoded.call, words, bindings)
    if some is not None:
        await sys.speak(phrasing.report(decoded.call, some, bindings, await sys.wall()))
        return some
    return await perform(sys, decoded.call, bindings, speaker)


async def perform(sys: Sys, call: Call, bindings: Bindings, speaker: str) -> Result:
    """Carry out one call and say what came of it."""
    result = await sys.call(call, bindings, phrasing.starting(call, bindings))
    if call.name == "say" and result.ok:
        return await _deliver(sys, result, bindings, speaker)
    if call.name == "ask" and result.ok:
        await sys.question(phrasing.question(call, bindings))
    elif not _already_said(call, result):
        await sys.speak(phrasing.report(call, result, bindings, await sys.wall()))
    return result


async def _deliver(sys: Sys, said: Result, bindings: Bindings, speaker: str) -> Result:
    """Say it, to whom it is meant for: the robot goes there first."""
    data: Mapping[str, object] = said.data
    person = str(data.get("person", ""))
    if person and person != speaker:
        going, handle = bindings.bind(Kind.PERSON, person)
        there = Call("goto", {"dest": (handle,)})
        arrived = await sys.call(there, going, phrasing.act("ok"))
        if not arrived.ok:
            if not _already_said(there, arrived):
                await sys.speak(phrasing.report(there, arrived, going, await sys.wall()))
            return arrived
    act, text = str(data.get("act", "")), str(data.get("text", ""))
    if act == ASKS:
        await sys.question(phrasing.act(act))
    else:
        await sys.speak(phrasing.act(act) if act else text)
    return said


def _already_said(call: Call, result: Result) -> bool:
    """A stop is confirmed by the kernel itself, and what it cancelled needs no word of its own."""
    return call.name == "stop" or (result.errno is Errno.ECANCELED and result.reason in {"stop", "cancelled"})


def _unsure(decoded: Decoded, threshold: float) -> bool:
    return decoded.call.name in CAREFUL and decoded.probability < threshold


async def _read(sys: Sys, text: str, speaker: str, link: Linker) -> Reading | None:
    """The pages to decide by. Without the earlier ones where the handles don't suffice; None if not even then."""
    earlier, recent = await sys.conversation()
    now, wall, aliases = await sys.situation(), await sys.wall(), await sys.aliases()
    for bindings, pages in ((earlier, recent), (Bindings(), ())):
        linked = link(text, bindings, wall, speaker, now.here, aliases)
        reading = _page(linked, now, speaker, pages)
        if not reading.bindings.rebound.intersection(handles_in(reading.pages)):
            return reading
    return None


def _page(linked: Linked, now: Situation, speaker: str, recent: tuple[Page, ...]) -> Reading:
    """The window: earlier exchanges, what is going on, what was said."""
    bindings, who = linked.bindings.bind(Kind.PERSON, speaker)
    here = holding = doing = None
    if now.here:
        bindings, here = bindings.bind(Kind.ROOM, now.here)
    if now.holding:
        bindings, holding = bindings.bind(Kind.THING, now.holding)
    if now.doing is not None:
        doing, bindings = rebase_call(now.doing, now.bindings, bindings)
    said = user_page(linked.words)
    state = state_page(who, here, doing, now.paused, holding)
    words = tuple("me" if word == who else word for word in linked.words)  # whoever speaks: exemplars say "me"
    return Reading((*recent, state, said), said, bindings, words, linked.sensible)
