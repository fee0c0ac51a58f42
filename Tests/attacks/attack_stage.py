"""A real hub with a victim, alice, and an attacker, mallory, both at work, with some walls left out."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import attack_world as world
import psutil
from carrel_hub import ENVIRONMENT, CarrelHub
from kernel_channel import KernelChannel
from leftovers import sandboxed
from websockets.sync.client import connect

PROGRAMS = Path(__file__).parent / "programs"
SEGMENT = 0x6D616C
CONFIGURATION = """\
hub:
  stateDirectory: {state}
  stopServersOnExit: true
proxy:
  listen: ["127.0.0.1:{port}"]
servers:
  startDeadline: 2m
  stopDeadline: 3s
  logSize: {log}
{limits}
sandbox:
  temporarySpace: {space}
  layerSpace: {space}
  leaveOut: [{walls}]
  readOnlyPaths: [{shown}]
network:
  outgoing: public
environments:
  default:
    path: {environment}
"""
LIMITS = """\
  memoryLimit: 700 MiB
  processorLimit: 0.5
  processLimit: 200
  openFilesLimit: 2000
"""


@dataclass(frozen=True)
class Outcome:
    """What came of an attack, as its program says."""

    outcome: str
    detail: str

    def __str__(self) -> str:
        return f"{self.outcome}: {self.detail}"


class Person:
    """A user with a running server and a kernel in it, reached through the proxy as a browser would."""

    def __init__(self, hub: CarrelHub, name: str) -> None:
        self.hub = hub
        self.name = name
        hub.add_user(name)
        self.token = hub.token(name)
        self.channel: KernelChannel | None = None

    def start(self) -> None:
        """Starts the server and a kernel."""
        self.hub.start_server(self.name, self.token)
        self.home = self.hub.home(self.name)
        self.uid = self.home.stat().st_uid
        self.open_kernel()

    def stop(self) -> None:
        """Stops the server and returns when the hub says that it is gone."""
        self.close_kernel()
        self.hub.ask("DELETE", f"/hub/api/users/{self.name}/server", self.token)
        self.hub.await_server(
            self.name, self.token, lambda server: not server.get("pending") and not server.get("ready")
        )

    def open_kernel(self) -> None:
        answer = self.hub.ask("POST", f"/user/{self.name}/api/kernels", self.token, json={"name": "python3"})
        assert answer.status_code == 201, answer.text
        address = f"ws://127.0.0.1:{self.hub.port}/user/{self.name}/api/kernels/{answer.json()['id']}/channels"
        headers = {"Authorization": f"token {self.token}"}
        self.connection = connect(address, additional_headers=headers, proxy=None, max_size=None)
        self.channel = KernelChannel(self.connection)

    def close_kernel(self) -> None:
        if self.channel:
            self.connection.close()
            self.channel = None

    def answers(self) -> bool:
        """Whether the server does."""
        answer = self.hub.ask("GET", f"/user/{self.name}/api/status", self.token, timeout=15)
        return answer.status_code == 200

    def give(self, files: Path) -> None:
        """Puts a folder into the home."""
        shutil.copytree(files, self.home / files.name, dirs_exist_ok=True)
        for path in [self.home / files.name, *(self.home / files.name).rglob("*")]:
            os.lchown(path, self.uid, self.uid)

    def python(self, code: str, within: float = 60) -> str:
        """What code prints in the kernel."""
        assert self.channel
        said = []
        for message in self.channel.answers(self.channel.start(code), within):
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
            elif message["msg_type"] == "error":
                said.append("\n".join(content["traceback"]))
        return "".join(said)

    def run(self, program: str, *arguments: str, within: float = 60) -> Outcome:
        """Runs one of the programs that were put into the home, as a child of the kernel."""
        command = json.dumps([program, *arguments])
        return read(self.python(f"attack({command}, {within})", within + 20))

    def begin(self, program: str, *arguments: str) -> None:
        """Runs one beside; `finish` gives what it said."""
        self.python(f"beside = begin({json.dumps([program, *arguments])})")

    def finish(self) -> Outcome:
        return read(self.python("finish(beside, 60)", 80))


# What the kernels get to know first.
HELPERS = """
import json, os, subprocess, sys
folder = os.path.expanduser("~/programs")
log = getattr(sys.stdout, "_original_stdstream_copy", -1) or -1
def begin(command):
    start = [sys.executable] if command[0].endswith(".py") else []
    return subprocess.Popen(
        start + [os.path.join(folder, command[0])] + command[1:], cwd=os.path.expanduser("~"), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "ATTACK_LOG": str(log)},
        pass_fds=[log] if log >= 0 else [],
    )
def finish(process, within):
    try:
        said, failed = process.communicate(timeout=within)
    except subprocess.TimeoutExpired:
        process.kill()
        said, failed = process.communicate()
    print(json.dumps({"code": process.returncode, "said": said[-5000:], "failed": failed[-2000:]}))
def attack(command, within):
    finish(begin(command), within)
"""


def read(text: str) -> Outcome:
    """The outcome of a run, from what the helpers print."""
    ran = json.loads(text.splitlines()[-1])
    lines = [line for line in ran["said"].splitlines() if line.startswith("{")]
    # A filter may answer a call by ending the program.
    if not lines and ran["code"] < 0:
        return Outcome("refused", f"ended by signal {-ran['code']}")
    assert lines, ran
    said = json.loads(lines[-1])
    return Outcome(said["outcome"], said["detail"])


class Stage(CarrelHub):
    """The hub; `leave_out` names the walls that are switched off.

    Two are left out by the tests themselves: `files` by showing the hub's folder to all servers, `modes` by letting
    everybody read what is in the state directory.
    """

    def __init__(self, *leave_out: str) -> None:
        super().__init__()
        self.leave_out = leave_out
        self.word = f"secret-{os.getpid()}-{self.port}"
        is_narrow = "limits" not in leave_out
        walls = [wall for wall in leave_out if wall not in ("modes", "files")]
        # The configuration refuses to show the state directory: so under another name.
        self.shown = Path(tempfile.mkdtemp(prefix="carrel-shown-")) if "files" in leave_out else self.folder
        if self.shown != self.folder:
            subprocess.run(["mount", "--bind", self.folder, self.shown], check=True)
        self.configuration.write_text(
            CONFIGURATION.format(
                state=self.state,
                port=self.port,
                environment=ENVIRONMENT.absolute(),
                log="1 MB" if is_narrow else "1 GB",
                space="64 MiB" if is_narrow else "1 GiB",
                limits=LIMITS if is_narrow else "",
                walls=", ".join(walls),
                shown="" if self.shown == self.folder else self.shown,
            )
        )
        # What an operator left open by mistake, beside the state directory.
        self.left_open = self.folder / "left-open.txt"
        self.left_open.write_text(self.word)
        self.left_open.chmod(0o644)
        # What belongs to root alone in folders of the machine that servers see.
        self.private = {
            name: Path(tempfile.mkdtemp(prefix="carrel-test-", dir=folder)) / "key"
            for name, folder in (("private-opt", "/opt"), ("private-local", "/usr/local/share"))
        }
        for path in self.private.values():
            path.parent.chmod(0o755)
            path.write_text(self.word)
            path.chmod(0o644 if "modes" in leave_out else 0o600)

    def open(self) -> None:
        """Starts the hub and both people's servers."""
        self.start()
        self.alice, self.mallory = (Person(self, name) for name in ("alice", "mallory"))
        with ThreadPoolExecutor() as together:
            list(together.map(Person.start, (self.alice, self.mallory)))
        for person in (self.alice, self.mallory):
            person.give(self.built_programs())
            person.python(HELPERS)
        # Made by root with the bit that lets others run it as root.
        helper = self.mallory.home / "programs/privileged"
        os.chown(helper, 0, 0)
        helper.chmod(0o4755)
        (self.alice.home / "secret.txt").write_text(self.word)
        os.chown(self.alice.home / "secret.txt", self.alice.uid, self.alice.uid)
        self.alice.begin("victim.py", self.word, str(SEGMENT), self.word)
        if "modes" in self.leave_out:
            subprocess.run(["chmod", "-R", "a+rwX", self.state], check=True)
        self.tell_mallory()

    def built_programs(self) -> Path:
        """The programs, with those in C compiled."""
        folder = self.folder / "programs"
        if not folder.exists():
            shutil.copytree(PROGRAMS, folder, ignore=shutil.ignore_patterns("__pycache__"))
            for source in folder.glob("*.c"):
                subprocess.run(["cc", "-O1", "-Wall", "-o", source.with_suffix(""), source], check=True)
        return folder

    def processes_of(self, name: str) -> list[int]:
        """The processes in somebody's sandbox, by their numbers on the host."""
        mark = f"JUPYTERHUB_USER={name}\0".encode()
        return [pid for pid in sandboxed(self.folder) if mark in environment_of(pid)]

    def tell_mallory(self) -> None:
        """Writes down what a well-informed attacker knows."""
        facts = self.alice.home / "victim.json"
        wait_until(facts.exists)
        run = self.state / "run"
        processes = self.processes_of("alice")
        neighbour = json.loads(facts.read_text())["port"]
        loopback = [["127.0.0.1", self.port], *([host, world.PORT] for host in ("127.0.0.1", "::1"))]
        for one in psutil.net_connections("inet"):
            if one.status == psutil.CONN_LISTEN:
                loopback.append([one.laddr.ip.replace("0.0.0.0", "127.0.0.1").replace("::", "::1"), one.laddr.port])
        files = {
            "home": (self.alice.home / "secret.txt", self.word),
            "database": (self.state / "carrel.db", "SQLite format 3"),
            "key": (self.state / "secrets/hub.key", ""),
            "token": (self.state / "secrets/proxy.token", ""),
            "log": (self.state / "logs/servers/alice.log", "Jupyter"),
            "open": (self.left_open, self.word),
            **{name: (path, self.word) for name, path in self.private.items()},
        }
        known: dict[str, Any] = {
            **{name: {"path": self.as_shown(path), "word": word} for name, (path, word) in files.items()},
            "processes": processes,
            "sockets": [
                self.as_shown(run / part)
                for part in (
                    "servers/alice/io/socket",
                    "servers/alice/io/server/server.sock",
                    "front.sock",
                    "proxy.sock",
                )
            ],
            "segment": SEGMENT,
            "abstract": self.word,
            "addresses": {
                "loopback": loopback,
                "machine": [[host, port] for host in [*world.MACHINE, "gateway"] for port in (world.PORT, self.port)],
                "metadata": [[host, world.PORT] for host in world.METADATA],
                "private": [[world.PRIVATE, world.PORT]],
                "internet": [[world.INTERNET, world.PORT]],
                "internet6": [[world.INTERNET6, world.PORT]],
                "neighbour": [[host, neighbour] for host in world.addresses_in(processes[0])],
            },
        }
        for folder in (self.mallory.home / "programs", self.alice.home / "programs", self.built_programs()):
            (folder / "target.json").write_text(json.dumps(known))
            (folder / "target.json").chmod(0o644)

    def as_shown(self, path: Path) -> str:
        """Where the attacker would look for a path of the hub."""
        return str(self.shown / path.relative_to(self.folder)) if path.is_relative_to(self.folder) else str(path)

    @contextmanager
    def holding(self, program: str) -> Iterator[None]:
        """Mallory holds all she can get of something meanwhile."""
        folder = self.mallory.home / "programs"
        for name in ("holding", "release"):
            (folder / name).unlink(missing_ok=True)
        self.mallory.begin(program)
        try:
            wait_until((folder / "holding").exists)
            yield
        finally:
            (folder / "release").touch()
            self.mallory.finish()

    def run_bare(self, program: str, *arguments: str, uid: int = 345678, beside_alice: bool = False) -> Outcome:
        """Runs a program of mallory's without any sandbox, as an ordinary user of the machine.

        Or as alice's own user number, or where the memory that she shares is.
        """
        command = ["nsenter", f"--ipc=/proc/{self.processes_of('alice')[0]}/ns/ipc"] if beside_alice else []
        command += ["setpriv", "--reuid", f"{uid}", "--regid", f"{uid}", "--clear-groups"]
        command += ["/usr/bin/python3"] if program.endswith(".py") else []
        ran = subprocess.run(
            [*command, str(self.built_programs() / program), *arguments],
            check=False,
            cwd="/tmp",
            env={"PATH": "/usr/bin:/bin", "HOME": "/tmp", "USER": "mallory", "ATTACK_LOG": "-1"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return read(json.dumps({"code": ran.returncode, "said": ran.stdout, "failed": ran.stderr}))

    def check_others(self) -> None:
        """Hub, proxy and the victim's server still answer."""
        assert self.process and self.process.poll() is None, self.end_of_log()
        assert self.ask("GET", "/hub/api", timeout=15).status_code == 200
        assert self.alice.answers()

    def close(self) -> None:
        if self.shown != self.folder:
            subprocess.run(["umount", "--lazy", self.shown], check=True)
            self.shown.rmdir()
        for path in self.private.values():
            shutil.rmtree(path.parent)
        super().close()

    def sign_off(self) -> None:
        """Closes what the tests hold open of both servers."""
        for person in (self.alice, self.mallory):
            person.close_kernel()


def environment_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def wait_until(happens: Any, within: float = 30) -> None:
    """Waits for what another program does and tells nobody."""
    deadline = time.monotonic() + within
    while not happens():
        assert time.monotonic() < deadline, happens
        time.sleep(0.02)
