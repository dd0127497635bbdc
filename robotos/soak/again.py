"""One chunk again, as a report names it: `python -m robotos.soak.again frames 1000003 50000`."""

from __future__ import annotations

import argparse
import json
import sys

from robotos.soak.parts import PARTS


def main() -> int:
    """0 without a violation, 1 with one."""
    parser = argparse.ArgumentParser(prog="python -m robotos.soak.again", description=__doc__)
    parser.add_argument("part", choices=list(PARTS))
    parser.add_argument("seed", type=int, help="of the chunk")
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    found = PARTS[options.part].run(options.count, options.seed, lambda _more: None)
    print(json.dumps(found.plain(), indent=1))
    return 1 if found.violations else 0


if __name__ == "__main__":
    sys.exit(main())
