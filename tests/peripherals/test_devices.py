"""The real PortAudio path, with a PulseAudio null sink as loudspeaker and its monitor as microphone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

RECORDINGS = Path(__file__).parents[2] / "robotos" / "shell" / "recordings"
LIMIT = 90.0  # s
NEEDS = "the virtual sound card needs: apt-get install pulseaudio libasound2-plugins libportaudio2"

# In a process of its own: PortAudio looks for devices once, when it is first used.
SCRIPT = """
import json, sys, time
from pathlib import Path
from robotos.clock import RealClock
from robotos.peripherals.microphone import MicrophoneEars
from robotos.peripherals.recogniser import PocketsphinxRecogniser
from robotos.peripherals.sound import RATE, read_sound
from robotos.peripherals.speaker import LoudspeakerOutput
from robotos.peripherals.vad import open_vad
orders = ["robot stop", "robot clean the kitchen", "do it anyway", "stop"]
ears = MicrophoneEars(RealClock(), PocketsphinxRecogniser(orders * 5, Path(sys.argv[2])), open_vad()[0])
end = time.monotonic() + 60
while not ears.started and time.monotonic() < end:
    time.sleep(0.02)
output = LoudspeakerOutput()
output.write(read_sound(Path(sys.argv[1])), RATE)
heard = []
while not heard and time.monotonic() < end:
    heard = [words.text for words in ears.poll()]
    time.sleep(0.02)
print(json.dumps({"heard": heard, "problem": ears.problem}))
ears.close()
output.close()
"""


@pytest.fixture
def sound_card(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment in which the default devices are the two ends of a null sink."""
    if shutil.which("pulseaudio") is None or not list(
        Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so")
    ):
        pytest.skip(NEEDS)
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    (tmp_path / ".asoundrc").write_text("pcm.!default pulse\nctl.!default pulse\n", "utf-8")
    environment = {
        **os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(run), "PULSE_RUNTIME_PATH": str(run / "pulse"),
        "PULSE_SERVER": f"unix:{run}/native",
    }  # fmt: skip
    setup = [
        f"module-native-protocol-unix auth-anonymous=1 socket={run}/native",
        "module-null-sink sink_name=speaker rate=48000",
        "module-remap-source master=speaker.monitor source_name=microphone",
    ]
    server = subprocess.Popen(
        ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", *[f"--load={module}" for module in setup]],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    end = time.monotonic() + 20
    while not (run / "native").exists():
        if server.poll() is not None or time.monotonic() > end:
            server.kill()
            pytest.skip(f"pulseaudio does not start here: {server.stderr.read().decode()[-200:]}")
        time.sleep(0.02)
    yield environment
    server.send_signal(signal.SIGTERM)
    server.wait(10)


def test_what_the_loudspeaker_plays_the_microphone_hears(sound_card: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(RECORDINGS / "stop.wav"), str(tmp_path / "cache")],
        env=sound_card, capture_output=True, text=True, timeout=LIMIT, check=False,
    )  # fmt: skip
    if "apt-get install libportaudio2" in done.stderr:
        pytest.skip(NEEDS)
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer == {"heard": ["robot stop"], "problem": ""}


def test_without_a_device_the_error_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / ".asoundrc").write_text("", "utf-8")
    code = (
        "from robotos.peripherals.microphone import open_microphone\n"
        "from robotos.peripherals.sound import SoundError\n"
        "try:\n    open_microphone(lambda *a: None, 'no such device')\n"
        "except SoundError as error:\n    print(error)\n"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "PULSE_SERVER": "none"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=LIMIT, check=True
    )
    assert any(cure in done.stdout for cure in ("connect one", "libportaudio2", "install sounddevice"))
