"""A robot that cannot hear "stop" does not move, unless policy lets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotos.boot.hearing_loss import BACK, LOST, BarredActuators, HearingLoss
from robotos.boot.listening import Calibration, read_calibration
from robotos.boot.simulated import Rig
from robotos.errno import Errno
from robotos.kernel.ports import Refused, Sent


@pytest.mark.parametrize("allowed", [False, True])
def test_nothing_new_moves_while_it_is_deaf(rig: Rig, allowed: bool) -> None:
    why = ["the microphone is gone"]
    loss = HearingLoss(allowed, lambda: why[0])
    body = BarredActuators(rig.gate, loss.barred)
    answers = [body.engage("owner: go"), body.drive(0.1, 0.0, 0.2)]
    if allowed:
        assert not any("hear" in answer.reason for answer in answers if isinstance(answer, Refused))
        return
    assert all(isinstance(answer, Refused) and answer.errno is Errno.EPERM for answer in answers)
    assert all("the microphone is gone" in answer.reason for answer in answers if isinstance(answer, Refused))
    assert not isinstance(body.tool(False), Refused) or "hear" not in str(body.tool(False))
    why[0] = ""
    assert isinstance(body.engage("owner: go"), Sent)


def test_what_moves_is_stopped_when_hearing_is_lost_and_the_owner_is_told(rig: Rig) -> None:
    why = [""]
    loss = HearingLoss(False, lambda: why[0])
    rig.gate.engage("owner: go")
    rig.run(0.2)
    loss.watch(rig.kernel)
    assert rig.gate.state().armed
    why[0] = "the microphone is gone"
    loss.watch(rig.kernel)
    rig.run(0.5)
    assert not rig.gate.state().armed
    assert rig.gate.state().latched
    why[0] = ""
    loss.watch(rig.kernel)
    said = [text for _, text in rig.speech.said]
    assert said[-1] == BACK
    assert LOST in said


def test_a_calibration_is_read_again_and_a_broken_one_is_none(tmp_path: Path) -> None:
    made = Calibration(-60.0, 0.05, -30.0, "USB", "")
    path = made.write(tmp_path)
    assert read_calibration(tmp_path) == made
    path.write_text("{", "utf-8")
    assert read_calibration(tmp_path) is None
