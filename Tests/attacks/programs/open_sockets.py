"""Connects to Unix sockets of others by their paths on the host: the hub's, the proxy's, another server's."""

import socket
from contextlib import suppress

from report import refused, succeeded, target

for path in target()["sockets"]:
    for root in ("", "/proc/1/root", "/proc/self/root", "/proc/self/cwd" + "/.." * 12):
        # A longer path doesn't fit into a socket's address.
        if len(root + path) > 107:
            continue
        with suppress(OSError), socket.socket(socket.AF_UNIX) as one:
            one.connect(root + path)
            succeeded(root + path)
refused("no path leads to a socket")
