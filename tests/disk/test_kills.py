"""`kill -9` during writes, a few times; `make soak` does it two hundred times. And that the trial sees what is lost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from robotos.clock import VirtualClock
from robotos.disk import open_disk
from robotos.trials import disk_kills
from robotos.trials.disk_kills import Told
from robotos.trials.disk_writer import Writer, fact

NOON = datetime(2026, 11, 20, 12, 0)


def test_nothing_acknowledged_is_lost() -> None:
    done: list[int] = []
    found = disk_kills.run(2, 7, done.append)
    assert found.violations == () and found.counts["kills"] == 2 and found.counts["writes acknowledged"] > 2
    assert done == [1, 2]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal WHERE kind = 'tick')",
            "event",
        ),
        ("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal WHERE kind = 'part')", "torn"),
        ("UPDATE task SET outcome = 'failed' WHERE id = (SELECT max(id) FROM task)", "task"),
        ("DELETE FROM memory WHERE id = (SELECT max(id) FROM memory)", "memory"),
        ("UPDATE ledger SET cells = substr(cells, 5)", "ledger"),
        ("DELETE FROM belief WHERE seq = (SELECT max(seq) FROM belief)", "shelf"),
        ("DELETE FROM schedule", "plan"),
        ("INSERT INTO memory (text, source, at) SELECT 'FORGOTTEN', 'owner', at FROM memory LIMIT 1", "is there"),
    ],
)
def test_the_trial_notices_what_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], statement: str, what: str
) -> None:
    import json

    clock, told = VirtualClock(NOON), Told()
    disk = open_disk(tmp_path, clock, index=False, durable=False)
    writer = Writer(disk, clock, 3, 0)
    for _ in range(250):
        writer.write()
    for line in capsys.readouterr().out.splitlines():
        told.take(json.loads(line))
    disk.interrupt_running()
    assert disk_kills._lost(disk, told, index=True) == []
    disk._db.execute(statement.replace("FORGOTTEN", fact(min(told.forgotten))))
    assert any(what in lost for lost in disk_kills._lost(disk, told, index=False))
    disk.close()
