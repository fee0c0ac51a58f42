"""Takes more memory than a server may have. Arguments: how (`private`, `file` in memory), how many MiB."""

import mmap
import os
import signal
import sys

from report import refused, succeeded

way, wanted = sys.argv[1], int(sys.argv[2])
child = os.fork()
if child == 0:
    file = os.memfd_create("x") if way == "file" else -1
    if file >= 0:
        os.ftruncate(file, wanted << 20)
    kind = mmap.MAP_SHARED if file >= 0 else mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    memory = mmap.mmap(file, wanted << 20, kind)
    for page in range(0, wanted << 20, mmap.PAGESIZE):
        memory[page] = 1
    os._exit(0)
_, status = os.waitpid(child, 0)
if status == 0:
    succeeded(f"{wanted} MiB")
ended = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else f"code {os.WEXITSTATUS(status)}"
refused(f"ended by {ended}")
