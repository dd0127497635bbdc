"""`robotos map`: import a map, look at it, check it, change it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType

# Name, module, what it is for. Every module has `main(argv) -> int`.
COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "import": ("robotos.shell.map_import", "make a home of a Valetudo map, a ROS map, or a picture"),
        "show": ("robotos.shell.map_show", "what a map holds; a picture of it"),
        "check": ("robotos.shell.map_check", "whether a robot can work with it"),
        "edit": ("robotos.shell.map_edit", "rename, merge and split rooms; add places and areas"),
    }
)


def main(argv: Sequence[str]) -> int:
    """Exit code of the command: 0 it worked, 1 it did not, 2 it was called wrongly. Without one, `show`."""
    if argv and argv[0] in {"-h", "--help", "help"}:
        print(_usage())
        return 0
    name, rest = (argv[0], argv[1:]) if argv and argv[0] in COMMANDS else ("show", argv)
    module = importlib.import_module(COMMANDS[name][0])
    return int(module.main(rest))


def _usage() -> str:
    lines = [f"  {name:<8} {purpose}" for name, (_, purpose) in COMMANDS.items()]
    return "\n".join(
        [
            "usage: robotos map [COMMAND] ...   (robotos map COMMAND --help for its options)",
            "",
            *lines,
            "",
            "Without a command it shows a map.",
            "",
            "examples:",
            "  robotos map apartment",
            "  robotos map import ValetudoMap.json --out ~/maps/flat",
            "  robotos map check ~/maps/flat",
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
