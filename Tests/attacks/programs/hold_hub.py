"""Holds as many half-open requests to the hub's socket as it can for a while."""

import resource
import socket
import time
from contextlib import suppress

from report import hold, say

MOST = 4000
LONGEST = 8.0

limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
held: list[socket.socket] = []
until = time.monotonic() + LONGEST
while len(held) < MOST and time.monotonic() < until:
    one = socket.socket(socket.AF_UNIX)
    one.settimeout(1)
    # The queue before the hub may be full for a moment.
    with suppress(BlockingIOError, TimeoutError):
        one.connect("/run/carrel/hub/hub.sock")
        one.send(b"GET /hub/api HTTP/1.1\r\nX-Wait: ")
        held.append(one)
hold()
say("done", f"{len(held)} connections")
