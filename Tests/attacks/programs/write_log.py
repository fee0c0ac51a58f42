"""Writes to the server's log: much (`fill MiB`), or makes it seem endless (`stretch`). Needs its descriptor."""

import os
import sys

from report import say

log = int(os.environ["ATTACK_LOG"])
if log < 0:
    say("done", "the log is out of reach")
try:
    if sys.argv[1] == "stretch":
        os.ftruncate(log, os.fstat(log).st_size + (1 << 30))
    else:
        for _ in range(int(sys.argv[2])):
            os.write(log, (b"x" * 1023 + b"\n") * 1024)
except OSError as error:
    say("done", str(error))
say("done", "written")
