"""`python -m robotos.training.acoustic`."""

import sys

from robotos.training.acoustic.command import main

sys.exit(main())
