"""Computes in eight processes for some seconds; argument: how many processors that may come to in any of them."""

import os
import sys
import time

from report import refused, succeeded

SECONDS = 4
most = float(sys.argv[1])


def used() -> float:
    """How many processors eight busy processes get in a second."""
    before = sum(os.times()[2:4])
    begun = time.monotonic()
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            # A share of its own: the kernel divides processors among sessions first (sched(7), autogroups).
            os.setsid()
            while time.monotonic() < begun + 1:
                pass
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    return (sum(os.times()[2:4]) - before) / (time.monotonic() - begun)


highest = 0.0
for _ in range(SECONDS):
    highest = max(highest, used())
    if highest > most:
        succeeded(f"{highest:.2f} processors")
refused(f"{highest:.2f} processors")
