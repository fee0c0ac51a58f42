"""Opens every device there is but those that each program needs."""

import os
from contextlib import suppress
from pathlib import Path

from report import refused, succeeded

HARMLESS = {"null", "zero", "full", "random", "urandom", "tty", "ptmx", "console", "stdin", "stdout", "stderr"}
tried = 0
for folder, _, names in os.walk("/dev"):
    if folder.startswith(("/dev/pts", "/dev/shm", "/dev/fd", "/dev/mqueue")):
        continue
    for name in names:
        path = Path(folder) / name
        if name in HARMLESS or path.is_symlink():
            continue
        tried += 1
        with suppress(OSError):
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
            succeeded(path)
refused(f"{tried} devices")
