"""What the victim has running: a server on a port, a socket without a path, shared memory open to everybody."""

import ctypes
import json
import socket
import sys
import threading
import time
from pathlib import Path

word, segment, abstract = sys.argv[1], int(sys.argv[2]), sys.argv[3]
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
identity = libc.shmget(segment, 4096, 0o1666)
ctypes.memmove(libc.shmat(identity, None, 0), word.encode() + b"\0", len(word) + 1)

listeners = [socket.create_server(("0.0.0.0", 0)), socket.socket(socket.AF_UNIX)]
listeners[1].bind("\0" + abstract)
listeners[1].listen()


def answer(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        connection.sendall(b"alice")
        connection.close()


for listener in listeners:
    threading.Thread(target=answer, args=[listener], daemon=True).start()
facts = Path("victim.new")
facts.write_text(json.dumps({"port": listeners[0].getsockname()[1]}))
facts.rename("victim.json")
time.sleep(3600)
