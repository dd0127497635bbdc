"""The trace of a link on disk, and what the monitor makes of it."""

import os
from pathlib import Path

import pytest

from firmware_bridge.framing import controller_frame, host_frame, seal
from firmware_bridge.link import Link
from firmware_bridge.messages import SCHEMA_HASH, Ack, Drive, Heartbeat, Reason, State, Welcome
from firmware_bridge.monitor import Monitor
from firmware_bridge.trace import FrameTrace, Record, TraceError, TraceReader, older

WALL = 1_800_000_000.0


class Tracing:
    """A trace on a clock to turn by hand."""

    def __init__(self, path, limit=2**20, wall=WALL):
        self.time = 100.0
        self.faults = []
        self.path = path
        self.trace = FrameTrace(path, lambda: self.time, lambda: wall + self.time, self.faults.append, limit)


@pytest.fixture
def tracing(tmp_path):
    made = Tracing(tmp_path / "drive.trace")
    yield made
    made.trace.close()


def read(path):
    reader = TraceReader(path)
    records = []
    while more := reader.read():
        records += more
    reader.close()
    return records


def test_what_is_written_is_read(tracing):
    tracing.trace("tx", b"abc")
    tracing.time += 1.25
    tracing.trace("rx", bytes(range(1, 255)))
    tracing.trace("rx", b"\1" * 300)  # garbage without an end
    first, second, third = read(tracing.path)
    assert first == Record(100.0, WALL + 100, "tx", b"abc")
    assert second == Record(101.25, WALL + 101.25, "rx", bytes(range(1, 255)))
    assert third.frame == b"\1" * 255
    assert tracing.path.stat().st_mode & 0o077 == 0


def test_half_a_record_waits_for_the_rest(tracing):
    reader = TraceReader(tracing.path)
    tracing.trace("tx", b"abc")
    whole = tracing.path.read_bytes()
    tracing.path.write_bytes(whole[:-2])
    assert reader.read() == []
    tracing.path.write_bytes(whole)
    assert [record.frame for record in reader.read()] == [b"abc"]
    assert reader.read() == []
    reader.close()


def test_the_file_is_replaced_before_it_grows_too_large_and_read_across_that(tmp_path):
    tracing = Tracing(tmp_path / "t", limit=1000)
    follower = TraceReader(tracing.path)
    followed = []
    for number in range(100):
        tracing.trace("tx", bytes((1 + number,)) * 10)
        if number % 7 == 0:
            followed += follower.read()
    followed += follower.read()
    tracing.trace.close()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 2 * 1000
    assert {path.name for path in tmp_path.iterdir()} == {"t", "t.1"}
    assert [record.frame[0] for record in followed] == list(range(1, 101))
    kept = [record.frame[0] for record in read(tracing.path)]
    assert kept == list(range(101 - len(kept), 101))
    assert len(kept) > 40
    follower.close()


def test_a_new_run_keeps_the_last_one_but_does_not_mix_them(tmp_path):
    for word in (b"old", b"new"):
        tracing = Tracing(tmp_path / "t", wall=WALL + len(word) + ord(word[:1]))
        tracing.trace("tx", word)
        tracing.trace.close()
    assert [record.frame for record in read(tmp_path / "t")] == [b"new"]
    assert [record.frame for record in read(older(tmp_path / "t"))] == [b"old"]


def test_a_full_disk_ends_the_trace_and_is_told_once(tracing):
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full on this system")
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, tracing.trace._fd)  # the disk fills up behind its back
    os.close(full)
    for _ in range(3):
        tracing.trace("tx", b"abc")
    assert tracing.faults == [f"the trace {tracing.path} ends here: No space left on device"]


def test_where_no_file_can_be_made_it_says_so(tmp_path):
    with pytest.raises(TraceError, match=r"cannot write the trace .*no/t: No such file"):
        Tracing(tmp_path / "no" / "t")


@pytest.mark.parametrize("content", [b"", b"hello\n", b'{"trace": "robotos link 1"}\n', b"[]\n", bytes(100)])
def test_what_is_no_trace_is_refused(tmp_path, content):
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(TraceError, match="no trace of a link"):
        TraceReader(tmp_path / "t")


def test_a_trace_of_another_schema_is_refused(tracing):
    text = tracing.path.read_bytes()
    tracing.path.write_bytes(text.replace(b"%d" % SCHEMA_HASH, b"%d" % (SCHEMA_HASH ^ 1), 1))
    with pytest.raises(TraceError, match="another version"):
        TraceReader(tracing.path)
    with pytest.raises(TraceError, match="cannot read the trace"):
        TraceReader(tracing.path.with_name("none"))


def test_a_damaged_trace_is_told_from_a_short_one(tracing):
    tracing.trace("tx", b"abc")
    data = bytearray(tracing.path.read_bytes())
    data[-5] = 9  # the way
    tracing.path.write_bytes(data)
    with pytest.raises(TraceError, match="damaged"):
        read(tracing.path)


# ------------------------------------------------------------ the monitor


def test_a_real_drive_is_decoded(rig, tmp_path):
    trace = FrameTrace(tmp_path / "t", lambda: rig.time, lambda: WALL, print)
    rig.link = Link(rig.host_end, lambda: rig.time, trace)
    rig.drive()
    rig.wanted = None
    rig.link.stop_now(Reason.OWNER)
    rig.run(0.2)
    trace.close()
    monitor = Monitor()
    rows = monitor.rows(read(tmp_path / "t"))
    kinds = {row.kind for row in rows}
    assert kinds >= {"hello", "welcome", "heartbeat", "arm", "drive", "stop", "ack", "state"}
    drive = next(row for row in rows if row.kind == "drive")
    assert (drive.way, drive.values["v_mm_s"]) == ("tx", 250)
    state = [row for row in rows if row.kind == "state"][-1]
    assert state.values["reason"] == "OWNER"
    assert "LATCHED" in state.values["flags"]
    ack = next(row for row in rows if row.kind == "ack")
    assert ack.values["status"] == "OK"
    assert ack.latency == pytest.approx(0.05)  # the host looks every 50 ms here
    summary = monitor.summary()
    assert summary.answers == {"OK": len([row for row in rows if row.kind == "ack"])}
    assert summary.round_trip(0.5) == pytest.approx(0.05)
    assert summary.bytes["tx", "drive"] == 17 * summary.frames["tx", "drive"]
    assert 200 < summary.rate("tx") < 1000
    assert (summary.resends, summary.unanswered, summary.lost, summary.bad, summary.resets) == (0, 0, 0, 0, 0)


def record(at, way, frame):
    return Record(at, WALL + at, way, frame[:-1])


STATE = State(*[0] * 15)


def test_losses_repeats_resets_and_damage_are_named():
    monitor = Monitor()
    beat = host_frame(5, 1, Heartbeat())
    rows = monitor.rows(
        [
            record(0.00, "rx", controller_frame(250, Welcome(7, 1, 1, 5, 0))),
            record(0.01, "tx", beat),
            record(0.05, "tx", beat),
            record(0.06, "rx", controller_frame(254, Ack(1, 0))),
            record(0.07, "rx", controller_frame(255, Ack(1, 0))),
            record(0.08, "tx", host_frame(5, 2, Drive(1, 0, 9))),
            record(0.09, "rx", b"\x03\x01\x02\x00"),
            record(0.10, "rx", seal(b"\x99\x00")),
            record(0.20, "rx", controller_frame(0, Welcome(8, 1, 1, 0, 0))),
            record(0.90, "rx", controller_frame(1, STATE)),
        ]
    )
    assert [row.note for row in rows[2:5]] == ["sent again", "3 lost before it", "answers nothing that waits"]
    assert rows[3].latency == pytest.approx(0.05)
    assert [(row.kind, row.note) for row in rows[6:8]] == [
        ("bad", "wrong CRC"),
        ("bad", "type 0x99 with 2 bytes is no controller message"),
    ]
    assert rows[8].note == "the controller was reset"
    summary = monitor.summary()
    assert (summary.resends, summary.unanswered, summary.lost, summary.bad, summary.resets) == (1, 1, 3, 2, 1)
    assert summary.round_trips == ()  # the only one answered was sent twice


def test_an_empty_trace_has_an_empty_summary():
    summary = Monitor().summary()
    assert (summary.seconds, summary.rate("tx"), summary.round_trip(0.99)) == (0.0, 0.0, None)
