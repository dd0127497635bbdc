"""Whatever is wrong: one sentence that says what to do, the right exit code, nothing left behind."""

from __future__ import annotations

import json
import os
import struct
import wave
from collections.abc import Sequence
from pathlib import Path

import pytest

from robotos.boot.running import find
from robotos.policy import DEFAULT
from robotos.shell.main import main

Capture = pytest.CaptureFixture[str]


def complaint(capsys: Capture, arguments: Sequence[str], code: int = 1) -> str:
    """Run a command that must fail; the one line it said."""
    assert main(list(arguments)) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    (line,) = shown.err.strip().splitlines()
    assert line.startswith(f"robotos {arguments[0]}: ")
    return line


@pytest.fixture
def home(tmp_path: Path) -> Path:
    directory = tmp_path / "home"
    directory.mkdir()
    return directory


def test_no_such_map(capsys: Capture, home: Path) -> None:
    for command in (["say", "hello", "--map", "castle"], ["map", "castle"], ["sim", "--map", "castle"]):
        extra = [] if command[0] == "map" else ["--home", str(home)]
        assert "there is no map 'castle'" in complaint(capsys, [*command, *extra])


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"", "model"), (b"not a model at all", "model"), (b"GGUF" + struct.pack("<IQQ", 3, 10**12, 10**12), "model")],
)
def test_a_corrupt_model(capsys: Capture, home: Path, tmp_path: Path, content: bytes, what: str) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(content)
    line = complaint(capsys, ["say", "hello", "--home", str(home), "--model", str(file)])
    assert what in line and str(file) in line


def test_no_model_at_all(capsys: Capture, home: Path, tmp_path: Path) -> None:
    line = complaint(capsys, ["say", "hello", "--home", str(home), "--model", str(tmp_path / "none.gguf")])
    assert "none.gguf" in line


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("motion = ", "not valid TOML"),
        (DEFAULT.read_text(encoding="utf-8").replace("max_speed", "maximum_speed"), "no such key"),
        ("\udcff", "cannot be read"),
    ],
)
def test_an_unreadable_policy(capsys: Capture, home: Path, text: str, what: str) -> None:
    (home / "policy.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    for command in (["say", "hello"], ["sim", "--mute"]):
        line = complaint(capsys, [*command, "--home", str(home)])
        assert what in line and "policy.toml" in line and "stays disarmed" in line
    assert find(home) is None


@pytest.mark.parametrize("words", [[], [""], ["   ", "\t"]])
def test_an_empty_command(capsys: Capture, home: Path, words: list[str]) -> None:
    assert "say what?" in complaint(capsys, ["say", *words, "--home", str(home)], code=2)
    assert list(home.iterdir()) == []


def sound(path: Path, samples: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(bytes(2 * samples))
    return path


def test_silence_and_files_that_are_no_sound(capsys: Capture, home: Path, tmp_path: Path) -> None:
    quiet = sound(tmp_path / "quiet.wav", 16000)
    noise = tmp_path / "noise.wav"
    noise.write_bytes(os.urandom(500))
    for file, what in (
        (quiet, "no words were heard"),
        (sound(tmp_path / "empty.wav", 0), "holds no sound"),
        (noise, "noise.wav"),
        (tmp_path / "none.wav", "there is no sound file"),
        (tmp_path, "there is no sound file"),
    ):
        line = complaint(capsys, ["hear", str(file), "--home", str(home)])
        assert what in line and file.name in line


def test_no_port(capsys: Capture, home: Path) -> None:
    line = complaint(capsys, ["run", "--port", "/dev/ttyNONE", "--home", str(home)])
    assert "there is no port /dev/ttyNONE" in line and "doctor" in line


def test_a_port_on_which_nothing_answers(capsys: Capture, home: Path) -> None:
    board, port = os.openpty()
    try:
        line = complaint(capsys, ["run", "--port", os.ttyname(port), "--home", str(home), "--mute"])
    finally:
        os.close(board)
        os.close(port)
    assert "no motor controller answers" in line
    assert find(home) is None


@pytest.mark.parametrize("command", [["ps"], ["stop"], ["arm"]])
def test_nothing_runs(capsys: Capture, home: Path, command: list[str]) -> None:
    assert "no robot is running" in complaint(capsys, [*command, "--home", str(home)])


def test_a_system_that_does_not_answer(capsys: Capture, home: Path) -> None:
    card = {"pid": os.getpid(), "control": str(home / "c"), "console": str(home / "d"), "map": "apartment"}
    (home / "running.json").write_text(json.dumps({**card, "children": {}}), encoding="utf-8")
    (home / "c").touch()
    assert "does not answer" in complaint(capsys, ["ps", "--home", str(home)])
    assert "no gate" in complaint(capsys, ["arm", "--home", str(home)])
    assert "stop button" in complaint(capsys, ["stop", "--home", str(home)])


def test_no_journal(capsys: Capture, home: Path) -> None:
    assert "robotos.db" in complaint(capsys, ["strace", "--home", str(home)])
    assert "robotos.db" in complaint(capsys, ["fsck", "--home", str(home)])


def test_a_home_that_is_a_file(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for command in (["ps"], ["say", "hello"], ["doctor"]):
        assert "--home" in complaint(capsys, [*command, "--home", str(tmp_path / "file")])


def test_a_picture_that_cannot_be_written(capsys: Capture, tmp_path: Path) -> None:
    line = complaint(capsys, ["map", "apartment", "--png", str(tmp_path / "none" / "x.png")])
    assert "x.png" in line and "--png" in line


def test_numbers_that_make_no_sense(capsys: Capture, home: Path) -> None:
    for arguments in (
        ["sim", "--seconds", "-1"],
        ["sim", "--seconds", "nan"],
        ["say", "hello", "--wait", "soon"],
        ["strace", "--last", "0"],
        ["bench", "boot", "--jobs", "0"],
        ["bench", "nothing"],
    ):
        with pytest.raises(SystemExit) as exit_:
            main(arguments)
        assert exit_.value.code == 2
        assert "Traceback" not in capsys.readouterr().err
