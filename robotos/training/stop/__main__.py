"""`python -m robotos.training.stop`."""

import sys

from robotos.training.stop.command import main

sys.exit(main())
