"""Makes processes until it isn't let; argument: how many at most."""

import os
import signal
import sys

from report import refused, succeeded

wanted = int(sys.argv[1])
made: list[int] = []
reason = ""
while len(made) < wanted:
    try:
        child = os.fork()
    except OSError as error:
        reason = str(error)
        break
    if child == 0:
        signal.pause()
        os._exit(0)
    made.append(child)
for child in made:
    os.kill(child, signal.SIGKILL)
for child in made:
    os.waitpid(child, 0)
if reason:
    refused(f"after {len(made)}: {reason}")
succeeded(f"{len(made)} processes")
