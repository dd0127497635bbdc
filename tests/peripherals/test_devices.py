"""The real PortAudio path, with a PulseAudio null sink as loudspeaker and its monitor as microphone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from robotos.bench.sound_card import NEEDS, NoCardError, sound_card

RECORDINGS = Path(__file__).parents[2] / "robotos" / "shell" / "recordings"
LIMIT = 90.0  # s

# In a process of its own: PortAudio looks for devices once, when it is first used.
SCRIPT = """
import json, sys, time
from pathlib import Path
from robotos.clock import RealClock
from robotos.peripherals.microphone import MicrophoneEars
from robotos.peripherals.recogniser import PocketsphinxRecogniser, WholeSegments
from robotos.peripherals.sound import RATE, read_sound
from robotos.peripherals.speaker import LoudspeakerOutput
from robotos.peripherals.vad import open_vad
orders = ["robot stop", "robot clean the kitchen", "do it anyway", "stop"]
words = WholeSegments(PocketsphinxRecogniser(orders * 5, Path(sys.argv[2])))
ears = MicrophoneEars(RealClock(), words, open_vad()[0])
end = time.monotonic() + 60
while not ears.started and time.monotonic() < end:
    time.sleep(0.02)
output = LoudspeakerOutput()
heard, problem = [], ""
while "robot stop" not in heard and time.monotonic() < end:  # again where a busy machine's stream ran dry in mid-word
    output.write(read_sound(Path(sys.argv[1])), RATE)
    again = time.monotonic() + 6
    while "robot stop" not in heard and time.monotonic() < again:
        heard += [words.text for words in ears.poll()]
        problem = ears.problem
        time.sleep(0.02)
print(json.dumps({"heard": heard, "problem": problem}))
ears.close()
output.close()
"""


@pytest.fixture(name="sound_card")
def virtual_card() -> Iterator[dict[str, str]]:
    """The environment in which the default devices are the two ends of a null sink."""
    try:
        with sound_card() as environment:
            yield dict(environment)
    except NoCardError as error:
        pytest.skip(str(error))


def test_what_the_loudspeaker_plays_the_microphone_hears(sound_card: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(RECORDINGS / "stop.wav"), str(tmp_path / "cache")],
        env=sound_card, capture_output=True, text=True, timeout=LIMIT, check=False,
    )  # fmt: skip
    if "apt-get install libportaudio2" in done.stderr:
        pytest.skip(NEEDS)
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    assert "robot stop" in answer["heard"]
    assert answer["problem"] == ""


def test_without_a_device_the_error_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / ".asoundrc").write_text("", "utf-8")
    code = (
        "from robotos.clock import RealClock\n"
        "from robotos.peripherals.capture import open_capture\n"
        "from robotos.peripherals.sound import SoundError\n"
        "try:\n    open_capture(RealClock(), 'no such device')\n"
        "except SoundError as error:\n    print(error)\n"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "PULSE_SERVER": "none"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=LIMIT, check=True
    )
    assert any(cure in done.stdout for cure in ("connect one", "libportaudio2", "install sounddevice"))


# The card is unloaded while somebody speaks, and loaded again; then the robot speaks, and nobody must hear it.
UNPLUGGED = """
import json, subprocess, sys, time
from pathlib import Path
from robotos.clock import RealClock
from robotos.peripherals.echo import EchoReference
from robotos.peripherals.microphone import MicrophoneEars, Organs
from robotos.peripherals.recogniser import Recognition, WholeSegments
from robotos.peripherals.sound import RATE, Pcm, read_sound
from robotos.peripherals.speaker import LoudspeakerOutput
from robotos.peripherals.vad import open_vad

class Words:
    def transcribe(self, pcm):
        return Recognition("clean the kitchen", 1.0)

def wait(what):
    end = time.monotonic() + 30
    while not what():
        assert time.monotonic() < end, (what.__name__, ears.problem)
        time.sleep(0.02)

def play(name):
    subprocess.run(["paplay", "--device=speaker", str(Path(sys.argv[1]) / name)], check=True)

order = Path(sys.argv[1]) / "clean_kitchen.wav"
clock, reference = RealClock(), EchoReference()
ears = MicrophoneEars(clock, WholeSegments(Words()), open_vad()[0], organs=Organs(reference=reference))
def started(): return ears.started
wait(started)
subprocess.Popen(["paplay", "--device=speaker", str(order)])
time.sleep(1.0)
subprocess.run(["pactl", "unload-module", "module-remap-source"], check=True)
subprocess.run(["pactl", "unload-module", "module-null-sink"], check=True)
def deaf(): return bool(ears.deaf)
wait(deaf)
problem = ears.problem
ears.poll()
subprocess.run(["pactl", "load-module", "module-null-sink", "sink_name=speaker", "rate=48000"], check=True)
again = ["pactl", "load-module", "module-remap-source", "master=speaker.monitor", "source_name=microphone"]
subprocess.run(again, check=True)
def back(): return not ears.deaf
wait(back)
time.sleep(1.5)
play("clean_kitchen.wav")
heard = []
def understood():
    heard.extend(words.text for words in ears.poll())
    return bool(heard)
wait(understood)
output = LoudspeakerOutput(clock=clock, listener=reference)
sound = read_sound(order)
output.write(sound[:0], RATE)
time.sleep(1.0)
for start in range(0, len(sound), 320):
    output.write(sound[start : start + 320], RATE)
output.drain()
time.sleep(2.0)
itself = [words.text for words in ears.poll()]
print(json.dumps({"problem": problem, "heard": heard[:1], "itself": itself}))
ears.close()
output.close()
"""


def test_unplugged_in_mid_sentence_it_says_so_and_hears_again_and_never_hears_itself(
    sound_card: dict[str, str], tmp_path: Path
) -> None:
    if shutil.which("pactl") is None:
        pytest.skip("this needs: apt-get install pulseaudio-utils")
    done = subprocess.run(
        [sys.executable, "-c", UNPLUGGED, str(RECORDINGS)],
        env=sound_card, capture_output=True, text=True, timeout=LIMIT, check=False,
    )  # fmt: skip
    if "apt-get install libportaudio2" in done.stderr:
        pytest.skip(NEEDS)
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    assert "microphone" in answer["problem"]
    assert answer["heard"] == ["clean the kitchen"]
    assert answer["itself"] == []


@pytest.mark.parametrize("command", [["devices"], ["test", "--seconds", "1.5"], ["calibrate", "--seconds", "1"]])
def test_the_voice_command_on_a_real_card(sound_card: dict[str, str], tmp_path: Path, command: list[str]) -> None:
    home = ["--home", str(tmp_path / "home")] if command[0] == "calibrate" else []
    done = subprocess.run(
        [sys.executable, "-m", "robotos.shell.main", "voice", *command, *home, "--json"],
        env=sound_card, capture_output=True, text=True, timeout=LIMIT, check=False,
    )  # fmt: skip
    if "apt-get install libportaudio2" in done.stderr:
        pytest.skip(NEEDS)
    answer = json.loads(done.stdout.splitlines()[-1])
    if command[0] == "devices":
        assert any("microphone" in one["default"] for one in answer["devices"])
    elif command[0] == "test":
        assert answer["frames"] > 30
        assert "silence" in answer["advice"]
    else:
        assert 0.0 < answer["delay"] < 0.5
        assert json.loads((tmp_path / "home" / "voice.json").read_text("utf-8"))["delay"] == answer["delay"]
