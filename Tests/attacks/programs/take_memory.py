"""Takes more memory than a server may have. Arguments: how (`private`, `file` in memory, `segment` of System V), how many MiB."""

import ctypes
import mmap
import os
import signal
import sys

from report import refused, succeeded

way, wanted = sys.argv[1], int(sys.argv[2])


def take_segment() -> None:
    libc = ctypes.CDLL(None)
    libc.shmat.restype = ctypes.c_void_p
    identity = libc.shmget(0, ctypes.c_size_t(wanted << 20), 0o600)
    place = libc.shmat(identity, None, 0)
    # Removed as soon as nobody has it any more.
    libc.shmctl(identity, 0, None)
    ctypes.memset(place, 1, wanted << 20)
    os._exit(0)


child = os.fork()
if child == 0:
    if way == "segment":
        take_segment()
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
