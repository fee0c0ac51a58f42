"""Connects to addresses by TCP and UDP.

Argument: which of the target's lists of addresses; `gateway` in place of a host is the one of the default route, and
all further addresses that `/proc/net` shows as listening are tried for the list `loopback`.
"""

import contextlib
import socket
import struct
import sys
from pathlib import Path

from report import refused, succeeded, target

PATIENCE = 1.0


def gateways() -> list[str]:
    lines = [line.split() for line in Path("/proc/net/route").read_text().splitlines()[1:]]
    return [
        socket.inet_ntoa(struct.pack("<I", int(line[2], 16)))
        for line in lines
        if line[1] == "00000000" and line[2] != "00000000"
    ]


def reach(host: str, port: int) -> str:
    """How an address was reached; nothing if it wasn't."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as one:
        one.settimeout(PATIENCE)
        one.connect((host, port))
        return f"tcp {host} {port}"
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as one:
        one.settimeout(PATIENCE / 4)
        one.connect((host, port))
        one.send(b"?")
        if one.recv(16):
            return f"udp {host} {port}"
    return ""


tried = []
for host, port in target()["addresses"][sys.argv[1]]:
    for address in gateways() if host == "gateway" else [host]:
        tried.append(f"{address} {port}")
        if way := reach(address, port):
            succeeded(way)
refused(f"unreachable: {', '.join(tried)}")
