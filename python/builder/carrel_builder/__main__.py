"""`python -m carrel_builder` is `carrel-build-repository`."""

import sys

from carrel_builder.command import main

if __name__ == "__main__":
    sys.exit(main())
