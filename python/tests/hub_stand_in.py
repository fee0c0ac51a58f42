"""The smallest hub that runs a stock `jupyterhub-singleuser`: six endpoints, on a unix socket or on a port."""

import contextlib
import hashlib
import json
import os
import secrets
import socketserver
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, quote, urlencode, urlsplit


@dataclass
class Recorded:
    """One request as the hub saw it."""

    method: str
    path: str
    query: dict[str, list[str]]
    authorization: str
    body: str


@dataclass
class NoticesStandIn:
    """What `GET /hub/api/carrel/notices` answers: JSON, or bytes as they are; a status other than 200 without either.

    `ahead` is by how much the hub's clock differs from the test's; while `goes_on` isn't set, the hub says nothing, and while it
    `hangs_up` it ends the connection.
    """

    answer: dict[str, Any] | bytes = field(default_factory=lambda: {"instance": None, "notices": []})
    status: int = 200
    ahead: timedelta = timedelta()
    goes_on: threading.Event = field(default_factory=threading.Event)
    hangs_up: bool = False
    answered: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.goes_on.set()

    @property
    def now(self) -> datetime:
        """The hub's time."""
        return datetime.now(UTC) + self.ahead

    def body(self) -> tuple[bytes, str]:
        """The answer, and its tag; the time isn't part of what the tag stands for."""
        if isinstance(self.answer, bytes):
            return self.answer, ""
        tag = hashlib.sha256(json.dumps(self.answer).encode()).hexdigest()[:16]
        return json.dumps(self.answer | {"now": self.now.isoformat()}).encode(), f'"{tag}"'


@dataclass
class HubStandIn:
    """A hub with one user, `alice`, and one server, hers.

    `tokens` maps a token to the user model that `GET /hub/api/user` answers with; `codes` an OAuth code to its PKCE challenge.
    """

    server_token: str = field(default_factory=lambda: secrets.token_hex(16))
    requests: list[Recorded] = field(default_factory=list)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)
    notices: NoticesStandIn = field(default_factory=NoticesStandIn)

    def __post_init__(self) -> None:
        self.user_token = self.new_token()

    def new_token(self) -> str:
        """A token with which alice may enter her server."""
        token = secrets.token_urlsafe(22)
        scopes = ["access:servers!server=alice/", "read:users:name!user=alice"]
        self.tokens[token] = {"name": "alice", "kind": "user", "admin": False, "groups": [], "scopes": scopes}
        return token

    def seen(self, method: str, path: str) -> int:
        """How many requests of that kind there were."""
        return sum((r.method, r.path) == (method, path) for r in list(self.requests))

    def await_request(self, method: str, path: str, within: float = 120) -> Recorded:
        """The first request seen of that kind; waits for it."""

        def seen() -> Recorded | None:
            return next((r for r in self.requests if (r.method, r.path) == (method, path)), None)

        with self.changed:
            self.changed.wait_for(seen, timeout=within)
        found = seen()
        if found is None:
            raise TimeoutError(f"the server never asked for {method} {path}")
        return found


class UnixHTTPServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """An HTTP server on a unix socket."""

    daemon_threads = True


def handler_for(hub: HubStandIn) -> type[BaseHTTPRequestHandler]:
    """The six endpoints."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def address_string(self) -> str:
            return "stand-in"

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(datetime.fromtimestamp(timestamp or time.time(), UTC) + hub.notices.ahead, True)

        def answer(self, status: int, body: Any = None, **headers: str) -> None:
            data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("X-JupyterHub-Version", "6.1.1")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def answer_notices(self) -> None:
            hub.notices.goes_on.wait()
            if hub.notices.hangs_up:
                self.close_connection = True
                return
            body, tag = hub.notices.body()
            status = hub.notices.status
            if status == 200 and tag and self.headers.get("If-None-Match") == tag:
                status = 304
            hub.notices.answered.append(status)
            # The server may have hung up by then.
            with contextlib.suppress(BrokenPipeError):
                self.answer(status, body if status == 200 else None, **({"ETag": tag} if tag else {}))

        def serve(self) -> None:
            url = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            token = self.headers.get("Authorization", "").removeprefix("token ")
            with hub.changed:
                hub.requests.append(Recorded(self.command, url.path, parse_qs(url.query), token, body))
                hub.changed.notify_all()
            match (self.command, url.path):
                case ("GET", "/hub/api" | "/hub/api/"):
                    self.answer(200, {"version": "6.1.1"})
                case ("POST", "/hub/api/users/alice/activity") if token == hub.server_token:
                    self.answer(200)
                case ("GET", "/hub/api/carrel/notices") if token == hub.server_token:
                    self.answer_notices()
                case ("GET", "/hub/api/oauth2/authorize"):
                    query = parse_qs(url.query)
                    code = secrets.token_urlsafe(22)
                    hub.codes[code] = query["code_challenge"][0]
                    back = urlencode({"code": code, "state": query["state"][0]})
                    self.answer(302, Location=f"{query['redirect_uri'][0]}?{back}")
                case ("POST", "/hub/api/oauth2/token"):
                    form = {name: values[0] for name, values in parse_qs(body).items()}
                    known = form.get("client_secret") == hub.server_token and hub.codes.pop(form.get("code", ""), None)
                    if known:
                        self.answer(200, {"access_token": hub.new_token(), "token_type": "Bearer", "expires_in": 3600})
                    else:
                        self.answer(400, {"error": "invalid_grant"})
                case ("GET", "/hub/api/user") if token in hub.tokens:
                    self.answer(200, hub.tokens[token])
                case _:
                    self.answer(403, {"status": 403, "message": "Missing or invalid credentials."})

        do_GET = do_POST = serve

    return Handler


class running:
    """Runs a stand-in hub for as long as the `with` block lasts: on `socket` if one is given, else on a free port.

    `api_url` is what goes into JUPYTERHUB_API_URL.
    """

    def __init__(self, hub: HubStandIn, socket: Path | None = None) -> None:
        handler = handler_for(hub)
        if socket is None:
            self.server: socketserver.BaseServer = ThreadingHTTPServer(("127.0.0.1", 0), handler)
            self.api_url = f"http://127.0.0.1:{self.server.server_address[1]}/hub/api"
        else:
            self.server = UnixHTTPServer(str(socket), handler)
            os.chmod(socket, 0o666)
            self.api_url = f"http+unix://{quote(str(socket), safe='')}/hub/api"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
