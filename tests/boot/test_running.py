from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from robotos.boot import running
from robotos.boot.children import BootError
from robotos.boot.running import Running, find, must_find


def card(directory: Path, pid: int) -> Running:
    control = directory / "control"
    control.touch()
    return Running(pid, str(control), str(directory / "console"), "maps/apartment", {"the gate": 7})


def test_a_card_is_found_until_it_is_taken_away(tmp_path: Path) -> None:
    left = card(tmp_path, os.getpid())
    left.write(tmp_path)
    assert find(tmp_path) == left == must_find(tmp_path)
    assert [path.name for path in tmp_path.iterdir()].count(running.NAME) == 1
    running.remove(tmp_path)
    running.remove(tmp_path)
    assert find(tmp_path) is None


def test_a_card_of_a_dead_system_does_not_count(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    card(tmp_path, dead.pid).write(tmp_path)
    assert find(tmp_path) is None
    with pytest.raises(BootError, match=r"no robot is running on .*robotos sim"):
        must_find(tmp_path)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"pid": "x"}', b"\xff\xfe", b"null", b'{"pid": 1}'])
def test_a_damaged_card_is_no_card(tmp_path: Path, content: bytes) -> None:
    (tmp_path / running.NAME).write_bytes(content)
    assert find(tmp_path) is None


def test_a_system_without_its_socket_is_not_running(tmp_path: Path) -> None:
    card(tmp_path, os.getpid()).write(tmp_path)
    (tmp_path / "control").unlink()
    assert find(tmp_path) is None
