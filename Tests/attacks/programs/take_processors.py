"""Computes in eight processes for two seconds; argument: how many processors that may come to."""

import os
import sys
import time

from report import refused, succeeded

SECONDS = 2.0
most = float(sys.argv[1])
begun = time.monotonic()
children = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        while time.monotonic() < begun + SECONDS:
            pass
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
used = sum(os.times()[2:4]) / (time.monotonic() - begun)
if used > most:
    succeeded(f"{used:.2f} processors")
refused(f"{used:.2f} processors")
