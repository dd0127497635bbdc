"""`robotos link monitor` on traces written by a real link."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from firmware_bridge.host import HostController, Inputs
from firmware_bridge.link import Link
from firmware_bridge.messages import Reason
from firmware_bridge.ports import PortError
from firmware_bridge.trace import FrameTrace
from firmware_bridge.transport import MemoryTransport
from robotos.boot import ports
from robotos.shell import link as command
from robotos.shell.main import main

Capture = pytest.CaptureFixture[str]
WALL = 1_800_000_000.0


class Conversation:
    """A link and a controller that talk on virtual time, traced."""

    def __init__(self, path: Path) -> None:
        self.time = 0.0
        self.trace = FrameTrace(path, lambda: self.time, lambda: WALL, print)
        host, self.device = MemoryTransport.pair()
        self.controller = HostController(7)
        self.link = Link(host, lambda: self.time, self.trace)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 100)):
            self.controller.receive(self.device.read())
            self.controller.tick(round(self.time * 1e6), Inputs(0, 0))
            self.device.write(self.controller.transmit())
            self.link.poll()
            self.link.heartbeat()
            self.time += 0.01


@pytest.fixture
def traced(tmp_path: Path) -> Path:
    path = tmp_path / "drive.trace"
    talk = Conversation(path)
    talk.run(0.2)
    talk.link.arm()
    talk.link.drive(200, -100, talk.link.deadline_after(0.2))
    talk.run(0.1)
    talk.device.write(b"\x05\x06\x07\0")  # noise on the line
    talk.link.stop_now(Reason.OWNER)
    talk.run(0.2)
    talk.trace.close()
    return path


def shown(capsys: Capture, *arguments: str) -> list[str]:
    assert main(["link", "monitor", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_each_frame_is_a_line(capsys: Capture, traced: Path) -> None:
    lines = shown(capsys, str(traced))
    assert any("-> hello" in line and "token=" in line for line in lines)
    assert any("-> drive" in line and "v_mm_s=200 w_mrad_s=-100" in line for line in lines)
    assert any("<- ack" in line and "status=OK" in line and "10.0 ms" in line for line in lines)
    assert any("<- bad" in line and "bytes=050607" in line and "COBS" in line for line in lines)
    assert any("<- state" in line and "reason=OWNER" in line and "LATCHED" in line for line in lines)


def test_only_some_types(capsys: Capture, traced: Path) -> None:
    lines = shown(capsys, str(traced), "--only", "drive, stop")
    assert [line.split()[2] for line in lines] == ["drive", "stop"]


def test_json_lines(capsys: Capture, traced: Path) -> None:
    rows = [json.loads(line) for line in shown(capsys, str(traced), "--json")]
    drive = next(row for row in rows if row["kind"] == "drive")
    assert (drive["way"], drive["bytes"], drive["fields"]["v_mm_s"]) == ("tx", 17, 200)
    assert drive["time"] == pytest.approx(WALL + 0.2)
    assert any(row.get("latency_ms") == pytest.approx(10, abs=0.1) for row in rows)


def test_the_summary(capsys: Capture, traced: Path) -> None:
    text = "\n".join(shown(capsys, str(traced), "--summary"))
    assert "bytes/s" in text and "round trip p99 ms" in text
    summary = json.loads(shown(capsys, str(traced), "--summary", "--json")[0])
    assert summary["bad_frames"] == 1
    assert summary["round_trip_p50_ms"] == pytest.approx(10, abs=0.1)
    assert (summary["resends"], summary["unanswered"], summary["lost_frames"]) == (0, 0, 0)
    assert {"way": "tx", "kind": "drive", "frames": 1, "bytes": 17} in summary["types"]
    assert summary["answers"]["OK"] > 10


def test_following_sees_what_is_added(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "growing.trace"
    talk = Conversation(path)
    talk.run(0.1)
    looks: list[int] = []

    def pause(_seconds: float) -> None:
        looks.append(1)
        if len(looks) == 3:
            raise KeyboardInterrupt
        talk.run(0.1)

    monkeypatch.setattr(command.time, "sleep", pause)
    assert main(["link", "monitor", str(path), "--follow", "--only", "state"]) == 130
    stamps = [line.split("ms=")[1].split()[0] for line in capsys.readouterr().out.splitlines()]
    assert len(stamps) >= 5
    assert max(map(int, stamps)) >= 200
    talk.trace.close()


def test_what_is_wrong_is_said_in_one_line(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    for path, words in ((tmp_path / "none", "cannot read the trace"), (tmp_path / "text", "no trace of a link")):
        assert main(["link", "monitor", str(path)]) == 1
        assert words in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["link", "monitor", str(tmp_path / "text"), "--only", "dance"])
    assert "dance is no type of frame" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["link", "monitor", str(tmp_path / "text"), "--follow", "--summary"])
    assert "leave --follow out" in capsys.readouterr().err


def test_run_without_a_board_says_what_to_type(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def nothing(port: str) -> str:
        asked.append(port)
        raise PortError("no motor controller is plugged in: name its port with --port DEVICE")

    monkeypatch.setattr(ports, "resolve", nothing)
    assert main(["run", "--home", str(tmp_path)]) == 1
    assert "--port DEVICE" in capsys.readouterr().err
    assert asked == ["auto"]
