"""What the command lines have in common: their parser, `--home`, `--json`, and how results are printed."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path

from robotos.boot.places import home_directory


def parser(name: str, purpose: str, *examples: str) -> argparse.ArgumentParser:
    """A parser for `robotos name` whose help ends with examples."""
    lines = "\n".join(f"  robotos {example}" for example in examples)
    return argparse.ArgumentParser(
        prog=f"robotos {name}",
        description=purpose,
        epilog=f"{'example' if len(examples) == 1 else 'examples'}:\n{lines}" if examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_home(to: argparse.ArgumentParser) -> None:
    """`--home`: where the system keeps its disk."""
    to.add_argument(
        "--home", type=Path, metavar="DIR", help="directory of the disk and policy (default: ~/.local/share/robotos)"
    )


def add_json(to: argparse.ArgumentParser) -> None:
    """`--json`: for machines."""
    to.add_argument("--json", action="store_true", help="print JSON instead of text")


def add_system(to: argparse.ArgumentParser) -> None:
    """Options of every command that starts a system."""
    add_home(to)
    to.add_argument("--map", default="apartment", metavar="NAME", help="map by name or directory (default: apartment)")
    to.add_argument("--model", type=Path, metavar="FILE", help="another GGUF model than the bundled one")


def add_session(to: argparse.ArgumentParser) -> None:
    """Options of the commands that keep a live system running."""
    to.add_argument("--mute", action="store_true", help="print what is said, play nothing")
    to.add_argument("--listen", action="store_true", help="listen to the microphone as well as the keyboard")
    to.add_argument("--microphone", metavar="NAME", help="part of a microphone's name: robotos voice devices")
    to.add_argument("--loudspeaker", metavar="NAME", help="part of a loudspeaker's name")
    to.add_argument(
        "--satellite", action="append", default=[], metavar="HOST[:PORT]",
        help="listen and speak at this Wyoming satellite as well; repeatable",
    )  # fmt: skip
    to.add_argument("--say", action="append", default=[], metavar="TEXT", help="say this when quiet; repeatable")
    to.add_argument("--seconds", type=seconds, metavar="S", help="end after so many seconds")
    to.add_argument("--exit-when-idle", action="store_true", help="end once everything asked for is done")
    to.add_argument("--json", action="store_true", help="one JSON object a line instead of text")
    to.add_argument("--trace", type=Path, metavar="FILE", help="keep all frames of the motor controller's link there")
    to.add_argument("--patience", type=seconds, default=10.0, metavar="S", help=argparse.SUPPRESS)


def home_of(options: argparse.Namespace) -> Path:
    """The home directory, made when missing."""
    return home_directory(options.home)


def words_of(parts: Sequence[str]) -> str:
    """Words given as one argument or several."""
    return " ".join(" ".join(parts).split())


def seconds(text: str) -> float:
    """A positive number of seconds, for `type=`."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"a number of seconds above 0 is wanted, not {text!r}")
    return value


def print_json(value: object) -> None:
    """One JSON value, on one line, at once."""
    print(json.dumps(value, ensure_ascii=False, default=str), flush=True)
