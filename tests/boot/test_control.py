from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from robotos.boot.children import BootError
from robotos.boot.control import BATCH, MAX_CLIENTS, MAX_LINE, ControlServer, ask
from robotos.boot.simulated import Rig

Talk = Callable[..., Any]


@pytest.fixture
def server(rig: Rig, tmp_path: Path) -> Iterator[ControlServer]:
    made = ControlServer(rig.kernel, tmp_path / "control")
    yield made
    made.close()


def connect(tmp_path: Path) -> socket.socket:
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.settimeout(5.0)
    client.connect(str(tmp_path / "control"))
    return client


def exchange(server: ControlServer, client: socket.socket, data: bytes) -> list[dict[str, Any]]:
    client.sendall(data)
    server.poll()
    server.poll()
    return [json.loads(line) for line in client.recv(1 << 20).splitlines()]


def do(server: ControlServer, tmp_path: Path, **request: object) -> Any:
    with connect(tmp_path) as client:
        (answer,) = exchange(server, client, json.dumps(request).encode() + b"\n")
    return answer["ok"]


def test_words_in_outcome_out(rig: Rig, server: ControlServer, tmp_path: Path) -> None:
    number = do(server, tmp_path, do="say", text="what time is it")["number"]
    assert do(server, tmp_path, do="outcome", number=number)["outcome"] == "pending"
    rig.run(1.0)
    found = do(server, tmp_path, do="outcome", number=number)
    assert found["outcome"] == "done" and found["said"]


def test_processes_log_and_state(rig: Rig, server: ControlServer, tmp_path: Path) -> None:
    do(server, tmp_path, do="say", text="clean the kitchen")
    rig.run(4.0)
    programs = {row["program"]: row for row in do(server, tmp_path, do="ps")}
    assert programs["clean"]["base"] and programs["clean"]["metres"] > 0
    assert programs["clean"]["parent"] == programs["turn"]["pid"]
    log = do(server, tmp_path, do="trace")
    assert [row["seq"] for row in log] == sorted({row["seq"] for row in log})
    assert do(server, tmp_path, do="trace", after=log[-1]["seq"]) == []
    assert do(server, tmp_path, do="trace", last=2) == log[-2:]
    state = do(server, tmp_path, do="state")
    assert state["armed"] and not state["idle"] and state["speed"] + state["turning"] > 0
    do(server, tmp_path, do="stop")
    rig.run(0.5)
    state = do(server, tmp_path, do="state")
    assert state["latched"] == "stop" and state["speed"] == 0


def test_a_long_log_comes_in_portions(rig: Rig, server: ControlServer, tmp_path: Path) -> None:
    for number in range(BATCH + 10):
        rig.kernel.note(0, "test", "event", str(number))
    first = do(server, tmp_path, do="trace", after=0)
    assert len(first) == BATCH
    assert do(server, tmp_path, do="trace", after=first[-1]["seq"])[-1]["text"] == str(BATCH + 9)


def test_it_cannot_arm(server: ControlServer, tmp_path: Path) -> None:
    with connect(tmp_path) as client:
        (answer,) = exchange(server, client, b'{"do": "arm"}\n')
    assert "no request 'arm'" in answer["error"]


@pytest.mark.parametrize(
    "line",
    [b"\xff\x00", b"[1]", b"{}", b"7", b'{"do": "say"}', b'{"do": "outcome", "number": 99}',
     b'{"do": "trace", "after": "x"}'],
)  # fmt: skip
def test_garbage_is_answered_and_the_next_one_served(server: ControlServer, tmp_path: Path, line: bytes) -> None:
    with connect(tmp_path) as client:
        bad, good = exchange(server, client, line + b'\n{"do": "ps"}\n')
    assert "error" in bad
    assert good["ok"][0]["program"] == "assistant"


def test_a_line_without_end_is_cut_off(server: ControlServer, tmp_path: Path) -> None:
    with connect(tmp_path) as client:
        client.setblocking(False)
        hung_up = False
        for _ in range(64):
            try:
                client.send(b"x" * MAX_LINE)
            except BlockingIOError:
                pass
            except OSError:
                hung_up = True
                break
            server.poll()
        assert hung_up
    assert do(server, tmp_path, do="ps")


def test_too_many_clients_are_turned_away_and_room_is_made_again(server: ControlServer, tmp_path: Path) -> None:
    clients = []
    for _ in range(MAX_CLIENTS + 1):
        clients.append(connect(tmp_path))
        server.poll()
    assert clients[-1].recv(1) == b""
    for client in clients:
        client.close()
    server.poll()
    assert do(server, tmp_path, do="ps")


def test_the_socket_is_the_owners_and_goes_with_the_server(rig: Rig, tmp_path: Path) -> None:
    server = ControlServer(rig.kernel, tmp_path / "c")
    assert (tmp_path / "c").stat().st_mode & 0o777 == 0o600
    server.close()
    assert not (tmp_path / "c").exists()
    with pytest.raises(BootError, match="does not answer"):
        ask(tmp_path / "c", "ps")


def test_a_client_asks_and_is_told_what_was_wrong(server: ControlServer, tmp_path: Path) -> None:
    over = threading.Event()
    found: list[object] = []

    def client() -> None:
        try:
            found.append(ask(tmp_path / "control", "ps"))
            ask(tmp_path / "control", "fly")
        except BootError as error:
            found.append(str(error))
        over.set()

    thread = threading.Thread(target=client)
    thread.start()
    while not over.wait(0.001):
        server.poll()
    thread.join()
    assert isinstance(found[0], list) and "no request 'fly'" in str(found[1])
