from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from robotos.boot.health import machine, software, sound
from robotos.boot.health.examination import QUESTIONS, examine
from robotos.boot.health.finding import Finding, Patient, State, asked_apart
from robotos.disk.reader import FILE
from robotos.policy import DEFAULT
from robotos.shell import doctor
from robotos.shell.main import main


def test_every_finding_that_is_not_well_names_its_loss_and_its_cure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--home", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    findings = told["findings"]
    assert len(findings) == len(QUESTIONS) and len({finding["name"] for finding in findings}) == len(findings)
    for finding in findings:
        assert finding["detail"] and "\n" not in finding["detail"]
        assert (finding["state"] == "ok") == (finding["loses"] == "") == (finding["cure"] == "")
    states = {finding["name"]: finding["state"] for finding in findings}
    for name in ("python", "controller core", "llama.cpp", "model", "disk", "policy", "chroma", "pocketsphinx"):
        assert states[name] == "ok", findings


def test_what_stops_everything_is_said_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = partial(examine, questions=(software.policy, machine.python, sound.whisper))
    monkeypatch.setattr(doctor, "examine", few)
    (tmp_path / "policy.toml").write_text("speed = 9", encoding="utf-8")
    assert main(["doctor", "--home", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert shown.strip().splitlines()[-1] == "nothing starts before this is cured: policy"
    assert "without it: all motion" in shown and "cure: " in shown
    (tmp_path / "policy.toml").unlink()
    assert main(["doctor", "--home", str(tmp_path)]) == 0
    assert "1 of 3 could be better" in capsys.readouterr().out


def test_a_policy_that_is_wrong(tmp_path: Path) -> None:
    text = DEFAULT.read_text(encoding="utf-8")
    (tmp_path / "policy.toml").write_text(text.replace("max_speed", "top_speed"), encoding="utf-8")
    found = software.policy(Patient(tmp_path))
    assert found.stops_all and "top_speed" in found.detail and "policy.toml" in found.cure


@pytest.mark.parametrize("content", [b"", b"GGUF" + bytes(60), b"something else"])
def test_a_model_that_is_damaged(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(content)
    found = software.model(Patient(tmp_path, file))
    assert found.stops_all and found.state is State.BROKEN and "--model" in found.cure


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    assert software.model(Patient(tmp_path, tmp_path / "none.gguf")).state is State.MISSING


def test_a_disk_that_is_damaged_is_seen_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"rubbish" * 1000)
    found = software.disk(Patient(tmp_path))
    assert found.stops_all and FILE in found.detail
    assert (tmp_path / FILE).read_bytes() == b"rubbish" * 1000


def test_a_question_that_fails_is_an_answer_and_the_next_is_asked(tmp_path: Path) -> None:
    def broken(_patient: Patient) -> Finding:
        raise RuntimeError("no idea")

    first, second = examine(Patient(tmp_path), (broken, machine.python))
    assert first.state is State.BROKEN and "no idea" in first.detail
    assert second.state is State.OK


def test_native_code_that_crashes_takes_nothing_along() -> None:
    code, _ = asked_apart("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert code == -11
    assert asked_apart("print('well')") == (0, "well")
    assert asked_apart("raise SystemExit('ill')") == (1, "ill")


def test_a_voice_without_its_files_is_missing(tmp_path: Path) -> None:
    for found in (sound.whisper(Patient(tmp_path)), sound.piper(Patient(tmp_path))):
        assert found.state is State.MISSING and not found.essential
