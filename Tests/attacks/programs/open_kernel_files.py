"""Opens the kernel's own files: what tells of others (`read`), what sets something (`write`, nothing is written)."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress

from report import refused, succeeded

READ = ["/dev/kmsg", "/proc/kmsg", "/proc/kcore", "/proc/kpagecount", "/proc/vmallocinfo", "/proc/slabinfo", "/dev/mem"]
# Anybody may open these: in the one the kernel refuses what is written, by the others it tells how busy it is.
FOR_ALL = ("/proc/sys/kernel/ns_last_pid", "/proc/pressure/")


def setters() -> Iterator[str]:
    """All files of the kernel that aren't of a process."""
    for top in ("/proc", "/sys"):
        for folder, inner, names in os.walk(top):
            if folder == "/proc":
                inner[:] = [name for name in inner if not (name.isdigit() or name in ("self", "thread-self"))]
            for name in names:
                yield f"{folder}/{name}"


flags = (os.O_RDONLY if sys.argv[1] == "read" else os.O_WRONLY) | os.O_NONBLOCK
tried = 0
for path in READ if sys.argv[1] == "read" else setters():
    if os.path.islink(path) or path.startswith(FOR_ALL):
        continue
    tried += 1
    with suppress(OSError):
        os.close(os.open(path, flags))
        succeeded(path)
refused(f"{tried} files")
