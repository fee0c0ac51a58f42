"""Reads a System V shared memory segment that another user left open to everybody."""

import ctypes

from report import refused, succeeded, target

known = target()
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
identity = libc.shmget(known["segment"], 0, 0)
if identity < 0:
    refused("there is no such segment")
place = libc.shmat(identity, None, 0o10000)
if place in (None, ctypes.c_void_p(-1).value):
    refused("it can't be attached")
word = ctypes.string_at(place, 64).split(b"\0")[0]
if word == known["home"]["word"].encode():
    succeeded("read it")
refused("another segment has that number")
