from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.host import Outputs
from firmware_bridge.transport import SerialTransport, TransportLost
from robotos.sim.cable import Cable
from robotos.sim.motors import MotorLog


def test_a_cable_that_was_pulled_and_put_back_is_found_under_the_same_name(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "board")
    host = SerialTransport(cable.port)
    host.write(b"one")
    assert cable.read() == b"one"
    before = Path(cable.port).readlink()
    cable.unplug()
    cable.unplug()
    cable.write(b"nobody hears")
    assert cable.read() == b""
    with pytest.raises(TransportLost):
        for _ in range(2):
            host.write(b"two", urgent=True)
            host.read()
    cable.plug()
    cable.plug()
    again = SerialTransport(cable.port)
    assert Path(cable.port).is_symlink() and Path(cable.port).readlink().parent == before.parent
    again.write(b"three")
    assert cable.read() == b"three"
    cable.close()
    assert not (tmp_path / "board").exists()
    again.close()


def test_a_stalled_end_reads_everything_at_once_later() -> None:
    cable = Cable()
    host = SerialTransport(cable.port)
    cable.stall(True)
    for number in range(20):
        host.write(bytes([number]) * 10, urgent=True)
        assert cable.read() == b""
    cable.stall(False)
    assert cable.read() == b"".join(bytes([number]) * 10 for number in range(20))
    host.close()
    cable.close()


def outputs(pwm: int) -> Outputs:
    return Outputs(pwm, pwm, 0, False, (0, 0, 0), True)


@given(st.lists(st.integers(-2, 2), min_size=1, max_size=30), st.integers(0, 30))
def test_the_record_from_a_moment_on_leaves_out_only_repetitions(pwm: list[int], since: int) -> None:
    times = iter(range(1000))
    log = MotorLog(lambda: float(next(times)))
    for period, value in enumerate(pwm):
        log.note(period / 100, outputs(value))
    found = log.since(float(since))
    first = min(since, len(pwm) - 1)
    assert found[0][:3] == (float(first), first / 100, pwm[first])
    assert found[-1][2] == pwm[-1] and found[-1][0] == len(pwm) - 1
    told = {sample[0]: sample[2] for sample in found}
    value = pwm[first]
    for at in range(first, len(pwm)):
        value = told.get(float(at), value)
        assert value == pwm[at]


def test_the_record_forgets_the_oldest() -> None:
    times = iter(range(1000))
    log = MotorLog(lambda: float(next(times)), length=3)
    for value in range(10):
        log.note(value / 100, outputs(value))
    assert [sample[2] for sample in log.since(0.0)] == [7, 8, 9]
