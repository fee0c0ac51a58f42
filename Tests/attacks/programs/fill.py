"""Writes a large file or many small ones; arguments: folder (`environment`: the one of all programs), MiB, files.

With a fourth, `hold`, it keeps what it has until the test has looked what that does to others.
"""

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from report import hold, refused, succeeded

place, megabytes, files = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
places = {"environment": Path(sys.prefix), "/run/user": Path(f"/run/user/{os.getuid()}")}
top = places.get(place, Path(os.path.expanduser(place)))
folder = top / f"fill-{os.getpid()}"
written = made = 0
reason = ""
try:
    folder.mkdir()
    with (folder / "large").open("wb", buffering=0) as large:
        while written < megabytes:
            large.write(bytes(1 << 20))
            written += 1
        os.fsync(large.fileno())
    while made < files:
        os.close(os.open(folder / f"{made:0>200}", os.O_CREAT | os.O_WRONLY))
        made += 1
except OSError as error:
    reason = str(error)
if "hold" in sys.argv:
    hold()
with suppress(OSError):
    shutil.rmtree(folder)
if reason:
    refused(f"after {written} MiB and {made} files: {reason}")
succeeded(f"{written} MiB and {made} files")
