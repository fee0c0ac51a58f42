"""A machine elsewhere: a network namespace of its own, which servers reach as they reach any host outside."""

import random
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self


def ip(*words: str) -> None:
    """Runs `ip`."""
    subprocess.run(["ip", *words], check=True)


class Elsewhere:
    """Offers the git repositories of a folder, over HTTP at `url`, for as long as the `with` block lasts."""

    def __init__(self, repositories: Path) -> None:
        self.repositories = repositories
        self.number, self.mark = self.free_number()
        self.name = f"crl-away-{self.number}"
        self.near, self.address = f"198.51.100.{4 * self.number + 1}", f"198.51.100.{4 * self.number + 2}"
        self.url = f"http://{self.address}:8080"
        self.server: subprocess.Popen[bytes] | None = None

    @staticmethod
    def free_number() -> tuple[int, socket.socket]:
        """A number that no other run of tests has; a socket's name keeps it."""
        for number in random.sample(range(64), 64):
            mark = socket.socket(socket.AF_UNIX)
            try:
                mark.bind(f"\0carrel-test-elsewhere-{number}")
            except OSError:
                mark.close()
                continue
            return number, mark
        raise RuntimeError("all numbers are taken")

    def __enter__(self) -> Self:
        ip("netns", "add", self.name)
        cable = f"crla{self.number}"
        ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        ip("address", "add", f"{self.near}/30", "dev", cable)
        ip("link", "set", cable, "up")
        for words in (
            ("link", "set", "lo", "up"),
            ("address", "add", f"{self.address}/30", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
            ("route", "add", "default", "via", self.near),
        ):
            ip("-n", self.name, *words)
        script, told = Path(__file__).with_name("git_over_http.py"), self.repositories.with_name("port")
        program = [sys.executable, str(script), str(self.repositories), str(told), self.address]
        self.server = subprocess.Popen(
            ["ip", "netns", "exec", self.name, *program], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection((self.address, 8080), timeout=5).close()
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return self

    def __exit__(self, *_: object) -> None:
        if self.server is not None and self.server.stdin is not None:
            self.server.stdin.close()
            self.server.wait()
        ip("netns", "del", self.name)
        self.mark.close()
