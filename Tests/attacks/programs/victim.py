"""What the victim has running: a server on a port, a socket without a path, shared memory and messages for everybody."""

import ctypes
import json
import os
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

os.umask(0)
text = word.encode()
message = ctypes.create_string_buffer((1).to_bytes(8, sys.byteorder) + text)
libc.msgsnd(libc.msgget(segment, 0o1666), message, ctypes.c_size_t(len(text)), 0)
libc.mq_send(libc.mq_open(b"/victim", os.O_CREAT | os.O_WRONLY, 0o666, None), text, ctypes.c_size_t(len(text)), 0)
os.umask(0o022)

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
