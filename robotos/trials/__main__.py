"""One trial again, as a report names it: `python -m robotos.trials "kill gate" --seed 7 --number 12`."""

from __future__ import annotations

import argparse
import json
import sys

from robotos.trials.faults import FAULTS
from robotos.trials.rig import Rig
from robotos.trials.trial import attempt


def main() -> int:
    """0 when all was as it must be, 1 when not."""
    parser = argparse.ArgumentParser(prog="python -m robotos.trials", description=__doc__)
    parser.add_argument("fault", choices=list(FAULTS), help=", ".join(FAULTS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--number", type=int, default=0)
    parser.add_argument("--board", help="emulate this board (default: the firmware's core on this machine)")
    options = parser.parse_args()
    with Rig(options.board) as rig:
        trial = attempt(rig, options.fault, options.seed, options.number)
    print(json.dumps(trial.plain()))
    return 1 if trial.violations else 0


if __name__ == "__main__":
    sys.exit(main())
