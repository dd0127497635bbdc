"""`robotos sim|run|say|hear` with a scripted processor in place of the model, run as `-m tests.shell.live_system`."""

from __future__ import annotations

import sys

from robotos.boot.children import BootError
from robotos.cpu.grammar import parse_linear
from robotos.kernel.syscalls import TABLE
from robotos.shell import hear, run, say, sim
from tests.scripted import ScriptedProcessor

SCRIPT = {
    "clean the r1": "clean r1",
    "clean the r2": "clean r2",
    "go to the r1": "goto r1",
    "go to the r2": "goto r2",
    "what time is it": "status clock",
}


def scripted() -> ScriptedProcessor:
    return ScriptedProcessor({words: [parse_linear(call, TABLE)] for words, call in SCRIPT.items()})


def main() -> int:
    command, *rest = sys.argv[1:]
    try:
        if command in {"say", "hear"}:
            return {"say": say, "hear": hear}[command].main(rest, lambda model: lambda clock: scripted())
        return {"sim": sim, "run": run}[command].main(rest, lambda model: scripted())
    except BootError as error:
        print(f"robotos {command}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
