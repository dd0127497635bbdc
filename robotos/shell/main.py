"""`robotos COMMAND`: finds the command, runs it, turns what went wrong into one sentence and an exit code."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from robotos import __version__
from robotos.boot.children import BootError

# Name, module, what it is for. Every module has `main(argv) -> int`.
COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "demo": ("robotos.shell.demo", "a spoken command cleans a simulated kitchen"),
        "sim": ("robotos.shell.sim", "start the whole system on a simulated robot and talk to it"),
        "run": ("robotos.shell.run", "start the whole system on a motor controller"),
        "say": ("robotos.shell.say", "one typed command"),
        "hear": ("robotos.shell.hear", "one spoken command from a sound file"),
        "teach": ("robotos.shell.teach", "teach it what you mean by a phrase"),
        "models": ("robotos.shell.models", "models beside the bundled one: list, fetch, choose and remove them"),
        "wyoming": ("robotos.shell.wyoming", "Home Assistant's satellites, recognisers and voices; ours for it"),
        "voice": ("robotos.shell.voice", "microphones and loudspeakers: list, test, calibrate; push to talk"),
        "stop": ("robotos.shell.stop", "stop the running robot now"),
        "arm": ("robotos.shell.arm", "arm it again after a hard stop, once the cause is gone"),
        "locate": ("robotos.shell.locate", "tell a lost robot which room it is in"),
        "eval": ("robotos.evaluation.command", "run scenario files through the whole system"),
        "ps": ("robotos.shell.ps", "processes of the running system"),
        "strace": ("robotos.shell.strace", "its syscall log, live or from the journal"),
        "link": ("robotos.shell.link", "what the gate and the motor controller said to each other, from a trace"),
        "map": ("robotos.shell.map", "import, show, check or edit a map of a home"),
        "firmware": ("robotos.shell.firmware", "build the motor controller's firmware, flash a board, test it"),
        "doctor": ("robotos.shell.doctor", "what is missing or broken on this machine, and its cure"),
        "disk": ("robotos.shell.disk", "what it remembers: show, export, back up, forget, prune"),
        "fsck": ("robotos.shell.fsck", "check the disk and rebuild its index where it is wrong"),
        "bench": ("robotos.bench.command", "measure one area"),
        "train": ("robotos.training.train", "train the bundled model anew"),
    }
)
USAGE_ERROR = 2


def usage() -> str:
    """The list of commands."""
    lines = [f"  {name:<8} {purpose}" for name, (_, purpose) in COMMANDS.items()]
    return "\n".join(
        [
            "usage: robotos COMMAND [options]   (robotos COMMAND --help for its options)",
            "",
            *lines,
            "",
            f"robotos {__version__}",
        ]
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit code 0: it worked; 1: it did not; 2: it was called wrongly."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0 if arguments else USAGE_ERROR
    if arguments[0] == "--version":
        print(f"robotos {__version__}")
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"robotos: there is no command {name!r}; robotos --help lists them", file=sys.stderr)
        return USAGE_ERROR
    try:
        command = importlib.import_module(COMMANDS[name][0])
        return int(command.main(rest))
    except BootError as error:
        print(f"robotos {name}: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] in {"robotos", "firmware_bridge"}:
            raise
        cure = "make train" if name == "train" else "make setup"
        print(f"robotos {name}: the package {error.name!r} is not installed; {cure} installs it", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
