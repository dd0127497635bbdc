"""`robotos voice devices|test|calibrate|talk`: microphones and loudspeakers, how loud it is, and push to talk."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from robotos.boot.children import BootError
from robotos.shell.options import add_home, add_json, home_of, parser, print_json, seconds

TEST_SECONDS, CALIBRATE_SECONDS = 15.0, 3.0


def main(argv: Sequence[str]) -> int:
    """Exit code 0: it worked; 1: there is no such device, or it delivers nothing; 2: called wrongly."""
    options = _options(argv)
    from robotos.peripherals.sound import SoundError

    try:
        return _COMMANDS[options.command](options)
    except SoundError as error:
        raise BootError(str(error)) from error


def _devices(options: argparse.Namespace) -> int:
    from robotos.peripherals.device_list import devices

    found = devices()
    if options.json:
        print_json({"devices": [one.plain() for one in found]})
        return 0
    if not found:
        raise BootError("there are no sound devices; connect a microphone, or type instead")
    from robotos.shell.tables import columns

    rows = [
        [str(one.number), one.name, str(one.inputs), str(one.outputs), f"{one.rate:.0f} Hz", one.default]
        for one in found
    ]
    _print(columns(["NUMBER", "NAME", "IN", "OUT", "RATE", "USED UNLESS NAMED"], rows, right=(0, 2, 3, 4)))
    return 0


def _test(options: argparse.Namespace) -> int:
    from robotos.shell.level_meter import meter

    return meter(options.microphone, options.seconds, options.json)


def _calibrate(options: argparse.Namespace) -> int:
    from robotos.boot.calibrate import calibrate

    directory = home_of(options)
    if not options.json:
        _print([f"Please be quiet for {options.seconds + 4:.0f} s: first the room's noise is measured, then I speak."])
    found = calibrate(options.microphone, options.loudspeaker, options.seconds)
    path = found.write(directory)
    if options.json:
        print_json({**found.plain(), "file": str(path)})
        return 0
    lines = [f"the room's noise is {found.noise:.0f} dB below full scale"]
    if found.delay is None:
        lines.append("the loudspeaker was not heard by the microphone: turn it up, or leave it if you wear headphones")
    else:
        lines.append(f"what I say comes back after {found.delay * 1000:.0f} ms, {found.echo:.0f} dB below full scale")
    _print([*lines, f"written to {path}"])
    return 0


def _talk(options: argparse.Namespace) -> int:
    from robotos.boot.control import ask
    from robotos.boot.running import must_find

    told = ask(Path(must_find(home_of(options)).control), "talk", on=not options.release)
    if options.json:
        print_json({"told": told})
    else:
        _print([str(told)])
    return 0


def _print(lines: Sequence[object]) -> None:
    from rich.console import Console

    console = Console()
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = MappingProxyType(
    {"devices": _devices, "test": _test, "calibrate": _calibrate, "talk": _talk}
)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "voice",
        "Sound devices: list them, see how loud the microphone is, measure noise and echo, push to talk.",
        "voice devices",
        "voice test --microphone USB",
        "voice calibrate",
        "voice talk; robotos voice talk --release",
    )
    commands = to.add_subparsers(dest="command", required=True, metavar="devices|test|calibrate|talk")
    listed = commands.add_parser("devices", help="microphones and loudspeakers, and which are used")
    test = commands.add_parser("test", help="a level meter, and whether speech is heard")
    measured = commands.add_parser("calibrate", help="measure the room's noise and the echo's delay, and keep them")
    talk = commands.add_parser("talk", help="push to talk: all that is said is for the running robot")
    for one in (test, measured):
        one.add_argument("--microphone", metavar="NAME", help="part of its name, or its number")
    measured.add_argument("--loudspeaker", metavar="NAME", help="part of its name, or its number")
    test.add_argument("--seconds", type=seconds, default=TEST_SECONDS, metavar="S", help="for so long (15)")
    measured.add_argument("--seconds", type=seconds, default=CALIBRATE_SECONDS, metavar="S", help="of quiet (3)")
    talk.add_argument("--release", action="store_true", help="let the key go again")
    for one in (measured, talk):
        add_home(one)
    for one in (listed, test, measured, talk):
        add_json(one)
    return to.parse_args(argv)
