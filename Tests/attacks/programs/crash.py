"""Crashes, so that the kernel writes a core file (`file`) or runs the machine's program for such (`pipe`).

The one needs a limit of core files that isn't 0; the other any but 1, and so 0, which everybody may set.
"""

import os
import resource
import signal
import sys
import tempfile
from contextlib import suppress

from report import refused, succeeded

limit = resource.RLIM_INFINITY if sys.argv[1] == "file" else 0
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    child = os.fork()
    if child == 0:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
        os.kill(os.getpid(), signal.SIGSEGV)
    _, status = os.waitpid(child, 0)
    # The kernel itself says whether anything came of it.
    was_dumped = os.WCOREDUMP(status)
    os.chdir("/")
limits = resource.getrlimit(resource.RLIMIT_CORE)
if was_dumped:
    succeeded(f"dumped; limits before {limits}")
refused(f"not dumped; limits {limits}")
