from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from robotos.boot.library.catalogue import Role
from robotos.boot.library.choice import read_choice
from robotos.shell.main import main

pytest.importorskip("wyoming", reason="the wyoming extra")
LIMIT = 60.0  # s


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`robotos wyoming serve` and its address."""
    pytest.importorskip("espeakng_loader", reason="espeak-ng comes with the espeak extra")
    command = ["wyoming", "serve", "--no-asr", "--port", "0", "--orders", "guest", "--json", "--home", str(tmp_path)]
    server = subprocess.Popen(
        [sys.executable, "-m", "robotos.shell.main", *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    ready = json.loads(server.stdout.readline())
    assert ready["kind"] == "ready" and ready["offers"] == ["tts", "handle"]
    yield server, ready["address"]
    server.send_signal(signal.SIGINT)
    server.communicate(timeout=LIMIT)
    assert server.returncode == 0


def test_a_server_is_described_and_chosen(
    served: tuple[subprocess.Popen[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, address = served
    assert main(["wyoming", "info", address, "--json", "--home", str(tmp_path)]) == 0
    rows = json.loads(capsys.readouterr().out)["offers"]
    assert [(row["kind"], row["models"]) for row in rows] == [("tts", ["espeak-ng"]), ("handle", ["robotos"])]
    assert main(["wyoming", "info", address, "--home", str(tmp_path)]) == 0
    assert f"robotos wyoming use {address}" in capsys.readouterr().out
    assert main(["wyoming", "use", address, "--home", str(tmp_path)]) == 0
    assert "is the voice of every system" in capsys.readouterr().out
    assert str(read_choice(tmp_path).services[Role.VOICE]) == address


def test_what_misbehaves_is_noted(served: tuple[subprocess.Popen[str], str]) -> None:
    import socket

    server, address = served
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), LIMIT) as link:
        link.sendall(b"GET / HTTP/1.1\r\n\r\n")
        note = json.loads(server.stdout.readline())
    assert note["kind"] == "note" and "was closed: a header is no JSON" in note["text"]


def test_open_to_the_network_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("espeakng_loader", reason="espeak-ng comes with the espeak extra")
    command = ["wyoming", "serve", "--no-asr", "--port", "0", "--bind", "0.0.0.0", "--orders", "owner"]
    assert main([*command, "--seconds", "0.1", "--home", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert "tts, handle at wyoming://0.0.0.0:" in told.out
    assert "Wyoming knows no passwords" in told.err and "give the robot orders as its owner" in told.err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["info", "nonsense"], "write it as wyoming://host:port"),
        (["info", "127.0.0.1:1"], "no Wyoming service answers"),
        (["use", "wyoming://127.0.0.1:1"], "no Wyoming service answers"),
        (["serve", "--no-asr", "--no-tts"], "nothing would be served"),
        (["serve", "--no-asr", "--bind", "203.0.113.1"], "cannot be listened on"),
    ],
)
def test_mistakes_are_one_sentence(
    arguments: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["wyoming", *arguments, "--home", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert why in told and told.count("\n") == 1
