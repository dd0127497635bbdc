"""`robotos firmware`: what it prints, in text and JSON, and what it says when something is missing."""

import json
import shutil

import pytest

from robotos.shell.main import main

pytestmark = pytest.mark.skipif(shutil.which("avr-gcc") is None, reason="apt-get install gcc-avr avr-libc")


def test_build_prints_every_figure_against_its_budget(capsys):
    assert main(["firmware", "build", "--board", "uno"]) == 0
    printed = capsys.readouterr().out
    for words in ("Arduino Uno", "flash", "static RAM", "stack", "worst control period", "20 480", "BUDGET", ".hex"):
        assert words in printed


def test_build_as_json(capsys):
    assert main(["firmware", "build", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["board"] == "mega2560"
    assert found["met"]
    assert [figure["name"] for figure in found["figures"]] == ["flash", "static RAM", "stack", "worst control period"]
    assert all(figure["value"] is None or figure["value"] <= figure["limit"] for figure in found["figures"])


def test_flash_dry_run_prints_the_command(capsys):
    assert main(["firmware", "flash", "--board", "uno", "--port", "/dev/ttyACM7", "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("avrdude -p m328p -c arduino -P /dev/ttyACM7 -b 115200 -D -U flash:w:")


@pytest.mark.parametrize("action", ["flash", "test"])
def test_a_port_that_is_not_there(action, capsys):
    assert main(["firmware", action, "--port", "/dev/ttyNONE"]) == 1
    assert capsys.readouterr().err.startswith("robotos firmware: there is no port /dev/ttyNONE")


def test_the_self_test_prints_a_line_a_question(capsys):
    pytest.importorskip("firmware_bridge.emulator")
    code = main(["firmware", "test", "--board", "uno", "--json"])
    printed = capsys.readouterr()
    if "libsimavr" in printed.err:
        pytest.skip(printed.err)
    found = json.loads(printed.out)
    assert code == 0
    assert found["ok"]
    assert {"handshake", "stop", "watchdog"} <= {outcome["name"] for outcome in found["tests"]}


def test_an_unknown_board_is_a_wrong_call(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["firmware", "build", "--board", "teensy"])
    assert ended.value.code == 2
    assert "mega2560" in capsys.readouterr().err
