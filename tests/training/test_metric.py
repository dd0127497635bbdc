from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="training is an extra: pip install robotos[train]")

from robotos.encoder.metric import Metric
from robotos.training.metric import learn_metric

_SENSES = 8


def _phrases(count: int, seed: int) -> tuple[np.ndarray, list[int]]:
    """Vectors of which two coordinates say what is meant and the other thirty, larger, are about something else."""
    rng = np.random.default_rng(seed)
    meant = rng.integers(_SENSES, size=count)
    angle = 2 * np.pi * meant / _SENSES
    vectors = np.concatenate([0.5 * np.stack([np.cos(angle), np.sin(angle)], 1), rng.normal(size=(count, 30)) / 3], 1)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit.astype(np.float32), meant.tolist()


def _right(known: np.ndarray, kinds: list[int], asked: np.ndarray, meant: list[int]) -> float:
    """Share of those whose nearest neighbour means the same."""
    nearest = (asked @ known.T).argmax(1)
    return float(np.mean([kinds[i] == m for i, m in zip(nearest, meant, strict=True)]))


def test_phrases_never_seen_find_their_like() -> None:
    known, kinds = _phrases(800, 1)
    asked, meant = _phrases(200, 2)
    metric = Metric(learn_metric(known, kinds, seed=1, size=8), "")
    assert _right(known, kinds, asked, meant) < 0.5
    assert _right(metric.of(known), kinds, metric.of(asked), meant) > 0.9
    assert np.allclose(np.linalg.norm(metric.of(asked), axis=1), 1, atol=1e-5)


def test_it_repeats() -> None:
    known, kinds = _phrases(100, 3)
    once, again = (learn_metric(known, kinds, seed=1, size=4, steps=20) for _ in range(2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, learn_metric(known, kinds, seed=2, size=4, steps=20))


def test_where_no_two_phrases_mean_the_same_nothing_is_learned() -> None:
    known, _ = _phrases(20, 4)
    assert np.array_equal(learn_metric(known, range(20), seed=1, size=4, steps=5), np.eye(32)[:, :4])
