"""Looks through `/proc` for other people's processes.

Argument `see`: that one is there is enough. `read`: its environment, with the server's token, or a file through its
root, its working folder or a descriptor.
"""

import contextlib
import os
import sys
from pathlib import Path

from report import refused, succeeded, target


def read(path: str) -> bytes:
    with contextlib.suppress(OSError):
        return Path(path).read_bytes()
    return b""


known = target()
seen = [pid for pid in os.listdir("/proc") if pid.isdigit()]
if sys.argv[1] == "see":
    for pid in seen:
        line = read(f"/proc/{pid}/cmdline").replace(b"\0", b" ")
        if b" serve " in line or b" proxy " in line:
            succeeded(f"process {pid}: {line[:100]!r}")
    refused(f"{len(seen)} processes, all of this sandbox")
for pid in {*seen, *map(str, known["processes"])}:
    if b"JUPYTERHUB_USER=alice" in read(f"/proc/{pid}/environ"):
        succeeded(f"/proc/{pid}/environ")
    for way in ("root", "cwd"):
        if known["home"]["word"].encode() in read(f"/proc/{pid}/{way}/home/alice/secret.txt"):
            succeeded(f"/proc/{pid}/{way}")
refused(f"nothing of others in {len(seen)} processes")
