"""The conversation's window: what falls out of it, and that no page in it ever changes its meaning."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from robotos.kernel.calls import Bindings, Call, Handle, Kind, Result
from robotos.kernel.memory import EXCHANGES, FRESH, Conversation, handles_in, rebase_call, user_page
from robotos.kernel.ports import Page, PageKind

NAMES = st.sampled_from([f"room {n}" for n in range(20)])


def exchange(names: list[str], start: Bindings) -> tuple[tuple[Page, ...], Bindings]:
    """An utterance that mentions these rooms, and a call about the last."""
    bindings, words = start, []
    for name in names:
        bindings, handle = bindings.bind(Kind.ROOM, name)
        words.append(handle)
    pages = [user_page(("clean", *words))]
    if words:
        pages.append(Page(PageKind.CALL, Call("clean", {"rooms": (words[-1],)})))
    return tuple(pages), bindings


def meanings(pages: tuple[Page, ...], bindings: Bindings) -> list[object]:
    return [bindings.values[h] for page in pages for h in handles_in((page,))]


@given(st.lists(st.tuples(st.lists(NAMES, max_size=8, unique=True), st.booleans()), max_size=12))
def test_visible_pages_keep_their_meaning_in_whatever_order_exchanges_end(
    told: list[tuple[list[str], bool]],
) -> None:
    conversation = Conversation()
    waiting: list[tuple[tuple[Page, ...], Bindings, list[object]]] = []
    said: list[list[object]] = []
    for now, (names, at_once) in enumerate(told):
        base, _ = conversation.window(float(now))
        pages, bindings = exchange(names, base.keep(()) if len(names) > 4 else base)
        if bindings.rebound:
            continue  # the reader would have dropped the window
        waiting.append((pages, bindings, meanings(pages, bindings)))
        while waiting and at_once:  # the newest ends first: a long task keeps its exchange open
            own, theirs, meant = waiting.pop()
            conversation.commit(own, theirs, float(now))
            said.append(meant)
        bound, visible = conversation.window(float(now))
        assert set(bound.values) == set(handles_in(visible)), "nothing is bound that is not shown"
        shown = meanings(visible, bound)
        assert not shown or shown == [name for names in said[-EXCHANGES:] for name in names][-len(shown) :]


def test_old_exchanges_are_evicted_and_stale_ones_not_shown() -> None:
    conversation = Conversation()
    for now in range(4):
        pages, bindings = exchange([f"room {now}"], conversation.window(now)[0])
        evicted = conversation.commit(pages, bindings, float(now))
        assert len(evicted) == (1 if now >= EXCHANGES else 0)
    bindings, pages = conversation.window(3.0)
    assert sorted(bindings.values.values()) == ["room 2", "room 3"]
    assert conversation.window(3.0 + FRESH + 1.0) == (Bindings(), ())


def test_what_has_become_of_an_exchange_stands_where_it_stood_and_once() -> None:
    conversation = Conversation()
    begun, bindings = exchange(["kitchen"], Bindings())
    conversation.commit(begun, bindings, 0.0, by=3)
    pages, later = exchange(["study"], conversation.window(1.0)[0])
    conversation.commit(pages, later, 1.0, by=4)
    assert conversation.overtaken(3) and not conversation.overtaken(4)
    assert conversation.commit(begun, bindings, 2.0, by=3) == [], "nothing has fallen out"
    bound, shown = conversation.window(2.0)
    assert meanings(shown, bound) == ["kitchen", "kitchen", "study", "study"]


def test_an_exchange_that_needs_all_handles_pushes_the_older_one_out() -> None:
    conversation = Conversation()
    pages, bindings = exchange(["kitchen"], Bindings())
    conversation.commit(pages, bindings, 0.0)
    pages, bindings = exchange([f"room {n}" for n in range(8)], Bindings())
    evicted = conversation.commit(pages, bindings, 1.0)
    assert len(evicted) == 1
    bound, _ = conversation.window(1.0)
    assert "kitchen" not in bound.values.values() and len(bound.values) == 8


def test_pages_are_unpinned_when_their_exchange_is_over() -> None:
    conversation = Conversation()
    conversation.commit((user_page(("hello",)),), Bindings(), 0.0)
    assert not any(page.pinned for page in conversation.window(0.0)[1])


def test_a_call_of_another_conversation_speaks_of_the_same_things_here() -> None:
    theirs, kitchen = Bindings().bind(Kind.ROOM, "kitchen")
    theirs, nine = theirs.bind(Kind.NUMBER, 9.0)
    ours, _ = Bindings().bind(Kind.ROOM, "study")
    nested = Call("clean", {"rooms": (kitchen, Handle(Kind.ROOM, 7))})
    call, ours = rebase_call(Call("schedule", {"when": (nine,), "call": (nested,)}), theirs, ours)
    inner = call.operands["call"][0]
    assert isinstance(inner, Call)
    assert [ours.values[h] for h in inner.operands["rooms"] if isinstance(h, Handle)] == ["kitchen"]
    assert ours.values[Handle(Kind.ROOM, 1)] == "study", "what was known stays known"


def test_results_hold_no_handles() -> None:
    assert handles_in((Page(PageKind.RESULT, Result()),)) == ()
