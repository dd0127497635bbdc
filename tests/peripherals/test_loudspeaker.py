"""The real loudspeaker path on a null sink: heard soon, silent soon, told exactly, and mended when it is lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from robotos.bench.sound_card import NoCardError, sound_card

LIMIT = 90.0  # s

HEARD = """
import json, time
import numpy as np
from robotos.bench.voice_speech_run import ANSWERS, Monitor
from robotos.clock import RealClock
from robotos.peripherals.espeak import EspeakSynthesiser
from robotos.peripherals.speaker import LoudspeakerOutput
from robotos.peripherals.spoken import SpokenSpeech

class Told:
    blocks = []
    def played(self, pcm, rate, at):
        self.blocks.append((at, rate, pcm))

clock, told = RealClock(), Told()
monitor = Monitor()
speech = SpokenSpeech(clock, EspeakSynthesiser(), LoudspeakerOutput(clock=clock, listener=told))
time.sleep(1.0)
monitor.forget()
said = clock.now()
speech.say(ANSWERS[0])
time.sleep(1.5)
quiet = clock.now()
speech.duck(0.1)
time.sleep(1.0)
hushed = clock.now()
speech.hush()
time.sleep(0.6)
heard = monitor.audible()
blocks = [(at, pcm) for at, block in monitor.blocks for pcm in [np.abs(block.astype(int))]]
loud = max(p.max() for at, p in blocks if said < at < quiet)
soft = max(p.max() for at, p in blocks if quiet + 0.2 < at < hushed)
ours = [at + i / rate for at, rate, pcm in told.blocks for i in np.flatnonzero(np.abs(pcm) > 60)]
print(json.dumps({"first": heard[0] - said, "last": heard[-1] - hushed, "share": soft / loud, "errors": speech.errors,
                  "off": [ours[0] - heard[0], ours[-1] - heard[-1]]}))
speech.close()
monitor.close()
"""

LOST = """
import json, subprocess, sys, time
from robotos.clock import RealClock
from robotos.peripherals.espeak import EspeakSynthesiser
from robotos.peripherals.speaker import LoudspeakerOutput
from robotos.peripherals.spoken import SpokenSpeech
speech = SpokenSpeech(RealClock(), EspeakSynthesiser(), LoudspeakerOutput())
time.sleep(1.0)
subprocess.run(["pactl", "suspend-sink", "speaker", "1"], check=True)
began = time.monotonic()
ticket = speech.say("This is a sentence that nobody can hear, for the loudspeaker is gone, and it goes on for a while.")
asked = time.monotonic() - began
while not speech.errors and time.monotonic() < began + 20:
    time.sleep(0.02)
problem = speech.problem
subprocess.run(["pactl", "suspend-sink", "speaker", "0"], check=True)
done = []
while ticket not in done and time.monotonic() < began + 30:
    done += speech.poll()
    time.sleep(0.02)
after = speech.say("Here I am again.")
while after not in done and time.monotonic() < began + 40:
    done += speech.poll()
    time.sleep(0.02)
print(json.dumps({"asked": asked, "problem": problem, "done": done == [ticket, after], "now": speech.problem}))
speech.close()
"""


@pytest.fixture
def card() -> Iterator[Mapping[str, str]]:
    pytest.importorskip("espeakng_loader", reason="espeak-ng comes with the espeak extra")
    try:
        with sound_card() as environment:
            yield environment
    except NoCardError as error:
        pytest.skip(str(error))


def run(script: str, environment: Mapping[str, str]) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", script], env=dict(environment), capture_output=True, text=True, timeout=LIMIT,
        check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    if "apt-get install libportaudio2" in done.stderr:
        pytest.skip("needs: apt-get install libportaudio2")
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_soon_heard_ducked_and_soon_silent_and_what_is_told_is_what_is_heard(card: Mapping[str, str]) -> None:
    found = run(HEARD, card)
    # How soon exactly is for `robotos bench voice`; here a machine may be starved for a second or two.
    assert found["first"] < 10.0
    assert found["last"] < 3.0  # the sentence would have gone on for four more
    assert 0.03 < found["share"] < 0.25
    assert all(abs(off) < 0.5 for off in found["off"])
    assert found["errors"] == []


def test_a_loudspeaker_that_is_lost_is_told_and_used_again_when_it_is_back(card: Mapping[str, str]) -> None:
    if shutil.which("pactl") is None:
        pytest.skip("needs: apt-get install pulseaudio-utils")
    found = run(LOST, card)
    assert found["asked"] < 5.0  # nobody waits for it
    assert "check its cable" in str(found["problem"])
    assert found["done"] and found["now"] == ""


def test_a_loudspeaker_by_a_name_that_is_not_there_is_a_clear_error(card: Mapping[str, str]) -> None:
    script = (
        "import json\n"
        "from robotos.peripherals.sound import SoundError\n"
        "from robotos.peripherals.speaker import LoudspeakerOutput\n"
        "try:\n    LoudspeakerOutput('no such device')\n"
        "except SoundError as error:\n    print(json.dumps({'error': str(error)}))\n"
    )
    assert "there is no loudspeaker 'no such device'; connect one" in str(run(script, card)["error"])
