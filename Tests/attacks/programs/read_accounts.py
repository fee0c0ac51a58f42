"""Looks for accounts of the host in `/etc/passwd`, and for passwords in `/etc/shadow`."""

import contextlib
import os
from pathlib import Path

from report import refused, succeeded

OWN = {"root", "nobody", os.environ["USER"]}

names = [line.split(":")[0] for line in Path("/etc/passwd").read_text().splitlines()]
found = [name for name in names if name not in OWN]
for path in ("/etc/shadow", "/etc/gshadow", "/etc/shadow-"):
    with contextlib.suppress(OSError):
        Path(path).stat()
        found.append(path)
if found:
    succeeded(found)
refused(f"accounts: {names}")
