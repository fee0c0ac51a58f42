"""Changes the network it is in, or listens to all of it, as only an administrator may; the argument says how.

What is changed is changed back.
"""

import socket
import subprocess
import sys

from report import refused, succeeded

ADDRESS = ["address", "{}", "192.0.2.77/32", "dev", "lo"]
ROUTE = ["route", "{}", "192.0.2.128/25", "dev", "lo"]
TABLE = ["table", "inet", "of-mallory"]
CHANGES = {
    "address": ("ip", ADDRESS, "add", "delete"),
    "route": ("ip", ROUTE, "add", "delete"),
    "rules": ("nft", ["{}", *TABLE], "add", "delete"),
    "link": ("ip", ["link", "{}", "dev", "lo", "alias", "mallory"], "set", "set"),
}
SOCKETS = {
    "packets": (socket.AF_PACKET, socket.SOCK_RAW, 0x0300),
    "raw": (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
    "raw6": (socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6),
    "forged": (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW),
}


def run(program: str, words: list[str], verb: str) -> str:
    """What the program complains about; nothing when it did it."""
    command = [f"/usr/sbin/{program}", *(word.format(verb) for word in words)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    return (ran.stderr or f"ended with {ran.returncode}") if ran.returncode else ""


way = sys.argv[1]
if way in SOCKETS:
    try:
        socket.socket(*SOCKETS[way]).close()
    except OSError as error:
        refused(error)
    succeeded("such a socket")
program, words, begin, end = CHANGES[way]
if problem := run(program, words, begin):
    refused(problem)
run(program, words, end)
succeeded("changed")
