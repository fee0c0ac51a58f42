"""A real Carrel, run by its debug build in a state folder of its own."""

import contextlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import requests

ROOT = Path(__file__).parents[2]
PROGRAM = Path(os.environ.get("CARREL_PROGRAM", ROOT / ".build/debug/carrel"))
ENVIRONMENT = Path(os.environ.get("CARREL_ENVIRONMENT", ROOT / "var/environments/default"))
CONFIGURATION = """\
hub:
  stateDirectory: {state}
  stopServersOnExit: true
proxy:
  listen: ["127.0.0.1:{port}"]
servers:
  startDeadline: 2m
environments:
  default:
    path: {environment}
"""


# Browsers refuse it, as the port of another service.
REFUSED_PORT = 10_080
# What keeps a port this process's own for as long as it lives, by port.
kept_ports: dict[int, socket.socket] = {}


def free_port() -> int:
    """A port that nobody listens on, and that neither the system nor another run of tests takes before it is used.

    The system gives away the ports of a range of its own, so it is none of these; other runs see the name of a socket.
    """
    first, last = (int(word) for word in Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    out_of_question = {REFUSED_PORT, *range(first, last + 1), *kept_ports}
    ports = [port for port in range(10_000, 1 << 16) if port not in out_of_question]
    for port in random.sample(ports, len(ports)):
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0carrel-test-port-{port}")
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            mark.close()
            continue
        kept_ports[port] = mark
        return port
    raise RuntimeError("no port is free")


def eventually(holds: Callable[[], bool], within: float = 120, pause: float = 0.1) -> bool:
    """Whether something comes to be. It looks again and again: for what nobody tells when it happens."""
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def processes_of(folder: Path) -> list[psutil.Process]:
    """Everything that writes to a log in a folder, and everything in a sandbox with a home of that folder."""

    def belongs(pid: int) -> bool:
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{pid}/fd/1").startswith(f"{folder}/"):
                return True
            if f"{folder}/" in Path(f"/proc/{pid}/cmdline").read_text(errors="replace").partition("carrel-log")[2]:
                return True
            mounts = Path(f"/proc/{pid}/mountinfo").read_text(errors="replace")
            # Homes in an image aren't shown with the folder's name.
            return any(f"/{folder.name}/var/{part}/" in mounts for part in ("homes", "run/servers"))
        return False

    return [process for process in psutil.process_iter() if belongs(process.pid)]


def command_line(process: psutil.Process) -> str:
    """The words with which a process was started; nothing if it has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def variables(process: psutil.Process) -> dict[str, str]:
    """The environment of a process; empty if it has ended meanwhile."""
    try:
        return process.environ()
    except psutil.NoSuchProcess:
        return {}


def kill_all(processes: list[psutil.Process]) -> None:
    """`kill -9` of each that is still there."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


class CarrelHub:
    """A hub in a temporary folder. `log` is what it prints, `url` where browsers find it."""

    def __init__(self, program: Path = PROGRAM) -> None:
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="carrel-"))
        self.folder.chmod(0o711)
        self.state = self.folder / "var"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.folder / "hub.log"
        self.configuration = self.folder / "carrel.yaml"
        self.configuration.write_text(
            CONFIGURATION.format(state=self.state, port=self.port, environment=ENVIRONMENT.absolute())
        )
        self.process: subprocess.Popen[bytes] | None = None
        self.was_started = False
        # Descriptors that are left open when it is started.
        self.inherited: tuple[int, ...] = ()

    # The life of it

    def start(self, within: float = 300) -> None:
        """Runs `carrel serve` and returns as soon as it answers."""
        self.was_started = True
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, "serve", "--config", self.configuration],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.inherited,
                start_new_session=True,
            )
        self.await_answer("/hub/api", within)

    def await_answer(self, path: str, within: float, token: str = "") -> None:
        """Returns as soon as an address answers with 200."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                raise RuntimeError(f"carrel ended with {self.process.returncode}:\n{self.end_of_log()}")
            try:
                if self.ask("GET", path, token=token, timeout=15).status_code == 200:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.02)  # nobody tells when another program begins to listen
        raise TimeoutError(f"{path} doesn't answer:\n{self.end_of_log()}")

    def stop(self, within: float = 600) -> int:
        """Ends it as Ctrl-C does; its servers end with it."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(within)

    def kill_hub(self) -> None:
        """`kill -9` of the hub alone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    def kill_proxy(self) -> None:
        """`kill -9` of the process that listens on the public port."""
        self.proxy().kill()

    def proxy(self) -> psutil.Process:
        """The process that listens on the public port."""
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == self.port and connection.pid:
                return psutil.Process(connection.pid)
        raise LookupError(f"nobody listens on {self.port}")

    def close(self) -> None:
        """Ends everything that runs in the folder, then removes it."""
        try:
            if self.was_started:
                self.end()
        finally:
            shutil.rmtree(self.folder)

    def end(self) -> None:
        """Ends hub, proxy and servers; after a killed hub a new one has to do it."""
        try:
            if self.process is None or self.process.poll() is not None:
                self.start()
            self.stop()
        finally:
            if self.process is not None and self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            kill_all(self.processes())

    def processes(self) -> list[psutil.Process]:
        """The hub, its proxy, its servers with their sandboxes."""
        return processes_of(self.folder)

    def end_of_log(self, lines: int = 60) -> str:
        """What it printed last."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    # What an operator does

    def command(self, *words: str) -> str:
        """Runs `carrel …` and gives what it prints."""
        end = words.index("--") if "--" in words else len(words)
        command = [self.program, *words[:end], "--config", self.configuration, *words[end:]]
        ran = subprocess.run(command, check=False, cwd=self.folder, capture_output=True, text=True, timeout=180)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def add_user(self, name: str) -> str:
        """Makes a user; gives the one-time password."""
        found = re.search(r"One-time password: (\S+)", self.command("user", "add", name))
        assert found
        return found[1]

    def token(self, name: str) -> str:
        """Makes a token with which `name` may do all that she may do in a browser."""
        return self.command("token", "create", name).strip().splitlines()[-1]

    def home(self, name: str, instance: str = "default") -> Path:
        """Where the files of a user with a plain name are."""
        homes = [path for path in (self.state / "homes" / instance).iterdir() if path.name.startswith(name)]
        assert len(homes) == 1, homes
        return homes[0]

    # What a program does

    def ask(self, method: str, path: str, token: str = "", **how: Any) -> requests.Response:
        """One request, by token if one is given."""
        if token:
            how["headers"] = {"Authorization": f"token {token}"} | how.get("headers", {})
        how = {"timeout": 120, "allow_redirects": False} | how
        return requests.request(method, self.url + path, **how)

    def start_server(self, name: str, token: str) -> None:
        """Starts a user's server by the API and returns when it is ready."""
        asked = self.ask("POST", f"/hub/api/users/{name}/server", token)
        assert asked.status_code in (201, 202), asked.text
        with self.ask("GET", f"/hub/api/users/{name}/server/progress", token, stream=True) as events:
            said = [line for line in events.iter_lines(decode_unicode=True) if line]
        assert '"ready":true' in said[-1].replace(" ", ""), said

    def await_server(
        self, name: str, token: str, wanted: Callable[[dict[str, Any]], bool], within: float = 120
    ) -> dict[str, Any]:
        """Looks at a user's server until it is as wanted; a server that isn't there is `{}`."""
        deadline = time.monotonic() + within
        server: dict[str, Any] = {}
        while time.monotonic() < deadline:
            answer = self.ask("GET", f"/hub/api/users/{name}/server", token)
            server = answer.json() if answer.status_code == 200 else {}
            if wanted(server):
                return server
            time.sleep(0.02)  # what is wanted may be over soon
        raise TimeoutError(f"{server}\n{self.end_of_log()}")
