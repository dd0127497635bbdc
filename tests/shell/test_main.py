from __future__ import annotations

import importlib
from types import ModuleType

import pytest

from robotos import __version__
from robotos.shell.main import COMMANDS, USAGE_ERROR, main


def command(name: str) -> ModuleType:
    if name == "train":
        pytest.importorskip("torch", reason="comes with make train")
    return importlib.import_module(COMMANDS[name][0])


def test_without_a_command_it_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == USAGE_ERROR
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in COMMANDS)


def test_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"robotos {__version__}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        raise SystemExit(command(name).main(["--help"]))
    assert exit_.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: robotos {name}")
    assert "example" in shown and f"robotos {name}" in shown.partition("example")[2]


def test_an_unknown_command_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fly"]) == USAGE_ERROR
    assert capsys.readouterr().err.splitlines() == ["robotos: there is no command 'fly'; robotos --help lists them"]


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_is_called_wrongly(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        raise SystemExit(command(name).main(["--no-such-option"]))
    assert exit_.value.code == USAGE_ERROR
    assert f"robotos {name}" in capsys.readouterr().err
