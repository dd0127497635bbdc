"""A child that imports its module at once and runs it when told how.

    python -m robotos.boot.prepared MODULE [PRIORITY]

Importing takes most of a child's start. Its arguments come later, as one JSON list on standard input, because they
depend on its sisters (the gate's port is made by the simulated robot); until then all of them import side by side.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys


def main() -> int:
    """The module's own exit code; 0 when standard input ends before there are arguments: nobody wants it any more."""
    module = importlib.import_module(sys.argv[1])
    line = sys.stdin.readline()
    if not line:
        return 0
    if len(sys.argv) > 2:
        # A simulated robot stands in for hardware, which no other program keeps waiting. Where the system does not
        # allow it (`robotos doctor` says so) a busy machine shows as a controller that answers late.
        with contextlib.suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(int(sys.argv[2])))
    return int(module.main(json.loads(line)))


if __name__ == "__main__":
    sys.exit(main())
