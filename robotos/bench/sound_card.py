"""A sound card without hardware: PulseAudio with a null sink as loudspeaker, and its monitor as microphone."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

NEEDS: Final = "the virtual sound card needs: apt-get install pulseaudio libasound2-plugins libportaudio2"
_START: Final = 20.0  # s
_LOOK: Final = 0.02


class NoCardError(Exception):
    """It cannot be had on this machine; the message says what to install."""


@contextlib.contextmanager
def sound_card() -> Iterator[Mapping[str, str]]:
    """The environment for a process of its own in which it is the default card: PortAudio looks for devices once.

    Raises:
        NoCardError: a program or library is missing, or PulseAudio does not start.
    """
    plugin = list(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so"))
    if shutil.which("pulseaudio") is None or not plugin:
        raise NoCardError(NEEDS)
    with tempfile.TemporaryDirectory(prefix="robotos-card-") as home:
        directory = Path(home)
        environment = _environment(directory)
        server = _start(directory, environment)
        try:
            yield environment
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(10)


def _environment(directory: Path) -> dict[str, str]:
    run = directory / "run"
    run.mkdir(mode=0o700)
    (directory / ".asoundrc").write_text("pcm.!default pulse\nctl.!default pulse\n", "utf-8")
    return {
        **os.environ, "HOME": str(directory), "XDG_RUNTIME_DIR": str(run), "PULSE_RUNTIME_PATH": str(run / "pulse"),
        "PULSE_SERVER": f"unix:{run}/native",
    }  # fmt: skip


def _start(directory: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    socket = directory / "run" / "native"
    setup = [
        f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
        "module-null-sink sink_name=speaker rate=48000",
        "module-remap-source master=speaker.monitor source_name=microphone",
    ]
    server = subprocess.Popen(
        ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", *[f"--load={module}" for module in setup]],
        env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    end = time.monotonic() + _START
    while not socket.exists():
        if server.poll() is not None or time.monotonic() > end:
            server.kill()
            server.wait(10)
            raise NoCardError("pulseaudio does not start here; run `pulseaudio -n --daemonize=no` to see why")
        time.sleep(_LOOK)
    return server
