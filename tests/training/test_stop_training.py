"""Training the stop reflex: torch sees what the listener sees, thresholds keep their word, weights come out whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="training is an extra: pip install robotos[train]")
pytest.importorskip("onnx", reason="training is an extra: pip install robotos[train]")
pytest.importorskip("onnxruntime", reason="the stop reflex runs on onnxruntime")

from robotos.peripherals.sound import RATE  # noqa: E402
from robotos.peripherals.stop.decision import smoothed  # noqa: E402
from robotos.peripherals.stop.features import BANDS  # noqa: E402
from robotos.peripherals.stop.listener import StopListener, open_stop_listener  # noqa: E402
from robotos.peripherals.stop.network import Network, load_network  # noqa: E402
from robotos.peripherals.stop.words import WORDS  # noqa: E402
from robotos.training.stop import command  # noqa: E402
from robotos.training.stop.card import Result, publish  # noqa: E402
from robotos.training.stop.clips import COLUMNS, OUTPUTS, Clips  # noqa: E402
from robotos.training.stop.export import LARGEST, export  # noqa: E402
from robotos.training.stop.fit import Course, disturbed, fit, mean  # noqa: E402
from robotos.training.stop.material import Trial  # noqa: E402
from robotos.training.stop.network import StopNet  # noqa: E402
from robotos.training.stop.scoring import trace  # noqa: E402
from robotos.training.stop.streaming import frames  # noqa: E402
from robotos.training.stop.thresholds import GRID, MOST_FALSE, NOISY_RECALL, RECALL, Peaks, choose, curve  # noqa: E402


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def net() -> StopNet:
    """Untrained, but with statistics that are not those of its beginning."""
    torch.manual_seed(3)
    made = StopNet()
    made.train()
    with torch.no_grad():
        for _ in range(3):
            made(torch.randn(4, COLUMNS, BANDS))
    return made.eval()


@pytest.fixture(scope="module")
def model(net: StopNet) -> bytes:
    return export(net, 1)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.integers(2000, 30000))
def test_the_listener_hears_what_torch_computes_over_the_whole(
    net: StopNet, model: bytes, seed: int, length: int
) -> None:
    sound = np.random.default_rng(seed).normal(0.0, 2000.0, length).astype(np.int16)
    network = Network(model, np.full(len(WORDS), 0.5, np.float32))
    listener = StopListener(network)
    said: list[np.ndarray] = []
    answer = network.probabilities
    network.probabilities = lambda columns: said.append(answer(columns)) or said[-1]  # type: ignore[method-assign]
    for frame in frames(sound):
        listener.push(frame)
    np.testing.assert_allclose(smoothed(np.stack(said)), trace(net, sound), atol=2e-4)


def test_the_file_is_small_enough(model: bytes) -> None:
    assert len(model) <= LARGEST


def test_a_few_steps_learn_a_pattern() -> None:
    rng = np.random.default_rng(1)
    columns = rng.normal(-0.8, 0.1, (24, COLUMNS, BANDS)).astype(np.float16)
    targets = np.zeros((24, OUTPUTS, len(WORDS)), np.int8)
    columns[:12, :, 20:30] += 1.0
    targets[:12, :, 0] = 1
    torch.manual_seed(1)
    net, losses = StopNet(), []
    fit(
        net,
        Clips(columns, targets),
        Course(epochs=2, peak_epochs=1, cycles=2, batch=8),
        1,
        lambda _step, _of, loss: losses.append(loss),
    )
    assert len(losses) == 12
    assert losses[5] < 0.7 * losses[0]  # each output by itself
    assert losses[-1] < losses[6]  # peaks


def test_the_mean_of_weights_is_between_them() -> None:
    first, second = StopNet().state_dict(), StopNet().state_dict()
    found = mean([first, second])
    assert all(torch.allclose(2 * found[name], first[name] + second[name]) for name in found)


def test_disturbing_keeps_the_shape_and_is_seeded() -> None:
    x = torch.zeros(5, COLUMNS, BANDS)
    first, again = (disturbed(x, torch.Generator().manual_seed(2)) for _ in range(2))
    assert first.shape == x.shape
    assert torch.equal(first, again)
    assert not torch.equal(first, disturbed(x, torch.Generator().manual_seed(3)))


peak_lists = st.lists(st.floats(0.0, 1.0, width=32), min_size=1, max_size=60)


def made(stops: list[float], others: list[float], talk: list[float]) -> Peaks:
    def table(values: list[float]) -> np.ndarray:
        return np.repeat(np.asarray(values, np.float32)[:, None], len(WORDS), axis=1)

    rows = [table(values) for values in (stops, stops, others, others)]
    return Peaks(*rows, [rows[0]] * len(WORDS), rows[2], table(talk))


@given(peak_lists, peak_lists, peak_lists)
def test_the_threshold_of_a_spoken_word_is_the_lowest_that_keeps_what_was_asked(
    stops: list[float], others: list[float], talk: list[float]
) -> None:
    def kept(at: float) -> bool:
        false = sum(np.float32(score) >= at for score in others) / len(others)
        return false <= MOST_FALSE and not any(np.float32(score) >= at for score in talk)

    for word, threshold in choose(made(stops, others, talk)).items():
        if word != "stop":
            assert kept(threshold) or threshold == GRID[-1]
            assert not any(kept(at) for at in GRID if at < threshold)


@given(peak_lists, peak_lists)
def test_the_threshold_of_stop_is_the_highest_that_misses_few_enough(stops: list[float], others: list[float]) -> None:
    def heard(at: float) -> bool:
        return sum(np.float32(score) >= at for score in stops) / len(stops) >= RECALL > NOISY_RECALL

    threshold = choose(made(stops, others, [0.0]))["stop"]
    assert heard(threshold) or threshold == GRID[0]
    assert not any(heard(at) for at in GRID if at > threshold)


@given(peak_lists, peak_lists, peak_lists)
def test_the_curve_only_falls(stops: list[float], others: list[float], talk: list[float]) -> None:
    points = curve(made(stops, others, talk))
    for name in ("recall", "noisy_recall", "false", "noisy_false", "talk"):
        values = [getattr(point, name) for point in points]
        assert values == sorted(values, reverse=True)


def test_what_is_published_is_what_the_listener_opens(model: bytes, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    found = made([0.9, 0.8], [0.1, 0.2], [0.1])
    silence = [np.zeros(RATE, np.int16)]
    trial = Trial(silence, silence, silence, silence, [silence] * len(WORDS), silence, silence)
    publish(Result(model, choose(found), 1, 60.0, 12, found, found, trial), tmp_path)
    open_stop_listener(tmp_path).push(np.zeros(512, np.int16))
    np.testing.assert_allclose(load_network(tmp_path).thresholds, list(choose(found).values()))
    card = (tmp_path / "README.md").read_text()
    assert "CC BY 4.0" in card and "Apache-2.0" in card and "| **0.80** |" in card
    assert (tmp_path / "curve.png").stat().st_size < 60_000


def test_without_recordings_it_says_where_they_should_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--data", str(tmp_path), "--out", str(tmp_path / "out"), "--quiet"]) == 1
    assert "ROBOTOS_BENCH_DATA" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
