"""`python -m carrel_env`."""

import sys

from carrel_env.command import main

sys.exit(main())
