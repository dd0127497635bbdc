from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from robotos.cpu.grammar import parse_linear
from robotos.cpu.isa import Compact
from robotos.errno import Errno
from robotos.kernel.calls import Exemplar, Handle, Kind, Result
from robotos.kernel.memory import handles_in
from robotos.kernel.ports import Page, PageKind
from robotos.kernel.syscalls import TABLE
from robotos.training import corpus
from robotos.training.curve import learning_curve, table
from robotos.training.data import Composer, Example, LinkerMissError, Recipe, stream
from robotos.training.exemplars import encoder_card
from robotos.training.export import Vocabulary
from robotos.training.hints import Hints, build_hints
from robotos.training.noise import Noise
from robotos.training.pool import Pool, split

NO_TORCH = "training is an extra: pip install robotos[train]"
Entries = tuple[corpus.Entry, ...]


@pytest.fixture
def composer(isa: Compact, pool: Pool) -> Composer:
    return Composer(isa, pool, Recipe(), random.Random(3), Noise())


def example(composer: Composer, entries: Entries, intent: str, *, plain: bool = True) -> Example:
    entry = next(e for e in entries if e.intent == intent)
    return composer.example(entry, entry.lines[0], plain=plain)


def shown(example: Example, vocabulary: Vocabulary) -> str:
    words = [word.removeprefix("##") if word.startswith("##") else f" {word}" for word in vocabulary.tokens]
    names = dict(enumerate((*words, *vocabulary.control)))
    return "".join(names[token] for token in example.tokens)


def test_a_plain_example_reads_as_the_assistant_would_ask(
    composer: Composer, entries: Entries, vocabulary: Vocabulary
) -> None:
    made = example(composer, entries, "clean_room")
    assert shown(made, vocabulary) == (
        "<|state|> at<r2> idle from<h1><|user|> clean the<r1><|call|><clean><r1><|end|><|ret|><OK><|call|><exit><|end|>"
    )
    assert made.final == ("clean r1", "exit")


def test_the_objected_call_is_repeated_with_force(composer: Composer, entries: Entries, vocabulary: Vocabulary) -> None:
    made = example(composer, entries, "anyway")
    text = shown(made, vocabulary)
    assert "<|call|><clean><r1><|end|><|ret|><EALREADY><|state|>" in text
    assert made.final == ("clean r1 force", "exit")


def test_a_confirmed_question_needs_no_line_of_its_own(
    composer: Composer, entries: Entries, vocabulary: Vocabulary
) -> None:
    text = shown(example(composer, entries, "confirm"), vocabulary)
    assert "<|ret|><EAGAIN><|state|>" in text and text.startswith("<|user|>")


def test_a_correction_cancels_and_orders(composer: Composer, entries: Entries, vocabulary: Vocabulary) -> None:
    made = example(composer, entries, "correct")
    kill, clean, leave = made.final
    assert (kill, leave) == ("kill current", "exit")
    assert " doing clean" in shown(made, vocabulary)
    assert clean != shown(made, vocabulary)
    first_room = next(w for p in made.pages if p.kind is PageKind.CALL for w in handles_in((p,)))
    assert clean != f"clean {first_room}"


def test_what_is_held_is_on_the_state_page(composer: Composer, entries: Entries, vocabulary: Vocabulary) -> None:
    assert " holding<o1> from" in shown(example(composer, entries, "put"), vocabulary)


def test_every_example_asks_only_for_calls_that_its_pages_allow(composer: Composer, entries: Entries) -> None:
    for entry in entries:
        made = composer.example(entry, entry.lines[0], plain=True)
        known = set(handles_in(made.pages))
        for text in made.final:
            call = parse_linear(text, TABLE)
            used = {Handle(h.kind, h.index) for h in _handles(call.operands.values())}
            assert used <= known


def _handles(values: object) -> list[Handle]:
    if isinstance(values, Handle):
        return [values]
    if isinstance(values, str):
        return []
    parts = values.operands.values() if hasattr(values, "operands") else values
    return [handle for part in parts for handle in _handles(part)]  # type: ignore[attr-defined]


def test_only_call_tokens_are_learnt(composer: Composer, entries: Entries, vocabulary: Vocabulary) -> None:
    calls = set(vocabulary.pieces.values())
    for made in itertools.islice(stream(composer, entries, _all(entries), random.Random(5)), 200):
        for position, weight in made.targets:
            assert made.tokens[position] in calls and 0 < weight <= 1


def test_a_refused_first_call_is_followed_by_exit(isa: Compact, pool: Pool, entries: Entries) -> None:
    composer = Composer(isa, pool, Recipe(refused=1.0, unrelated=(1.0, 0.0, 0.0)), random.Random(4), None)
    made = [example(composer, entries, "correct", plain=False) for _ in range(20)]
    assert {m.final for m in made} == {("kill current", "exit")}


def test_the_same_numbers_make_the_same_examples(isa: Compact, pool: Pool, entries: Entries) -> None:
    def some(seed: int) -> list[tuple[int, ...]]:
        rng = random.Random(seed)
        composer = Composer(isa, pool, Recipe(), rng, Noise())
        return [e.tokens for e in itertools.islice(stream(composer, entries, _all(entries), rng), 60)]

    assert some(1) == some(1)
    assert some(1) != some(2)


def test_a_call_with_something_the_linker_lost_is_no_example(composer: Composer, entries: Entries, pool: Pool) -> None:
    fetch = next(e for e in entries if e.intent == "fetch")
    room = pool.lines["clean the {room}"][0]
    with pytest.raises(LinkerMissError):
        composer.example(fetch, fetch.lines[0], plain=True, utterance=room)


def _all(entries: Entries) -> dict[str, bool]:
    return {line: True for entry in entries for line in entry.lines}


def test_held_out_lines_are_the_same_in_every_entry_and_about_a_tenth() -> None:
    lines = [f"line {i}" for i in range(4000)]
    entry = corpus.Entry("a", (("dock",),), tuple(lines))
    keep = split([entry, entry], 1)
    assert 0.08 < 1 - sum(keep.values()) / len(keep) < 0.12
    assert keep == split([entry], 1) and keep != split([entry], 2)


def test_the_shipped_phrases_are_calls_of_the_table() -> None:
    entries = corpus.load()
    assert len({entry.intent for entry in entries}) == len(entries)
    assert sum(len(entry.lines) for entry in entries) > 3000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {intent: a, calls: ['fly'], lines: b}", "cannot stand"),
        ("- {intent: a, calls: ['clean {kitchen}'], lines: b}", "kitchen"),
        ("- {intent: a, calls: ['dock'], lines: 'to the {moon}'}", "unknown slot"),
        ("- {intent: a, lines: b}", "calls"),
        ("- {intent: a, calls: ['dock'], lines: b, context: [{call: dock, result: EWHAT}]}", "EWHAT"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "x.yaml").write_text(text)
    with pytest.raises(corpus.CorpusError, match=f"x.yaml: entry a.*{message}"):
        corpus.load(tmp_path)


def test_results_on_pages_are_bare(composer: Composer, entries: Entries) -> None:
    pages = example(composer, entries, "anyway").pages
    assert [page.content for page in pages if page.kind is PageKind.RESULT] == [Result(pages[2].content.errno)]  # type: ignore[union-attr]


def test_a_hint_is_what_other_lines_mean_without_their_names(isa: Compact, entries: Entries, pool: Pool) -> None:
    near = {"clean the {room}": (Exemplar("x", ("clean all but {room}",)), Exemplar("y", ("put {place}",)))}
    composer = Composer(isa, pool, Recipe(), random.Random(3), None, Hints(near))
    made = example(composer, entries, "clean_room")
    assert [page.content for page in made.pages if page.kind is PageKind.EXEMPLAR] == list(near["clean the {room}"])
    tokens = isa.render(made.pages)
    like = isa.page(Page(PageKind.EXEMPLAR, near["clean the {room}"][0]))
    assert like[1:] == [isa.symbol("clean"), isa.symbol("all"), isa.symbol("but")]
    assert tokens[-7:-1] == [*like, *isa.page(Page(PageKind.EXEMPLAR, near["clean the {room}"][1]))]


def test_a_line_is_never_its_own_exemplar_and_held_out_lines_are_nobodys(entries: Entries, encoder: Path) -> None:
    pytest.importorskip("torch", reason=NO_TORCH)
    keep = {line: i % 3 > 0 for i, line in enumerate(line for entry in entries for line in entry.lines)}
    hints, metric = build_hints(entries, keep, 1, encoder)
    assert metric.encoder == encoder_card(encoder).source_sha256
    assert set(hints.nearest) == set(keep)
    for line, near in hints.nearest.items():
        assert line not in {exemplar.phrase for exemplar in near}
        assert all(keep[exemplar.phrase] for exemplar in near)
    some = max(hints.nearest, key=lambda line: len(hints.of(line)))
    assert 1 < len(hints.of(some)) <= 3
    assert hints.of(some, random.Random(1), overlooked=1.0) == ()


def test_what_an_answer_spoke_of_can_be_meant_by_the_next_words(isa: Compact, pool: Pool) -> None:
    entry = corpus.Entry(
        "bring_that",
        (corpus.pattern("fetch {thing} to {me}"),),
        ("do it anyway",),
        (corpus.Earlier("", corpus.pattern("recall {place}"), Errno.OK, (corpus.Slot("thing"),)),),
    )
    made = Composer(isa, pool, Recipe(), random.Random(3), None).example(entry, "do it anyway", plain=True)
    answer = next(page.content for page in made.pages if page.kind is PageKind.RESULT)
    assert isinstance(answer, Result)
    assert made.final[0].split()[1] == str(answer.mentions[0])


def test_the_learning_curve_grows_over_nested_parts_of_the_corpus(entries: Entries, encoder: Path) -> None:
    pytest.importorskip("torch", reason=NO_TORCH)
    keep = {line: i % 3 > 0 for i, line in enumerate(line for entry in entries for line in entry.lines)}
    points = learning_curve(entries, keep, 1, encoder, shares=(0.3, 1.0))
    assert points[0].lines < points[1].lines
    assert all(0 <= point.right <= point.among <= 1 for point in points)
    assert table(points).count("\n") == 3


@pytest.mark.parametrize(
    ("call", "kinds"),
    [
        ("recall {thing}", {"p"}),
        ("recall {person}", {"r"}),
        ("look {place}", {"o"}),
        ("history", {"r"}),
        ("dock", set()),
    ],
)
def test_earlier_answers_leave_handles_for_what_they_spoke_of(
    isa: Compact, pool: Pool, call: str, kinds: set[str]
) -> None:
    entry = corpus.Entry(
        "anyway", (corpus.pattern("say ok"),), ("do it anyway",), (corpus.Earlier("", corpus.pattern(call), Errno.OK),)
    )
    composer = Composer(isa, pool, Recipe(spoken_of=1.0), random.Random(3), None)
    like = {isa.word(Handle(kind, i))[0]: kind.value for kind in Kind for i in range(1, 9)}
    found: set[str] = set()
    for _ in range(30):
        tokens = composer.example(entry, "do it anyway").tokens
        at = tokens.index(isa.symbol("OK")) + 1
        while tokens[at] in like:
            found.add(like[tokens[at]])
            at += 1
    assert found == kinds
