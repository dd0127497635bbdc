"""The gate as a process of its own, before a simulated robot that is another: in real time, over a pty."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from robotos.actuation.client import Console, GateError, RemoteActuators
from robotos.actuation.protocol import Request, open_socket, pack_request, unpack_reply
from robotos.actuation.sockets import SocketError, listen
from robotos.clock import RealClock
from robotos.errno import Errno
from robotos.kernel.ports import Actuators, Sent
from robotos.policy import DEFAULT

ROOT = Path(__file__).parents[2]
SOON = 3.0  # s; generous, as the machine that runs this may be busy


@pytest.fixture
def running(processes):
    """A gate, and a kernel that drives."""
    processes.gate = processes.start_gate("--audit", str(processes.directory / "audit"))
    processes.kernel = processes.connect()
    return processes


def drive_off(running):
    """Until the wheels turn; a machine that starves this process for longer than the lease stops it, rightly."""
    kernel = running.kernel
    assert kernel.engage("go there") == Sent()

    def drive():
        if kernel.state().latched == "kernel_silent":
            kernel.engage("go there")
        running.drive(kernel)

    running.until(running.moving, SOON, drive)


def confirmed(running, stop):
    """Stop until it is confirmed: the robot's own process may be starved for longer than a caller is kept waiting."""
    reports = [stop()]
    running.until(lambda: reports[-1].confirmed, SOON, lambda: reports.append(stop()))


def raw(path, *requests):
    """Send packets as they are and return the answers."""
    with open_socket() as line:
        line.settimeout(SOON)
        line.connect(str(path))
        answers = []
        for request in requests:
            line.send(request if isinstance(request, bytes) else pack_request(request))
            answers.append(unpack_reply(line.recv(65536))[1])
        return answers


def test_drive_stop_and_go_on(running):
    kernel: Actuators = running.kernel
    assert kernel.drive(0.1, 0.0, 0.2).errno is Errno.EPERM
    drive_off(running)
    confirmed(running, lambda: kernel.stop("enough"))
    running.until(lambda: not running.moving(), SOON)
    assert kernel.drive(0.1, 0.0, 0.2).errno is Errno.EPERM
    confirmed(running, lambda: kernel.stop("again"))
    kinds = [event.kind for event in kernel.poll()]
    assert kinds.count("latched") == 1
    assert kernel.state().latched == "stop"
    drive_off(running)
    audit = [json.loads(line) for line in (running.directory / "audit").read_text().splitlines()]
    assert {"engage", "drive", "stop"} <= {entry["call"] for entry in audit}


def test_arming_takes_the_console(running):
    running.robot.call("stop_button", pressed=True)
    running.until(lambda: running.kernel.state().latched == "stop_button", SOON, running.kernel.poll)
    running.robot.call("stop_button", pressed=False)
    running.until(lambda: not running.kernel.state().stop_button, SOON, running.kernel.poll)
    assert running.kernel.engage("go there").errno is Errno.EPERM
    gate = running.directory / "gate"
    hello = Request(1, "hello", ("stop",))
    for name in ("arm", "halt", "_arm", "__class__"):
        assert raw(gate, hello, Request(2, name, ("console",)))[1].errno is Errno.ENOSYS
        assert running.kernel._order(name, "console").errno is Errno.ENOSYS
    assert raw(gate, Request(1, "arm", ("console",)))[0].errno is Errno.EPERM
    console = running.console()
    assert console.arm() == Sent()
    console.close()
    running.until(lambda: running.kernel.state().armed, SOON, running.kernel.poll)


def test_only_the_owner_can_open_the_sockets(running):
    for name in ("gate", "console"):
        status = (running.directory / name).stat()
        assert stat.S_IMODE(status.st_mode) == 0o600
        assert status.st_uid == os.getuid()


def test_there_is_one_kernel_at_a_time_and_anybody_may_stop(running):
    with pytest.raises(GateError, match="another kernel"):
        RemoteActuators(running.directory / "gate", RealClock())
    drive_off(running)
    hello, stop = Request(1, "hello", ("stop",)), Request(2, "stop", ("a child",))
    assert raw(running.directory / "gate", hello, stop)[1].confirmed
    console = running.console()
    confirmed(running, lambda: console.stop("the console"))
    assert console.news().state.latched == "stop"
    console.close()


def test_noise_on_the_sockets_is_refused_and_stops_nothing(running):
    drive_off(running)
    for path in (running.directory / "gate", running.directory / "console"):
        for packet in (b"\x00", os.urandom(200), b"\xc1" * 70000, pack_request(Request(1, "drive", (1, 2)))):
            assert raw(path, packet)[0].errno in (Errno.EINVAL, Errno.EPERM, Errno.ENOSYS)
    for arguments in ((), (0.1,), (0.1, 0.0, "soon"), ("a", "b", 1), (0.1, 0.0, 2**63), (0.1, 0.0, -1)):
        assert running.kernel._order("drive", *arguments).errno in (Errno.EINVAL, Errno.ERANGE)
    assert running.kernel._order("tool", [1]).errno is Errno.EINVAL
    running.until(running.moving, SOON, lambda: running.drive(running.kernel))


def test_a_kernel_that_hangs_up_is_stopped_at_once(running):
    drive_off(running)
    running.kernel.close()
    running.until(lambda: not running.moving(), SOON)
    console = running.console()
    assert console.news().state.latched == "kernel_silent"
    console.close()


def test_a_kernel_that_falls_silent_is_stopped(running):
    drive_off(running)
    console = running.console()
    running.until(lambda: not running.moving(), SOON)
    running.until(lambda: console.news().state.latched == "kernel_silent", SOON)
    console.close()


def test_without_the_gate_the_controller_stops_by_itself(running):
    drive_off(running)
    running.gate.process.kill()
    running.until(lambda: not running.moving(), SOON)
    kernel = running.kernel
    kernel.poll()
    assert not kernel.state().link_up
    assert kernel.drive(0.1, 0.0, 0.2).errno is Errno.ENODEV
    assert not kernel.stop("enough").confirmed
    running.start_gate()
    running.until(lambda: kernel.state().link_up, SOON, kernel.poll)
    running.until(lambda: kernel.state().latched == "link_lost", SOON, kernel.poll)
    assert kernel.engage("go there").errno is Errno.EPERM
    console = running.console()
    assert console.arm() == Sent()
    console.close()
    running.until(running.moving, SOON, lambda: running.drive(kernel))


def test_a_gate_that_hangs_is_stopped_by_the_controller(running):
    drive_off(running)
    running.gate.process.send_signal(signal.SIGSTOP)
    running.until(lambda: not running.moving(), SOON)
    kernel = running.kernel
    kernel.poll()
    assert not kernel.stop("enough").confirmed
    assert not kernel.state().link_up
    running.gate.process.send_signal(signal.SIGCONT)
    running.until(lambda: kernel.state().link_up, SOON, kernel.poll)
    assert kernel.drive(0.1, 0.0, 0.2).errno is Errno.EPERM


def test_sigterm_stops_the_robot_and_takes_the_sockets_away(running):
    drive_off(running)
    running.gate.process.terminate()
    assert running.gate.process.wait(SOON) == 0
    running.until(lambda: not running.moving(), SOON)
    assert not (running.directory / "gate").exists()
    assert not (running.directory / "console").exists()


def test_a_broken_policy_leaves_it_disarmed_and_says_where(processes):
    policy = processes.directory / "policy.toml"
    policy.write_text(DEFAULT.read_text(encoding="utf-8").replace("max_speed = 0.306", "max_speed = 99"))
    processes.start_gate("--policy", str(policy))
    kernel = processes.connect()
    assert processes.ready["ready"]
    assert f"{policy}:6: motion.max_speed" in processes.ready["fault"]
    refused = kernel.engage("go there")
    assert refused.errno is Errno.EPERM
    assert "motion.max_speed" in refused.reason
    assert kernel.fault == processes.ready["fault"]
    confirmed(processes, lambda: kernel.stop("enough"))


def test_what_keeps_it_from_starting_is_one_clear_line(child, tmp_path):
    missing = child(
        ["robotos.actuation.server", "--port", str(tmp_path / "none"), "--map", str(tmp_path),
         "--socket", str(tmp_path / "gate"), "--console", str(tmp_path / "console")]
    )  # fmt: skip
    line = missing.line()
    assert not line["ready"]
    assert str(tmp_path) in line["error"]
    assert missing.process.wait(SOON) == 1


def test_without_a_gate_the_client_says_so(tmp_path):
    with pytest.raises(GateError, match="no gate at"):
        RemoteActuators(tmp_path / "gate", RealClock())
    with pytest.raises(GateError, match="no gate at"):
        Console(tmp_path / "console", RealClock())


def test_a_gate_that_never_answers_is_waited_for_only_so_long(tmp_path):
    server = open_socket()
    server.bind(str(tmp_path / "gate"))
    server.listen(4)
    began = time.monotonic()
    with pytest.raises(GateError, match="does not answer"):
        RemoteActuators(tmp_path / "gate", RealClock())
    assert time.monotonic() - began < 2.0
    server.close()


def test_a_socket_is_made_where_nothing_else_is(tmp_path):
    taken = tmp_path / "notes.txt"
    taken.write_text("mine")
    with pytest.raises(SocketError, match="is no socket"):
        listen(taken)
    assert taken.read_text() == "mine"
    first = listen(tmp_path / "gate")
    with pytest.raises(SocketError, match="another gate"):
        listen(tmp_path / "gate")
    first.close()
    listen(tmp_path / "gate").close()


def test_what_the_system_grants_is_said_in_words():
    code = "from robotos.actuation.realtime import acquire; import json; print(json.dumps(acquire()))"
    told = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT).stdout)
    assert told["scheduler"].startswith(("SCHED_FIFO", "normal ("))
    assert told["memory"].startswith(("locked", "not locked ("))


def test_several_threads_may_stop_at_once_while_the_kernel_drives(running):
    drive_off(running)
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(running.kernel.stop, f"thread {number}") for number in range(6)]
        running.drive(running.kernel)
        assert all(stop.result(SOON).reason for stop in waiting)
    confirmed(running, lambda: running.kernel.stop("once more"))
    running.until(lambda: not running.moving(), SOON)
