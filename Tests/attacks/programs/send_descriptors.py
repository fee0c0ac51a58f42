"""Sends open descriptors over a Unix socket, many times: to make the receiver run out of them, or act on them.

Argument: the socket; without one, the hub's.
"""

import os
import socket
import sys

from report import say

path = sys.argv[1] if len(sys.argv) > 1 else "/run/carrel/hub/hub.sock"
descriptors = [os.open("/tmp", os.O_RDONLY) for _ in range(100)]
sent = 0
try:
    for _ in range(20):
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(2)
            one.connect(os.path.expanduser(path))
            socket.send_fds(one, [b"GET /hub/api HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n"], descriptors)
            one.recv(1024)
            sent += len(descriptors)
except OSError as error:
    say("done", f"{sent} descriptors, then {error}")
say("done", f"{sent} descriptors")
