"""Ears and mouth: the sound library, microphone, loudspeaker, recognisers and synthesisers."""

from __future__ import annotations

import ctypes.util
import importlib.util
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from robotos.boot.health.finding import Finding, Patient, State, asked_apart
from robotos.peripherals.piper import piper_voice
from robotos.peripherals.whisper import whisper_model

SOUND = "a live microphone and loudspeaker (robotos hear FILE works without)"
_DEVICES = (
    "import sys, sounddevice\n"
    "try: print(sounddevice.query_devices(kind=sys.argv[1])['name'])\n"
    "except (sounddevice.PortAudioError, ValueError) as error: print(error); sys.exit(3)"
)
_RECOGNISER = "import pocketsphinx; pocketsphinx.Decoder(lm=None, loglevel='FATAL'); print(pocketsphinx.__file__)"
_ESPEAK = "import ctypes, espeakng_loader as e; ctypes.CDLL(e.get_library_path()); print(e.get_data_path())"


def portaudio(_patient: Patient) -> Finding:
    """The library that sounddevice needs."""
    if importlib.util.find_spec("sounddevice") is None:
        return Finding("portaudio", State.MISSING, "sounddevice is not installed", SOUND, "make setup")
    found = ctypes.util.find_library("portaudio")
    if found:
        return Finding("portaudio", State.OK, f"{found}, sounddevice {version('sounddevice')}")
    return Finding("portaudio", State.MISSING, "no libportaudio.so.2", SOUND, "apt-get install libportaudio2")


def microphone(_patient: Patient) -> Finding:
    """The default input."""
    return _device("microphone", "input", "live listening; typing and robotos hear FILE work")


def speaker(_patient: Patient) -> Finding:
    """The default output."""
    return _device("speaker", "output", "hearing the robot; what it says is printed, and written as WAV by the demo")


def _device(name: str, kind: str, loses: str) -> Finding:
    code, said = asked_apart(_DEVICES, kind)
    if code == 0:
        return Finding(name, State.OK, said)
    if "PortAudio library not found" in said or "sounddevice" in said:
        return Finding(name, State.MISSING, "cannot be looked for without portaudio", loses, _LIBRARY)
    return Finding(
        name, State.MISSING, f"no {kind} device", loses, "plug one in, then: apt-get install alsa-utils && arecord -l"
    )


_LIBRARY = "apt-get install libportaudio2"


def recogniser(_patient: Patient) -> Finding:
    """The recogniser that works offline from its wheel."""
    code, said = asked_apart(_RECOGNISER)
    if code == 0:
        return Finding("pocketsphinx", State.OK, version("pocketsphinx"))
    state = State.MISSING if "ModuleNotFoundError" in said else State.BROKEN
    return Finding("pocketsphinx", state, said, "understanding speech; typing works", "make setup")


def espeak(_patient: Patient) -> Finding:
    """The synthesiser that works offline."""
    loses = "the robot's voice; what it says is printed"
    code, said = asked_apart(_ESPEAK)
    if code == 0:
        return Finding("espeak-ng", State.OK, f"from espeakng-loader {version('espeakng-loader')}")
    program = shutil.which("espeak-ng")
    if program:
        return Finding("espeak-ng", State.OK, program)
    return Finding("espeak-ng", State.MISSING, said, loses, "apt-get install espeak-ng")


def whisper(patient: Patient) -> Finding:
    """faster-whisper and a model for it, which hears better than pocketsphinx."""
    loses = "better recognition; pocketsphinx is used"
    return _optional("faster-whisper", "voice", whisper_model(patient.home), patient.home / "models" / "whisper", loses)


def piper(patient: Patient) -> Finding:
    """piper-tts and a voice for it, which sounds better than espeak-ng."""
    loses = "a natural voice; espeak-ng is used"
    return _optional("piper-tts", "piper", piper_voice(patient.home), patient.home / "models" / "piper", loses)


def _optional(package: str, extra: str, model: object, directory: Path, loses: str) -> Finding:
    try:
        installed = version(package)
    except PackageNotFoundError:
        return Finding(
            package, State.MISSING, "not installed", loses, f".venv/bin/python -m pip install -e '.[{extra}]'"
        )
    if model is None:
        detail = f"{installed}, but no model for it in {directory}"
        return Finding(package, State.MISSING, detail, loses, f"mkdir -p {directory}   (and put a model's files there)")
    return Finding(package, State.OK, f"{installed}, {model}")


QUESTIONS = (portaudio, microphone, speaker, recogniser, espeak, whisper, piper)
