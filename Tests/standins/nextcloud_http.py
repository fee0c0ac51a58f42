"""The stand-in for Nextcloud on a port: requests, answers, and the faults that a test wants."""

import contextlib
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes, urlsplit

from nextcloud_errors import Refusal
from nextcloud_faults import Fault, Faults, Kind

DRAINED = 64 << 20


@dataclass
class Request:
    """What came, but for the body, which is read by who needs it."""

    method: str
    # Decoded; bytes that aren't UTF-8 as Python has them in names of files.
    path: str
    query: str
    headers: Any
    read: Callable[[int], bytes]
    # Whether all of the body came, as far as it says how long it is.
    is_whole: Callable[[], bool]
    host: str

    def body(self, most: int = 1 << 20) -> bytes:
        """All of it."""
        parts = []
        while part := self.read(most):
            parts.append(part)
        return b"".join(parts)


@dataclass
class Answer:
    """What goes back."""

    status: int = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    # Instead of the body: its parts, and how many bytes they are together if that is known.
    parts: Iterable[bytes] | None = None
    length: int | None = None


class Cloud(Protocol):
    """Who answers."""

    faults: Faults

    def answer(self, request: Request) -> Answer:
        """The true answer."""

    def control(self, request: Request) -> Answer | None:
        """The answer to whoever runs the test; None for everybody else."""

    def note(self, request: Request, status: int) -> None:
        """Keeps what was asked and answered."""


class Door(ThreadingHTTPServer):
    """Listens, and keeps the connections, so that they can be closed."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], certificate: Path | None, cloud: Cloud) -> None:
        self.cloud = cloud
        self.context: ssl.SSLContext | None = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self.connections: set[socket.socket] = set()
        self.is_closing = threading.Event()
        super().__init__(address, Handler)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """The next connection; its handshake is done by the thread that serves it."""
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.context is not None:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self.connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """The end of a connection."""
        self.connections.discard(request)
        super().shutdown_request(request)

    def close(self) -> None:
        """Stops listening, and breaks off what goes on."""
        self.is_closing.set()
        self.shutdown()
        self.server_close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.thread.join()


class Cut(Exception):
    """The connection is closed in the middle."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Door
    protocol_version = "HTTP/1.1"
    rbufsize = 1 << 16
    wbufsize = 1 << 16
    fault: Fault | None = None
    left: int | None = 0
    is_chunked = False

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def handle(self) -> None:
        """Requests until the other side has enough, or is to lose its connection."""
        with contextlib.suppress(ConnectionError, ssl.SSLError, Cut, ValueError):
            super().handle()

    def finish(self) -> None:
        """The end of it."""
        with contextlib.suppress(OSError):
            super().finish()

    def serve(self) -> None:
        """A request of any method."""
        address = urlsplit(self.path)
        self.is_chunked = self.headers.get("Transfer-Encoding", "").lower() == "chunked"
        length = self.headers.get("Content-Length", "0")
        self.left = None if self.is_chunked else int(length)
        request = Request(
            self.command,
            os.fsdecode(unquote_to_bytes(address.path)),
            address.query,
            self.headers,
            self.read_body,
            lambda: self.left in (0, None),
            self.headers.get("Host", ""),
        )
        answer = self.server.cloud.control(request)
        self.fault = None
        if answer is None:
            self.fault = self.server.cloud.faults.take(request.method, request.path)
            answer = self.answered(request)
            self.server.cloud.note(request, int(answer.status))
        if self.fault is not None and self.fault.kind is Kind.SILENT:
            raise Cut
        self.drain()
        self.send(answer)

    do_GET = do_HEAD = do_PUT = do_DELETE = do_OPTIONS = do_POST = serve
    do_PROPFIND = do_PROPPATCH = do_MKCOL = do_MOVE = do_COPY = do_LOCK = do_UNLOCK = do_PATCH = do_REPORT = serve

    def answered(self, request: Request) -> Answer:
        """The answer, true or false."""
        match self.fault:
            case Fault(kind=Kind.STATUS, status=status, retry_after=pause):
                refusal = Refusal(HTTPStatus(status), "This is a test", **({"Retry_After": pause} if pause else {}))
                return Answer(refusal.status, refusal.headers, refusal.body)
            case Fault(kind=Kind.HTML):
                page = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>&nbsp;</body></html>"
                return Answer(HTTPStatus.OK, {"Content-Type": "text/html; charset=UTF-8"}, page)
            case Fault(kind=Kind.SLOW, seconds=seconds):
                end = time.monotonic() + seconds
                mended = self.server.cloud.faults.mended
                while time.monotonic() < end and not mended.wait(0.02):
                    if self.server.is_closing.is_set():
                        raise Cut
        try:
            return self.server.cloud.answer(request)
        except Refusal as refusal:
            headers = {"Content-Type": "application/xml; charset=utf-8", **refusal.headers}
            return Answer(refusal.status, headers, refusal.body)

    # The body of a request

    def read_body(self, most: int) -> bytes:
        """Some of it; nothing at its end."""
        if self.fault is not None and self.fault.kind is Kind.CUT_REQUEST:
            if self.fault.after <= 0:
                raise Cut
            most = min(most, self.fault.after)
        part = self.read_chunk(most) if self.is_chunked else self.rfile.read(min(most, self.left or 0))
        if not self.is_chunked:
            self.left = (self.left or 0) - len(part)
        if self.fault is not None and self.fault.kind is Kind.CUT_REQUEST:
            self.fault.after -= len(part)
        return part

    def read_chunk(self, most: int) -> bytes:
        """The same of a body in chunks; `left` is what is left of the present one."""
        if self.left is None or self.left == 0:
            size = int(self.rfile.readline(64).split(b";")[0], 16)
            if size == 0:
                while self.rfile.readline(1 << 16).strip():
                    pass
                self.is_chunked, self.left = False, 0
                return b""
            self.left = size
        part = self.rfile.read(min(most, self.left))
        if not part:
            raise Cut
        self.left -= len(part)
        if self.left == 0:
            self.rfile.readline(8)
        return part

    def drain(self) -> None:
        """Reads what nobody wanted, so that the other side reads the answer."""
        total = 0
        while (self.left or self.is_chunked) and total < DRAINED:
            part = self.read_body(1 << 20)
            if not part and not self.is_chunked:
                break
            total += len(part)
        self.close_connection = self.close_connection or bool(self.left) or self.is_chunked

    # The answer

    def send(self, answer: Answer) -> None:
        """Sends an answer, as far as the fault lets it."""
        has_body = self.command != "HEAD" and answer.status not in (204, 304)
        parts = [answer.body] if answer.parts is None else answer.parts
        length = len(answer.body) if answer.parts is None else answer.length
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            if length is None:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.send_header("Content-Length", str(length))
        self.end_headers()
        for part in parts if has_body else ():
            self.send_part(part, is_chunked=length is None)
        if has_body and length is None:
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def send_part(self, part: bytes, *, is_chunked: bool) -> None:
        """Sends some bytes of the body."""
        if self.fault is not None and self.fault.kind in (Kind.CUT_ANSWER, Kind.STALL):
            if len(part) >= self.fault.after:
                self.write_part(part[: self.fault.after], is_chunked=is_chunked)
                self.wfile.flush()
                self.break_off()
                part = part[self.fault.after :]
                self.fault = None
            else:
                self.fault.after -= len(part)
        self.write_part(part, is_chunked=is_chunked)

    def write_part(self, part: bytes, *, is_chunked: bool) -> None:
        """Writes some bytes."""
        if not part:
            return
        self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part) if is_chunked else part)

    def break_off(self) -> None:
        """Closes the connection, or waits until faults are mended."""
        if self.fault is None or self.fault.kind is Kind.CUT_ANSWER:
            raise Cut
        mended = self.server.cloud.faults.mended
        while not mended.wait(0.02):
            if self.server.is_closing.is_set():
                raise Cut


def json_answer(value: object, status: int = HTTPStatus.OK) -> Answer:
    """An answer in JSON."""
    return Answer(status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(value).encode())
