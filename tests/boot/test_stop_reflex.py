"""A stop word goes to a real gate over its own connection, and the kernel learns of it afterwards."""

import json
import signal
import threading
import time

import pytest

from robotos.actuation.client import GateError, RemoteActuators
from robotos.boot.stop_reflex import StopReflex
from robotos.clock import RealClock
from robotos.kernel.ports import Refused, Sent
from robotos.peripherals.stop.listener import StopHeard
from robotos.trials.motors import turning
from robotos.trials.rig import GATE
from robotos.trials.rig import Rig as Processes

HEARD = StopHeard(1.0, 0.97, "stop")
SOON = 5.0  # s; the machine that runs this may be busy


@pytest.fixture(scope="module")
def processes():
    with Processes(kernel=False) as running:
        running.until(running.link_up, "the link")
        yield running


@pytest.fixture
def reflex(processes):
    made = StopReflex(processes.directory / "gate", RealClock())
    yield made
    made.close()


@pytest.fixture
def turn(processes):
    """A kernel's thread that keeps the robot turning, and knows when it was refused."""
    actuators = RemoteActuators(processes.directory / "gate", RealClock())
    ending = threading.Event()

    def drive():
        while not ending.wait(0.03):
            actuators.poll()
            if isinstance(actuators.drive(0.0, 0.6, 0.2), Refused) and actuators.state().latched == "kernel_silent":
                actuators.engage("turn")

    actuators.poll()
    assert actuators.engage("turn") == Sent()
    thread = threading.Thread(target=drive)
    thread.start()
    yield actuators
    ending.set()
    thread.join(SOON)
    actuators.close()


def stopped(processes):
    return not turning(processes.motors(time.monotonic())[-1])


def test_a_stop_word_stops_the_wheels_without_the_kernel(processes, reflex, turn):
    processes.until(processes.turns, "the wheels turn", SOON)
    reflex.active = True
    assert reflex.hear(HEARD)
    processes.until(lambda: stopped(processes), "the wheels stand", SOON)
    processes.until(lambda: turn.state().latched == "stop", "the latch", SOON)
    audit = [json.loads(line) for line in (processes.home / "audit.jsonl").read_text().splitlines()]
    assert any(entry["call"] == "stop" and "reflex heard 'stop'" in entry["reason"] for entry in audit)
    assert reflex.problem == ""


def test_the_kernel_ends_the_task_and_says_so(reflex, rig):
    rig.ears.type("clean the kitchen")
    rig.run(4.0)
    assert rig.kernel.life.working
    reflex.watch(rig.kernel)
    assert reflex.active
    assert reflex.hear(HEARD)
    reflex.serve(rig.kernel)
    assert not rig.kernel.life.working
    assert any("stop reflex: 'stop', 0.97" in entry.text for entry in rig.kernel.trace.entries)
    rig.run(2.0)
    assert rig.gate.state().latched == "stop"
    assert rig.speech.said[-1][1] == "Stopped."


def test_an_idle_robot_is_left_alone(reflex, rig):
    rig.run(1.0)
    reflex.watch(rig.kernel)
    assert not reflex.active
    assert not reflex.hear(HEARD)
    reflex.serve(rig.kernel)
    assert rig.gate.state().latched == ""


def test_a_new_gate_is_found_and_a_missing_one_is_told(processes, reflex):
    reflex.active = True
    reflex._line.close()  # as a gate that was started anew leaves it
    reflex._line = None
    assert reflex.hear(HEARD)
    assert reflex.problem == ""
    with pytest.raises(GateError, match="no gate at"):
        StopReflex(processes.directory / "none", RealClock())


def test_a_gate_that_is_gone_is_told_and_the_kernel_still_learns_of_the_stop(processes, reflex, rig):
    processes.signal(GATE, signal.SIGKILL)  # the last test of this file: there is no gate after it
    processes.until(lambda: not processes.alive(GATE), "the gate has ended", SOON)
    rig.ears.type("clean the kitchen")
    rig.run(4.0)
    reflex.watch(rig.kernel)
    assert reflex.hear(HEARD)
    assert "does not reach the gate" in reflex.problem
    reflex.serve(rig.kernel)
    assert not rig.kernel.life.working
