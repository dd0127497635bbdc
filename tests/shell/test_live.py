"""The live system in real time: kernel, gate and simulated robot as processes, spoken to by the other commands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from robotos.disk import open_reader
from robotos.shell.main import main
from tests.shell.conftest import ROOT, WITHIN, Live, environment, robotos

Start = Callable[..., Live]


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@dataclass
class Shell:
    """The other commands, in this process, on one home."""

    home: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str]:
        code = main([*arguments, "--home", str(self.home)])
        return code, self.capsys.readouterr().out

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json")[1])

    def lines(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*arguments, "--json")[1].splitlines()]

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.json("ps")["state"]
        return found


def test_a_running_robot_is_spoken_to_watched_and_stopped(live: Start, capsys: pytest.CaptureFixture[str]) -> None:
    system = live("sim")
    ready = system.ready()
    assert ready["room"] == "hallway"
    shell = Shell(system.home, capsys)
    following = subprocess.Popen(
        [sys.executable, "-m", "robotos.shell.main", "strace", "-f", "--json", "--home", str(system.home)],
        cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip

    done = robotos("say", "what", "time", "is", "it", "--json", "--home", str(system.home))
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["running"] and told["outcome"] == "done"
    assert told["calls"] == [{"call": "status of=clock", "errno": "OK"}]
    assert [line["kind"] for line in told["log"]].count("say") == 1
    code, shown = shell.run("say", "colourless green ideas")
    assert code == 1 and "unclear" in shown

    assert shell.run("say", "clean the kitchen", "--no-wait")[0] == 0
    system.until(lambda: shell.state["speed"] > 0.1)
    rows = shell.json("ps")
    assert [row["program"] for row in rows["processes"] if row["base"]] == ["clean"]
    assert rows["children"] == ready["children"]
    shown = shell.run("ps")[1]
    assert "assistant" in shown and "clean *" in shown

    code, shown = shell.run("stop", "--json")
    assert code == 0 and json.loads(shown)["confirmed"] is True
    system.until(lambda: "Stopped." in system.said() and shell.state["speed"] == 0)
    assert shell.state["latched"] == "stop"
    assert [row["program"] for row in shell.json("ps")["processes"]] == ["assistant"]
    code, shown = shell.run("arm")
    assert code == 0 and "armed" in shown

    log = shell.lines("strace", "--last", "100")
    calls = [line["text"].split(" ")[0] for line in log if line["kind"] == "call"]
    assert calls == ["status", "clean"]
    assert "stop (confirmed)" in {line["text"] for line in log}
    assert "turn[" in shell.run("strace")[1]

    other = robotos("sim", "--home", str(system.home), module="tests.shell.live_system")
    assert other.returncode == 1
    assert one_sentence(other.stderr) and "already open" in other.stderr

    system.process.send_signal(signal.SIGTERM)
    assert system.end() == (0, "")
    assert all(gone(pid) for pid in ready["children"].values())
    assert shell.run("ps")[0] == 1
    followed = [json.loads(line) for line in following.communicate(timeout=WITHIN)[0].splitlines()]
    assert following.returncode == 0
    assert [line["text"].split(" ")[0] for line in followed if line["kind"] == "call"] == calls
    kept = [line["text"].split(" ")[0] for line in shell.lines("strace") if line["kind"] == "call"]
    assert kept == calls


def one_sentence(errors: str) -> bool:
    return len(errors.strip().splitlines()) == 1 and "Traceback" not in errors


@pytest.mark.parametrize("victim", ["the gate", "the simulated robot"])
def test_a_killed_child_ends_the_system_in_one_sentence(live: Start, victim: str) -> None:
    system = live("sim", "--say", "go to the kitchen")
    ready = system.ready()
    system.until(lambda: bool(system.said()))
    os.kill(system.child(victim), signal.SIGKILL)
    code, errors = system.end()
    assert code == 1
    assert one_sentence(errors) and victim in errors and "stands still" in errors
    assert all(gone(pid) for pid in ready["children"].values())
    assert not (system.home / "running.json").exists()


def test_a_port_that_vanishes_stops_the_task_and_ends_the_system(live: Start, tmp_path: Path) -> None:
    board = subprocess.Popen(
        [sys.executable, "-m", "robotos.sim.serve", "--map", "maps/apartment", "--socket", str(tmp_path / "s")],
        cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert board.stdout is not None
        port = json.loads(board.stdout.readline())["port"]
        system = live("run", "--port", port, "--patience", "0.5", "--say", "go to the kitchen")
        system.ready()
        system.until(lambda: bool(system.said()))
    finally:
        board.kill()
        board.communicate(timeout=WITHIN)
    code, errors = system.end()
    assert code == 1
    assert one_sentence(errors) and port in errors and "cable" in errors
    assert any("lost the connection" in text for text in system.said())
    reader = open_reader(system.home)
    try:
        killed = [event.body for event in reader.events(kind="kill")]
        assert killed and all(body["errno"] == "ENODEV" and body["reason"] == "link_lost" for body in killed)
        assert all(task.outcome != "done" and task.end is not None for task in reader.tasks())
    finally:
        reader.close()


def test_piped_lines_are_said_one_after_the_other(live: Start) -> None:
    system = live("sim", "--exit-when-idle")
    assert system.process.stdin is not None
    system.process.stdin.write("what time is it\n\nwhat time is it\n")
    system.process.stdin.close()
    assert system.end() == (0, "")
    heard = [line["text"] for line in system.log if line.get("kind") == "hear"]
    assert heard == ["what time is it"] * 2
    kinds = [line["kind"] for line in system.log if line.get("kind") in {"hear", "result"}]
    assert kinds == ["hear", "result"] * 2
    assert system.log[0]["seconds"] > 0
