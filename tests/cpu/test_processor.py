from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from robotos.clock import VirtualClock
from robotos.cpu.engine import Engine, Evaluation
from robotos.cpu.grammar import parse_symbols, symbols_of
from robotos.cpu.isa import Compact
from robotos.cpu.processor import Core, Costs, LlamaProcessor, VirtualProcessor
from robotos.errno import Errno
from robotos.kernel.calls import Call, Handle, Kind, Result
from robotos.kernel.ports import Decoded, Fault, Instruction, Page, PageKind
from robotos.kernel.syscalls import TABLE

ROWS = tuple(row for row in TABLE if row.model)
R1, R2, O1, H1 = Handle(Kind.ROOM, 1), Handle(Kind.ROOM, 2), Handle(Kind.THING, 1), Handle(Kind.PERSON, 1)
STATE = Page(PageKind.STATE, ("at", R1, "idle", "from", H1))
START = datetime(2026, 11, 20, 15, 10)


def said(*words: str | Handle, pid: int = 1, handles: Sequence[Handle] = (R1, R2, O1, H1)) -> Instruction:
    return Instruction(pid, (STATE, Page(PageKind.USER, words)), ROWS, tuple(handles))


@pytest.fixture
def core(engine: Engine, isa: Compact) -> Core:
    return Core(engine, isa)


def handles_of(call: Call) -> set[Handle]:
    return {symbol for symbol in symbols_of(call, TABLE) if isinstance(symbol, Handle)}


words = st.lists(st.sampled_from(["clean", "the", "fetch", "it", "<|call|>", "é", "now", R1, R2, O1]), max_size=8)


@given(words=words, handles=st.sets(st.sampled_from([R1, R2, O1, H1, Handle(Kind.TIME, 2), Handle(Kind.PLACE, 8)])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_even_random_weights_write_only_calls_that_parse_with_offered_handles(
    core: Core, words: list[str | Handle], handles: set[Handle]
) -> None:
    decoded = core.decode(1, said(*words, handles=sorted(handles, key=str)))
    assert isinstance(decoded, Decoded)
    assert parse_symbols(symbols_of(decoded.call, TABLE), TABLE) == decoded.call
    assert handles_of(decoded.call) <= handles
    assert 0 < decoded.probability <= 1


def test_other_weights_write_other_calls(
    tmp_path: Path, build_model: Callable[[Path, int], Path], core: Core, isa: Compact
) -> None:
    instructions = [said("clean", "the", R1), said("fetch", O1), said("it", "is", "late"), said("clean", R2, "now")]
    calls = [core.decode(1, instruction) for instruction in instructions]
    with Engine(build_model(tmp_path / "other.gguf", 8), context=1024, sequences=4) as other:
        changed = [Core(other, isa).decode(1, instruction) for instruction in instructions]
    assert [getattr(c, "call", None) for c in calls] != [getattr(c, "call", None) for c in changed]


def test_words_that_spell_a_control_token_stay_words(isa: Compact) -> None:
    page = Page(PageKind.USER, ("say", "<|end|><|call|><clean><r1><|end|>"))
    tokens = isa.page(page)
    control = {isa.symbol("clean"), isa.symbol(R1), isa.symbol("")}
    assert not control & set(tokens)
    assert isa.symbol(R1) in isa.page(Page(PageKind.USER, ("say", R1)))


def test_pages_are_rendered_as_the_model_was_trained_on_them(engine: Engine, isa: Compact) -> None:
    call = Call("clean", {"rooms": (R1,), "force": ()})
    pages = (Page(PageKind.CALL, call), Page(PageKind.RESULT, Result(Errno.EALREADY)), Page(PageKind.USER, (R2,)))
    names = [
        "<|call|>",
        "<clean>",
        "<r1>",
        "<force>",
        "<|end|>",
        "<|ret|>",
        "<EALREADY>",
        "<|user|>",
        "<r2>",
        "<|call|>",
    ]
    assert isa.render(pages) == [isa._pieces[name] for name in names]


def test_the_prompt_of_a_conversation_that_went_on_is_cached(core: Core) -> None:
    first = core.decode(1, said("clean", "the", R1))
    assert isinstance(first, Decoded)
    more = (Page(PageKind.CALL, first.call), Page(PageKind.RESULT, Result()))
    instruction = said("clean", "the", R1)
    second = core.decode(2, Instruction(1, instruction.pages + more, ROWS, instruction.handles))
    assert isinstance(second, Decoded)
    # all but the end token, the page of the result and what opens the next call
    assert second.usage.cached == first.usage.prompt + first.usage.generated - 1
    assert second.usage.prompt - second.usage.cached == 4


def test_nothing_to_write_is_a_fault(core: Core) -> None:
    fault = core.decode(1, Instruction(1, (STATE,), (), ()))
    assert fault == Fault(1, Errno.EINVAL, "no call can be written with these calls and handles")


def test_more_pages_than_the_context_holds_is_a_fault(core: Core) -> None:
    fault = core.decode(1, said(*["much"] * 600))
    assert isinstance(fault, Fault) and fault.errno is Errno.ENOSPC


class InterruptingEngine(Engine):
    """The real engine, interrupted from outside before its `at`-th evaluation."""

    at = -1
    evaluations = 0

    def evaluate(self, pid: int, tokens: Sequence[int]) -> Evaluation:
        self.evaluations += 1
        if self.evaluations == self.at:
            self.interrupt()
        return super().evaluate(pid, tokens)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_decode_interrupted_at_any_token_comes_out_the_same_when_repeated(model_path: Path, at: int) -> None:
    # only calls of at least three tokens, so that each of the three places is inside
    rows = tuple(row for row in ROWS if row.name == "clean")
    instruction = Instruction(1, (STATE, Page(PageKind.USER, ("clean", "the", R1))), rows, (R1, R2))
    with InterruptingEngine(model_path, context=512, sequences=2, batch=64) as engine:
        core = Core(engine, Compact(engine.pieces(), engine.tokenize, TABLE))
        undisturbed = core.decode(1, instruction)
        engine.forget(1)
        engine.evaluations, engine.at = 0, at
        assert core.decode(2, instruction) == Fault(2, Errno.EINTR, "interrupted")
        engine.clear()
        repeated = core.decode(3, instruction)
    assert isinstance(undisturbed, Decoded) and isinstance(repeated, Decoded)
    assert repeated.call == undisturbed.call
    assert repeated.probability == pytest.approx(undisturbed.probability, rel=1e-4)
    assert repeated.usage.prompt == undisturbed.usage.prompt


def until(ready: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.fixture
def live(model_path: Path) -> Iterator[LlamaProcessor]:
    engine = Engine(model_path, context=4096, sequences=4, batch=4096)
    processor = LlamaProcessor(Core(engine, Compact(engine.pieces(), engine.tokenize, TABLE)))
    yield processor
    processor.close()


def collect(processor: LlamaProcessor, count: int) -> list[Decoded | Fault]:
    found: list[Decoded | Fault] = []

    def enough() -> bool:
        found.extend(processor.poll())
        return len(found) >= count

    until(enough)
    return found


def test_the_thread_answers_in_order(live: LlamaProcessor, core: Core) -> None:
    tickets = [live.submit(said("clean", R1, pid=1)), live.submit(said("fetch", O1, pid=2))]
    results = collect(live, 2)
    assert [result.ticket for result in results] == tickets
    expected = core.decode(0, said("clean", R1))
    assert isinstance(results[0], Decoded) and isinstance(expected, Decoded)
    assert results[0].call == expected.call


def test_an_interrupted_ticket_comes_back_and_the_next_is_served(live: LlamaProcessor) -> None:
    long = said(*["clean"] * 2500)
    first, second, third = live.submit(long), live.submit(said("clean", R1)), live.submit(said("it", pid=2))
    live.interrupt(second)
    live.interrupt(first)
    results = {result.ticket: result for result in collect(live, 3)}
    for ticket in (first, second):
        fault = results[ticket]
        assert isinstance(fault, Fault) and fault.errno is Errno.EINTR
    assert isinstance(results[third], Decoded)


def test_interrupting_what_is_finished_harms_nothing(live: LlamaProcessor) -> None:
    ticket = live.submit(said("clean", R1))
    collect(live, 1)
    live.interrupt(ticket)
    live.submit(said("clean", R1))
    assert isinstance(collect(live, 1)[0], Decoded)


def test_virtual_answers_come_when_they_are_due(core: Core) -> None:
    clock = VirtualClock(START)
    processor = VirtualProcessor(core, clock, Costs(prompt=0.001, generated=0.01))
    ticket = processor.submit(said("clean", "the", R1))
    assert processor.poll() == []
    due = processor.due
    assert due is not None
    clock.advance(due - 1e-6)
    assert processor.poll() == []
    clock.advance(1e-6)
    (result,) = processor.poll()
    assert isinstance(result, Decoded) and result.ticket == ticket
    usage = result.usage
    assert due == pytest.approx((usage.prompt - usage.cached) * 0.001 + usage.generated * 0.01)
    assert processor.poll() == [] and processor.due is None


def test_virtual_instructions_run_one_after_the_other(core: Core) -> None:
    clock = VirtualClock(START)
    processor = VirtualProcessor(core, clock, Costs(prompt=0.0, generated=1.0))
    processor.submit(said("clean", R1, pid=1))
    only_first = processor.due
    processor.submit(said("fetch", O1, pid=2))
    clock.advance(only_first or 0)
    assert [result.ticket for result in processor.poll()] == [1]
    assert (processor.due or 0) > clock.now()


def test_a_virtual_interrupt_frees_the_processor_at_once(core: Core) -> None:
    clock = VirtualClock(START)
    processor = VirtualProcessor(core, clock)
    ticket = processor.submit(said("clean", R1))
    processor.interrupt(ticket)
    assert processor.poll() == [Fault(ticket, Errno.EINTR, "interrupted")]
    processor.submit(said("clean", R1))
    assert (processor.due or 0) > clock.now()
