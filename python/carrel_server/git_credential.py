"""A credential helper of git's (`git-credential(1)`): asks the hub for the token that the user gave it for a host.

Run by git, as `python -I -m carrel_server.git_credential get`. Nothing is kept, and nothing but the host is sent; where the hub has
nothing, or isn't reached, git is told nothing and goes on as without it.
"""

import contextlib
import http.client
import json
import os
import socket
import sys
from collections.abc import MutableMapping
from urllib.parse import unquote, urlsplit

# Seconds.
DEADLINE = 10.0


class SocketConnection(http.client.HTTPConnection):
    """A connection over a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=DEADLINE)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def connection_to(api: str) -> tuple[http.client.HTTPConnection, str]:
    """A connection to the hub, and the path of its API."""
    url = urlsplit(api)
    if url.scheme == "http+unix":
        return SocketConnection(unquote(url.netloc)), url.path
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    return kind(url.netloc, timeout=DEADLINE), url.path


def ask(api: str, token: str, protocol: str, host: str) -> dict[str, str]:
    """The user name and the token; nothing if there are none."""
    connection, path = connection_to(api)
    with contextlib.closing(connection):
        connection.request(
            "POST",
            f"{path.rstrip('/')}/carrel/git-credential",
            json.dumps({"protocol": protocol, "host": host}),
            {"Authorization": f"token {token}", "Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        body = answer.read(1 << 16)
        return json.loads(body) if answer.status == 200 else {}


def main() -> None:
    """Answers git, on standard output."""
    api, token = os.environ.get("JUPYTERHUB_API_URL"), os.environ.get("JUPYTERHUB_API_TOKEN")
    if sys.argv[1:] != ["get"] or not api or not token:
        return
    asked = dict(line.rstrip("\n").partition("=")[::2] for line in sys.stdin)
    if asked.get("protocol") not in ("http", "https") or not asked.get("host"):
        return
    with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
        known = ask(api, token, asked["protocol"], asked["host"])
        name, secret = known.get("username"), known.get("password")
        if name and secret and asked.get("username", name) == name:
            sys.stdout.write(f"username={name}\npassword={secret}\n")


def use(environment: MutableMapping[str, str], python: str) -> None:
    """Has every git that is started with this environment ask here, after what its user configured."""
    if environment.get("JUPYTERHUB_API_URL") and "GIT_CONFIG_COUNT" not in environment:
        quoted = python.replace("'", "'\\''")
        environment["GIT_CONFIG_COUNT"] = "1"
        environment["GIT_CONFIG_KEY_0"] = "credential.helper"
        environment["GIT_CONFIG_VALUE_0"] = f"!'{quoted}' -I -m carrel_server.git_credential"


if __name__ == "__main__":
    main()
