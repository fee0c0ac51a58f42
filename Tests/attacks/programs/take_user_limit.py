"""Takes all that its user number may have of something the kernel counts for each user, and keeps it for a while.

Argument: `watch` (inotify instances), `queue` (bytes of message queues), `signal` (pending ones), `pipe` (their room).
"""

import ctypes
import fcntl
import os
import signal
import sys
from collections.abc import Callable

from report import hold, say

libc = ctypes.CDLL(None, use_errno=True)
most = 200_000
pipes = []


def open_queue(number: int) -> bool:
    return libc.mq_open(f"/mallory-{number}".encode(), os.O_CREAT | os.O_RDWR, 0o600, None) >= 0


def send_signal(_: int) -> bool:
    return libc.sigqueue(os.getpid(), signal.SIGRTMIN, None) == 0


def widen_pipe(_: int) -> bool:
    pipes.append(os.pipe())
    try:
        return fcntl.fcntl(pipes[-1][0], fcntl.F_SETPIPE_SZ, 1 << 20) > 0
    except OSError:
        return False


ways: dict[str, Callable[[int], bool]] = {
    "watch": lambda _: libc.inotify_init() >= 0,
    "queue": open_queue,
    "signal": send_signal,
    "pipe": widen_pipe,
}
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
take = ways[sys.argv[1]]
count = 0
while count < most and take(count):
    count += 1
hold()
for number in range(count if sys.argv[1] == "queue" else 0):
    libc.mq_unlink(f"/mallory-{number}".encode())
say("done", f"{count} of them")
