"""Somebody with a server and data sources, without a browser: uses the folders as a program in the server does."""

import contextlib
import hashlib
import inspect
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import requests
from carrel_hub import ROOT, CarrelHub, eventually

RCLONE = ROOT / "var/tools/bin/rclone"
CAN_MOUNT = os.geteuid() == 0 and Path("/dev/fuse").exists() and Path("/usr/bin/fusermount3").exists()
WHY_NOT = "mounting needs root, /dev/fuse and fuse3"


def pattern(size: int, seed: int) -> Iterator[bytes]:
    """So many bytes, a megabyte at a time: the same for the same seed, and no megabyte like another."""
    block = hashlib.shake_256(str(seed).encode()).digest(1 << 20)
    for start in range(0, size, 1 << 20):
        yield (start.to_bytes(8, "big") + block[8:])[: size - start]


# The same for programs in servers.
PATTERN = f"import hashlib\nfrom collections.abc import Iterator\n{inspect.getsource(pattern)}"


def pattern_hash(size: int, seed: int = 0) -> str:
    """The SHA-256 of so many bytes of the pattern."""
    total = hashlib.sha256()
    for piece in pattern(size, seed):
        total.update(piece)
    return total.hexdigest()


class Researcher:
    """Somebody at a hub."""

    def __init__(self, hub: CarrelHub, name: str, is_new: bool = True) -> None:
        self.hub, self.name = hub, name
        self.one_time_password = hub.add_user(name) if is_new else ""
        self.token = hub.token(name)

    # Connections

    def connect(self, source: str, **given: str) -> requests.Response:
        """Gives what to sign in to a data source with."""
        path = f"/hub/api/carrel/connections/{source}"
        return self.hub.ask("PUT", path, self.token, json={"remember": True, **given})

    def state(self, source: str) -> dict[str, Any]:
        """What the page Connections says of a data source."""
        answer = self.hub.ask("GET", "/hub/api/carrel/connections", self.token)
        answer.raise_for_status()
        return next(one["state"] for one in answer.json()["connections"] if one["name"] == source)

    def await_state(self, source: str, within: float = 120, **wanted: object) -> dict[str, Any]:
        """What is said as soon as it is as wanted."""
        said: dict[str, Any] = {}

        def comes() -> bool:
            said.clear()
            said.update(self.state(source))
            return all(said.get(key) == value for key, value in wanted.items())

        assert eventually(comes, within), (wanted, said)
        return said

    # Folders in the server

    def start(self) -> None:
        """Starts the server."""
        self.hub.start_server(self.name, self.token)

    def stop(self) -> None:
        """Stops the server; says nothing of when it is gone."""
        answer = self.hub.ask("DELETE", f"/hub/api/users/{self.name}/server", self.token)
        assert answer.status_code in (202, 204), answer.text

    def server(self) -> psutil.Process:
        """A process in the server's sandbox."""
        home = self.hub.home(self.name).stat()
        for process in self.hub.processes():
            try:
                if process.uids().real == home.st_uid and f" /home/{self.name} " in self.mounts(process):
                    return process
            except (psutil.NoSuchProcess, OSError):
                continue
        raise LookupError("no server runs")

    @staticmethod
    def mounts(process: psutil.Process) -> str:
        """The mounts that a process sees."""
        return Path(f"/proc/{process.pid}/mountinfo").read_text(errors="replace")

    def mounter(self) -> psutil.Process:
        """The rclone that mounts the folders."""
        for process in self.hub.processes():
            try:
                if process.cmdline()[1:2] == ["rcd"] and process.uids().real == self.hub.home(self.name).stat().st_uid:
                    return process
            except psutil.NoSuchProcess:
                continue
        raise LookupError("no rclone runs")

    def command(self, *words: str) -> list[str]:
        """The command that runs another in the server's sandbox, in the home and with this person's rights only."""
        process = self.server()
        user = str(process.uids().real)
        return [
            *("nsenter", "--target", str(process.pid), "--mount", f"--wdns=/home/{self.name}", "setpriv"),
            *("--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", *words),
        ]

    def run(self, code: str, *words: str, within: float = 120) -> str:
        """What a program in Python prints in the server's sandbox."""
        command = self.command("/usr/bin/python3", "-c", PATTERN + code, *words)
        ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=within)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def await_folder(self, source: str) -> None:
        """Waits until a data source's files are to be seen."""
        place = f" /home/{self.name}/{source} "
        assert eventually(
            lambda: any(place in line and "fuse.rclone" in line for line in self.mounts(self.server()).splitlines()), 60
        ), self.hub.end_of_log()

    def write(self, path: str, text: str) -> None:
        """Saves a small file."""
        self.run("import sys; open(sys.argv[1], 'w').write(sys.argv[2])", path, text)

    @contextlib.contextmanager
    def saving(self, path: str, text: str, mode: str = "w") -> Iterator[None]:
        """A program has a file open, and saves it when the block ends; with the mode `r+` it adds to what it has read."""
        code = (
            "import sys\nwith open(sys.argv[1], sys.argv[3]) as file:\n"
            "    if file.readable(): file.read()\n"
            "    print('open', flush=True); sys.stdin.read(); file.write(sys.argv[2])"
        )
        command = self.command("/usr/bin/python3", "-c", code, path, text, mode)
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout is not None
            assert program.stdout.readline() == "open\n"
            yield
            program.communicate(timeout=120)
        assert program.returncode == 0

    def write_pattern(self, path: str, size: int, seed: int = 0, within: float = 120) -> None:
        """Saves a file of so many bytes."""
        self.run(
            "import sys\nwith open(sys.argv[1], 'wb') as file:\n"
            "    for piece in pattern(int(sys.argv[2]), int(sys.argv[3])): file.write(piece)",
            path,
            str(size),
            str(seed),
            within=within,
        )

    def hash_of(self, path: str, within: float = 120) -> str:
        """The SHA-256 of a file, as it is read in the server."""
        code = "import sys; print(hashlib.file_digest(open(sys.argv[1], 'rb'), 'sha256').hexdigest())"
        return self.run(code, path, within=within).strip()

    def read(self, path: str) -> str:
        """A small file, as it is read in the server."""
        return self.run("import sys; print(open(sys.argv[1]).read(), end='')", path)


def is_text(file: Path, text: str) -> Callable[[], bool]:
    """Whether a file has come to hold a text."""
    return lambda: file.exists() and file.read_text() == text
