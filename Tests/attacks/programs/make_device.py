"""Makes a device file of a disk, and opens it."""

import os
import stat
import tempfile

from report import refused, succeeded

with tempfile.TemporaryDirectory(dir=os.path.expanduser("~")) as folder:
    path = f"{folder}/device"
    try:
        # The kernel's own messages: a device that every machine has.
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 11))
    except OSError as error:
        refused(error)
    succeeded("made")
