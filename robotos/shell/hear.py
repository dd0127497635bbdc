"""`robotos hear FILE.wav`: one spoken command from a sound file, to the running robot or to a simulated one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from robotos.boot.children import BootError
from robotos.boot.running import find
from robotos.shell.options import home_of, parser
from robotos.shell.utter import LoadVirtual, add_utter, utter


def main(argv: Sequence[str], load: LoadVirtual | None = None) -> int:
    """Exit code 0: done; 1: nothing heard, refused, failed, or a question came back; 2: called wrongly."""
    options = _options(argv)
    if not options.file.is_file():
        raise BootError(f"there is no sound file {options.file}; give the path of a WAV file")
    return utter(_words(options), "voice", options, load)


def _words(options: argparse.Namespace) -> str:
    from robotos.boot.maps import load_map
    from robotos.boot.organs import best_recogniser
    from robotos.peripherals.files import transcribe_file
    from robotos.peripherals.sound import SoundError

    directory = home_of(options)
    running = find(directory)
    _, home = load_map(running.map if running is not None else options.map)
    try:
        heard = transcribe_file(options.file, best_recogniser(home, directory))
    except SoundError as error:
        raise BootError(str(error)) from error
    if not heard.text:
        raise BootError(f"no words were heard in {options.file}; speak nearer to the microphone, or use robotos say")
    return heard.text


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "hear",
        "Say what is spoken in a sound file to the robot that runs on --home. Where none runs, it is carried out\n"
        "on a simulated robot, faster than real time, with the disk of that home. Exit code 0 when it was done, 1\n"
        "when not.",
        "hear command.wav",
        "hear command.wav --json",
    )
    to.add_argument("file", type=Path, metavar="FILE", help="WAV (FLAC, OGG, MP3 too, where PyAV is installed)")
    add_utter(to)
    return to.parse_args(argv)
