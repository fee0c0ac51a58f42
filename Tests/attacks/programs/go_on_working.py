"""What the victim does meanwhile: asks the hub, opens a terminal, watches a folder. Says `done` or `failed`."""

import ctypes
import os
import socket
import sys

from report import say

match sys.argv[1]:
    case "hub":
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.settimeout(5)
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
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.inotify_init() < 0:
            say("failed", os.strerror(ctypes.get_errno()))
        say("done", "a watch")
