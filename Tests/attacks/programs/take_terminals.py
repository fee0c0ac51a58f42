"""Opens pseudo-terminals until there are none left for anybody on the machine, and keeps them for a while."""

import os
import resource
import signal
from contextlib import suppress

from report import hold, say

resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
children = []
held = got = 0
while len(children) < 40 and (got > 0 or not children):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        count = 0
        with suppress(OSError):
            while count < 900:
                os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY)
                count += 1
        os.write(writer, str(count).encode())
        signal.pause()
        os._exit(0)
    children.append(child)
    got = int(os.read(reader, 16))
    held += got
hold()
for child in children:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
say("done", f"{held} terminals")
