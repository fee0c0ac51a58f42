"""Holds as many half-open requests to the hub's socket as it can for a while, from several processes."""

import os
import signal
import socket
import time
from contextlib import suppress

from report import hold, say

PROCESSES, EACH = 4, 1000
LONGEST = 8.0


def take(held: list[socket.socket]) -> None:
    until = time.monotonic() + LONGEST
    while len(held) < EACH and time.monotonic() < until:
        one = socket.socket(socket.AF_UNIX)
        one.settimeout(1)
        # The queue before the hub may be full for a moment, or the hub close it.
        with suppress(OSError):
            one.connect("/run/carrel/hub/hub.sock")
            one.send(b"GET /hub/api HTTP/1.1\r\nX-Wait: ")
            held.append(one)


children = []
reader, writer = os.pipe()
for _ in range(PROCESSES):
    child = os.fork()
    if child == 0:
        taken: list[socket.socket] = []
        take(taken)
        os.write(writer, f"{len(taken)}\n".encode())
        signal.pause()
        os._exit(0)
    children.append(child)
held = 0
with os.fdopen(reader) as counts:
    for _ in children:
        held += int(counts.readline())
hold()
for child in children:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
say("done", f"{held} connections")
