"""Reads what another user left open to everybody in memory; argument: `segment`, `message` (System V) or `queue`."""

import ctypes
import os
import sys

from report import refused, succeeded, target

known = target()
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
IPC_NOWAIT = 0o4000
there = ctypes.create_string_buffer(16384)
word = known["home"]["word"].encode()


def fail(what: str) -> None:
    refused(f"{what}: {os.strerror(ctypes.get_errno())}")


match sys.argv[1]:
    case "segment":
        identity = libc.shmget(known["segment"], 0, 0)
        if identity < 0:
            fail("there is no such segment")
        place = libc.shmat(identity, None, 0o10000)
        if place in (None, ctypes.c_void_p(-1).value):
            fail("it can't be attached")
        found = ctypes.string_at(place, 64)
    case "message":
        identity = libc.msgget(known["segment"], 0)
        # MSG_COPY (0o40000) leaves it for the next one.
        if identity < 0 or libc.msgrcv(identity, there, 8192, 0, IPC_NOWAIT | 0o40000) < 0:
            fail("there is no such message")
        found = there.raw[8:]
    case _:
        queue = libc.mq_open(b"/victim", os.O_RDONLY | os.O_NONBLOCK)
        if queue < 0 or libc.mq_receive(queue, there, ctypes.c_size_t(8192), None) < 0:
            fail("there is no such queue")
        found = there.raw
if found.startswith(word):
    succeeded("read it")
refused("it is another's")
