"""A network that the tests made: nothing in it leads to the real one.

The hub runs in a namespace with the addresses of a machine; behind it is an outside with an address of the internet,
one of a private network, and those at which clouds hand out credentials. All answer on one port, by TCP and UDP.
"""

import ctypes
import os
import socket
import subprocess
import sys
import threading
import time

PORT = 7080
MACHINE = ["198.51.100.2", "2001:db8:1::2"]
INTERNET = "203.0.113.80"
INTERNET6 = "2001:db8:2::80"
PRIVATE = "10.200.0.1"
METADATA = ["169.254.169.254", "fd00:ec2::254"]
CLONE_NEWNET = 0x40000000

INSIDE = f"""
link set lo up
link add out0 type veth peer name in0 netns {{outside}}
addr add {MACHINE[0]}/24 dev out0
addr add {MACHINE[1]}/64 dev out0 nodad
link set out0 up
route add default via 198.51.100.1
route add default via 2001:db8:1::1
"""
OUTSIDE = f"""
link set lo up
addr add 198.51.100.1/24 dev in0
addr add 2001:db8:1::1/64 dev in0 nodad
addr add {INTERNET}/32 dev lo
addr add {INTERNET6}/128 dev lo nodad
addr add {PRIVATE}/32 dev lo
addr add {METADATA[0]}/32 dev lo
addr add {METADATA[1]}/128 dev lo nodad
link set in0 up
route add default via {MACHINE[0]}
route add default via {MACHINE[1]}
"""


def listen() -> None:
    """Answers on every address of the present network namespace, in threads of its own."""
    stream = socket.create_server(("::", PORT), family=socket.AF_INET6, dualstack_ipv6=True)
    packets = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    packets.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    packets.bind(("::", PORT))
    # An answer must come from the address that was asked.
    packets.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)

    def take() -> None:
        while True:
            connection, _ = stream.accept()
            connection.close()

    def echo() -> None:
        while True:
            data, extra, _, sender = packets.recvmsg(64, 256)
            packets.sendmsg([data], extra, 0, sender)

    for work in (take, echo):
        threading.Thread(target=work, daemon=True).start()


def enter_namespace(number: int) -> None:
    """Moves this thread into another network namespace."""
    if ctypes.CDLL(None, use_errno=True).setns(number, CLONE_NEWNET) < 0:
        raise OSError(ctypes.get_errno(), "setns")


class World:
    """The namespaces, from `open` to `close`; all that is started between is inside."""

    def open(self) -> None:
        self.before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        self.outside = subprocess.Popen(
            ["unshare", "--net", sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) < 0:
            raise OSError(ctypes.get_errno(), "unshare")
        assert self.outside.stdout and self.outside.stdout.readline() == b"listening\n"
        there = f"--net=/proc/{self.outside.pid}/ns/net"
        for command, lines in [([], INSIDE), (["nsenter", there], OUTSIDE)]:
            script = lines.format(outside=self.outside.pid)
            subprocess.run([*command, "ip", "-batch", "-"], input=script, text=True, check=True)
        listen()
        self.await_address(INTERNET)

    def await_address(self, host: str) -> None:
        """Returns as soon as an address outside answers: IPv6 needs a moment."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection((host, PORT), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError(f"{host} isn't reached in the tests' own network")

    def close(self) -> None:
        assert self.outside.stdin
        self.outside.stdin.close()
        self.outside.wait(10)
        enter_namespace(self.before)
        os.close(self.before)


def namespace_of(pid: int) -> str:
    return os.readlink(f"/proc/{pid}/ns/net")


def addresses_in(pid: int) -> list[str]:
    """The addresses in a process's network namespace, without its loopback ones unless it shares this one."""
    command = ["nsenter", f"--net=/proc/{pid}/ns/net", "ip", "-brief", "address"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = [word.split("/")[0] for line in shown.splitlines() for word in line.split()[2:] if "/" in word]
    is_shared = namespace_of(pid) == os.readlink("/proc/thread-self/ns/net")
    return [one for one in found if not one.startswith("fe80:") and (is_shared or one not in ("127.0.0.1", "::1"))]


if __name__ == "__main__":
    # The outside: it waits for its address book and ends with the one who started it.
    listen()
    print("listening", flush=True)
    sys.stdin.read()
