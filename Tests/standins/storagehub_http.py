"""The stand-in for StorageHub on a port, and the faults that a test wants."""

import contextlib
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from storagehub_faults import Fault, FaultKind, Faults
from storagehub_messages import Answer, Request

PIECE = 1 << 16
PAGE = b"<!doctype html><title>D4Science</title><h1>Under maintenance</h1>"


class TooFew(Exception):
    """A body has an end before its end."""


class Door(ThreadingHTTPServer):
    """Listens, and keeps the connections, so that they can be closed."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], faults: Faults, respond: Callable[[Request], Answer]) -> None:
        self.faults, self.respond = faults, respond
        self.connections: set[socket.socket] = set()
        self.is_closing = threading.Event()
        super().__init__(address, Handler)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def get_request(self) -> tuple[socket.socket, Any]:
        """The next connection."""
        connection, address = super().get_request()
        self.connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """The end of a connection."""
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """People go away when they like; all else is a mistake of ours and is printed."""
        if not self.is_closing.is_set():
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Stops listening, and breaks off what goes on."""
        self.is_closing.set()
        self.shutdown()
        self.server_close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.thread.join()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Door
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def handle(self) -> None:
        """Requests until the other side has enough."""
        with contextlib.suppress(ConnectionError, TooFew):
            super().handle()

    def answer_request(self) -> None:
        """A request of any method. Nothing is done for one whose body isn't whole."""
        path = self.path.partition("?")[0]
        fault = self.server.faults.take(self.command, path)
        if fault is not None and fault.kind is FaultKind.CUT_UPLOAD:
            self.rfile.read(fault.after)
            self.hang_up()
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request.of(self.command, self.path, headers, self.read_body())
        if fault is None:
            self.send(self.server.respond(request))
        else:
            self.misbehave(fault, request)

    do_GET = do_POST = do_PUT = do_DELETE = answer_request

    def read_body(self) -> bytes:
        """All of a body, in either framing (RFC 9112 section 6)."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().strip() or b"x", 16):
                parts.append(self.read_exactly(size))
                self.read_exactly(2)
            self.read_exactly(2)
            return b"".join(parts)
        return self.read_exactly(int(self.headers.get("Content-Length", "0")))

    def read_exactly(self, size: int) -> bytes:
        """So many bytes."""
        content = self.rfile.read(size)
        if len(content) < size:
            raise TooFew
        return content

    def misbehave(self, fault: Fault, request: Request) -> None:
        """A false answer."""
        match fault.kind:
            case FaultKind.STATUS:
                more = (("Retry-After", fault.retry_after),) if fault.retry_after else ()
                self.send(Answer(fault.status, PAGE, (("Content-Type", "text/html"), *more)))
            case FaultKind.HTML:
                self.send(Answer(HTTPStatus.OK, PAGE, (("Content-Type", "text/html"),)))
            case FaultKind.SLOW_HEAD:
                if self.wait(fault):
                    self.send(self.server.respond(request))
            case FaultKind.SLOW_BODY:
                answer = self.server.respond(request)
                half = len(answer.body) // 2
                self.send_head(answer)
                self.wfile.write(answer.body[:half])
                if self.wait(fault):
                    self.wfile.write(answer.body[half:])
            case FaultKind.CUT:
                answer = self.server.respond(request)
                self.send_head(answer)
                self.wfile.write(answer.body[: fault.after])
                self.hang_up()
            case FaultKind.MUTE:
                self.server.respond(request)
                self.hang_up()

    def hang_up(self) -> None:
        """Closes the connection at once, with what was sent and not read still under way."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def wait(self, fault: Fault) -> bool:
        """Waits until a fault is mended; false if the server closes before."""
        while not fault.mended.wait(0.05):
            if self.server.is_closing.is_set():
                self.close_connection = True
                return False
        return True

    def send(self, answer: Answer) -> None:
        """Sends an answer."""
        self.send_head(answer)
        for start in range(0, len(answer.body), PIECE):
            self.wfile.write(answer.body[start : start + PIECE])

    def send_head(self, answer: Answer) -> None:
        """Sends status and headers."""
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
