"""The stand-in for openBIS on a port, and the faults that a test wants."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from openbis_faults import Failure, Fault, Faults, Kind
from openbis_messages import Answer, Call, Request, page_answer

PIECE = 1 << 16


class TooFew(Exception):
    """A body has an end before its end."""


class Respondent(Protocol):
    """Who answers: says first what a request is about, then carries it out."""

    faults: Faults

    def name(self, request: Request) -> Call:
        """What is wanted."""

    def respond(self, request: Request, call: Call) -> Answer:
        """Does it."""

    def refuse(self, call: Call, failure: Failure, retriable: bool = False) -> Answer:
        """Says that it isn't done, as such a call is answered."""


class Door(ThreadingHTTPServer):
    """Listens, and keeps the connections, so that they can be closed."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, context: ssl.SSLContext | None, respondent: Respondent) -> None:
        self.context, self.respondent = context, respondent
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
    wbufsize = PIECE

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def handle(self) -> None:
        """Requests until the other side has enough."""
        with contextlib.suppress(ConnectionError, ssl.SSLError, TooFew):
            super().handle()

    def finish(self) -> None:
        """The end of it."""
        with contextlib.suppress(OSError):
            super().finish()

    def answer_request(self) -> None:
        """A request of any method. Nothing is done for one whose body isn't whole."""
        respondent = self.server.respondent
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request.of(self.command, self.path, headers)
        early = respondent.faults.take_upload(respondent.name(request).name) if self.command == "POST" else None
        if early is not None:
            self.rfile.read(early.after)
            self.hang_up()
            return
        request.body = self.read_body()
        call = respondent.name(request)
        fault = respondent.faults.take(call.name)
        if fault is None:
            self.send(respondent.respond(request, call))
        else:
            self.misbehave(fault, call, lambda: respondent.respond(request, call))

    do_GET = do_POST = do_HEAD = answer_request

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

    def misbehave(self, fault: Fault, call: Call, respond: Callable[[], Answer]) -> None:
        """A false answer."""
        match fault.kind:
            case Kind.SLOW:
                if self.wait(fault):
                    self.send(respond())
            case Kind.STALL | Kind.CUT:
                answer = respond()
                self.close_connection = True
                self.send_head(answer)
                self.wfile.write(answer.whole()[: fault.after])
                if fault.kind is Kind.STALL:
                    self.wait(fault)
            case Kind.MUTE:
                respond()
                self.hang_up()
            case Kind.STATUS:
                page = page_answer("openBIS", "Service unavailable", fault.status)
                after = (("Retry-After", fault.retry_after),) if fault.retry_after else ()
                self.send(Answer(page.status, page.body, page.headers + after))
            case Kind.HTML:
                self.send(page_answer("openBIS", "Under maintenance"))
            case Kind.ERROR:
                self.send(self.server.respondent.refuse(call, Failure(fault.message), fault.retriable))
            case Kind.DAMAGE:
                answer = respond()
                body = bytearray(answer.whole())
                if body:
                    body[fault.after] ^= 1
                self.send(Answer(answer.status, bytes(body), answer.headers))

    def hang_up(self) -> None:
        """Closes the connection at once, with what was sent and not read still under way."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def wait(self, fault: Fault) -> bool:
        """Waits until a fault is mended or its time is over; false if the server closes before."""
        self.wfile.flush()
        left = fault.seconds
        while left is None or left > 0:
            step = 0.05 if left is None else min(left, 0.05)
            if fault.mended.wait(step):
                break
            if self.server.is_closing.is_set():
                self.close_connection = True
                return False
            left = None if left is None else left - step
        return True

    def send(self, answer: Answer) -> None:
        """Sends an answer."""
        self.send_head(answer)
        if self.command != "HEAD":
            self.send_pieces([answer.body] if answer.pieces is None else answer.pieces)

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
            self.send_header("Content-Length", str(len(answer.body) if answer.pieces is None else answer.length))
        self.end_headers()
