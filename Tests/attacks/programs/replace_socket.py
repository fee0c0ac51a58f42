"""Puts a link to another server's socket in the place of the own one."""

import os
from contextlib import suppress

from report import say, target

OWN = "/run/carrel/server/server.sock"
others = [path for path in target()["sockets"] if "alice" in path]
with suppress(OSError):
    os.unlink(OWN)
    os.symlink(others[0], OWN)
say("done", f"{OWN} → {others[0]}")
