from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from robotos.cpu.engine import ContextFullError, Engine, InterruptedDecode, ModelError, common_prefix

PROMPT = list(range(60, 100))


def fresh(path: Path, tokens: list[int]) -> np.ndarray:
    with Engine(path, context=512, sequences=2, batch=64) as engine:
        return engine.evaluate(1, tokens).logits


def test_a_longer_prompt_computes_only_what_is_new(engine: Engine) -> None:
    assert engine.evaluate(1, PROMPT).cached == 0
    assert engine.evaluate(1, [*PROMPT, 5, 6]).cached == len(PROMPT)
    assert engine.held(1) == (*PROMPT, 5, 6)
    assert engine.counts.prompt == 2 * len(PROMPT) + 2
    assert engine.counts.cached == len(PROMPT)
    assert engine.counts.recomputed == 0


def test_a_prompt_that_parts_ways_keeps_what_both_share(engine: Engine, model_path: Path) -> None:
    engine.evaluate(1, [*PROMPT, 5, 6, 7])
    parted = engine.evaluate(1, [*PROMPT, 8])
    assert parted.cached == len(PROMPT)
    np.testing.assert_allclose(parted.logits, fresh(model_path, [*PROMPT, 8]), atol=1e-3)


def test_another_process_borrows_the_prefix(engine: Engine, model_path: Path) -> None:
    engine.evaluate(1, PROMPT)
    other = engine.evaluate(2, [*PROMPT, 9])
    assert other.cached == len(PROMPT)
    np.testing.assert_allclose(other.logits, fresh(model_path, [*PROMPT, 9]), atol=1e-3)
    engine.forget(1)
    again = engine.evaluate(2, [*PROMPT, 9, 10])
    assert again.cached == len(PROMPT) + 1
    np.testing.assert_allclose(again.logits, fresh(model_path, [*PROMPT, 9, 10]), atol=1e-3)


def test_the_same_prompt_gives_the_same_logits(engine: Engine) -> None:
    first = engine.evaluate(1, PROMPT)
    second = engine.evaluate(1, PROMPT)
    assert second.cached == len(PROMPT) - 1  # the last token is always computed: its logits are asked for
    np.testing.assert_allclose(first.logits, second.logits, atol=1e-3)
    assert engine.counts.recomputed == 1


def test_a_forgotten_sequence_starts_anew(engine: Engine) -> None:
    engine.evaluate(1, PROMPT)
    engine.forget(1)
    assert engine.held(1) == ()
    assert engine.evaluate(1, PROMPT).cached == 0


def test_state_can_be_swapped_out_and_in(engine: Engine, model_path: Path) -> None:
    engine.evaluate(1, PROMPT)
    state = engine.save(1)
    engine.forget(1)
    engine.restore(3, PROMPT, state)
    restored = engine.evaluate(3, [*PROMPT, 4])
    assert restored.cached == len(PROMPT)
    np.testing.assert_allclose(restored.logits, fresh(model_path, [*PROMPT, 4]), atol=1e-3)


def test_a_state_that_fits_no_model_is_refused(engine: Engine) -> None:
    with pytest.raises(ModelError, match="does not fit"):
        engine.restore(1, PROMPT, b"\0" * 64)
    assert engine.held(1) == ()


def test_more_processes_than_sequences_push_out_the_one_longest_unused(engine: Engine) -> None:
    for pid in range(1, 6):  # the engine has four sequences
        engine.evaluate(pid, [pid, *PROMPT])
    assert engine.held(1) == ()
    assert all(engine.held(pid) for pid in range(2, 6))
    assert engine.counts.recomputed == 0
    engine.evaluate(1, [1, *PROMPT])
    assert engine.counts.recomputed == 1 + len(PROMPT)


def test_a_full_context_makes_room_and_says_when_it_cannot(model_path: Path) -> None:
    with Engine(model_path, context=256, sequences=4, batch=64) as small:
        small.evaluate(1, [1] * 150)
        small.evaluate(2, [2] * 150)
        assert small.held(1) == () and len(small.held(2)) == 150
        with pytest.raises(ContextFullError):
            small.evaluate(3, [3] * 300)


def test_an_interrupt_stops_an_evaluation_and_leaves_no_trace(engine: Engine, model_path: Path) -> None:
    engine.evaluate(1, PROMPT[:20])
    engine.interrupt()
    with pytest.raises(InterruptedDecode):
        engine.evaluate(1, PROMPT)
    assert engine.held(1) == tuple(PROMPT[:20])
    engine.clear()
    resumed = engine.evaluate(1, PROMPT)
    assert resumed.cached == 20
    np.testing.assert_allclose(resumed.logits, fresh(model_path, PROMPT), atol=1e-3)


def test_an_interrupt_reaches_into_a_running_evaluation(model_path: Path) -> None:
    long = [i % 200 for i in range(4000)]
    with Engine(model_path, context=4096, sequences=1, batch=4096) as big:
        timer = threading.Timer(0.02, big.interrupt)
        timer.start()
        with pytest.raises(InterruptedDecode):
            big.evaluate(1, long)  # one batch: only the abort callback can end it early
        timer.join()
        assert big.held(1) == ()


CONTROL = ["<|call|>", "<|end|>", "<|user|>", "<clean>", "<r1>", "<EALREADY>", "<|spare3|>"]


@given(st.lists(st.one_of(st.text(max_size=8), st.sampled_from(CONTROL)), max_size=6).map("".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_no_text_becomes_a_control_token(engine: Engine, text: str) -> None:
    control = set(engine.pieces().values())
    assert not control & set(engine.tokenize(text))
    assert b"".join(engine.piece_bytes(token) for token in engine.tokenize(text)).decode() == text


def test_templates_do_see_control_tokens(engine: Engine) -> None:
    assert engine.tokenize("<|call|><clean>", special=True) == [engine.pieces()["<|call|>"], engine.pieces()["<clean>"]]


@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 3)))
def test_common_prefix(first: list[int], second: list[int]) -> None:
    n = common_prefix(first, second)
    assert first[:n] == second[:n]
    assert n == min(len(first), len(second)) or first[n] != second[n]
