from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training is an extra: pip install robotos[train]")

from robotos.cpu.engine import Engine, ModelError  # noqa: E402
from robotos.cpu.models import sha256_of  # noqa: E402
from robotos.training import again, corpus, train  # noqa: E402
from robotos.training.earlier import ENDED, STEADY, EarlierRunError, earlier_run  # noqa: E402
from robotos.training.exemplars import EncoderMissingError  # noqa: E402
from robotos.training.export import Shape, Vocabulary, write  # noqa: E402
from robotos.training.model import Embedding, Model, tensors_of  # noqa: E402
from robotos.training.optimise import orthogonalised, rate_at  # noqa: E402
from robotos.training.publish import publish  # noqa: E402

SHAPE = Shape(width=64, layers=2, heads=2, inner=96, context=128)
MAP = Path(__file__).parents[2] / "maps" / "apartment"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(("kind", "tolerance"), [("f32", 1e-2), ("q8_0", 0.15)])
def test_llama_computes_what_torch_does(vocabulary: Vocabulary, tmp_path: Path, kind: str, tolerance: float) -> None:
    torch.manual_seed(3)
    meanings = torch.randn(len(vocabulary.tokens), 32)
    embedding = Embedding(meanings, len(vocabulary.tokens) // 2, len(vocabulary.control), SHAPE.width)
    model = Model(SHAPE, embedding, 0.0).eval()
    for parameter in model.parameters():  # fresh blocks put out nothing; make them count
        torch.nn.init.normal_(parameter, std=0.15, mean=1.0 if parameter.ndim == 1 else 0.0)
    write(tmp_path / "m.gguf", SHAPE, vocabulary, tensors_of(model), kind)
    last = vocabulary.size - 1
    tokens = [5, 70, last, 12, 8, 8, last - 30]
    with torch.no_grad():
        wanted = model.head(model(torch.tensor([tokens]))[0, -1]).numpy()
    with Engine(tmp_path / "m.gguf", context=128, sequences=1) as engine:
        got = engine.evaluate(1, tokens).logits[len(vocabulary.tokens) :]
    assert np.abs(wanted).max() > 1
    assert np.abs(got - wanted).max() < tolerance * np.abs(wanted).max()


@pytest.fixture
def tiny(phrases: Path, monkeypatch: pytest.MonkeyPatch) -> train.Plan:
    monkeypatch.setattr(corpus, "PHRASES", phrases)
    return train.Plan(steps=30, workers=1, batch=8, compiled=False, shape=SHAPE, dropout=0.0, held_out=0.2)


def test_a_run_repeats_exactly_learns_and_can_be_shipped(tiny: train.Plan, encoder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        train.train(tiny, MAP, tmp_path / name, encoder)
    assert sha256_of(tmp_path / "a" / "model.gguf") == sha256_of(tmp_path / "b" / "model.gguf")
    scores = json.loads((tmp_path / "a" / "scores.json").read_text())
    assert scores["sha256"] == sha256_of(tmp_path / "a" / "model.gguf")
    assert scores["trained_known_names"]["verb"] > 0.2  # 30 steps: it has noticed what the corpus is about
    assert scores["held_out_known_names"]["n"] > 0
    assert "exact calls" in (tmp_path / "a" / "card.md").read_text()
    digest = publish(tmp_path / "a", tmp_path / "weights")
    card = json.loads((tmp_path / "weights" / "compact.json").read_text())
    assert card["sha256"] == digest == sha256_of(tmp_path / "weights" / "compact.gguf")
    assert card["plan"]["steps"] == 30
    assert card["calibration"] == scores["calibration"]
    (tmp_path / "a" / "scores.json").write_text("{}")
    with pytest.raises(ModelError, match="holds no calibration"):
        publish(tmp_path / "a", tmp_path / "weights")


def test_a_run_is_scored_again_the_same(tiny: train.Plan, encoder: Path, tmp_path: Path) -> None:
    train.train(tiny, MAP, tmp_path / "a", encoder)
    before = {name: (tmp_path / "a" / name).read_text() for name in ("scores.json", "card.md")}
    for name in before:
        (tmp_path / "a" / name).unlink()
    again.score_again(tmp_path / "a", MAP, encoder)
    assert {name: (tmp_path / "a" / name).read_text() for name in before} == before
    (tmp_path / "a" / "plan.json").unlink()
    with pytest.raises(EarlierRunError, match="is the run finished"):
        again.score_again(tmp_path / "a", MAP, encoder)


def test_a_run_goes_on_from_an_earlier_one(
    tiny: train.Plan, encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train.train(tiny, MAP, tmp_path / "a", encoder)
    before = earlier_run(tmp_path / "a")
    monkeypatch.setattr(corpus, "PHRASES", shutil.copytree(corpus.PHRASES, tmp_path / "phrases"))
    added = "- intent: new\n  calls: [dock]\n  lines: |\n    perambulate to your xylophone\n"
    (corpus.PHRASES / "added.yaml").write_text(added)
    train.train(replace(tiny, steps=1), MAP, tmp_path / "b", encoder, before)
    a, b = (torch.load(tmp_path / name / ENDED, weights_only=True) for name in ("a", "b"))
    b["token_embd.own_embd"] = b["token_embd.own_embd"][: before.seen]
    moved = [name for name in a if not torch.equal(a[name], b[name])]
    assert moved and all(torch.allclose(a[name], b[name], atol=0.01) for name in a)  # one step at a low rate
    noted = json.loads((tmp_path / "b" / "plan.json").read_text())
    assert noted["before"] == sha256_of(tmp_path / "a" / ENDED) == before.digest
    after = earlier_run(tmp_path / "b")
    assert after.vocabulary.tokens[: before.seen] == before.vocabulary.tokens[: before.seen]
    assert "perambulate" in after.vocabulary.tokens[before.seen : after.seen]
    assert len(set(after.vocabulary.tokens)) == len(after.vocabulary.tokens)
    torch.save(a, tmp_path / "b" / STEADY)  # what a run that was cut short leaves is the better beginning
    assert earlier_run(tmp_path / "b").weights == tmp_path / "b" / STEADY


def test_nothing_to_go_on_from_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["--map", str(MAP), "--out", str(tmp_path / "out"), "--from", str(tmp_path)]) == 1
    assert "name the --out of an earlier run" in capsys.readouterr().err
    (tmp_path / ENDED).write_bytes(b"weights")
    with pytest.raises(EarlierRunError, match=r"vocabulary\.json cannot be read"):
        earlier_run(tmp_path)


def test_training_without_an_encoder_says_how_to_get_one(tiny: train.Plan, tmp_path: Path) -> None:
    with pytest.raises(EncoderMissingError, match="robotos models pull encoder"):
        train.train(tiny, MAP, tmp_path / "out", tmp_path / "nothing")


def test_words_never_seen_are_read_by_what_they_mean() -> None:
    torch.manual_seed(1)
    meanings = torch.randn(6, 8)
    meanings[5] = meanings[0]  # the last word was never seen, but means what the first does
    embedding = Embedding(meanings, 3, 2, 4).eval()
    assert torch.allclose(embedding(torch.tensor([5])), embedding(torch.tensor([0])))
    with torch.no_grad():
        embedding.own_embd += 1.0
    assert torch.allclose(embedding(torch.tensor([5])) + 1.0, embedding(torch.tensor([0])), atol=1e-6)
    assert torch.allclose(embedding.table()[[5, 0, 6]], embedding(torch.tensor([5, 0, 6])))


def test_a_run_without_a_model_cannot_be_shipped(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        publish(tmp_path, tmp_path / "weights")
    assert not (tmp_path / "weights").exists()


def test_the_command_line_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["--map", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "no layout.yaml" in capsys.readouterr().err


def test_orthogonalised_updates_are_nearly_semi_orthogonal() -> None:
    torch.manual_seed(1)
    for rows, columns in ((16, 16), (16, 48), (48, 16)):
        update = orthogonalised(torch.randn(rows, columns))
        values = torch.linalg.svdvals(update)
        assert update.shape == (rows, columns)
        assert 0.5 < values.median() < 1.3 and values.max() < 1.5


def test_the_rate_rises_stays_and_falls_to_nothing() -> None:
    assert rate_at(0, None, warm=100) == pytest.approx(0.01)
    assert rate_at(500, None) == rate_at(699, 1000) == 1.0
    assert rate_at(850, 1000) == pytest.approx(0.5)
    assert rate_at(999, 1000) < 0.01
