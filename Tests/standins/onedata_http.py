"""One port of the stand-in for Onedata: HTTP or HTTPS, and the faults that a test wants."""

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from onedata_errors import Refusal
from onedata_faults import Fault, Faults, Kind
from onedata_messages import Answer, Body, CutUpload, Request, Route, json_answer, refusal_answer

# What is read of a body that nobody wanted, before the connection is closed instead.
LONGEST_REST = 1 << 20
PAGE = b"<!doctype html><title>Maintenance</title><h1>Come back later</h1>"
NAME = re.compile(r"\{(\w+)(\*?)\}")


def pattern(path: str) -> re.Pattern[str]:
    """A route's path as an expression; `{name*}` holds slashes, too."""
    return re.compile(NAME.sub(lambda found: f"(?P<{found[1]}>{'.*' if found[2] else '[^/]+'})", path))


class Door(ThreadingHTTPServer):
    """Listens, and keeps the connections, so that they can be closed."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, name: str, port: int, context: ssl.SSLContext | None, routes: Sequence[Route], faults: Faults
    ) -> None:
        self.name, self.context, self.faults = name, context, faults
        self.routes = [(pattern(route.path), route) for route in routes]
        self.seen: list[str] = []
        self.connections: set[socket.socket] = set()
        self.is_closing = threading.Event()
        super().__init__(("127.0.0.1", port), Handler)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def get_request(self) -> tuple[socket.socket, Any]:
        """The next connection; its handshake is done by the thread that serves it."""
        connection, address = super().get_request()
        if self.context is not None:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
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

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Who answers."""
        for expression, route in self.routes:
            found = expression.fullmatch(path)
            if found and route.method == method:
                return route, found.groupdict()
        return None

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
    wbufsize = 1 << 16

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def handle(self) -> None:
        """Requests until the other side has enough."""
        with contextlib.suppress(ConnectionError, ssl.SSLError, CutUpload):
            super().handle()

    def finish(self) -> None:
        """The end of it."""
        with contextlib.suppress(OSError):
            super().finish()

    def answer_request(self) -> None:
        """A request of any method."""
        is_chunked = self.headers.get("Transfer-Encoding", "").lower() == "chunked"
        body = Body(self.rfile, None if is_chunked else int(self.headers.get("Content-Length", "0")))
        request = Request(self.command, self.path, self.headers, body)
        found = self.server.find(request.method, request.path)
        if found is None:
            self.server.seen.append(f"{request.method} ?")
            self.send(refusal_answer(Refusal("notFound")))
            self.drop_rest(body)
            return
        route, request.found = found
        self.server.seen.append(route.name)
        fault = self.server.faults.take(self.server.name, route.name)
        if fault is None:
            self.send(self.answer(route, request))
        else:
            self.misbehave(fault, route, request)
        self.drop_rest(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = answer_request

    def answer(self, route: Route, request: Request) -> Answer:
        """The true answer."""
        try:
            return route.answer(request)
        except Refusal as refusal:
            return refusal_answer(refusal)

    def drop_rest(self, body: Body) -> None:
        """Reads what is still to come of a request, or gives the connection up."""
        if body.rest == 0 or self.close_connection:
            return
        dropped = 0
        for piece in body.pieces():
            dropped += len(piece)
            if dropped > LONGEST_REST:
                self.close_connection = True
                return

    def misbehave(self, fault: Fault, route: Route, request: Request) -> None:
        """A false answer."""
        match fault.kind:
            case Kind.SLOW:
                if self.wait(fault.mended):
                    self.send(self.answer(route, request))
            case Kind.STALL | Kind.CUT:
                answer = self.answer(route, request)
                self.close_connection = True
                self.send_head(answer)
                self.send_pieces(first(answer.pieces, fault.after))
                if fault.kind is Kind.STALL:
                    self.wait(fault.mended)
            case Kind.CUT_UPLOAD:
                self.close_connection = True
                request.body.limit = fault.after
                self.answer(route, request)
            case Kind.STATUS:
                after = () if fault.retry_after is None else (("Retry-After", fault.retry_after),)
                name = "temporaryFailure" if fault.status == HTTPStatus.SERVICE_UNAVAILABLE else "internalServerError"
                self.send(json_answer({"error": Refusal(name).error}, fault.status, *after))
            case Kind.HTML:
                self.send(Answer(HTTPStatus.OK, (PAGE,), len(PAGE), (("Content-Type", "text/html"),)))

    def wait(self, mended: threading.Event) -> bool:
        """Waits until a fault is mended; false if the server closes before."""
        self.wfile.flush()
        while not mended.wait(0.05):
            if self.server.is_closing.is_set():
                self.close_connection = True
                return False
        return True

    def send(self, answer: Answer) -> None:
        """Sends an answer."""
        self.send_head(answer)
        if self.command != "HEAD":
            self.send_pieces(answer.pieces)

    def send_pieces(self, pieces: Iterable[bytes]) -> None:
        """Sends a body."""
        for piece in pieces:
            self.wfile.write(piece)
        self.wfile.flush()

    def send_head(self, answer: Answer) -> None:
        """Sends status and headers."""
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(answer.length))
        self.end_headers()


def first(pieces: Iterable[bytes], size: int) -> Iterable[bytes]:
    """The first bytes of a body."""
    for piece in pieces:
        if size <= 0:
            return
        yield piece[:size]
        size -= len(piece)
