"""Connects to a Unix socket without a path, which only network namespaces keep apart."""

import socket
from contextlib import suppress

from report import refused, succeeded, target

with suppress(OSError), socket.socket(socket.AF_UNIX) as one:
    one.connect("\0" + target()["abstract"])
    succeeded("connected")
refused("nobody listens there")
