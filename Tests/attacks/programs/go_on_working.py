"""What the victim does meanwhile, named by the argument: asks the hub, opens a terminal, writes. Says `done` or `failed`."""

import ctypes
import fcntl
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path

from report import say

libc = ctypes.CDLL(None, use_errno=True)


def judge(answer: int, what: str) -> None:
    """Ends with what a call of the C library came to."""
    say("failed", os.strerror(ctypes.get_errno())) if answer < 0 else say("done", what)


match sys.argv[1]:
    case "hub":
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.settimeout(30)
                one.connect("/run/carrel/hub/hub.sock")
                one.sendall(b"GET /hub/api HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
                answer = one.recv(64)
        except OSError as error:
            say("failed", str(error))
        say("done" if answer.startswith(b"HTTP/1.1 200") else "failed", answer.decode())
    case "terminal":
        try:
            os.openpty()
        except OSError as error:
            say("failed", str(error))
        say("done", "a terminal")
    case "watch":
        judge(libc.inotify_init(), "a watch")
    case "queue":
        answer = libc.mq_open(b"/alice-too", os.O_CREAT | os.O_RDWR, 0o600, None)
        libc.mq_unlink(b"/alice-too")
        judge(answer, "a queue")
    case "signal":
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
        judge(libc.sigqueue(os.getpid(), signal.SIGRTMIN, None), "a signal")
    case "pipe":
        try:
            fcntl.fcntl(os.pipe()[0], fcntl.F_SETPIPE_SZ, 1 << 20)
        except OSError as error:
            say("failed", str(error))
        say("done", "a pipe")
    case "home":
        try:
            with tempfile.TemporaryDirectory(dir=Path.home()) as folder:
                for number in range(500):
                    Path(folder, str(number)).touch()
                with open(f"{folder}/large", "wb") as file:
                    file.write(os.urandom(5 << 20))
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            say("failed", str(error))
        say("done", "a file of 5 MiB, and 500 more")
