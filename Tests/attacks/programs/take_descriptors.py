"""Opens descriptors until it isn't let, after raising its limit as far as that goes; argument: how many at most."""

import os
import resource
import sys
from contextlib import suppress

from report import refused, succeeded

wanted = int(sys.argv[1])
for limit in (wanted + 100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]):
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        break
held = []
try:
    while len(held) < wanted:
        held.append(os.dup(0))
except OSError as error:
    refused(f"after {len(held)}: {error}")
succeeded(f"{len(held)} descriptors")
