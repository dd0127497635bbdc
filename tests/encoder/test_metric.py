from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robotos.cpu.engine import ModelError
from robotos.encoder.files import Card
from robotos.encoder.metric import Metric, bundled_metric, read_metric, write_metric
from robotos.encoder.source import OFFICIAL


def _metric() -> Metric:
    return Metric(np.random.default_rng(1).normal(size=(6, 3)).astype(np.float16), "ab" * 32)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_metric(tmp_path / "metric.npz", _metric())
    read = read_metric(tmp_path / "metric.npz")
    assert np.array_equal(read.matrix, _metric().matrix)
    assert (read.encoder, read.digest) == (_metric().encoder, _metric().digest)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nonsense"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "metric.npz").write_bytes(damage)
    with pytest.raises(ModelError, match="reinstall"):
        read_metric(tmp_path / "metric.npz")


@pytest.mark.parametrize("matrix", [np.zeros(4, np.float16), np.eye(3), np.full((2, 2), np.nan, np.float16)])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, matrix: np.ndarray) -> None:
    np.savez(tmp_path / "metric.npz", matrix=matrix, encoder=np.zeros(1, np.uint8))
    with pytest.raises(ModelError, match="damaged"):
        read_metric(tmp_path / "metric.npz")


def test_the_bundled_one_is_for_the_official_encoder_only() -> None:
    official = Card("MiniLM", "Apache-2.0", "", OFFICIAL.weights_sha256, "")
    metric = bundled_metric(official)
    assert metric is not None and metric.matrix.shape[0] == 384
    assert bundled_metric(Card("other", "", "", "00", "")) is None
