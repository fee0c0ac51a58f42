"""Runs a real single-user server the way the hub does: a unix socket to it, and one from it to the hub."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from hub_stand_in import HubStandIn
from unix_http import Answer, request

PREFIX = "/user/alice/"
ARGUMENTS = ["--KernelManager.transport=ipc", "--allow-root"]


@dataclass
class Server:
    """A started server. `folder` holds `home`, its sockets and `server.log`."""

    process: subprocess.Popen[bytes]
    folder: Path
    socket: Path
    hub: HubStandIn

    def ask(self, method: str, path: str, body: object | None = None, token: str | None = None) -> Answer:
        """A request as alice, by token; `path` is relative to the server's prefix."""
        headers = {"Authorization": f"token {self.hub.user_token if token is None else token}"}
        return request(self.socket, method, PREFIX + path, body, headers)

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")

    def await_log(self, text: str, times: int = 1) -> None:
        """Returns when its log holds a text so many times."""
        self.await_that(lambda: self.log.count(text) >= times)

    def await_that(self, holds: Callable[[], bool], within: float = 120) -> None:
        """Returns when something is so that nobody tells of."""
        deadline = time.monotonic() + within
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError(f"it never came to be:\n{self.log}")
            time.sleep(0.05)


def environment_of_server(hub: HubStandIn, api_url: str, socket: Path, home: Path) -> dict[str, str]:
    """What the hub sets; nothing of this process's own environment but PATH goes along."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "JUPYTERHUB_API_TOKEN": hub.server_token,
        "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-alice",
        "JUPYTERHUB_API_URL": api_url,
        "JUPYTERHUB_ACTIVITY_URL": f"{api_url}/users/alice/activity",
        "JUPYTERHUB_OAUTH_CALLBACK_URL": f"{PREFIX}oauth_callback",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": '["access:servers!server=alice/", "access:servers!user=alice"]',
        "JUPYTERHUB_USER": "alice",
        "JUPYTERHUB_SERVER_NAME": "",
        "JUPYTERHUB_BASE_URL": "/",
        "JUPYTERHUB_SERVICE_PREFIX": PREFIX,
        "JUPYTERHUB_SERVICE_URL": f"http+unix://{quote(str(socket), safe='')}{PREFIX}",
        "JUPYTERHUB_ROOT_DIR": str(home),
        "JUPYTER_RUNTIME_DIR": str(home.parent / "runtime"),
    }


@contextmanager
def started(
    command: list[str], hub: HubStandIn, api_url: str, folder: Path, extra: list[str] | None = None, **changes: str
) -> Iterator[Server]:
    """Runs `command` until the block ends; the server answers when the block begins.

    `changes` are added to its environment. Sockets' paths hold 107 bytes at most, so `folder` has to be a short one.
    """
    home = folder / "home"
    home.mkdir(exist_ok=True)
    socket = folder / "server.sock"
    environment = environment_of_server(hub, api_url, socket, home) | changes
    arguments = [*command, f"--ServerApp.sock={socket}", *ARGUMENTS, *(extra or [])]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            arguments,
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    server = Server(process, folder, socket, hub)
    try:
        await_answer(server)
        yield server
    finally:
        stop(process)


def await_answer(server: Server, within: float = 120) -> None:
    """Returns as soon as `/api` answers."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended with {server.process.returncode}:\n{server.log}")
        try:
            if request(server.socket, "GET", PREFIX + "api").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.01)  # the server tells nobody when it listens
    raise TimeoutError(f"no answer within {within} s:\n{server.log}")


def stop(process: subprocess.Popen[bytes], within: float = 60) -> None:
    """Ends a server and all it started; its kernels are in sessions of their own, which it ends itself on SIGTERM."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def node_on_path() -> bool:
    """Whether `node` is there to be run."""
    return shutil.which("node") is not None
