"""A question to the hub, over its socket, with the server's own token; needs nothing but the standard library."""

import contextlib
import http.client
import json
import socket
from typing import Any
from urllib.parse import unquote, urlsplit


class SocketConnection(http.client.HTTPConnection):
    """A connection over a unix socket."""

    def __init__(self, path: str, deadline: float) -> None:
        super().__init__("localhost", timeout=deadline)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def connection_to(api: str, deadline: float) -> tuple[http.client.HTTPConnection, str]:
    """A connection to the hub, and the path of its API."""
    url = urlsplit(api)
    if url.scheme == "http+unix":
        return SocketConnection(unquote(url.netloc), deadline), url.path
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    return kind(url.netloc, timeout=deadline), url.path


def ask(api: str, token: str, path: str, question: dict[str, Any], deadline: float) -> tuple[int, dict[str, Any]]:
    """Posts a question below `carrel/`; gives status and answer. Raises OSError, ValueError or HTTPException."""
    connection, prefix = connection_to(api, deadline)
    with contextlib.closing(connection):
        connection.request(
            "POST",
            f"{prefix.rstrip('/')}/carrel/{path}",
            json.dumps(question),
            {"Authorization": f"token {token}", "Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read(1 << 20))
