"""Ways to a store's files: through a mount of Carrel, the same rclone mounting the store itself, davfs2, and curl."""

import base64
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "Tests/browser"), str(ROOT / "Tests/standins")]

from carrel_hub import CarrelHub, command_line, eventually
from hub_people import Visitor
from plain_webdav import PASSWORD, USER, PlainWebDAV

RELEASE = ROOT / ".build-release/release/carrel"
RCLONE = ROOT / "var/tools/bin/rclone"
PROBE = Path(__file__).with_name("probe.py").read_text()
PERSON = "ada"
FOLDER = "store"
SETTINGS = """\
mounts:
  rclone: {rclone}
dataSources:
  {folder}:
    title: Store
    address: {address}
"""
# How long rclone waits for another save before it uploads.
WRITE_BACK = 2.0
# As a mount of Carrel has it: Sources/CarrelSpawn/Mounts/MountDaemon.swift, Sources/CarrelData/Mounts/RcloneMount.swift.
OPTIONS = """\
--buffer-size 0 --use-mmap --transfers 2 --contimeout 5s --timeout 60s --low-level-retries 1 --retries 2
--vfs-cache-mode full --vfs-cache-max-size 5G --vfs-cache-max-age 24h --vfs-write-back 2s --dir-cache-time 10s
--poll-interval 0 --vfs-read-chunk-size 8M --vfs-read-chunk-size-limit 64M --umask 077 --default-permissions
--attr-timeout 1s --log-level NOTICE
"""
MEMORY = {"GOGC": "50", "GOMEMLIMIT": "128MiB"}
DAVFS = """\
cache_dir {folder}/cache
cache_size 20000
secrets {folder}/secrets
ask_auth 0
use_locks 0
delay_upload 0
"""


def require_root() -> None:
    """Ends the program where nothing can be mounted."""
    if os.geteuid() != 0:
        sys.exit("Only root can mount.")


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder for all files, in memory, so that no disk is measured; programs' own temporary folders are there too."""
    # Whoever ends it by a signal finds nothing left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    tempfile.tempdir = "/dev/shm"
    folder = Path(tempfile.mkdtemp(prefix="carrel-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@dataclass(frozen=True)
class Mount:
    """A place where the store's files are seen as files."""

    # What is put before a command so that it runs where the files are seen, by whom they belong to.
    before: tuple[str, ...]
    path: str
    # How long it waits after a file was closed before it is uploaded.
    pause: float
    lists: bool = True

    def probe(self, *words: str) -> dict[str, float]:
        """Measures in it."""
        ran = subprocess.run([*self.before, "/usr/bin/python3", "-c", PROBE, *words], capture_output=True, check=False)
        assert ran.returncode == 0, ran.stderr.decode()
        told: dict[str, float] = json.loads(ran.stdout)
        return told

    def read(self, name: str, size: int) -> float:
        """Seconds to read a file that nobody has read there."""
        told = self.probe("read", f"{self.path}/{name}")
        assert told["bytes"] == size, told
        return told["seconds"]

    def write(self, name: str, size: int, stored: Path) -> tuple[float, float]:
        """Seconds until a new file is closed, and until all of it is in the store but for the pause before."""
        told = self.probe("write", f"{self.path}/{name}", str(size))
        assert eventually(lambda: stored.exists() and stored.stat().st_size == size, pause=0.005), name
        return told["closed"] - told["begun"], time.monotonic() - told["begun"] - self.pause

    def list(self, name: str, count: int) -> float:
        """Seconds to list a folder that nobody has listed there."""
        told = self.probe("list", f"{self.path}/{name}")
        assert told["entries"] == count, told
        return told["seconds"]


@dataclass(frozen=True)
class Curl:
    """What curl does at an address."""

    address: str
    user: str
    password: str
    source: Path
    lists: bool = True

    def run(self, *words: str) -> float:
        """Seconds that a request takes, by curl itself."""
        told = f'user = "{self.user}:{self.password}"\n'
        command = ["curl", "--silent", "--fail", "--config", "-", "--write-out", "%{stderr}%{time_total}", *words]
        ran = subprocess.run(
            command, input=told, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        assert ran.returncode == 0, (command, ran.stderr)
        return float(ran.stderr)

    def read(self, name: str, size: int) -> float:
        """Seconds to get a file."""
        return self.run(f"{self.address}/{name}")

    def write(self, name: str, size: int, stored: Path) -> tuple[float, float]:
        """Seconds to put a file."""
        seconds = self.run("--upload-file", str(self.source), f"{self.address}/{name}")
        assert stored.stat().st_size == size
        return seconds, seconds

    def list(self, name: str, count: int) -> float:
        """Seconds to ask for a folder and all that is in it."""
        return self.run("--request", "PROPFIND", "--header", "Depth: 1", f"{self.address}/{name}/")


class Carrel:
    """A hub with a person who has connected the store, and whose server runs."""

    def __init__(self, program: Path, store: PlainWebDAV) -> None:
        self.hub = CarrelHub(program)
        self.store = store

    def __enter__(self) -> Self:
        settings = SETTINGS.format(rclone=RCLONE, folder=FOLDER, address=self.store.url)
        self.hub.configuration.write_text(self.hub.configuration.read_text() + settings)
        try:
            self.hub.start()
            self.visitor = Visitor(self.hub).sign_in(PERSON, self.hub.add_user(PERSON))
            self.token = self.hub.token(PERSON)
            self.connect()
        except BaseException:
            self.hub.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.hub.close()

    def connect(self) -> None:
        """Gives the hub what opens the store."""
        given = {"user": USER, "password": PASSWORD, "remember": True}
        answer = self.hub.ask("PUT", f"/hub/api/carrel/connections/{FOLDER}", self.token, json=given)
        assert answer.ok, answer.text

    def file_password(self) -> str:
        """A password for files over WebDAV."""
        page = self.visitor.post("/hub/file-access", {"note": "bench", "lifetime": "year"}).text
        found = re.search(r"readonly[^>]*>([0-9a-f]{32})<", page)
        assert found, page
        return found[1]

    def gateway_pid(self) -> int:
        """The process of the data gateway."""
        return next(one.pid for one in self.hub.processes() if " gateway " in command_line(one))

    def rclones(self) -> list[int]:
        """The processes that mount."""
        return [one.pid for one in self.hub.processes() if command_line(one).startswith("/tmp/rclone ")]

    def mount(self) -> Mount:
        """The folder that servers show, as rclone's own process has it, when a server runs."""
        self.hub.start_server(PERSON, self.token)
        user = self.hub.home(PERSON).stat()
        pids: list[int] = []

        def is_mounted() -> bool:
            pids[:] = self.rclones()
            return bool(pids) and f" /tmp/mounts/{FOLDER} " in Path(f"/proc/{pids[0]}/mountinfo").read_text()

        assert eventually(is_mounted), self.hub.end_of_log()
        who = ("--reuid", f"{user.st_uid}", "--regid", f"{user.st_gid}", "--clear-groups", "--")
        return Mount(
            ("nsenter", "--target", f"{pids[0]}", "--mount", "--", "setpriv", *who), f"/tmp/mounts/{FOLDER}", WRITE_BACK
        )


@contextlib.contextmanager
def rclone_mount(folder: Path, store: PlainWebDAV) -> Iterator[Mount]:
    """The store mounted by the same rclone in the same way, with nothing between."""
    place = folder / "direct"
    place.mkdir()
    token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    words = [":webdav:", str(place), "--webdav-url", store.url, "--webdav-vendor", "other", "--config", ""]
    words += ["--webdav-headers", f"Authorization,Basic {token}", "--cache-dir", str(folder / "direct-cache")]
    with (folder / "direct.log").open("wb") as log:
        rclone = subprocess.Popen(
            [RCLONE, "mount", *words, *OPTIONS.split()], env=os.environ | MEMORY, stdout=log, stderr=log
        )
    try:
        assert eventually(place.is_mount, 60), (folder / "direct.log").read_text()
        yield Mount((), str(place), WRITE_BACK)
    finally:
        rclone.terminate()
        rclone.wait()


@contextlib.contextmanager
def davfs_mount(folder: Path, store: PlainWebDAV) -> Iterator[Mount | None]:
    """The store mounted by davfs2; None where that isn't installed."""
    if shutil.which("mount.davfs") is None:
        yield None
        return
    place, state = folder / "davfs", folder / "davfs-state"
    for one in (place, state, state / "cache"):
        one.mkdir()
    # As Debian has it in /var.
    shutil.chown(state / "cache", "root", "davfs2")
    (state / "cache").chmod(0o775)
    (state / "conf").write_text(DAVFS.format(folder=state))
    (state / "secrets").write_text(f"{store.url}/ {USER} {PASSWORD}\n")
    (state / "secrets").chmod(0o600)
    subprocess.run(["mount", "-t", "davfs", f"{store.url}/", place, "-o", f"conf={state}/conf"], check=True)
    try:
        # Of davfs2 1.6.1 the kernel 6.18 takes no list: "Invalid argument".
        yield Mount((), str(place), 0, lists=False)
    finally:
        subprocess.run(["umount", place], check=True, stdout=subprocess.DEVNULL)


Place = TypeVar("Place")


def in_turn(places: dict[str, Place], runs: int) -> Iterator[tuple[int, str, Place]]:
    """All places, there and back, so that whatever else the machine does meets all alike."""
    for turn in range(runs):
        for name in list(places) if turn % 2 == 0 else reversed(places):
            yield turn, name, places[name]
