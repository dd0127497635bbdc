from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from robotos.boot.once import Once, run_once
from robotos.disk import Event
from robotos.kernel.trace import Entry
from robotos.shell.journal import lines_of
from robotos.shell.lines import Line
from robotos.shell.main import main
from robotos.shell.tables import columns
from tests.boot.conftest import scripted
from tests.cottage import build

AT = datetime(2026, 11, 20, 15, 10, 1, 234_000)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home on whose disk is what came of two sentences."""
    (tmp_path / "map").mkdir()
    build(tmp_path / "map")
    once = Once(str(tmp_path / "map"), tmp_path / "home", scripted)
    (tmp_path / "home").mkdir()
    for text in ("go to the kitchen", "stop"):
        run_once(once, text, "text", lambda entry, at: None)
    return tmp_path / "home"


def test_the_journal_tells_afterwards_what_was_heard_called_and_said(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["strace", "--home", str(home), "--json", "--last", "1000"]) == 0
    log = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [(line["program"], line["kind"], line["text"], line["errno"]) for line in log]
    assert ("owner", "hear", "go to the kitchen", "") in told
    assert any(who == "turn" and kind == "call" and text.startswith("goto dest=") for who, kind, text, _ in told)
    assert any(kind == "result" and errno == "OK" for _, kind, _, errno in told)
    assert any(kind == "event" and text.startswith("stop (") for _, kind, text, _ in told)
    assert [line["at"] for line in log] == sorted(line["at"] for line in log)


def test_the_last_lines_and_one_process(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["strace", "--home", str(home), "--json", "--last", "1000"])
    every = capsys.readouterr().out.splitlines()
    main(["strace", "--home", str(home), "--json", "--last", "2"])
    assert capsys.readouterr().out.splitlines() == every[-2:]
    pid = next(json.loads(line)["pid"] for line in every if json.loads(line)["kind"] == "call")
    main(["strace", "--home", str(home), "--json", "--last", "1000", "--pid", str(pid)])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert found and {line["pid"] for line in found} == {pid}


def test_the_disk_of_a_home_is_checked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fsck", "--home", str(home), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["events"] > 5


def test_an_event_of_a_kind_unheard_of_is_left_out() -> None:
    events = [Event(1, AT, 0.0, "page", {}), Event(2, AT, 0.0, "crash", {"pid": 3, "error": "x"})]
    assert [line.text for line in lines_of(events, {3: "clean"})] == ["crashed: x"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (Entry(0, 0, "owner", "hear", "clean [bold]x"), "heard   clean [bold]x"),
        (Entry(0, 2, "turn", "result", "clean rooms=kitchen", "EALREADY"), "EALREADY     clean rooms=kitchen"),
        (Entry(0, 2, "clean", "event", "crashed", "EIO"), "crashed  EIO"),
    ],
)
def test_a_line_as_the_conversation_shows_it(entry: Entry, words: str) -> None:
    shown = Line.of(entry, AT).talk()
    assert shown is not None and shown.plain.startswith("15:10:01") and words in shown.plain


def test_a_question_is_shown_once() -> None:
    assert Line.of(Entry(0, 2, "turn", "ask", "Which one?"), AT).talk() is None


def test_a_line_as_strace_shows_it() -> None:
    line = Line.of(Entry(0, 2, "turn", "result", "goto dest=r1", "OK"), AT).strace().plain
    assert line == "15:10:01.234  turn[2]          result goto dest=r1 = OK"


def test_columns_are_as_wide_as_they_must_be() -> None:
    assert [line.plain for line in columns(["A", "B"], [["long", "1"], ["x", "22"]], right=(1,))] == [
        "A      B", "long   1", "x     22",
    ]  # fmt: skip
